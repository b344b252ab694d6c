/* Every operation's backward against finite differences, in double. */
#include "check_main.h"
#include "op_run.h"
#include <math.h>
#include <stdio.h>

enum { MANY = 2000, SAMPLE = 24 };
static const double H = 1.0 / 128, FLOOR = 1e-5, BOUND = 1e-7;

static const int ids[] = { 4, 0, 2, 4, 4, 1, 0, 3, 0, 0, 2, 1 };
static const int targets[] = { 2, -1, 0, 4, 1, -1, 3, 2, 0 }, none[] = { -1, -1, -1 }, zeros[400];
static real      cache_k[96], cache_v[96], cache_x[96];
static KvCache   cache = { 2, 8, 6, 2, 0, cache_k, cache_v, cache_x };

/* The last row of an op is large enough for several threads, where there is a way to split it. */
static const OpRow cases[] = {
    { .op = &op_add, .in = { "3x5", "3x5" } },
    { .op = &op_add, .in = { "", "" } },
    { .op = &op_add, .in = { "3x5", "=0" } },
    { .op = &op_add, .in = { "130x131", "130x131" } },
    { .op = &op_attention, .in = { "1x1x3" }, .arg = { .i = 1 } },
    { .op = &op_attention, .in = { "2x5x9" }, .arg = { .i = 1 } },
    { .op = &op_attention, .in = { "2x7x18" }, .arg = { .i = 3 } },
    { .op = &op_attention, .in = { "1x32x3" }, .arg = { .i = 1 } },
    { .op = &op_attention, .in = { "1x33x6" }, .arg = { .i = 2 } },
    { .op = &op_attention, .in = { "1x67x9" }, .arg = { .i = 1 } },
    { .op = &op_attention, .in = { "2x5x18" }, .arg = { .i = 2, .r = (real)0.5, .key = 77 } },
    { .op = &op_attention, .in = { "1x35x9" }, .arg = { .i = 1, .r = (real)0.3, .key = (uint64_t)5 << 40 } },
    { .op = &op_attention, .in = { "1x9x27" }, .arg = { .i = 3 }, .spread = 5 },
    { .op = &op_cached_attention, .in = { "1x1x18" }, .arg = { .i = 0, .state = &cache }, .forward_only = true },
    { .op = &op_cached_attention, .in = { "1x3x18" }, .arg = { .i = 1, .state = &cache }, .forward_only = true },
    { .op = &op_cached_char_mix, .in = { "1x1x6", "3x6" }, .arg = { .i = 0, .state = &cache }, .forward_only = true },
    { .op = &op_cached_char_mix, .in = { "1x4x6", "2x6" }, .arg = { .i = 1, .state = &cache }, .forward_only = true },
    { .op = &op_causal_softmax, .in = { "1x1" } },
    { .op = &op_causal_softmax, .in = { "3x3" } },
    { .op = &op_causal_softmax, .in = { "2x3x7x7" } },
    { .op = &op_causal_softmax, .in = { "1x19x19" }, .spread = 8 },
    { .op = &op_causal_softmax, .in = { "4x70x70" } },
    { .op = &op_char_mix, .in = { "1x1x1", "1x1" } },
    { .op = &op_char_mix, .in = { "2x5x7", "3x7" } },
    { .op = &op_char_mix, .in = { "2x3x5", "8x5" } },
    { .op = &op_char_mix, .in = { "3x9x4", "2x4" } },
    { .op = &op_char_mix, .in = { "2x70x135", "4x135" } },
    { .op = &op_cross_entropy, .in = { "5" }, .arg = { .ids = targets } },
    { .op = &op_cross_entropy, .in = { "1x1" }, .arg = { .ids = zeros } },
    { .op = &op_cross_entropy, .in = { "9x5" }, .arg = { .ids = targets } },
    { .op = &op_cross_entropy, .in = { "2x4x7" }, .arg = { .ids = targets }, .spread = 8 },
    { .op = &op_cross_entropy, .in = { "3x7" }, .arg = { .ids = none } },
    { .op = &op_cross_entropy, .in = { "300x67" }, .arg = { .ids = zeros } },
    { .op = &op_dropout, .in = { "" }, .arg = { .r = (real)0.2, .key = 4 } },
    { .op = &op_dropout, .in = { "3x5" }, .arg = { .r = 0, .key = 4 } },
    { .op = &op_dropout, .in = { "3x5" }, .arg = { .r = (real)0.5, .key = (uint64_t)9 << 32 } },
    { .op = &op_dropout, .in = { "7x41" }, .arg = { .r = (real)0.9, .key = 12345 } },
    { .op = &op_dropout, .in = { "130x131" }, .arg = { .r = (real)0.1, .key = 6 } },
    { .op = &op_embedding, .in = { "1x1" }, .arg = { .ids = zeros, .i = 1, .j = 1 } },
    { .op = &op_embedding, .in = { "5x3" }, .arg = { .ids = ids, .i = 2, .j = 6 } },
    { .op = &op_embedding, .in = { "6x5" }, .arg = { .i = 3, .j = 4, .key = 2 } },
    { .op = &op_embedding, .in = { "5x200" }, .arg = { .ids = ids, .i = 3, .j = 4 } },
    { .op = &op_gelu, .in = { "" } },
    { .op = &op_gelu, .in = { "3x5" } },
    { .op = &op_gelu, .in = { "41" }, .spread = 6 },
    { .op = &op_gelu, .in = { "130x131" }, .spread = 3 },
    { .op = &op_layer_norm, .in = { "2x3x5", "5", "5" } },
    { .op = &op_layer_norm, .in = { "2x3x5", "5" } },
    { .op = &op_layer_norm, .in = { "3x1", "1", "1" } },
    { .op = &op_layer_norm, .in = { "7", "7", "7" } },
    { .op = &op_layer_norm, .in = { "3x37", "37", "37" }, .spread = 3 },
    { .op = &op_layer_norm, .in = { "3x7", "7", "=1" } },
    { .op = &op_layer_norm, .in = { "7", "=0", "7" } },
    { .op = &op_layer_norm, .in = { "7", "7", "=0" } },
    { .op = &op_layer_norm, .in = { "7", "=0", "=0" } },
    { .op = &op_layer_norm, .in = { "150x131", "131", "131" } },
    { .op = &op_linear, .in = { "2x3x5", "4x5", "4" } },
    { .op = &op_linear, .in = { "2x3x5", "4x5" } },
    { .op = &op_linear, .in = { "5", "4x5", "4" } },
    { .op = &op_linear, .in = { "1x1", "1x1", "1" } },
    { .op = &op_linear, .in = { "3x3", "=0" } },
    { .op = &op_linear, .in = { "5", "5x5", "=0" } },
    { .op = &op_linear, .in = { "3x17", "19x17", "19" } },
    { .op = &op_linear, .in = { "70x65", "131x65", "131" } },
    { .op = &op_matmul, .in = { "3x5", "5x4" } },
    { .op = &op_matmul, .in = { "1x1", "1x1" } },
    { .op = &op_matmul, .in = { "2x3x3", "=0" } },
    { .op = &op_matmul, .in = { "2x3x1x5", "2x3x5x7" } },
    { .op = &op_matmul, .in = { "1x19x3", "1x3x17" } },
    { .op = &op_matmul_nt, .in = { "3x5", "4x5" } },
    { .op = &op_matmul_nt, .in = { "1x1", "1x1" } },
    { .op = &op_matmul_nt, .in = { "2x3x5", "=0" } },
    { .op = &op_matmul_nt, .in = { "2x3x1x5", "2x3x7x5" } },
    { .op = &op_matmul_nt, .in = { "1x19x3", "1x17x3" } },
    { .op = &op_merge_heads, .in = { "1x1x1x1" } },
    { .op = &op_merge_heads, .in = { "2x3x4x5" } },
    { .op = &op_merge_heads, .in = { "2x4x50x45" } },
    { .op = &op_qk_norm, .in = { "1x1x3", "1" }, .spread = 8 },
    { .op = &op_qk_norm, .in = { "2x5x18", "3" }, .spread = 8 },
    { .op = &op_qk_norm, .in = { "2x3x18", "1" }, .spread = 8 },
    { .op = &op_qk_norm, .in = { "1x2x30", "2" }, .spread = 4 },
    { .op = &op_qk_norm, .in = { "2x70x270", "5" }, .spread = 8 },
    { .op = &op_relu2, .in = { "" } },
    { .op = &op_relu2, .in = { "3x5" } },
    { .op = &op_relu2, .in = { "130x131" }, .spread = 20 },
    { .op = &op_rms_norm, .in = { "2x3x5", "5" }, .spread = 3 },
    { .op = &op_rms_norm, .in = { "2x3x5" }, .spread = 3 },
    { .op = &op_rms_norm, .in = { "3x1", "1" }, .spread = 8 },
    { .op = &op_rms_norm, .in = { "3x37", "37" }, .spread = 3 },
    { .op = &op_rms_norm, .in = { "7", "=0" }, .spread = 2 },
    { .op = &op_rms_norm, .in = { "150x131", "131" } },
    { .op = &op_rms_norm, .in = { "150x131" } },
    { .op = &op_rotary, .in = { "1x1x6" }, .arg = { .i = 1, .j = 0 } },
    { .op = &op_rotary, .in = { "2x5x18" }, .arg = { .i = 1, .j = 3 } },
    { .op = &op_rotary, .in = { "2x4x36" }, .arg = { .i = 3, .j = 1000 } },
    { .op = &op_rotary, .in = { "2x70x132" }, .arg = { .i = 2, .j = 5 } },
    { .op = &op_scale, .in = { "" }, .arg = { .r = (real)-1.7 } },
    { .op = &op_scale, .in = { "3x5" }, .arg = { .r = (real)0.3 } },
    { .op = &op_scale, .in = { "130x131" }, .arg = { .r = 3 } },
    { .op = &op_soft_cap, .in = { "" }, .arg = { .r = 1 } },
    { .op = &op_soft_cap, .in = { "3x5" }, .arg = { .r = (real)0.7 }, .spread = 3 },
    { .op = &op_soft_cap, .in = { "41" }, .arg = { .r = 15 }, .spread = 30 },
    { .op = &op_soft_cap, .in = { "130x131" }, .arg = { .r = 3 }, .spread = 5 },
    { .op = &op_split_heads, .in = { "2x4x18" }, .arg = { .i = 0, .j = 3 } },
    { .op = &op_split_heads, .in = { "2x4x18" }, .arg = { .i = 1, .j = 2 } },
    { .op = &op_split_heads, .in = { "2x5x9" }, .arg = { .i = 2, .j = 1 } },
    { .op = &op_split_heads, .in = { "2x70x135" }, .arg = { .i = 1, .j = 3 } },
    { .op = &op_sum, .in = { "" } },
    { .op = &op_sum, .in = { "3x5" } },
    { .op = &op_sum, .in = { "2x1x41" } },
    { .op = &op_value_mix, .in = { "1x1x3", "1x1x3", "2" } },
    { .op = &op_value_mix, .in = { "2x5x18", "2x5x18", "2" } },
    { .op = &op_value_mix, .in = { "2x3x9", "=0", "2" } },
    { .op = &op_value_mix, .in = { "2x70x135", "2x70x135", "2" } },
};
enum { N_CASES = sizeof cases / sizeof *cases };

