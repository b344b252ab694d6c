/* Products with a right-hand side rounded to bfloat16: every table, bit by bit, against ref's plain product of numbers
 * that this test rounds by other means. */
#include "check_main.h"
#include "kernel/kernel.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { M = 13, N = 150, K = 40, LDC = N + 3 };

static uint32_t state = 1;

static uint32_t draw(void)
{
    state = state * 1664525u + 1013904223u;
    return state >> 8;
}

static real ordinary(void) { return ((real)draw() / (real)(1 << 24) - (real)0.5) * 4; }

/* Random numbers, and some that are hard to round. */
static real number(bool odd)
{
    const real rare[] = { (real)NAN, (real)INFINITY, -(real)INFINITY, 0, -(real)0.0, (real)0x1p-149, -(real)0x1p-127,
                          (real)0x1.fffffep127, (real)0x1.fdp127, (real)0x1.01p0, (real)0x1.03p0, (real)0x1.00fffep0,
                          (real)0x1.010002p0, (real)0x1.ffp5, -(real)0x1.01p-60 };
    return odd && draw() % 4 == 0 ? rare[draw() % (sizeof rare / sizeof *rare)] : ordinary();
}

/* Rounds to eight bits of precision, ties to even. */
static real rounded(real wide)
{
    float x = (float)wide;
    int   e;
    if (isnan(x) || isinf(x))
        return (real)x;
    if (fabsf(x) < 0x1p-126f)
        return (real)copysignf(0, x);
    double m = nearbyint(ldexp(frexp((double)x, &e), 8));
    return (real)(float)ldexp(m, e - 8);
}

static real a[M * K], b[K * N + K + N], exact[K * N + K + N], panels[(N + 64) * K], row[N], got[M * LDC], want[M * LDC];
static uint32_t words[(N + 128) * K];

static void make(bool odd)
{
    for (size_t i = 0; i < sizeof a / sizeof *a; i++)
        a[i] = ordinary();
    for (size_t i = 0; i < sizeof b / sizeof *b; i++)
        exact[i] = rounded(b[i] = number(odd));
    for (size_t i = 0; i < N; i++)
        row[i] = ordinary();
    for (size_t i = 0; i < M * LDC; i++)
        got[i] = want[i] = ordinary();
}

static void compare(const Kernels *table, size_t m, size_t n, size_t k)
{
    for (size_t i = 0; i < M * LDC; i++)
        if (memcmp(&got[i], &want[i], sizeof *got) != 0 && !(isnan(got[i]) && isnan(want[i])))
            ck_abort_msg("%s, %zu x %zu x %zu: [%zu, %zu] is %a, should be %a", table->name, m, n, k, i / LDC, i % LDC,
                         (double)got[i], (double)want[i]);
}

/* a and b each plain or transposed; chains start at 0, a row or c. */
static void multiply(const Kernels *table, size_t m, size_t n, size_t k, bool odd, int form)
{
    size_t rs = form & 1 ? 1 : k, cs = form & 1 ? m : 1, brs = form & 2 ? 1 : n, bcs = form & 2 ? k : 1;
    int    begin = form / 4;
    make(odd);
    table->pack_rounded(k, n, b, brs, bcs, words);
    table->product_rounded(m, n, k, a, rs, cs, words, begin == 0 ? NULL : begin == 1 ? row : got, begin == 2 ? LDC : 0,
                           got, LDC);
    kernel_ref.pack(k, n, exact, brs, bcs, panels);
    kernel_ref.product(m, n, k, a, rs, cs, panels, begin == 0 ? NULL : begin == 1 ? row : want, begin == 2 ? LDC : 0,
                       want, LDC);
    compare(table, m, n, k);
}

START_TEST(product_is_that_of_rounded_numbers)
{
    const Kernels *table = kernel_at(_i);
    for (size_t m = 0; m <= M; m++)
        for (size_t n = 0; n <= N; n += n < 70 ? 1 : 7)
            multiply(table, m, n, draw() % 12, draw() % 4 == 0, (int)(draw() % 12));
    for (size_t k = 0; k <= K; k++)
        for (int form = 0; form < 12; form++)
            multiply(table, 9, 100, k, k % 9 == 8, form);
}
END_TEST

/* Two numbers per word, each column in one half, missing columns 0; nothing is written past the panels. */
START_TEST(panels_hold_every_number_once)
{
    const Kernels *table = kernel_at(_i);
    for (size_t n = 1; n <= N; n++) {
        size_t w = table->rounded_width, len = (n + w - 1) / w * w / 2 * 3, ones = 0, all = 0;
        for (size_t i = 0; i < 3 * n; i++)
            b[i] = 1;
        memset(words, 0x5a, sizeof words);
        table->pack_rounded(3, n, b, n, 1, words);
        for (size_t i = 0; i < len; i++) {
            uint32_t low = words[i] & 0xffff, high = words[i] >> 16;
            ones += (low == 0x3f80 ? 1u : 0u) + (high == 0x3f80 ? 1u : 0u);
            all += (low ? 1u : 0u) + (high ? 1u : 0u);
        }
        ck_assert_uint_eq(ones, 3 * n);
        ck_assert_uint_eq(all, 3 * n);
        ck_assert_uint_eq(words[len], 0x5a5a5a5a);
    }
}
END_TEST

static int tables(void)
{
    int n = 0;
    while (kernel_at(n))
        n++;
    return n;
}

CHECK_MAIN("rounded", LOOP(product_is_that_of_rounded_numbers, 0, tables()),
           LOOP(panels_hold_every_number_once, 0, tables()))
