/* Products in AMX's tiles against naive sums in the order of kernel/bf16.h ("group"), bit by bit: the source over a
 * model of the tiles in plain C; and the compiled code, natively on a processor with AMX, otherwise, if it has
 * AVX512-BF16, over the same model (tile_trap.h). */
#include "check_main.h"
#include "kernel/amx.h"
#include "kernel/gemm.h"
#include "kernel/pool.h"
#include "kernel/small.h"
#include "kernel/tile_model.h"
#include <stdio.h>

static TileModel model;

#define tiles_shape(s)           model_shape(&model, s)
#define tiles_end()              model_end(&model)
#define tile_zero(t)             model_zero(&model, t)
#define tile_load(t, p, apart)   model_load(&model, t, p, apart)
#define tile_store(t, p, apart)  model_store(&model, t, p, apart)
#define tile_dot(c, a, b)        model_dot(&model, c, a, b)
#include "kernel/simd/amx_tiles.h"

typedef void Product(size_t m, size_t n, size_t k, const uint32_t *a, size_t rs, size_t cs, const uint32_t *panels,
                     const real *start, size_t ss, real *c, size_t ldc);

static uint32_t state = 1;

static uint32_t draw(void)
{
    state = state * 1664525u + 1013904223u;
    return state >> 8;
}

static bool same(float x, float y) { return memcmp(&x, &y, sizeof x) == 0 || (isnan(x) && isnan(y)); }

/* Numbers between -1 and 1; with `odd`, special values among them. */
static float number(bool odd)
{
    const float rare[] = { NAN, INFINITY, -INFINITY, 0, -0.0f, 0x1p-149f, -0x1p-130f, 0x1.fep127f, -0x1p-126f,
                           0x1p-70f, -0x1p-63f, 0x1p100f };
    if (odd && draw() % 4 == 0)
        return rare[draw() % (sizeof rare / sizeof *rare)];
    return (float)draw() / (1 << 23) - 1;
}

/* A pair of bfloat16s, truncated instead of rounded: any pair will do. */
static uint32_t pair(bool odd)
{
    float    x[] = { number(odd), number(odd) };
    uint32_t bits[2];
    memcpy(bits, x, sizeof bits);
    return bits[0] >> 16 | (bits[1] & 0xffff0000);
}

static uint32_t *pairs_of(size_t n, bool odd)
{
    uint32_t *p = malloc((n + 1) * sizeof *p);
    for (size_t i = 0; i < n; i++)
        p[i] = pair(odd);
    return p;
}

static float *numbers(size_t n, bool odd)
{
    float *x = malloc((n + 1) * sizeof *x);
    for (size_t i = 0; i <= n; i++)
        x[i] = number(odd);
    return x;
}

/* c plus the product of k pairs of a, cs apart, and k of b, bs apart. */
static float naive(float c, size_t k, const uint32_t *a, size_t cs, const uint32_t *b, size_t bs)
{
    for (size_t l = 0; l < k;) {
        float even = 0, odd = 0;
        for (size_t i = 0; i < 16 && l < k; i++, l++) {
            even = model_fma(a[l * cs] << 16, b[l * bs] << 16, even);
            odd  = model_fma(a[l * cs] & 0xffff0000, b[l * bs] & 0xffff0000, odd);
        }
        c = model_add(c, model_add(even, odd));
    }
    return c;
}

/* The last panel of b holds arbitrary numbers past column n, which must not affect the result. */
static void check(Product *by, size_t m, size_t n, size_t k, int form, bool odd)
{
    size_t    rs = k + draw() % 3, ldc = n + draw() % 3, panels = (n + WIDTH - 1) / WIDTH, ss = form == 1 ? 0 : n + 2;
    uint32_t *a = pairs_of(m * rs, odd), *b = pairs_of(panels * WIDTH * k, odd);
    float    *from = numbers(m * (n + 2), odd), *c = numbers(m * ldc + 3, odd), *d = malloc((m * ldc + 4) * sizeof *d);
    memcpy(d, c, (m * ldc + 4) * sizeof *d);
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++) {
            float begins = form == 0 ? 0 : form == 3 ? d[i * ldc + j] : from[i * ss + j];
            d[i * ldc + j] = naive(begins, k, a + i * rs, 1, b + j / WIDTH * WIDTH * k + j % WIDTH, WIDTH);
        }
    by(m, n, k, a, rs, 1, b, form == 0 ? NULL : form == 3 ? c : from, form == 3 ? ldc : ss, c, ldc);
    for (size_t i = 0; i < m * ldc + 4; i++)
        if (!same(c[i], d[i]))
            ck_abort_msg("%zu x %zu x %zu pairs, start %d: [%zu, %zu] is %a, should be %a", m, n, k, form,
                         i / (ldc + !ldc), i % (ldc + !ldc), (double)c[i], (double)d[i]);
    free(a), free(b), free(from), free(c), free(d);
}