static const real *forward_at(OpRun *r, real *x, double value)
{
    *x = (real)value;
    memset(r->y->val, 0xff, tensor_len(r->y) * sizeof(real));
    for (size_t i = 0; i < r->y->n_save; i++)
        r->y->save[i] = (real)NAN;
    r->row->op->forward(r->y);
    return r->y->val;
}

/* f' = (45 (f(h) - f(-h)) - 9 (f(2h) - f(-2h)) + f(3h) - f(-3h)) / 60h, error h^6 f^(7) / 140.
 * Differences are taken output by output, so that those which x does not reach add exactly 0. */
static double slope(OpRun *r, real *x)
{
    static const double weight[] = { 45, -9, 1 };
    size_t n = tensor_len(r->y);
    double x0 = *x, total = 0;
    for (int k = 1; k <= 3; k++) {
        memcpy(r->up, forward_at(r, x, x0 + k * H), n * sizeof(real));
        const real *down = forward_at(r, x, x0 - k * H);
        for (size_t i = 0; i < n; i++)
            total += weight[k - 1] * r->y->grad[i] * (r->up[i] - down[i]);
    }
    forward_at(r, x, x0);
    return total / (60 * H);
}

/* Runs backward over gradients that hold `held` (NaN: nothing, has_grad is false). */
static void back(OpRun *r, double held)
{
    for (int k = 0; k < r->row->op->n_in; k++)
        if (r->in[k]) {
            r->in[k]->has_grad = !isnan(held);
            for (size_t i = 0; i < tensor_len(r->in[k]); i++)
                r->in[k]->grad[i] = held;
        }
    memcpy(r->before, r->mem.base, r->mem.size);
    r->row->op->backward(r->y);
    for (int k = 0; k < r->row->op->n_in; k++)
        if (r->in[k]) {
            ck_assert(r->in[k]->has_grad);
            op_run_forgive(r, r->in[k]->grad, tensor_len(r->in[k]));
        }
    op_run_unchanged(r, "backward");
}

