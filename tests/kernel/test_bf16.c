/* bfloat16 products: rounding, against exact arithmetic in double; every table against ref, bit by bit, and against
 * double within the bound of kernel/bf16.h; gemm_bf16's blocks and threads. */
#include "check_main.h"
#include "kernel/bf16.h"
#include "kernel/gemm.h"
#include "kernel/pool.h"
#include <math.h>
#include <string.h>

static const Bf16Kernels *ref(void) { return kernel_bf16(&kernel_ref); }

/* The i-th bfloat16 table that this processor can run and that sums in chains, NULL past the end. test_amx.c tests
 * the one that sums in groups. */
static const Bf16Kernels *table_at(int i)
{
    for (int at = 0; kernel_at(at); at++) {
        const Bf16Kernels *table = kernel_bf16(kernel_at(at));
        if (table && table->group == 1 && i-- == 0) {
            kernel = kernel_at(at);
            return table;
        }
    }
    return NULL;
}

static int tables(void)
{
    int n = 0;
    while (table_at(n))
        n++;
    return n;
}

/* --- Numbers --- */

static uint32_t state = 1;

static uint32_t draw(void)
{
    state = state * 1664525u + 1013904223u;
    return state >> 8;
}

static float from_bits(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* Numbers between -1 and 1; with `odd`, special values among them. */
static float number(bool odd)
{
    const float rare[] = { NAN, INFINITY, -INFINITY, 0, -0.0f, 0x1p-149f, -0x1p-130f, 0x1.fffffep127f,
                           -0x1p-126f, 0x1.8p-127f, 0x1p-70f, -0x1p-63f, 0x1p-64f, 0x1p100f };
    if (odd && draw() % 3 == 0)
        return rare[draw() % (sizeof rare / sizeof *rare)];
    return (float)draw() / (1 << 23) - 1;
}

static float *numbers(size_t n, bool odd)
{
    float *x = malloc((n + 1) * sizeof *x);
    if (!x)
        ck_abort_msg("out of memory");
    for (size_t i = 0; i <= n; i++)
        x[i] = number(odd);
    return x;
}

static bool same(float x, float y) { return memcmp(&x, &y, sizeof x) == 0 || (isnan(x) && isnan(y)); }

/* --- Rounding --- */

/* x as `table` rounds it, as a float. */
static float round_by(const Bf16Kernels *table, float x)
{
    uint32_t pair[1];
    table->pairs(1, 1, &x, 1, 1, pair, 1, 1);
    return pair[0] >> 16 ? NAN : from_bits(pair[0] << 16);
}

/* The nearest bfloat16 to |x|, ties to even; in double, where all of this is exact. */
static float nearest(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    uint32_t below = bits & 0xffff0000, above = below + 0x10000;
    double   low = fabs((double)from_bits(below)), high = fabs((double)from_bits(above));
    double   at = fabs((double)x);
    if (isinf(high))
        high = 0x1p128;                                     /* the next one up */
    if (at - low != high - at)
        return from_bits(at - low < high - at ? below : above);
    return from_bits(below & 0x10000 ? above : below);
}

START_TEST(rounds_to_nearest_even)
{
    const Bf16Kernels *table = table_at(_i);
    for (uint32_t i = 0; i < 1 << 20; i++) {
        uint32_t tails[] = { 0, 1, 0x7fff, 0x8000, 0x8001, 0xffff, draw() & 0xffff };
        float    x       = from_bits((draw() & 0xffff) << 16 | tails[i % 7]);
        if (!isnormal(x))
            continue;
        if (!same(round_by(table, x), nearest(x)))
            ck_abort_msg("%s: %a becomes %a, should be %a", table->name, (double)x,
                         (double)round_by(table, x), (double)nearest(x));
    }
}
END_TEST

START_TEST(rounds_special_values_as_promised)
{
    const Bf16Kernels *table = table_at(_i);
    ck_assert(same(round_by(table, 0), 0) && same(round_by(table, -0.0f), -0.0f));
    ck_assert(same(round_by(table, INFINITY), INFINITY) && same(round_by(table, -INFINITY), -INFINITY));
    ck_assert(isnan(round_by(table, NAN)) && isnan(round_by(table, from_bits(0x7f800001))));
    ck_assert(isnan(round_by(table, from_bits(0xff80ffff))));
    ck_assert(same(round_by(table, 0x1.ffp127f), INFINITY));
    ck_assert(same(round_by(table, 0x1.feffp127f), 0x1.fep127f));
    ck_assert(same(round_by(table, 0x1p-149f), 0) && same(round_by(table, -0x1.fcp-127f), -0.0f));
    ck_assert(same(round_by(table, -0x1p-126f), -0x1p-126f));
}
END_TEST

/* --- Pairs and panels --- */

/* Element (i, j) of b, or 0 outside. */
static uint32_t rounded_at(const float *b, size_t k, size_t n, size_t i, size_t j, size_t rs, size_t cs)
{
    uint32_t pair = 0;
    if (i < k && j < n)
        ref()->pairs(1, 1, b + i * rs + j * cs, 1, 1, &pair, 1, 1);
    return pair;
}

static uint32_t pair_at(const float *b, size_t k, size_t n, size_t p, size_t j, size_t rs, size_t cs)
{
    return rounded_at(b, k, n, 2 * p + 1, j, rs, cs) << 16 | rounded_at(b, k, n, 2 * p, j, rs, cs);
}

enum { MOST = 70, ROOM = 3 * (MOST + 2) * MOST };

static uint32_t got[ROOM], want[ROOM];

/* Rows contiguous, columns contiguous, neither. */
static void strides(int form, size_t k, size_t n, size_t *rs, size_t *cs)
{
    *rs = form == 0 ? n + 1 : form == 1 ? 1 : 2;
    *cs = form == 0 ? 1 : form == 1 ? k + 2 : 2 * k + 1;
}

static void forget(void)
{
    memset(got, 0x5a, sizeof got);
    memset(want, 0x5a, sizeof want);
}

START_TEST(pairs_lie_as_asked)
{
    const Bf16Kernels *table = table_at(_i);
    float             *b     = numbers(ROOM, true);
    for (int round = 0; round < 2000; round++) {
        size_t k = draw() % MOST, n = draw() % 40, pairs = (k + 1) / 2, rs, cs;
        bool   turned = draw() & 1;
        size_t prs = turned ? 1 : n + 3, pcs = turned ? pairs + 3 : 1;
        strides((int)(draw() % 3), k, n, &rs, &cs);
        forget();
        table->pairs(k, n, b, rs, cs, got, prs, pcs);
        for (size_t p = 0; p < pairs; p++)
            for (size_t j = 0; j < n; j++)
                want[p * prs + j * pcs] = pair_at(b, k, n, p, j, rs, cs);
        ck_assert_mem_eq(got, want, sizeof got);
    }
    free(b);
}
END_TEST

START_TEST(panels_lie_as_promised)
{
    const Bf16Kernels *table = table_at(_i);
    size_t             w     = table->width;
    float             *b     = numbers(ROOM, true);
    for (int round = 0; round < 2000; round++) {
        size_t k = draw() % MOST, n = draw() % MOST, pairs = (k + 1) / 2, rs, cs;
        size_t len = (n + w - 1) / w * w * pairs;
        strides((int)(draw() % 3), k, n, &rs, &cs);
        forget();
        table->pack(k, n, b, rs, cs, got);
        for (size_t i = 0; i < len; i++)
            want[i] = pair_at(b, k, n, i / w % pairs, i / w / pairs * w + i % w, rs, cs);
        ck_assert_mem_eq(got, want, sizeof got);
    }
    free(b);
}
END_TEST

/* --- Products --- */

/* A case: sizes, which of a and b is transposed, where chains start (0, a row, c itself). */
typedef struct Case {
    size_t m, n, k;
    int    a_turned, b_turned, start;
} Case;

static Matrix view(const float *p, size_t rows, size_t columns, int turned)
{
    return turned ? transposed(matrix(p, rows + 1)) : matrix(p, columns + 2);
}

/* The product by bf16.h: ref's table, unblocked. */
static void by_ref(const Case *t, Matrix a, Matrix b, GemmStart start, float *c, size_t ldc)
{
    size_t    pairs = (t->k + 1) / 2, width = (t->n + 63) / 64 * 64;
    uint32_t *x = malloc((t->m * pairs + 1) * sizeof *x), *y = malloc((width * pairs + 1) * sizeof *y);
    ref()->pairs(t->k, t->m, a.p, a.cs, a.rs, x, 1, pairs);
    ref()->pack(t->k, t->n, b.p, b.rs, b.cs, y);
    ref()->product(t->m, t->n, pairs, x, pairs, 1, y, start.p, start.rs, c, ldc);
    free(x), free(y);
}

static void check(Case t, bool odd)
{
    Err    err = { 0 };
    size_t ldc = t.n + 3, len = t.m * ldc + 5;
    float *a = numbers((t.m + 2) * (t.k + 2), odd), *b = numbers((t.k + 2) * (t.n + 2), odd);
    float *row = numbers(t.n, odd);
    float *c = numbers(len, odd), *d = malloc((len + 1) * sizeof *d);
    memcpy(d, c, (len + 1) * sizeof *d);
    Matrix    x = view(a, t.m, t.k, t.a_turned), y = view(b, t.k, t.n, t.b_turned);
    GemmStart rows[] = { { NULL, 0 }, { row, 0 }, { c, ldc } };
    GemmStart same_rows[] = { { NULL, 0 }, { row, 0 }, { d, ldc } };
    if (!gemm_bf16_reserve(t.m, t.n, t.k, &err))
        ck_abort_msg("%s", err.msg);
    gemm_bf16(t.m, t.n, t.k, x, y, rows[t.start], c, ldc);
    by_ref(&t, x, y, same_rows[t.start], d, ldc);
    for (size_t i = 0; i <= len; i++)
        if (!same(c[i], d[i]))
            ck_abort_msg("%s, %zu x %zu x %zu, forms %d %d, start %d: [%zu, %zu] is %a, should be %a",
                         kernel->name, t.m, t.n, t.k, t.a_turned, t.b_turned, t.start, i / ldc, i % ldc, (double)c[i],
                         (double)d[i]);
    free(a), free(b), free(row), free(c), free(d);
}

static const int threads[] = { 1, 2, 3, 7 };
enum { THREADS = sizeof threads / sizeof *threads };

/* Table and threads of loop index i. */
static void set_up(int i)
{
    Err err = { 0 };
    ck_assert_ptr_nonnull(table_at(i / THREADS));
    ck_assert_msg(pool_start(threads[i % THREADS], &err), "%s", err.msg);
}

START_TEST(products_agree)
{
    set_up(_i);
    for (size_t m = 1; m <= 40; m++)
        for (int round = 0; round < 40; round++) {
            int form = (int)draw();
            Case t = { m, 1 + draw() % 40, 1 + draw() % 40, form & 1, form >> 1 & 1, form / 4 % 3 };
            check(t, draw() % 4 == 0);
        }
    for (int form = 0; form < 12; form++) {
        check((Case){ 0, 5, 5, form & 1, form >> 1 & 1, form / 4 }, false);
        check((Case){ 5, 0, 5, form & 1, form >> 1 & 1, form / 4 }, false);
        check((Case){ 5, 5, 0, form & 1, form >> 1 & 1, form / 4 }, false);
    }
    pool_stop();
}
END_TEST

/* Sizes around the edges of the blocks: 384 pairs, pieces of 48 to 768 rows, panels of 48. */
START_TEST(edges_of_blocks_agree)
{
    set_up(_i);
    const size_t sizes[][3] = {
        { 97, 49, 769 },  { 49, 33, 767 },   { 3, 1537, 20 },  { 25, 65, 1537 },  { 769, 50, 30 },
        { 768, 17, 40 },  { 1153, 20, 11 },  { 2, 1600, 99 },  { 384, 48, 96 },   { 50, 100, 2305 },
    };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        int form = (int)draw();
        check((Case){ sizes[i][0], sizes[i][1], sizes[i][2], form & 1, form >> 1 & 1, form / 4 % 3 }, false);
    }
    pool_stop();
}
END_TEST

