#include "explain/step.h"
#include "check_main.h"
#include "explain/explain_model.h"
#include "explain/trace.h"

/* The default rate lowers the loss by about 1 %, as predicted; curvature improves the prediction. */
START_TEST(a_small_step_changes_the_loss_as_predicted)
{
    ExplainModel m;
    ExplainStep  x;
    explain_begin(&m, _i);
    EXPLAIN_UNCHANGED(&m.e, explain_step(&m.e, 0, (ExplainRow){ 0, 0, m.T - 1 }, &x));
    EXPLAIN_NEAR(x.first, -0.01 * m.e.loss, 1e-12);
    EXPLAIN_NEAR(x.actual, x.first, 0.1 * fabs(x.first));
    EXPLAIN_NEAR(x.actual, x.second, 0.01 * fabs(x.first));
    /* an eighth of the step: the remainder is of third order */
    ExplainStep y;
    ck_assert(explain_step(&m.e, x.rate / 8, (ExplainRow){ 0, 0, m.T - 1 }, &y));
    EXPLAIN_NEAR(y.actual, y.second, 0.0004 * fabs(y.first));
    EXPLAIN_NEAR(x.p_after, x.p_before * exp(-x.actual), 1e-12);
    explain_end(&m);
}
END_TEST

/* Fraction of |ds| whose score moved against ds relative to the row's mean change; for most of it that is so. */
START_TEST(agreement_counts_scores_that_move_against_ds)
{
    ExplainModel m;
    ExplainStep  x;
    explain_begin(&m, _i);
    int    n = m.T;
    double mean = 0, went = 0, all = 0;
    ck_assert(explain_step(&m.e, 0, explain_trace_most_pushed(&m.e, -1, -1, m.T - 1), &x));
    for (int j = 0; j < n; j++)
        mean += x.before.a[j] * (x.after.s[j] - x.before.s[j]);
    for (int j = 0; j < n; j++) {
        double up = x.after.s[j] - x.before.s[j] - mean;
        all += fabs(x.before.ds[j]);
        went += (up > 0 && x.before.ds[j] < 0) || (up < 0 && x.before.ds[j] > 0) ? fabs(x.before.ds[j]) : 0;
    }
    EXPLAIN_NEAR(x.agree, went / all, 1e-12);
    ck_assert_msg(x.agree > 0.5, "%g", x.agree);
    explain_end(&m);
}
END_TEST

/* The row after the step equals that of a model with stepped parameters. */
START_TEST(the_row_after_is_that_of_the_stepped_model)
{
    ExplainModel m, after;
    ExplainStep  x;
    ExplainRow at = { 0, 0, 3 };
    explain_begin(&m, _i);
    ck_assert(explain_step(&m.e, 0.01, at, &x));
    explain_make(&after, _i);
    for (size_t k = 0; k < m.g.params.len; k++)
        after.g.params.val[k] -= 0.01 * m.g.params.grad[k];
    ck_assert(explain_open(&after.e, &after.g, after.ids, after.T, _i));
    EXPLAIN_NEAR(after.e.loss, m.e.loss + x.actual, 1e-12);
    for (int j = 0; j < 4; j++) {
        EXPLAIN_NEAR(x.before.s[j], explain_row(m.e.trace.layers[0].scores, 0, 3)[j], 0);
        EXPLAIN_NEAR(x.before.ds[j], explain_grad(m.e.trace.layers[0].scores, 0, 3)[j], 0);
        EXPLAIN_NEAR(x.after.s[j], explain_row(after.e.trace.layers[0].scores, 0, 3)[j], 1e-12);
        EXPLAIN_NEAR(x.after.a[j], explain_row(after.e.trace.layers[0].weights, 0, 3)[j], 1e-12);
        EXPLAIN_NEAR(x.after.ds[j], explain_grad(after.e.trace.layers[0].scores, 0, 3)[j], 1e-12);
    }
    explain_end(&after);
    explain_end(&m);
}
END_TEST

CHECK_MAIN("explain_step", LOOP(a_small_step_changes_the_loss_as_predicted, 0, EXPLAIN_MODELS),
           LOOP(agreement_counts_scores_that_move_against_ds, 0, EXPLAIN_UNMIXED),
           LOOP(the_row_after_is_that_of_the_stepped_model, 0, EXPLAIN_MODELS))