static void expect_slope(const OpRun *r, int k, size_t i, double held, double want)
{
    double got = r->in[k]->grad[i] - (isnan(held) ? 0 : held);
    double size = fmax(fmax(fabs(got), fabs(want)), FLOOR);
    ck_assert_msg(fabs(got - want) < BOUND * size, "%s: d/d in[%d][%zu] is %.12g, should be %.12g (gradient held %g)",
                  r->row->op->name, k, i, got, want, held);
}

/* Every element of small inputs, SAMPLE of large ones. */
static void check_input(OpRun *r, int k)
{
    size_t n = tensor_len(r->in[k]), step = n > MANY ? n / SAMPLE : 1;
    double *want = malloc(n * sizeof *want);
    for (size_t i = 0; i < n; i += step)
        want[i] = slope(r, &r->in[k]->val[i]);
    for (int fresh = 0; fresh < 2; fresh++) {
        double held = fresh ? (double)NAN : 3;
        back(r, held);
        for (size_t i = 0; i < n; i += step)
            expect_slope(r, k, i, held, want[i]);
    }
    free(want);
}

/* A random gradient of the output: what is checked is d/dx of <y->grad, y>, which exercises all of y. */
static void prepare_back(OpRun *r)
{
    size_t n = tensor_len(r->y);
    r->y->grad = arena_take(&r->mem, n * sizeof(real));
    r->up = arena_take(&r->mem, n * sizeof(real));
    ck_assert(r->y->grad && r->up);
    op_fill(r->y->grad, n, 50, 1);
}