static void check_shapes(Product *by, int rounds)
{
    const size_t edges[] = { 0, 1, 15, 16, 17, 31, 32, 33, 48, 63, 64, 65 };
    enum { EDGES = sizeof edges / sizeof *edges };
    for (int i = 0; i < rounds; i++) {
        size_t m = edges[draw() % EDGES], n = edges[draw() % EDGES], k = edges[draw() % EDGES];
        check(by, m, n, k, i % 4, draw() % 4 == 0);
        check(by, 1 + draw() % 40, 1 + draw() % 40, draw() % 40, i % 4, draw() % 4 == 0);
    }
}

START_TEST(source_is_right_over_the_model)
{
    check_shapes(product, 200);
    ck_assert_msg(!model.shaped && model.dots > 0, "tiles were not released");
}
END_TEST

/* A hundred rows of whole tiles: two shapes in all, not one per block. */
START_TEST(tiles_are_shaped_when_they_change)
{
    check(product, 100, 32, 32, 3, false);
    ck_assert_int_eq(model.shapes, 2);
    ck_assert_int_eq(model.dots, 2 * (3 * 4 + 2));
}
END_TEST

#if defined(HEED_AMX)
#include "kernel/tile_trap.h"

extern const Bf16Kernels bf16_amx, bf16_ref;
extern const Kernels     kernel_amx;

static bool trap;

/* The linker calls this instead of the function that kernel.c calls (meson.build). */
bool __wrap_heed_amx_works_f32(void);
bool __real_heed_amx_works_f32(void);
bool __wrap_heed_amx_works_f32(void) { return trap || __real_heed_amx_works_f32(); }

/* 1 if the compiled code can run, otherwise 0; prints once on which tiles. */
static int can_run(void)
{
    static bool said;
    bool vectors = __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512bf16");
    if (!said)
        printf("# %s\n", !vectors ? "the compiled code is skipped: this processor has no AVX512-BF16"
                         : __real_heed_amx_works_f32() ? "the compiled code runs on AMX"
                                              : "no AMX here: the compiled code runs over the model of its tiles");
    said = true;
    return vectors;
}

static void set_up(void)
{
    trap = !__real_heed_amx_works_f32();
    if (trap)
        trap_start();
    kernel = &kernel_amx;
    ck_assert_ptr_eq(kernel_bf16(kernel), &bf16_amx);
}

START_TEST(compiled_code_is_right)
{
    set_up();
    check_shapes(bf16_amx.product, 40);
    ck_assert(!trap || trapped.dots > 0);
    ck_assert(!trapped.shaped);
}
END_TEST

static Matrix view(const float *p, size_t rows, size_t columns, int turned)
{
    return turned ? transposed(matrix(p, rows + 1)) : matrix(p, columns + 2);
}

/* By kernel/gemm.h, which splits k into whole groups, or by kernel/small.h. */
static void check_matrices(size_t m, size_t n, size_t k, int form, bool small)
{
    Err       err = { 0 };
    size_t    half = (k + 1) / 2, ldc = n + 3;
    float    *a = numbers((m + 2) * (k + 2), false), *b = numbers((k + 2) * (n + 2), false);
    float    *c = malloc(m * ldc * sizeof *c), *panels = malloc(2 * (n + WIDTH) * (half + 1) * sizeof *panels);
    float    *room = malloc((m + 16) * (half + 16) * sizeof *room);
    uint32_t *x = malloc(m * half * sizeof *x), *y = malloc(n * half * sizeof *y);
    Matrix    p = view(a, m, k, form & 1), q = view(b, k, n, form >> 1 & 1);
    Small     s = { .bf16 = &bf16_amx, .room = room };
    bf16_ref.pairs(k, m, p.p, p.cs, p.rs, x, 1, half);
    bf16_ref.pairs(k, n, q.p, q.rs, q.cs, y, 1, half);
    if (small) {
        small_pack(&s, k, n, q, panels);
        small_product(&s, m, n, k, k, p, panels, NULL, c, ldc);
    } else {
        ck_assert_msg(gemm_bf16_reserve(m, n, k, &err), "%s", err.msg);
        gemm_bf16(m, n, k, p, q, (GemmStart){ NULL, 0 }, c, ldc);
    }
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++) {
            float want = naive(0, half, x + i * half, 1, y + j * half, 1);
            if (!same(c[i * ldc + j], want))
                ck_abort_msg("%zu x %zu x %zu, form %d: [%zu, %zu] is %a, should be %a", m, n, k, form, i, j,
                             (double)c[i * ldc + j], (double)want);
        }
    free(a), free(b), free(c), free(panels), free(room), free(x), free(y);
}

