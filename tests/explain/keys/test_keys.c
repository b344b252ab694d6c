#include "explain/keys/keys.h"
#include "check_main.h"
#include "explain/dot.h"
#include "explain/edit.h"
#include "explain/explain_model.h"
#include "explain/keys/spearman.h"
#include "explain/trace.h"

/* --- Every row of random models, against other ways to the same number --- */

/* Masked as by a score so low that exp gives 0, and as by a weight set to 0 with the others rescaled. */
static void as_by_edits(Explain *e, ExplainRow at, const ExplainKeys *x)
{
    const double *a = explain_row(e->trace.layers[at.layer].weights, at.head, at.row);
    const double *ds = explain_grad(e->trace.layers[at.layer].scores, at.head, at.row);
    for (int j = 0; j < x->n; j++) {
        ExplainLossChange low, zero;
        ck_assert(explain_edit(e, &(ExplainEdit){ EDIT_SCORE, at.layer, at.head, at.row, j, .by = -1e4 }, &low));
        ck_assert(explain_edit(e, &(ExplainEdit){ EDIT_WEIGHT, at.layer, at.head, at.row, j, .by = 0 }, &zero));
        EXPLAIN_NEAR(x->keys[j].masked, low.actual, 1e-12);
        EXPLAIN_NEAR(x->keys[j].masked, zero.actual, 1e-12);
        EXPLAIN_NEAR(x->keys[j].predicted, zero.first, 1e-12);
        EXPLAIN_NEAR(x->keys[j].predicted, -ds[j] / (1 - a[j]), 1e-12);
    }
}

START_TEST(masking_equals_edits_of_score_and_weight)
{
    ExplainModel m;
    explain_begin(&m, _i);
    for (int l = 0; l < m.e.L; l++)
        for (int h = 0; h < m.e.H; h++)
            for (int i = 1; i < m.T; i++) {
                ExplainKeys x;
                ExplainRow  at = { l, h, i };
                EXPLAIN_UNCHANGED(&m.e, explain_keys(&m.e, at, &x));
                ck_assert(x.n == i + 1 && x.tried == i + 1);
                as_by_edits(&m.e, at, &x);
            }
    explain_end(&m);
}
END_TEST

START_TEST(the_correlation_is_that_of_minus_ds_and_the_change)
{
    ExplainModel m;
    ExplainKeys  x;
    double       gradient[16], measured[16];
    explain_begin(&m, _i);
    ExplainRow at = explain_trace_most_pushed(&m.e, -1, -1, m.T - 1);
    ck_assert(explain_keys(&m.e, at, &x));
    for (int j = 0; j < x.n; j++) {
        gradient[j] = -explain_grad(m.e.trace.layers[at.layer].scores, at.head, at.row)[j];
        measured[j] = x.keys[j].masked;
    }
    EXPLAIN_NEAR(x.rank, explain_spearman(gradient, measured, x.n), 0);
    ck_assert(x.rank >= -1 && x.rank <= 1);
    explain_end(&m);
}
END_TEST

/* The only key of a row cannot be masked: no key would be left. */
START_TEST(the_first_row_has_nothing_to_mask)
{
    ExplainModel m;
    ExplainKeys  x;
    explain_begin(&m, _i);
    EXPLAIN_UNCHANGED(&m.e, explain_keys(&m.e, (ExplainRow){ 0, 0, 0 }, &x));
    ck_assert(x.n == 1 && x.tried == 0 && isnan(x.keys[0].masked) && isnan(x.keys[0].joint) && isnan(x.rank));
    ck_assert(x.keys[0].twin == -1 && x.keys[0].flag == KEY_NO_FLAG);
    explain_end(&m);
}
END_TEST

/* In a large model only the keys that move the output most are masked. */
START_TEST(in_a_large_model_only_the_keys_that_move_most)
{
    ExplainModel m;
    ExplainKeys  x;
    double       least = INFINITY, left = 0;
    explain_begin(&m, _i);
    m.e.most = 3;
    ExplainRow at = explain_trace_most_pushed(&m.e, -1, -1, m.T - 1);
    const GptBlockActs *y = &m.e.trace.layers[at.layer];
    const double *a = explain_row(y->weights, at.head, at.row), *o = explain_row(y->mix, at.head, at.row);
    ck_assert(explain_keys(&m.e, at, &x));
    ck_assert_int_eq(x.tried, 3);
    for (int j = 0; j < x.n; j++) {
        double square = 0, size;
        for (int d = 0; d < m.e.D; d++)
            square += pow(explain_row(y->v, at.head, j)[d] - o[d], 2);
        size = a[j] / (1 - a[j]) * sqrt(square);
        least = isnan(x.keys[j].masked) ? least : fmin(least, size);
        left = isnan(x.keys[j].masked) ? fmax(left, size) : left;
    }
    ck_assert_msg(left <= least, "%g was left out, %g was masked", left, least);
    explain_end(&m);
}
END_TEST