START_TEST(backward_matches_finite_differences)
{
    OpRun r;
    op_run_start(&r, &cases[_i], NULL, 1);
    ck_assert_int_eq(cases[_i].forward_only, cases[_i].op->backward == NULL);
    prepare_back(&r);
    for (int k = 0; k < r.row->op->n_in && !r.row->forward_only; k++)
        if (op_own_input(r.row, k))
            check_input(&r, k);
    op_run_end(&r);
}
END_TEST

/* All of y, nothing but y, and no NaN left of what was there. */
START_TEST(forward_writes_its_output_and_nothing_else)
{
    OpRun r;
    op_run_start(&r, &cases[_i], NULL, 3);
    for (size_t i = 0; i < tensor_len(r.y); i++)
        ck_assert_msg(isfinite(r.y->val[i]), "%s: element %zu is %g", r.row->op->name, i, r.y->val[i]);
    for (size_t i = 0; i < r.y->n_save; i++)
        ck_assert(isfinite(r.y->save[i]));
    op_run_forgive(&r, r.y->val, tensor_len(r.y));
    op_run_forgive(&r, r.y->save ? r.y->save : r.y->val, r.y->n_save);
    op_run_unchanged(&r, "forward");
    op_run_end(&r);
}
END_TEST

/* One thread with ref, three with the best table: the same bits in values and in gradients. */
START_TEST(threads_and_kernels_change_nothing)
{
    OpRun r[2];
    for (int i = 0; i < 2; i++) {
        op_run_start(&r[i], &cases[_i], i ? NULL : "ref", i ? 3 : 1);
        prepare_back(&r[i]);
        if (cases[_i].op->backward)
            back(&r[i], 0.25), back(&r[i], (double)NAN);
        pool_stop();
    }
    ck_assert_msg(memcmp(r[0].mem.base, r[1].mem.base, r[0].mem.size) == 0, "%s: bits differ", cases[_i].op->name);
    op_run_end(&r[0]);
    op_run_end(&r[1]);
}
END_TEST

START_TEST(forward_only_ops_refuse_in_words)
{
    for (int i = 0; i < N_CASES; i++) {
        if (!cases[i].forward_only)
            continue;
        OpRun r;
        op_run_start(&r, &cases[i], NULL, 1);
        ck_assert(!tape_backward(&r.t, sum(&r.t, r.y)));
        char why[100];
        snprintf(why, sizeof why, "%s has no gradient: it is for sampling only", cases[i].op->name);
        ck_assert_str_eq(r.err.msg, why);
        op_run_end(&r);
    }
}
END_TEST

START_TEST(every_op_has_a_row)
{
#define X(name) &op_##name,
    static const Op *const all[] = { OPS(X) };
#undef X
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        int found = 0;
        for (int k = 0; k < N_CASES; k++)
            found += cases[k].op == all[i];
        ck_assert_msg(found > 0, "op %s has no row in cases[]", all[i]->name);
    }
}
END_TEST

CHECK_MAIN("grad", LOOP(backward_matches_finite_differences, 0, N_CASES),
           LOOP(forward_writes_its_output_and_nothing_else, 0, N_CASES),
           LOOP(threads_and_kernels_change_nothing, 0, N_CASES), TEST(forward_only_ops_refuse_in_words),
           TEST(every_op_has_a_row))