/* The bound of bf16.h: each of the chain's k fmas rounds the partial sum by at most 2^-24 of it, and a partial sum
 * is at most slightly more than the sum of |a b|. */
START_TEST(sums_are_near_the_exact_ones)
{
    const Bf16Kernels *table = table_at(_i);
    const size_t       sizes[] = { 1, 2, 3, 17, 40, 1000, 4097 };
    for (size_t at = 0; at < sizeof sizes / sizeof *sizes; at++) {
        size_t k = sizes[at], pairs = (k + 1) / 2;
        float *a = numbers(k, false), *b = numbers(k, false), c;
        uint32_t *x = malloc(pairs * sizeof *x), *y = malloc(64 * pairs * sizeof *y);
        table->pairs(k, 1, a, 1, 1, x, 1, 1);
        table->pack(k, 1, b, 1, 1, y);
        table->product(1, 1, pairs, x, pairs, 1, y, NULL, 0, &c, 1);
        double exact = 0, size = 0;
        for (size_t i = 0; i < k; i++) {
            double one = (double)nearest(a[i]) * (double)nearest(b[i]);
            exact += one;
            size += fabs(one);
        }
        ck_assert_double_le(fabs((double)c - exact), (double)k * 0x1p-23 * size);
        free(a), free(b), free(x), free(y);
    }
}
END_TEST