/* --- Rows made by hand --- */

/* The last row of the model with one layer and one head. */
typedef struct Made {
    ExplainModel m;
    ExplainRow   at;
    int          n;
    double       u[16];                     /* a descent direction of the loss in the output, of length 1 */
    ExplainKeys  x;
} Made;

static void make(Made *y)
{
    explain_begin(&y->m, 0);
    y->n = y->m.T;
    y->at = (ExplainRow){ 0, 0, y->n - 1 };
    const double *g = explain_grad(y->m.e.trace.layers[0].mix, 0, y->n - 1);
    for (int d = 0; d < y->m.e.D; d++)
        y->u[d] = -g[d] / explain_norm(g, (size_t)y->m.e.D);
}

/* Key j: score s, value v u. */
static void key(const Made *y, int j, double s, double v)
{
    const GptBlockActs *acts = &y->m.e.trace.layers[0];
    explain_row(acts->scores, 0, y->n - 1)[j] = s;
    for (int d = 0; d < y->m.e.D; d++)
        explain_row(acts->v, 0, j)[d] = v * y->u[d];
}

/* Runs the made row forward and backward and masks its keys. */
static void run(Made *y)
{
    y->m.e.loss = explain_replay(&y->m.e, y->m.e.trace.layers[0].scores);
    ck_assert(explain_backward(&y->m.e));
    ck_assert(explain_keys(&y->m.e, y->at, &y->x));
}

/* The loss with the row's output set to v u. */
static double loss_of_output(const Made *y, double v)
{
    Explain *e = (Explain *)&y->m.e;
    Tensor  *mix = e->trace.layers[0].mix;
    double  *o = explain_row(mix, 0, y->n - 1), kept[16];
    memcpy(kept, o, (size_t)e->D * sizeof *o);
    for (int d = 0; d < e->D; d++)
        o[d] = v * y->u[d];
    double loss = explain_replay(e, mix);
    memcpy(o, kept, (size_t)e->D * sizeof *o);
    explain_replay(e, mix);
    return loss;
}

static void ends(Made *y) { explain_end(&y->m); }

static void flag_is(const Made *y, int j, ExplainKeyFlag want)
{
    const ExplainKeyMask *k = &y->x.keys[j];
    ck_assert_msg(k->flag == want, "key %d: %s; predicted %g, masked %g, twin %d, joint %g", j,
                  explain_key_flags[k->flag] ? explain_key_flags[k->flag] : "no flag", k->predicted, k->masked,
                  k->twin, k->joint);
}

/* Key 2 has a weight of 1 - 4e-4 and all content; the others, of value 0, share the rest. ds_2 = a (1 - a) g.v_2 is
 * 4e-4 of what masking does, and the output without it is 0. */
START_TEST(a_key_with_nearly_all_weight_is_saturated)
{
    Made y;
    make(&y);
    for (int j = 0; j < y.n; j++)
        key(&y, j, j == 2 ? log(1e4) : 0, j == 2 ? _i == 0 ? 0.3 : -0.3 : 0);
    run(&y);
    double a = 1e4 / (1e4 + y.n - 1), v = _i == 0 ? 0.3 : -0.3;
    EXPLAIN_NEAR(y.x.keys[2].masked, loss_of_output(&y, 0) - loss_of_output(&y, a * v), 1e-12);
    ck_assert_msg(fabs(y.x.keys[2].masked) > KEYS_LARGE, "%g", y.x.keys[2].masked);
    flag_is(&y, 2, KEY_SATURATED);
    for (int j = 0; j < y.n; j++)
        if (j != 2)
            flag_is(&y, j, KEY_NO_FLAG);
    ends(&y);
}
END_TEST

