/* Every operation's backward against finite differences, in double. */
#include "check_main.h"
#include "engine/op_cases.h"
#include "engine/op_run.h"
#include <math.h>
#include <stdio.h>

enum { MANY = 2000, SAMPLE = 24 };
static const double H = 1.0 / 128, FLOOR = 1e-5, BOUND = 1e-7;

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
 * Differences are taken per output, so that outputs independent of x add exactly 0. */
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

/* A random gradient of the output: the test checks d/dx of <y->grad, y>, which involves all of y. */
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
    op_run_start(&r, &op_cases[_i], NULL, 1);
    ck_assert_int_eq(op_cases[_i].forward_only, op_cases[_i].op->backward == NULL);
    prepare_back(&r);
    for (int k = 0; k < r.row->op->n_in && !r.row->forward_only; k++)
        if (op_own_input(r.row, k))
            check_input(&r, k);
    op_run_end(&r);
}
END_TEST

/* It writes all of y and nothing else, and leaves no NaN. */
START_TEST(forward_writes_its_output_and_nothing_else)
{
    OpRun r;
    op_run_start(&r, &op_cases[_i], NULL, 3);
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

START_TEST(forward_only_ops_refuse_backward)
{
    for (int i = 0; i < N_OP_CASES; i++) {
        if (!op_cases[i].forward_only)
            continue;
        OpRun r;
        op_run_start(&r, &op_cases[i], NULL, 1);
        ck_assert(!tape_backward(&r.t, sum(&r.t, r.y)));
        char why[100];
        snprintf(why, sizeof why, "%s has no gradient: it is for sampling only", op_cases[i].op->name);
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
        for (int k = 0; k < N_OP_CASES; k++)
            found += op_cases[k].op == all[i];
        ck_assert_msg(found > 0, "op %s has no row in op_cases[]", all[i]->name);
    }
}
END_TEST

CHECK_MAIN("grad", LOOP(backward_matches_finite_differences, 0, N_OP_CASES),
           LOOP(forward_writes_its_output_and_nothing_else, 0, N_OP_CASES), TEST(forward_only_ops_refuse_backward),
           TEST(every_op_has_a_row))
