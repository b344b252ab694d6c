/* Every table against ref, bit by bit; and ref's exponential against libm. */
#include "check_main.h"
#include "kernel/agree.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

START_TEST(sums_agree)
{
    table = kernel_at(_i);
    AGREE("sum", c[0] = k->sum(n, x))
    AGREE("dot", c[0] = k->dot(n, x, y))
    AGREE("max", c[0] = k->max(n, x))
}
END_TEST

START_TEST(elements_agree)
{
    table = kernel_at(_i);
    AGREE("add", k->add(n, x, y, a))
    AGREE("add in place", k->add(n, x, a, a))
    AGREE("add to itself", k->add(n, a, a, a))
    AGREE("axpy", k->axpy(n, x[90], y, a))
    AGREE("scale", k->scale(n, x[90], y, a))
    AGREE("scale in place", k->scale(n, x[90], a, a))
    AGREE("gelu", k->gelu(n, x, a))
    AGREE("gelu in place", k->gelu(n, a, a))
    AGREE("gelu_back", k->gelu_back(n, x, y, a, more))
    AGREE("gelu_back in place", k->gelu_back(n, x, a, a, more))
    AGREE("relu2", k->relu2(n, x, a))
    AGREE("relu2 in place", k->relu2(n, a, a))
    AGREE("relu2_back", k->relu2_back(n, x, y, a, more))
    AGREE("relu2_back in place", k->relu2_back(n, x, a, a, more))
}
END_TEST

START_TEST(softmax_agrees)
{
    table = kernel_at(_i);
    AGREE("exp_sum", c[0] = k->exp_sum(n, x, y[90], a))
    AGREE("exp_sum in place", c[0] = k->exp_sum(n, a, y[90], a))
    AGREE("softmax", k->softmax(n, z[90], x, a))
    AGREE("softmax in place", k->softmax(n, 1, a, a))
    AGREE("softmax_back", k->softmax_back(n, z[90], x, y, a, more))
    AGREE("softmax_back in place", k->softmax_back(n, z[90], x, a, a, more))
}
END_TEST

START_TEST(norm_agrees)
{
    table = kernel_at(_i);
    const real eps = (real)1e-5;
    AGREE("norm", k->norm(n, x, y, z, eps, a, c + 1))
    AGREE("norm in place", k->norm(n, a, y, z, eps, a, c + 1))
    AGREE("norm without bias", k->norm(n, x, y, NULL, eps, a, c))
    AGREE("norm_back", k->norm_back(n, x, y, in[3], z, a, more))
    AGREE("norm_back in place", k->norm_back(n, x, y, in[3], a, a, more))
}
END_TEST

START_TEST(rows_agree)
{
    table = kernel_at(_i);
    AGREE("weigh", k->weigh(n, z[90], x, y, a))
    AGREE("weigh in place", k->weigh(n, z[90], a, y, a))
    AGREE("rms_back", k->rms_back(n, z[90], z[91], x, y, a, more))
    AGREE("rms_back in place", k->rms_back(n, z[90], z[91], x, a, a, more))
    AGREE("rotate", k->rotate(2 * n, n, y, more ? -1 : 1, x, a, more))
    AGREE("rotate heads", k->rotate(n / 6 * 6, 3, y, more ? -1 : 1, x, a, more))
    AGREE("rotate in place", k->rotate(n / 2 * 2, n / 2, y, more ? -1 : 1, a, a, more))
    AGREE("mix one", k->mix(n, 1, y, x, 0, a, more))
    AGREE("mix forward", k->mix(n, 3, in[3], x, (ptrdiff_t)n / 2 + 1, a, more))
    AGREE("mix backward", k->mix(n, 3, in[3], x + n, -(ptrdiff_t)(n / 2), a, more))
    AGREE("mix_back", k->mix_back(n, 3, y, x + n, -(ptrdiff_t)(n / 2), out[side][1], n + 2))
}
END_TEST