/* The same content at a weight of one half: the gradient is about half of the effect, which does not mislead. */
START_TEST(a_key_with_half_the_weight_is_not)
{
    Made y;
    make(&y);
    for (int j = 0; j < y.n; j++)
        key(&y, j, j == 2 ? log(y.n - 1) : 0, j == 2 ? 0.6 : 0);
    run(&y);
    EXPLAIN_NEAR(y.x.keys[2].masked, loss_of_output(&y, 0) - loss_of_output(&y, 0.3), 1e-12);
    EXPLAIN_NEAR(y.x.keys[2].predicted, -2 * explain_grad(y.m.e.trace.layers[0].scores, 0, y.n - 1)[2], 1e-12);
    ck_assert(y.x.keys[2].masked > KEYS_LARGE);
    for (int j = 0; j < y.n; j++)
        flag_is(&y, j, KEY_NO_FLAG);
    ends(&y);
}
END_TEST

/* Half the weight on a value so long that the normalization after the block no longer sees its length: the loss is flat
 * there, and neither ds nor ds / (1 - a) tells that without the key it is another one. */
START_TEST(a_flat_loss_is_curved_not_saturated)
{
    Made y;
    make(&y);
    for (int j = 0; j < y.n; j++)
        key(&y, j, j == 2 ? log(y.n - 1) : 0, j == 2 ? 1e4 : 0);
    run(&y);
    EXPLAIN_NEAR(y.x.keys[2].masked, loss_of_output(&y, 0) - loss_of_output(&y, 5e3), 1e-9);
    ck_assert_msg(fabs(y.x.keys[2].masked) > KEYS_LARGE, "%g", y.x.keys[2].masked);
    flag_is(&y, 2, KEY_CURVED);
    ends(&y);
}
END_TEST

/* Nearly all weight on a value of length 5: softmax hides more than the curvature of the loss does, so
 * it is named, although the loss is curved as well. */
START_TEST(the_larger_factor_is_named)
{
    Made y;
    make(&y);
    for (int j = 0; j < y.n; j++)
        key(&y, j, j == 2 ? log(1e4) : 0, j == 2 ? 5 : 0);
    run(&y);
    const ExplainKeyMask *k = &y.x.keys[2];
    double softmax = (1e4 + y.n - 1) / (y.n - 1), curvature = k->masked / k->predicted;
    ck_assert_msg(curvature > 2 && curvature < softmax / 2, "%g, %g", curvature, softmax);
    flag_is(&y, 2, KEY_SATURATED);
    ends(&y);
}
END_TEST

/* Keys 1 and 3 have the same value and, with equal weights, all but 1e-4 of the row. Without one the other takes over;
 * without both the output is 0. */
START_TEST(twins_are_redundant)
{
    Made   y;
    double v = 0.5;
    make(&y);
    for (int j = 0; j < y.n; j++)
        key(&y, j, j == 1 || j == 3 ? log(1e4) : 0, j == 1 || j == 3 ? v : 0);
    run(&y);
    double others = y.n - 2, both = loss_of_output(&y, 2e4 / (2e4 + others) * v),
           one = loss_of_output(&y, 1e4 / (1e4 + others) * v), none = loss_of_output(&y, 0);
    for (int j = 1; j <= 3; j += 2) {
        EXPLAIN_NEAR(y.x.keys[j].masked, one - both, 1e-12);
        EXPLAIN_NEAR(y.x.keys[j].joint, none - both, 1e-12);
        ck_assert_int_eq(y.x.keys[j].twin, 4 - j);
        flag_is(&y, j, KEY_REDUNDANT);
    }
    ck_assert(none - both > KEYS_LARGE && fabs(one - both) < 1e-3);
    ends(&y);
}
END_TEST

/* Key 3 carries the content, key 1 none, with the same weight. Masking both changes the loss, but no more than masking
 * 3 alone: key 1 did not stand in for it. */
START_TEST(a_key_without_content_is_not_redundant)
{
    Made y;
    make(&y);
    for (int j = 0; j < y.n; j++)
        key(&y, j, j == 1 || j == 3 ? log(1e4) : 0, j == 3 ? 1 : j == 1 ? 1e-4 : 0);
    run(&y);
    ck_assert_int_eq(y.x.keys[1].twin, 3);
    ck_assert(fabs(y.x.keys[1].joint) > KEYS_LARGE);
    flag_is(&y, 1, KEY_NO_FLAG);
    ends(&y);
}
END_TEST

/* Key 1 has the value that the others mix to, so it can go; its twin 3 carries the loss. Masking both changes much,
 * but 1 adds nearly nothing to what 3 does alone. */
