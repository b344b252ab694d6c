/* Products in every form and on any number of threads against three nested loops, bit by bit. */
#include "check_main.h"
#include "kernel/gemm.h"
#include "kernel/pool.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

static uint32_t state = 1;

static uint32_t draw(void)
{
    state = state * 1664525u + 1013904223u;
    return state >> 8;
}

static real *numbers(size_t n)
{
    real *x = malloc((n + 1) * sizeof *x);
    ck_assert_ptr_nonnull(x);
    for (size_t i = 0; i <= n; i++)
        x[i] = (real)draw() / (real)(1 << 23) - 1;
    return x;
}

static real multiply_add(real a, real b, real c)
{
    return sizeof(real) == sizeof(float) ? (real)fmaf((float)a, (float)b, (float)c)
                                         : (real)fma((double)a, (double)b, (double)c);
}

typedef enum How { BLOCKED, PACKED, SMALL, ROUNDED } How;

/* A case: sizes, which of a and b is transposed, where chains start (0, a row, c itself), which function. */
typedef struct Case {
    size_t m, n, k;
    int    a_turned, b_turned, start;
    How    how;
} Case;

static Matrix view(const real *p, size_t rows, size_t columns, int turned)
{
    return turned ? transposed(matrix(p, rows + 1)) : matrix(p, columns + 2);
}

static void three_loops(const Case *t, Matrix a, Matrix b, GemmStart start, real *c, size_t ldc)
{
    for (size_t i = 0; i < t->m; i++)
        for (size_t j = 0; j < t->n; j++) {
            real sum = start.p ? start.p[i * start.rs + j] : 0;
            for (size_t l = 0; l < t->k; l++)
                sum = multiply_add(a.p[i * a.rs + l * a.cs], b.p[l * b.rs + j * b.cs], sum);
            c[i * ldc + j] = sum;
        }
}

static void compute(const Case *t, Matrix a, Matrix b, GemmStart start, real *c, size_t ldc)
{
    Err   err  = { 0 };
    real *room = numbers(gemm_panels_len(t->n, t->k));
    if (t->how == BLOCKED) {
        ck_assert_msg(gemm_reserve(t->m, t->n, t->k, &err), "%s", err.msg);
        gemm(t->m, t->n, t->k, a, b, start, c, ldc);
    } else if (t->how == PACKED) {
        ck_assert_msg(gemm_reserve(t->m, t->n, t->k, &err), "%s", err.msg);
        kernel->pack(t->k, t->n, b.p, b.rs, b.cs, room);
        gemm_packed(t->m, t->n, t->k, a, room, start, c, ldc);
    } else if (t->how == ROUNDED) {
        uint32_t *panels = malloc((gemm_rounded_len(t->n, t->k) + 1) * sizeof *panels);
        ck_assert_ptr_nonnull(panels);
        kernel->pack_rounded(t->k, t->n, b.p, b.rs, b.cs, panels);
        gemm_rounded(t->m, t->n, t->k, a, panels, start, c, ldc);
        free(panels);
    } else {
        gemm_small(t->m, t->n, t->k, a, b, start, c, ldc, room);
    }
    free(room);
}

/* Rounds to numbers that a bfloat16 represents exactly. */
static void coarsen(real *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        x[i] = (real)(int)(x[i] * 128) / 128;
}

static void check(Case t)
{
    size_t ldc = t.n + 3, len = t.m * ldc + 5;
    real  *a = numbers((t.m + 2) * (t.k + 2)), *b = numbers((t.k + 2) * (t.n + 2)), *row = numbers(t.n);
    real  *got = numbers(len), *want = malloc((len + 1) * sizeof *want);
    ck_assert_ptr_nonnull(want);
    memcpy(want, got, (len + 1) * sizeof *want);
    if (t.how == ROUNDED)
        coarsen(b, (t.k + 2) * (t.n + 2));
    Matrix    x = view(a, t.m, t.k, t.a_turned), y = view(b, t.k, t.n, t.b_turned);
    GemmStart rows[] = { { NULL, 0 }, { row, 0 }, { got, ldc } };
    GemmStart same[] = { { NULL, 0 }, { row, 0 }, { want, ldc } };
    compute(&t, x, y, rows[t.start], got, ldc);
    three_loops(&t, x, y, same[t.start], want, ldc);
    for (size_t i = 0; i <= len; i++)
        if (memcmp(&got[i], &want[i], sizeof *got) != 0)
            ck_abort_msg("%s, %zu x %zu x %zu, forms %d %d, start %d, how %d: [%zu, %zu] is %a, should be %a",
                         kernel->name, t.m, t.n, t.k, t.a_turned, t.b_turned, t.start, (int)t.how, i / ldc, i % ldc,
                         (double)got[i], (double)want[i]);
    free(a), free(b), free(row), free(got), free(want);
}

#ifdef __wasm__                                  /* has one */
static const int threads[] = { 1 };
#else
static const int threads[] = { 1, 2, 3, 7 };
#endif
enum { THREADS = sizeof threads / sizeof *threads };