START_TEST(dropout_agrees)
{
    table = kernel_at(_i);
    AGREE("dropout", k->dropout(n, (uint32_t)n * 77777777u, 0xfffffff0u, 1u << 31, x[90], y, a, more))
    AGREE("dropout in place", k->dropout(n, 9, (uint32_t)n, 0xc0000000u, x[90], a, a, more))
    AGREE("dropout of all", k->dropout(n, 5, 6, 0xffffffffu, 2, y, a, more))
    AGREE("dropout of none", k->dropout(n, 5, 6, 0, 2, y, a, more))
}
END_TEST

START_TEST(adamw_agrees)
{
    table = kernel_at(_i);
    const AdamStep step = { (real)0.7, (real)0.1, (real)0.99, (real)0.01, (real)1e-3, (real)1.1, (real)1e-8,
                            (real)0.9999 };
    AGREE("adamw", k->adamw(n, &step, x, a, b, c))
}
END_TEST

/* Rows `ld` apart: every n, few rows, gaps that must not change. */
START_TEST(columns_agree)
{
    table = kernel_at(_i);
    for (size_t n = 0; n <= MOST; n++)
        for (size_t rows = 0; rows < 9; rows += 1 + rows / 2)
            for (int odd = 0; odd < 4; odd++) {
                size_t ld = n + n % 3 + 1;
                prepare(ROOM * 9, odd > 1);
                for (int side = 0; side < 2; side++) {
                    const Kernels *k = side ? &kernel_ref : table;
                    k->norm_back_params(rows, n, in[0] + 1, in[1], in[2], ld, out[side][0] + 1,
                                        odd & 1 ? out[side][1] : NULL);
                    k->add_rows(rows, n, in[0], ld, out[side][2] + 1);
                }
                compare("norm_back_params, add_rows", n, ROOM * 9);
            }
}
END_TEST

/* --- The matrix product --- */

typedef struct Shape {
    size_t m, n, k;
    bool   a_turned, b_turned;
    int    start;                            /* 0 none, 1 a row, 2 c itself */
} Shape;

static void product(const Kernels *k, const Shape *s, real *c, size_t ldc)
{
    static real panels[ROOM * ROOM];
    size_t      lda = s->k + 3, ldb = s->n + 1;
    if (s->b_turned)
        k->pack(s->k, s->n, in[1] + 1, 1, s->k + 2, panels);
    else
        k->pack(s->k, s->n, in[1] + 1, ldb, 1, panels);
    size_t rs = s->a_turned ? 1 : lda, cs = s->a_turned ? s->m + 2 : 1;
    const real *start = s->start == 0 ? NULL : s->start == 1 ? in[2] : c;
    k->product(s->m, s->n, s->k, in[0] + 1, rs, cs, panels, start, s->start == 2 ? ldc : 0, c, ldc);
}

static void products_agree(Shape s, bool odd)
{
    size_t ldc = s.n + 3, len = (s.m + 1) * ldc + 2;
    prepare(ROOM * ROOM / 4, odd);
    product(table, &s, out[0][0] + 1, ldc);
    product(&kernel_ref, &s, out[1][0] + 1, ldc);
    same("product", s.m * 10000 + s.n * 100 + s.k, out[0][0], out[1][0], len);
}

START_TEST(product_agrees)
{
    table = kernel_at(_i);
    for (size_t m = 0; m <= 20; m++)
        for (size_t n = 0; n <= MOST; n++) {
            size_t k = draw() % 12;
            Shape  s = { m, n, k, draw() & 1, draw() & 1, (int)(draw() % 3) };
            products_agree(s, draw() % 8 == 0);
        }
    for (size_t k = 0; k <= 64; k++)
        for (int form = 0; form < 12; form++)
            products_agree((Shape){ 9, 50, k, form & 1, form & 2, form / 4 }, k % 9 == 8);
}
END_TEST

/* A product from column `first` of a panel on gives the same numbers as one of the whole panel. */
START_TEST(product_begins_within_a_panel)
{
    enum { M = 19, K = 7 };
    table = kernel_at(_i);
    size_t w = table->width;
    for (size_t n = 1; n <= w; n++)
        for (size_t first = 16; first < n; first += 16) {
            prepare(ROOM * 9, false);
            table->pack(K, n, in[1], n, 1, in[2]);
            table->product(M, n, K, in[0], K, 1, in[2], NULL, 0, out[1][0], w);
            for (size_t i = 0; i < M; i++)
                memcpy(out[0][0] + i * w, out[1][0] + i * w, first * sizeof(real));
            table->product(M, n - first, K, in[0], K, 1, in[2] + first, NULL, 0, out[0][0] + first, w);
            for (size_t i = 0; i < M; i++)
                same("product from within", n, out[0][0] + i * w, out[1][0] + i * w, n);
        }
}
END_TEST