/* On one thread and on three. */
START_TEST(matrices_are_right)
{
    Err err = { 0 };
    set_up();
    ck_assert_msg(pool_start(1 + 2 * _i, &err), "%s", err.msg);
    for (int form = 0; form < 4; form++) {
        check_matrices(33, 35, 70, form, false);
        check_matrices(20, 18, 801, form, false);
        check_matrices(97, 65, 33, form, false);
        check_matrices(34, 33, 67, form, true);
        check_matrices(16, 32, 64, form, true);
    }
    pool_stop();
}
END_TEST

/* Pairs go to the right place, whatever the layout of b. */
START_TEST(pairs_lie_as_asked)
{
    enum { MOST = 70 };
    static uint32_t got[3 * MOST * MOST], want[3 * MOST * MOST];
    float *b = numbers((2 * MOST + 2) * (MOST + 2), true);
    for (int round = 0; round < 1000; round++) {
        size_t k = draw() % MOST, n = draw() % MOST, half = (k + 1) / 2;
        size_t rs = round % 2 ? 1 : n + 1, cs = round % 2 ? k + 2 : 1;
        bool   in_rows = draw() & 1;
        memset(got, 0x5a, sizeof got), memset(want, 0x5a, sizeof want);
        bf16_amx.pairs(k, n, b, rs, cs, got, in_rows ? 1 : n + 3, in_rows ? half + 3 : 1);
        bf16_ref.pairs(k, n, b, rs, cs, want, in_rows ? 1 : n + 3, in_rows ? half + 3 : 1);
        ck_assert_mem_eq(got, want, sizeof got);
        memset(got, 0x5a, sizeof got), memset(want, 0x5a, sizeof want);
        bf16_amx.pack(k, n, b, rs, cs, got);
        for (size_t j = 0; j < (n + WIDTH - 1) / WIDTH * WIDTH; j++) {
            uint32_t *to = want + j / WIDTH * WIDTH * half + j % WIDTH;
            for (size_t p = 0; p < half; p++)
                to[p * WIDTH] = 0;
            if (j < n)
                bf16_ref.pairs(k, 1, b + j * cs, rs, cs, to, WIDTH, 1);
        }
        ck_assert_mem_eq(got, want, sizeof got);
    }
    free(b);
}
END_TEST

/* A table with one wrong number, in the last row and column. */
static void wrong_product(size_t m, size_t n, size_t k, const uint32_t *a, size_t rs, size_t cs,
                          const uint32_t *panels, const real *start, size_t ss, real *c, size_t ldc)
{
    bf16_amx.product(m, n, k, a, rs, cs, panels, start, ss, c, ldc);
    c[(m - 1) * ldc + n - 1] += 1;
}

START_TEST(a_wrong_product_is_found)
{
    Bf16Kernels wrong = bf16_amx;
    set_up();
    ck_assert(amx_agrees(&bf16_amx));
    wrong.product = wrong_product;
    ck_assert(!amx_agrees(&wrong));
}
END_TEST

START_TEST(burn_does_what_it_counts)
{
    real sink = 0;
    set_up();
    ck_assert_double_eq(bf16_amx.burn(20, &sink), 4.0 * 32 * 32 * 16 * 20);
    ck_assert_double_eq((double)sink, 16 * 20);
    ck_assert(!trap || (trapped.dots == 4 * 20 && !trapped.shaped));
}
END_TEST

CHECK_MAIN("amx", TEST(source_is_right_over_the_model), TEST(tiles_are_shaped_when_they_change),
           LOOP(compiled_code_is_right, 0, can_run()), LOOP(matrices_are_right, 0, 2 * can_run()),
           LOOP(pairs_lie_as_asked, 0, can_run()), LOOP(a_wrong_product_is_found, 0, can_run()),
           LOOP(burn_does_what_it_counts, 0, can_run()))
#else
CHECK_MAIN("amx", TEST(source_is_right_over_the_model), TEST(tiles_are_shaped_when_they_change))
#endif