/* Table and threads of loop index i. */
static void set_up(int i)
{
    Err err = { 0 };
    kernel  = kernel_at(i / THREADS);
    ck_assert_msg(pool_start(threads[i % THREADS], &err), "%s", err.msg);
}

START_TEST(every_form)
{
    set_up(_i);
    const size_t sizes[] = { 1, 2, 23, 24, 65 };
    for (int form = 0; form < 48; form++)
        for (int i = 0; i < 25; i++)
            check((Case){ sizes[i % 5], sizes[i / 5], (size_t)(draw() % 70), form & 1, form >> 1 & 1,
                          form / 4 % 3, (How)(form / 12) });
    pool_stop();
}
END_TEST

START_TEST(nothing_to_do)
{
    set_up(_i);
    for (int form = 0; form < 48; form++) {
        How how = (How)(form / 12);
        check((Case){ 0, 5, 5, form & 1, form >> 1 & 1, form / 4 % 3, how });
        check((Case){ 5, 0, 5, form & 1, form >> 1 & 1, form / 4 % 3, how });
        check((Case){ 5, 5, 0, form & 1, form >> 1 & 1, form / 4 % 3, how });
        check((Case){ 200, 100, 0, form & 1, form >> 1 & 1, form / 4 % 3, how });
    }
    pool_stop();
}
END_TEST

/* Sizes around the edges of the blocks: K_BLOCK 384 or 192, groups of 384 columns, pieces of 48 rows. */
START_TEST(edges_of_blocks)
{
    set_up(_i);
    const size_t sizes[][3] = {
        { 96, 48, 384 },  { 97, 49, 385 },  { 95, 47, 383 },  { 49, 33, 769 },  { 25, 65, 193 },
        { 3, 1536, 20 },  { 7, 1537, 33 },  { 2, 1600, 386 }, { 47, 769, 17 },  { 384, 17, 40 },
        { 385, 50, 300 }, { 193, 96, 192 }, { 1, 3100, 3 },   { 48, 535, 256 }, { 1153, 20, 10 },
    };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        int form = (int)draw();
        check((Case){ sizes[i][0], sizes[i][1], sizes[i][2], form & 1, form >> 1 & 1, form / 4 % 3, BLOCKED });
        check((Case){ sizes[i][0], sizes[i][1], sizes[i][2], form >> 1 & 1, form & 1, form / 12 % 3, PACKED });
        check((Case){ sizes[i][0], sizes[i][1], sizes[i][2], form >> 1 & 1, form & 1, form / 12 % 3, ROUNDED });
    }
    pool_stop();
}
END_TEST

/* A transposed a is copied if its lines are long or b has many columns: blocks of 256 or 128, at most 768 rows, groups
 * of 384 columns. */
START_TEST(edges_of_copies)
{
    set_up(_i);
    const size_t sizes[][3] = {
        { 790, 20, 9 }, { 9, 790, 11 }, { 383, 383, 5 }, { 385, 17, 257 }, { 1537, 25, 6 }, { 13, 385, 129 },
        { 383, 17, 257 }, { 65, 49, 513 }, { 400, 769, 3 }, { 1, 400, 260 },
    };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        check((Case){ sizes[i][0], sizes[i][1], sizes[i][2], 1, (int)(draw() & 1), (int)(draw() % 3), BLOCKED });
    pool_stop();
}
END_TEST

/* A piece of a larger matrix with neither stride 1. */
START_TEST(any_strides)
{
    set_up(_i);
    Case   t = { 100, 60, 90, 0, 0, 0, BLOCKED };
    real  *a = numbers(100 * 90 * 6), *b = numbers(90 * 60 * 6), *got = numbers(6000), *want = numbers(6000);
    Matrix x = { a, 2, 500 }, y = { b, 3, 300 };
    compute(&t, x, y, (GemmStart){ 0 }, got, 60);
    three_loops(&t, x, y, (GemmStart){ 0 }, want, 60);
    ck_assert_mem_eq(got, want, 6000 * sizeof *got);
    free(a), free(b), free(got), free(want);
    pool_stop();
}
END_TEST

START_TEST(memory_is_bounded)
{
    Err err = { 0 };
    ck_assert(gemm_reserve(1000000, 1000000, 1000000, &err));
    ck_assert_uint_gt(pool_scratch_bytes(), 0);
    ck_assert_uint_le(pool_scratch_bytes(), 3 << 19);
    pool_stop();
}
END_TEST

static int settings(void)
{
    int n = 0;
    while (kernel_at(n))
        n++;
    return n * THREADS;
}

CHECK_MAIN("gemm", LOOP(every_form, 0, settings()), LOOP(nothing_to_do, 0, settings()),
           LOOP(edges_of_blocks, 0, settings()), LOOP(edges_of_copies, 0, settings()),
           LOOP(any_strides, 0, settings()), TEST(memory_is_bounded))