START_TEST(pack_lays_out_panels)
{
    table = kernel_at(_i);
    static real panels[ROOM * ROOM];
    size_t      w = table->width;
    fill(in[0], ROOM * ROOM, false);
    for (size_t n = 1; n <= MOST; n++)
        for (size_t form = 0; form < 3; form++) {
            const size_t k = 1 + n % 11, rs = form == 0 ? n + 1 : form == 1 ? 1 : 2,
                         cs = form == 0 ? 1 : form == 1 ? k + 1 : 2 * k + 1;
            size_t len = (n + w - 1) / w * w * k;
            memset(panels, GUARD, sizeof panels);
            table->pack(k, n, in[0], rs, cs, panels);
            for (size_t p = 0; p < len; p++) {
                size_t i = p / w % k, j = p / w / k * w + p % w;
                if (panels[p] != (j < n ? in[0][i * rs + j * cs] : 0))
                    ck_abort_msg("%s: n = %zu, form %zu, [%zu]", table->name, n, form, p);
            }
            for (size_t p = len; p < len + 32; p++)
                ck_assert(memcmp(&panels[p], &panels[len + 32], sizeof(real)) == 0);
        }
}
END_TEST

START_TEST(slices_lay_out_rows)
{
    table = kernel_at(_i);
    static real got[ROOM * ROOM];
    fill(in[0], ROOM * ROOM, false);
    for (size_t m = 1, h = table->height; m <= 40; m++) {
        size_t k = draw() % 12, cs = m + draw() % 5, apart = k * h + 16 + draw() % 3;
        memset(got, GUARD, sizeof got);
        table->slices(m, k, in[0], cs, got, apart);
        for (size_t p = 0; p < m * k; p++) {
            size_t i = p % m, j = p / m;
            ck_assert_msg(got[i / h * apart + i % h + j * h] == in[0][i + j * cs], "%s: m = %zu, k = %zu, [%zu, %zu]",
                          table->name, m, k, i, j);
        }
        ck_assert_mem_eq(got + (m + h - 1) / h * apart, got + ROOM * ROOM - 32, 32 * sizeof *got);
    }
}
END_TEST

/* --- Promises of ref --- */

static real exponential(real x)
{
    real y;
    kernel_ref.exp_sum(1, &x, 0, &y);
    return y;
}

START_TEST(exp_is_within_its_promise)
{
    const double top = sizeof(real) == 4 ? 87 : 708, worst = sizeof(real) == 4 ? 1.1e-7 : 3e-16;
    for (int i = -400000; i <= 400000; i++) {
        real   x    = (real)(top * i / 400000);
        double want = exp((double)x), got = (double)exponential(x);
        if (!(fabs(got - want) <= worst * want))
            ck_abort_msg("exp(%a) = %a, should be %a", (double)x, got, want);
    }
}
END_TEST

START_TEST(exp_at_its_edges)
{
    const real top = sizeof(real) == 4 ? 87 : 708;
    ck_assert(exponential(0) == 1);
    ck_assert(exponential(-top) > 0);
    ck_assert(exponential(-top - 1) == 0);
    ck_assert(exponential(-(real)INFINITY) == 0);
    ck_assert(exponential((real)INFINITY) == exponential(top));
    ck_assert(isnan(exponential((real)NAN)));
}
END_TEST