START_TEST(a_key_is_not_redundant_for_what_its_twin_does)
{
    Made y;
    make(&y);
    for (int j = 0; j < y.n; j++)
        key(&y, j, j == 1 ? log(60) : j == 3 ? log(470) : j == 0 ? log(470) : -20, j == 3 ? 0.8 : j == 1 ? 0.4 : 0);
    run(&y);
    const ExplainKeyMask *k = &y.x.keys[1];
    ck_assert_int_eq(k->twin, 3);
    ck_assert_msg(fabs(k->joint) > KEYS_LARGE && fabs(k->masked) < 1e-6, "%g %g", k->joint, k->masked);
    flag_is(&y, 1, KEY_NO_FLAG);
    ends(&y);
}
END_TEST

/* All values are equal, so nothing changes, and what differs in the last digits is no order. */
START_TEST(rounding_is_no_order)
{
    Made   y;
    double most = 0;
    make(&y);
    for (int j = 0; j < y.n; j++)
        key(&y, j, 0.37 * j * j - j, 0.3 + 1e-14 * j);
    run(&y);
    for (int j = 0; j < y.n; j++)
        most = fmax(most, fabs(y.x.keys[j].masked));
    ck_assert_msg(most > 0 && most < 1e-12, "%g", most);
    ck_assert_msg(isnan(y.x.rank), "%g", y.x.rank);
    ends(&y);
}
END_TEST

/* Two keys of the same content but of small weight beside a third. */
START_TEST(twins_of_little_weight_are_not_redundant)
{
    Made y;
    make(&y);
    for (int j = 0; j < y.n; j++)
        key(&y, j, j == 2 ? log(1e3) : 0, 0.3);
    run(&y);
    for (int j = 0; j < y.n; j++) {
        EXPLAIN_NEAR(y.x.keys[j].masked, 0, 1e-12);
        flag_is(&y, j, KEY_NO_FLAG);
        ck_assert(isnan(y.x.keys[j].joint) == (j != 2));
    }
    ck_assert_msg(isnan(y.x.rank), "changes below the rounding are no order: %g", y.x.rank);
    ends(&y);
}
END_TEST

/* Of two keys nothing is left once both are masked. */
START_TEST(two_keys_have_no_twin)
{
    ExplainModel m;
    ExplainKeys  x;
    explain_begin(&m, _i);
    ck_assert(explain_keys(&m.e, (ExplainRow){ 0, 0, 1 }, &x));
    for (int j = 0; j < 2; j++)
        ck_assert(!isnan(x.keys[j].masked) && x.keys[j].twin == -1 && isnan(x.keys[j].joint));
    explain_end(&m);
}
END_TEST

/* The joint change, with both scores so low that exp gives 0. */
START_TEST(the_joint_change_masks_both)
{
    ExplainModel m;
    ExplainKeys  x;
    int          joint = 0;
    explain_begin(&m, _i);
    ExplainRow at = explain_trace_most_pushed(&m.e, -1, -1, m.T - 1);
    Tensor    *scores = m.e.trace.layers[at.layer].scores;
    double    *s = explain_row(scores, at.head, at.row);
    ck_assert(explain_keys(&m.e, at, &x));
    for (int j = 0; j < x.n; j++) {
        int t = x.keys[j].twin;
        if (t < 0)
            continue;
        double kept[2] = { s[j], s[t] };
        s[j] = s[t] = -1e5;
        EXPLAIN_NEAR(x.keys[j].joint, explain_replay(&m.e, scores) - m.e.loss, 1e-12);
        s[j] = kept[0], s[t] = kept[1];
        joint++;
    }
    ck_assert_msg(joint > 0, "no key has a twin");
    explain_end(&m);
}
END_TEST

CHECK_MAIN("explain_keys", LOOP(masking_equals_edits_of_score_and_weight, 0, EXPLAIN_MODELS),
           LOOP(the_correlation_is_that_of_minus_ds_and_the_change, 0, EXPLAIN_MODELS),
           LOOP(the_first_row_has_nothing_to_mask, 0, EXPLAIN_MODELS),
           LOOP(in_a_large_model_only_the_keys_that_move_most, 0, EXPLAIN_MODELS),
           LOOP(a_key_with_nearly_all_weight_is_saturated, 0, 2), TEST(a_key_with_half_the_weight_is_not),
           TEST(a_flat_loss_is_curved_not_saturated), TEST(the_larger_factor_is_named),
           TEST(twins_are_redundant),
           TEST(a_key_without_content_is_not_redundant), TEST(rounding_is_no_order),
           TEST(a_key_is_not_redundant_for_what_its_twin_does), TEST(twins_of_little_weight_are_not_redundant),
           LOOP(two_keys_have_no_twin, 0, EXPLAIN_MODELS), LOOP(the_joint_change_masks_both, 0, EXPLAIN_MODELS))
