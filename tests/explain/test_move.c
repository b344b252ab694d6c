#include "explain/move.h"
#include "check_main.h"
#include "explain/explain_model.h"
#include "explain/trace.h"

/* The rate lowers the loss by about 1 %, as predicted, and the move is undone. */
START_TEST(a_small_move_changes_the_loss_as_predicted)
{
    ExplainModel m;
    ExplainMove  x;
    explain_begin(&m, _i);
    EXPLAIN_UNCHANGED(&m.e, explain_move(&m.e, (ExplainRow){ 0, 0, m.T - 1 }, &x));
    EXPLAIN_NEAR(x.predicted, -0.01 * m.e.loss, 1e-12);
    EXPLAIN_NEAR(x.actual, x.predicted, 0.2 * fabs(x.predicted));
    explain_end(&m);
}
END_TEST

/* Change of score ij to second order, from the tape's gradients:
 * ((q - r dq).(k - r dk) - q.k) / sqrt(D) */
static double moved(const Explain *e, const GptBlockActs *y, int h, int i, int j, double rate)
{
    const double *q = explain_row(y->q, h, i), *dq = explain_grad(y->q, h, i);
    const double *k = explain_row(y->k, h, j), *dk = explain_grad(y->k, h, j);
    double sum = 0;
    for (int d = 0; d < e->D; d++)
        sum += (q[d] - rate * dq[d]) * (k[d] - rate * dk[d]) - q[d] * k[d];
    return sum / sqrt((double)e->D);
}

START_TEST(scores_that_move_against_ds_are_counted)
{
    ExplainModel m;
    ExplainMove  x;
    explain_begin(&m, _i);
    const Explain *e = &m.e;
    ExplainRow     at = explain_trace_most_pushed(e, -1, -1, m.T - 1);
    const GptBlockActs *y = &e->trace.layers[at.layer];
    ck_assert(explain_move(&m.e, at, &x));
    double went = 0, all = 0;
    for (int h = 0; h < e->H; h++)
        for (int i = 0; i < m.T; i++) {
            double mean = 0, own = 0, own_all = 0;
            for (int j = 0; j <= i; j++)
                mean += explain_row(y->weights, h, i)[j] * moved(e, y, h, i, j, x.rate);
            for (int j = 0; j <= i; j++) {
                double ds = explain_grad(y->scores, h, i)[j], up = moved(e, y, h, i, j, x.rate) - mean;
                own_all += fabs(ds);
                own += up * ds < 0 ? fabs(ds) : 0;
            }
            if (h == at.head && i == at.row)
                EXPLAIN_NEAR(x.row, own / own_all, 1e-9);
            went += own, all += own_all;
        }
    EXPLAIN_NEAR(x.layer, went / all, 1e-6);
    ck_assert_msg(x.row > 0.5 && x.row <= 1, "%g", x.row);
    explain_end(&m);
}
END_TEST

/* Of three scores one moves against its ds, one with it, and one exactly by the mean. */
START_TEST(the_mean_change_is_subtracted)
{
    double a[] = { 0.5, 0.25, 0.25 }, ds[] = { -2, 1, 4 }, before[] = { 0, 0, 0 }, after[] = { 1.5, 1.25, 0.25 };
    double with = 3, all = 1;
    explain_move_count(3, a, ds, before, after, &with, &all);   /* the mean is 1.125 */
    EXPLAIN_NEAR(all, 1 + 7, 0);
    EXPLAIN_NEAR(with, 3 + 2 + 4, 0);
}
END_TEST

CHECK_MAIN("explain_move", LOOP(a_small_move_changes_the_loss_as_predicted, 0, EXPLAIN_MODELS),
           LOOP(scores_that_move_against_ds_are_counted, 0, EXPLAIN_MODELS), TEST(the_mean_change_is_subtracted))