START_TEST(gelu_is_the_tanh_form)
{
    for (int i = -2000; i <= 2000; i++) {
        real   x = (real)i / 200, y, dx, one = 1;
        double z = (double)x, t = tanh(0.7978845608028654 * (z + 0.044715 * z * z * z));
        double du = 0.7978845608028654 * (1 + 3 * 0.044715 * z * z), near = sizeof(real) == 4 ? 2e-6 : 1e-14;
        kernel_ref.gelu(1, &x, &y);
        kernel_ref.gelu_back(1, &x, &one, &dx, false);
        ck_assert_double_eq_tol((double)y, 0.5 * z * (1 + t), near);
        ck_assert_double_eq_tol((double)dx, 0.5 * (1 + t) + 0.5 * z * (1 - t * t) * du, near);
    }
}
END_TEST

/* A cut of 2^31 keeps half of the numbers for any key; two keys agree on half of them; each bit of the index flips
 * the outcome about half of the time. */
START_TEST(dropout_is_fair)
{
    enum { N = 1 << 14 };
    static real one[N], y[N], z[N];
    for (size_t i = 0; i < N; i++)
        one[i] = 1;
    for (uint32_t key = 1; key < 200000; key = key * 7 + 1) {
        kernel_ref.dropout(N, key, 0, 1u << 31, 1, one, y, false);
        kernel_ref.dropout(N, key + 1, 0, 1u << 31, 1, one, z, false);
        size_t kept = 0, both = 0, flips[14] = { 0 };
        for (size_t i = 0; i < N; i++) {
            kept += y[i] != 0;
            both += y[i] == z[i];
            for (size_t bit = 0; bit < 14; bit++)
                flips[bit] += y[i] != y[i ^ (size_t)1 << bit];
        }
        ck_assert_msg(kept > N * 48 / 100 && kept < N * 52 / 100, "key %u keeps %zu", key, kept);
        ck_assert_msg(both > N * 48 / 100 && both < N * 52 / 100, "keys %u, %u agree on %zu", key, key + 1, both);
        for (int bit = 0; bit < 14; bit++)
            ck_assert_msg(flips[bit] > N * 46 / 100 && flips[bit] < N * 54 / 100, "bit %d: %zu", bit, flips[bit]);
    }
}
END_TEST

START_TEST(tables_are_found_by_name)
{
    int count = 0;
    while (kernel_at(count))
        count++;
    ck_assert_ptr_eq(kernel, &kernel_ref);
    ck_assert_ptr_eq(kernel_at(count - 1), &kernel_ref);
    ck_assert(!kernel_use("sse"));
    ck_assert_ptr_eq(kernel, &kernel_ref);
    for (int i = 0; i < count; i++) {
        ck_assert(kernel_use(kernel_at(i)->name));
        ck_assert_ptr_eq(kernel, kernel_at(i));
    }
    ck_assert(kernel_use(NULL));
    ck_assert_ptr_eq(kernel, kernel_at(0));
}
END_TEST

static int tables(void)
{
    int n = 0;
    while (kernel_at(n))
        n++;
    return n;
}

/* It returns the number of operations, and each chain ends at 2 - 0.5^rounds. */
START_TEST(burn_does_what_it_counts)
{
    real   sink  = 0;
    double count = kernel_at(_i)->burn(60, &sink);
    ck_assert_double_ge(count, 2 * 60);
    ck_assert_double_eq(fmod(count, 2 * 60), 0);
    ck_assert_double_eq_tol(fmod((double)sink, 2), 0, 1e-6);
}
END_TEST

CHECK_MAIN("kernel", LOOP(sums_agree, 0, tables()), LOOP(elements_agree, 0, tables()),
           LOOP(softmax_agrees, 0, tables()), LOOP(norm_agrees, 0, tables()), LOOP(rows_agree, 0, tables()),
           LOOP(dropout_agrees, 0, tables()), LOOP(adamw_agrees, 0, tables()), LOOP(columns_agree, 0, tables()),
           LOOP(product_agrees, 0, tables()),
           LOOP(product_begins_within_a_panel, 0, tables()),
           LOOP(pack_lays_out_panels, 0, tables()), LOOP(slices_lay_out_rows, 0, tables()),
           TEST(exp_is_within_its_promise), TEST(exp_at_its_edges),
           TEST(gelu_is_the_tanh_form), TEST(dropout_is_fair), TEST(tables_are_found_by_name),
           LOOP(burn_does_what_it_counts, 0, tables()))