START_TEST(memory_is_bounded)
{
    Err err = { 0 };
    ck_assert_ptr_nonnull(table_at(0));
    ck_assert(gemm_bf16_reserve(1000000, 1000000, 1000000, &err));
    ck_assert_uint_gt(pool_scratch_bytes(), 0);
    ck_assert_uint_le(pool_scratch_bytes(), 1 << 20);
    pool_stop();
}
END_TEST

START_TEST(burn_does_what_it_counts)
{
    real   sink  = 0;
    double count = table_at(_i)->burn(60, &sink);
    ck_assert_double_ge(count, 4 * 60);
    ck_assert_double_eq(fmod(count, 4 * 60), 0);
    ck_assert_double_ge((double)sink, 60);
}
END_TEST

CHECK_MAIN("bf16", LOOP(rounds_to_nearest_even, 0, tables()),
           LOOP(rounds_special_values_as_promised, 0, tables()),
           LOOP(pairs_lie_as_asked, 0, tables()), LOOP(panels_lie_as_promised, 0, tables()),
           LOOP(products_agree, 0, tables() * THREADS), LOOP(edges_of_blocks_agree, 0, tables() * THREADS),
           LOOP(sums_are_near_the_exact_ones, 0, tables()), TEST(memory_is_bounded),
           LOOP(burn_does_what_it_counts, 0, tables()))
