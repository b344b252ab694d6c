/* Products with the first rows of a packed b, in every form, against gemm and gemm_bf16, bit by bit. */
#include "check_main.h"
#include "kernel/pool.h"
#include "kernel/small.h"
#include <stdint.h>
#include <string.h>

enum { MOST = 70, ROOM = (MOST + 20) * (MOST + 20) * 2 };

static uint32_t state = 1;

static uint32_t draw(void)
{
    state = state * 1664525u + 1013904223u;
    return state >> 8;
}

static real a[ROOM], b[ROOM], got[ROOM], want[ROOM], panels[ROOM], room[ROOM];

static void prepare(void)
{
    for (size_t i = 0; i < ROOM; i++) {
        a[i] = (real)draw() / (real)(1 << 23) - 1;
        b[i] = (real)draw() / (real)(1 << 23) - 1;
        got[i] = want[i] = (real)draw() / (real)(1 << 23) - 1;
    }
}

static Matrix view(const real *p, size_t rows, size_t columns, bool turned)
{
    return turned ? transposed(matrix(p, rows + 1)) : matrix(p, columns + 2);
}

/* Sizes, how many of the K rows, which factors are transposed, whether c is added to. */
typedef struct Case {
    size_t m, n, k, K;
    bool   a_turned, b_turned, on;
} Case;

static void check(const Small *s, Case t)
{
    Err       err = { 0 };
    size_t    ldc = t.n + 3;
    Matrix    x = view(a, t.m, t.K, t.a_turned), y = view(b, t.K, t.n, t.b_turned);
    GemmStart start = { t.on ? want : NULL, ldc };
    if (small_panels_len(s, t.n, t.K) > ROOM || small_room_len(s, t.m, t.k) > ROOM)
        ck_abort_msg("out of memory for %zu x %zu x %zu", t.m, t.n, t.K);
    small_pack(s, t.K, t.n, y, panels);
    small_product(s, t.m, t.n, t.k, t.K, x, panels, t.on ? got : NULL, got, ldc);
    if (!(s->bf16 ? gemm_bf16_reserve(t.m, t.n, t.k, &err) : gemm_reserve(t.m, t.n, t.k, &err)))
        ck_abort_msg("%s", err.msg);
    (s->bf16 ? gemm_bf16 : gemm)(t.m, t.n, t.k, x, y, start, want, ldc);
    if (memcmp(got, want, sizeof got) != 0)
        ck_abort_msg("%s%s, %zu x %zu, %zu of %zu rows, forms %d %d %d", kernel->name, s->bf16 ? " bf16" : "",
                     t.m, t.n, t.k, t.K, t.a_turned, t.b_turned, t.on);
}

static void check_all(const Small *s)
{
    prepare();
    for (int round = 0; round < 3000; round++) {
        size_t K = 1 + draw() % MOST, k = draw() % 3 ? draw() % K & ~(size_t)1 : K;
        check(s, (Case){ 1 + draw() % MOST, 1 + draw() % MOST, k, K, draw() & 1, draw() & 1, draw() & 1 });
    }
    pool_stop();
}

START_TEST(reals_are_as_in_gemm)
{
    kernel = kernel_at(_i);
    check_all(&(Small){ 0 });
}
END_TEST

START_TEST(rounded_numbers_are_as_in_gemm_bf16)
{
    kernel = kernel_at(_i);
    if (kernel_bf16(kernel))
        check_all(&(Small){ .bf16 = kernel_bf16(kernel), .room = room });
}
END_TEST

static int tables(void)
{
    int n = 0;
    while (kernel_at(n))
        n++;
    return n;
}

CHECK_MAIN("small", LOOP(reals_are_as_in_gemm, 0, tables()),
           LOOP(rounded_numbers_are_as_in_gemm_bf16, 0, tables()))
