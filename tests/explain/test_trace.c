#include "explain/trace.h"
#include "check_main.h"
#include "explain/explain_model.h"

static double dot(const double *x, const double *y, int n)
{
    double sum = 0;
    for (int d = 0; d < n; d++)
        sum += x[d] * y[d];
    return sum;
}

/* Recomputed from q, k, v and g: s = q.k/sqrt(D), a = softmax s, o, da = g.v, ds = a g.(v - o). */
static void by_hand(const Explain *e, const ExplainTrace *t)
{
    const GptBlockActs *y = &e->trace.layers[t->at.layer];
    const double *q = explain_row(y->q, t->at.head, t->at.row),
                 *g = explain_grad(y->mix, t->at.head, t->at.row);
    double total = 0, mean = 0, s[16];
    for (int j = 0; j < t->n; j++)
        total += exp(s[j] = dot(q, explain_row(y->k, t->at.head, j), e->D) / sqrt(e->D));
    for (int j = 0; j < t->n; j++)
        mean += exp(s[j]) / total * dot(g, explain_row(y->v, t->at.head, j), e->D);
    for (int j = 0; j < t->n; j++) {
        const double *v = explain_row(y->v, t->at.head, j);
        double a = exp(s[j]) / total, da = dot(g, v, e->D);
        EXPLAIN_NEAR(t->keys[j].s, s[j], 1e-12);
        EXPLAIN_NEAR(t->keys[j].a, a, 1e-12);
        EXPLAIN_NEAR(t->keys[j].da, da, 1e-12);
        EXPLAIN_NEAR(t->keys[j].rel, da - mean, 1e-12);
        EXPLAIN_NEAR(t->keys[j].ds, a * (da - mean), 1e-12);
        EXPLAIN_NEAR(t->keys[j].av, a * sqrt(dot(v, v, e->D)), 1e-12);
    }
    EXPLAIN_NEAR(t->mean_da, mean, 1e-12);
}

START_TEST(every_row_matches_the_formulas)
{
    ExplainModel m;
    explain_begin(&m, _i);
    for (int l = 0; l < m.e.L; l++)
        for (int h = 0; h < m.e.H; h++)
            for (int i = 0; i < m.T; i++) {
                ExplainTrace t;
                ck_assert(explain_trace(&m.e, (ExplainRow){ l, h, i }, &t));
                ck_assert_int_eq(t.n, i + 1);
                by_hand(&m.e, &t);
                for (int j = 0; j < t.n; j++)
                    ck_assert_msg(t.keys[j].ok, "layer %d head %d (%d,%d): %g, finite difference %g", l, h, i, j,
                                  t.keys[j].ds, t.keys[j].fd);
            }
    explain_end(&m);
}
END_TEST

START_TEST(values_and_gradients_are_restored)
{
    ExplainModel m;
    ExplainTrace t;
    double       losses[2 * 16], deltas[2] = { -2, 5 };
    explain_begin(&m, _i);
    ExplainRow at = { m.e.L - 1, 0, m.T - 1 };
    EXPLAIN_UNCHANGED(&m.e, explain_trace(&m.e, at, &t));
    EXPLAIN_UNCHANGED(&m.e, explain_trace_losses(&m.e, at, deltas, 2, losses));
    explain_end(&m);
}
END_TEST

/* The losses match the slope for a small delta and a full pass for a large one. */
START_TEST(losses_follow_the_changed_score)
{
    ExplainModel m;
    double       small[16], deltas[1] = { 1e-5 };
    explain_begin(&m, _i);
    ExplainRow at = explain_trace_most_pushed(&m.e, -1, -1, m.T - 1);
    const double *ds = explain_grad(m.e.trace.layers[at.layer].scores, at.head, at.row);
    ck_assert(explain_trace_losses(&m.e, at, deltas, 1, small));
    for (int j = 0; j <= at.row; j++)
        EXPLAIN_NEAR(small[j] - m.e.loss, 1e-5 * ds[j], 1e-9);
    explain_end(&m);
}
END_TEST

/* The finite differences expose a wrong gradient. */
START_TEST(a_wrong_gradient_is_detected)
{
    ExplainModel m;
    ExplainTrace t;
    explain_begin(&m, 1);
    ExplainRow at = explain_trace_most_pushed(&m.e, -1, -1, m.T - 1);
    explain_grad(m.e.trace.layers[at.layer].scores, at.head, at.row)[1] *= 1 + 1e-3;
    ck_assert(explain_trace(&m.e, at, &t));
    ck_assert(!t.keys[1].ok && t.keys[0].ok);
    explain_end(&m);
}
END_TEST

/* In a large model only the keys with the largest |ds| get a finite difference. */
START_TEST(in_a_large_model_only_the_largest_keys_are_tried)
{
    ExplainModel m;
    ExplainTrace t;
    double       losses[16], deltas[1] = { 1 }, least = INFINITY, left = 0;
    int          tried = 0;
    explain_begin(&m, _i);
    m.e.most = 3;
    ExplainRow at = explain_trace_most_pushed(&m.e, -1, -1, m.T - 1);
    ck_assert(explain_trace(&m.e, at, &t) && explain_trace_losses(&m.e, at, deltas, 1, losses));
    for (int j = 0; j < t.n; j++) {
        bool here = !isnan(t.keys[j].fd);
        ck_assert(here == !isnan(losses[j]) && t.keys[j].ok);
        least = here ? fmin(least, fabs(t.keys[j].ds)) : least;
        left = here ? left : fmax(left, fabs(t.keys[j].ds));
        tried += here;
    }
    ck_assert(tried == 3 && left <= least);
    explain_end(&m);
}
END_TEST

START_TEST(push_sums_over_all_keys)
{
    ExplainModel m;
    explain_begin(&m, _i);
    for (int i = 0; i < m.T; i++) {
        double sum = 0;
        for (int j = 0; j <= i; j++)
            sum += fabs(explain_grad(m.e.trace.layers[0].scores, m.e.H - 1, i)[j]);
        EXPLAIN_NEAR(explain_trace_push(&m.e, (ExplainRow){ 0, m.e.H - 1, i }), sum, 1e-15);
    }
    explain_end(&m);
}
END_TEST

/* Among all rows, or those of a layer, a head, a position. */
START_TEST(most_pushed_row_has_the_largest_push)
{
    ExplainModel m;
    explain_begin(&m, _i);
    for (int layer = -1; layer < m.e.L; layer++)
        for (int head = -1; head < m.e.H; head++)
            for (int row = -1; row < m.T; row++) {
                ExplainRow best = explain_trace_most_pushed(&m.e, layer, head, row);
                double       push = explain_trace_push(&m.e, best);
                ck_assert((layer < 0 || best.layer == layer) && (head < 0 || best.head == head) &&
                          (row < 0 || best.row == row));
                for (int l = layer < 0 ? 0 : layer; l < (layer < 0 ? m.e.L : layer + 1); l++)
                    for (int h = head < 0 ? 0 : head; h < (head < 0 ? m.e.H : head + 1); h++)
                        for (int i = row < 0 ? 0 : row; i < (row < 0 ? m.T : row + 1); i++)
                            ck_assert(explain_trace_push(&m.e, (ExplainRow){ l, h, i }) <= push);
            }
    explain_end(&m);
}
END_TEST

START_TEST(entropy_is_in_bits)
{
    EXPLAIN_NEAR(explain_trace_entropy((double[]){ 0.25, 0.25, 0.25, 0.25 }, 4), 2, 1e-15);
    EXPLAIN_NEAR(explain_trace_entropy((double[]){ 0, 1, 0 }, 3), 0, 0);
    EXPLAIN_NEAR(explain_trace_entropy((double[]){ 0.5, 0.25, 0.25 }, 3), 1.5, 1e-15);
}
END_TEST

/* The fewest keys that hold 95 % of the push. */
START_TEST(share_counts_the_largest_keys)
{
    ExplainModel m;
    ExplainTrace t;
    explain_begin(&m, _i);
    ck_assert(explain_trace(&m.e, explain_trace_most_pushed(&m.e, -1, -1, m.T - 1), &t));
    double largest[16], without = 0;
    for (int j = 0; j < t.n; j++)
        largest[j] = fabs(t.keys[j].ds);
    for (int j = 0; j < t.n; j++)
        for (int k = j + 1; k < t.n; k++)
            if (largest[k] > largest[j]) {
                double x = largest[j];
                largest[j] = largest[k], largest[k] = x;
            }
    for (int j = 0; j + 1 < t.share_keys; j++)
        without += largest[j];
    ck_assert(without < 0.95 * t.push && t.share >= 0.95);
    EXPLAIN_NEAR(t.share * t.push, without + largest[t.share_keys - 1], 1e-12);
    explain_end(&m);
}
END_TEST

CHECK_MAIN("explain_trace", LOOP(push_sums_over_all_keys, 0, EXPLAIN_MODELS),
           LOOP(every_row_matches_the_formulas, 0, EXPLAIN_MODELS),
           LOOP(values_and_gradients_are_restored, 0, EXPLAIN_MODELS),
           LOOP(losses_follow_the_changed_score, 0, EXPLAIN_MODELS), TEST(a_wrong_gradient_is_detected),
           LOOP(in_a_large_model_only_the_largest_keys_are_tried, 0, EXPLAIN_MODELS),
           LOOP(most_pushed_row_has_the_largest_push, 0, EXPLAIN_MODELS), TEST(entropy_is_in_bits),
           LOOP(share_counts_the_largest_keys, 0, EXPLAIN_MODELS))
