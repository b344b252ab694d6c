#include "explain/edit.h"
#include "check_main.h"
#include "explain/explain_model.h"
#include "explain/trace.h"

/* The edit for a loop index, small enough for the gradient to predict it. */
static ExplainEdit small_edit(const Explain *e, int kind, double size)
{
    const GptBlockActs *y = &e->trace.layers[0];
    ExplainEdit     d = { (ExplainEditKind)kind, 0, e->H - 1, e->T - 1, 1, size, NULL, NULL, NULL };
    if (kind == EDIT_WEIGHT)
        d.by = explain_row(y->weights, d.head, d.i)[1] + size;
    return d;
}

/* The first-order error shrinks with the square of the edit, the second-order error with its cube. */
START_TEST(predictions_match_small_edits)
{
    ExplainModel m;
    explain_begin(&m, _i);
    for (int kind = EDIT_SCORE; kind <= EDIT_WEIGHT; kind++) {
        ExplainLossChange c;
        ExplainEdit   d = small_edit(&m.e, kind, 1e-2);
        EXPLAIN_UNCHANGED(&m.e, explain_edit(&m.e, &d, &c));
        double size = fabs(c.first) + 1e-4;
        ck_assert(c.first != 0);
        EXPLAIN_NEAR(c.actual, c.first, 0.2 * size);
        EXPLAIN_NEAR(c.actual, c.second, 0.004 * size);
        EXPLAIN_NEAR(c.p_before, exp(-m.e.loss), 1e-15);
        EXPLAIN_NEAR(c.p_after, exp(-m.e.loss - c.actual), 1e-15);
    }
    explain_end(&m);
}
END_TEST

/* Ablation and masking are large edits; their first order is the slope at x = 0 of scaling the head's output by 1 -
 * x, or of fading the key out by x. */
START_TEST(slopes_of_large_edits_match)
{
    ExplainModel  m;
    ExplainLossChange c;
    explain_begin(&m, _i);
    const GptBlockActs *y = &m.e.trace.layers[m.e.L - 1];
    const double    x = 1e-6;
    double         *o = explain_row(y->mix, 0, 0);
    ck_assert(explain_edit(&m.e, &(ExplainEdit){ .kind = EDIT_ABLATE, .layer = m.e.L - 1 }, &c));
    for (int k = 0; k < m.T * m.e.D; k++)
        o[k] *= 1 - x;
    EXPLAIN_NEAR(c.first, (explain_replay(&m.e, y->mix) - m.e.loss) / x, 1e-4 * (1 + fabs(c.first)));
    explain_replay(&m.e, NULL);
    explain_end(&m);
}
END_TEST

/* The weights of all heads with the masked keys faded out by x: a = (1-x) a + x (a without them, rescaled). A character
 * still attends to itself. */
static double faded(Explain *e, const bool *masked, double x)
{
    for (int l = 0; l < e->L; l++) {
        const GptBlockActs *y = &e->trace.layers[l];
        for (int h = 0; h < e->H; h++)
            for (int i = 0; i < e->T; i++) {
                double *a = explain_row(y->weights, h, i), left = 0;
                for (int k = 0; k <= i; k++)
                    left += k == i || !masked[k] ? a[k] : 0;
                for (int k = 0; k <= i; k++)
                    a[k] = (1 - x) * a[k] + (k == i || !masked[k] ? x * a[k] / left : 0);
            }
        explain_replay_to(y->weights, l + 1 < e->L ? e->trace.layers[l + 1].weights : e->out.loss);
    }
    return e->out.loss->val[0];
}

static void slope_of(ExplainModel *m, const ExplainEdit *d, const bool *masked)
{
    const double      x = 1e-6, h = 1e-3;
    ExplainLossChange c;
    EXPLAIN_UNCHANGED(&m->e, explain_edit(&m->e, d, &c));
    EXPLAIN_NEAR(c.first, (faded(&m->e, masked, x) - m->e.loss) / x, 1e-4 * (1 + fabs(c.first)));
    ck_assert(fabs(c.first) > 1e-3);
    explain_replay(&m->e, NULL);
    double curve = faded(&m->e, masked, h) - 2 * m->e.loss;
    explain_replay(&m->e, NULL);
    curve += faded(&m->e, masked, -h);
    explain_replay(&m->e, NULL);
    EXPLAIN_NEAR(c.second, c.first + curve / (h * h) / 2, 1e-6 * (1 + fabs(c.second)));
    EXPLAIN_NEAR(c.actual, faded(&m->e, masked, 1) - m->e.loss, 1e-12);
}

START_TEST(the_slope_of_a_mask_is_that_of_fading_the_key_out)
{
    ExplainModel m;
    bool         masked[16] = { false, true };
    explain_begin(&m, _i);
    slope_of(&m, &(ExplainEdit){ .kind = EDIT_MASK, .j = 1 }, masked);
    explain_end(&m);
}
END_TEST

START_TEST(so_is_that_of_a_joint_mask)
{
    ExplainModel m;
    bool         masked[16] = { true, false, true, true };
    explain_begin(&m, _i);
    slope_of(&m, &(ExplainEdit){ .kind = EDIT_MASK, .masked = masked }, masked);
    explain_end(&m);
}
END_TEST

START_TEST(a_joint_mask_of_one_is_that_of_the_character)
{
    ExplainModel      m;
    ExplainLossChange one, joint;
    explain_begin(&m, _i);
    for (int j = 0; j < m.T; j++) {
        bool masked[16] = { false };
        masked[j] = true;
        ck_assert(explain_edit(&m.e, &(ExplainEdit){ .kind = EDIT_MASK, .j = j }, &one));
        ck_assert(explain_edit(&m.e, &(ExplainEdit){ .kind = EDIT_MASK, .masked = masked }, &joint));
        ck_assert(memcmp(&one, &joint, sizeof one) == 0);
    }
    explain_end(&m);
}
END_TEST

/* Without positions, a text whose first n characters are masked together is the text without them: a fresh forward pass
 * on the rest must agree. */
START_TEST(a_masked_beginning_is_a_shorter_prompt)
{
    ExplainModel      m, rest;
    ExplainLossChange c;
    explain_make(&m, _i);
    const Tensor *wpe = m.g.wpe;
    memset(wpe->val, 0, tensor_len(wpe) * sizeof *wpe->val);
    ck_assert(explain_open(&m.e, &m.g, m.ids, m.T, _i));
    for (int n = 1; n < m.T; n++) {
        bool masked[16];
        for (int k = 0; k < m.T; k++)
            masked[k] = k < n;
        explain_make(&rest, _i);
        memset(rest.g.wpe->val, 0, tensor_len(wpe) * sizeof *wpe->val);
        ck_assert(explain_open(&rest.e, &rest.g, rest.ids + n, rest.T - n, _i));
        EXPLAIN_UNCHANGED(&m.e, explain_edit(&m.e, &(ExplainEdit){ .kind = EDIT_MASK, .masked = masked }, &c));
        EXPLAIN_NEAR(m.e.loss + c.actual, rest.e.loss, 1e-12);
        ck_assert(fabs(c.actual) > 1e-6);
        explain_end(&rest);
    }
    explain_end(&m);
}
END_TEST

/* All characters of a joint mask may be replaced by others without any effect on a later one. */
START_TEST(jointly_masked_characters_have_no_effect)
{
    ExplainModel      m, other;
    ExplainLossChange c;
    bool              masked[16] = { true, false, true, true };
    explain_begin(&m, _i);
    ck_assert(explain_edit(&m.e, &(ExplainEdit){ .kind = EDIT_MASK, .masked = masked }, &c));
    double loss = m.e.loss + c.actual;
    explain_make(&other, _i);
    for (int j = 0; j + 1 < other.T; j++)
        other.ids[j] = (other.ids[j] + masked[j]) % 11;
    ck_assert(explain_open(&other.e, &other.g, other.ids, other.T, _i));
    ck_assert(explain_edit(&other.e, &(ExplainEdit){ .kind = EDIT_MASK, .masked = masked }, &c));
    EXPLAIN_NEAR(loss, other.e.loss + c.actual, 1e-12);
    ck_assert(m.e.loss != other.e.loss);
    explain_end(&other);
    explain_end(&m);
}
END_TEST

START_TEST(in_a_large_model_only_the_largest_masks_are_tried)
{
    ExplainModel m;
    double       all[16], some[16];
    int          tried = 0;
    explain_begin(&m, _i);
    ck_assert(explain_edit_masks(&m.e, all));
    m.e.most = 2;
    EXPLAIN_UNCHANGED(&m.e, explain_edit_masks(&m.e, some));
    for (int j = 0; j < m.T; j++) {
        ck_assert(isnan(some[j]) || some[j] == all[j]);
        tried += !isnan(some[j]);
    }
    ck_assert_int_eq(tried, 2);
    explain_end(&m);
}
END_TEST

START_TEST(an_ablated_head_outputs_zero)
{
    ExplainModel  m;
    ExplainLossChange c;
    explain_begin(&m, _i);
    double all[12];
    EXPLAIN_UNCHANGED(&m.e, explain_edit_ablations(&m.e, all));
    for (int l = 0; l < m.e.L; l++)
        for (int h = 0; h < m.e.H; h++) {
            EXPLAIN_UNCHANGED(
                &m.e, explain_edit(&m.e, &(ExplainEdit){ .kind = EDIT_ABLATE, .layer = l, .head = h }, &c));
            ck_assert(c.actual == all[l * m.e.H + h]);
            Tensor *mix = m.e.trace.layers[l].mix;
            memset(explain_row(mix, h, 0), 0, (size_t)(m.T * m.e.D) * sizeof(double));
            ck_assert(c.actual == explain_replay(&m.e, mix) - m.e.loss && c.actual != 0);
            explain_replay(&m.e, NULL);
        }
    explain_end(&m);
}
END_TEST

START_TEST(the_strongest_head_has_the_largest_ablation)
{
    ExplainModel m;
    double       all[12], change;
    ExplainRow   at = { 0, 0, 3 };
    explain_begin(&m, _i);
    ck_assert(explain_edit_ablations(&m.e, all));
    for (int layer = -1; layer < m.e.L; layer++)
        for (int head = -1; head < m.e.H; head++) {
            EXPLAIN_UNCHANGED(&m.e, explain_edit_strongest(&m.e, layer, head, &at, &change));
            ck_assert(change == all[at.layer * m.e.H + at.head] && at.row == 3);
            ck_assert((layer < 0 || at.layer == layer) && (head < 0 || at.head == head));
            for (int k = 0; k < m.e.L * m.e.H; k++)
                if ((layer < 0 || k / m.e.H == layer) && (head < 0 || k % m.e.H == head))
                    ck_assert(fabs(all[k]) <= fabs(change));
        }
    explain_end(&m);
}
END_TEST

/* A joint ablation is the forward pass with each head's output multiplied by a factor on its way up. */
static double scaled(Explain *e, const bool *heads, double factor)
{
    for (int l = 0; l < e->L; l++) {
        Tensor *mix = e->trace.layers[l].mix;
        for (int h = 0; h < e->H; h++)
            for (int i = 0; heads[l * e->H + h] && i < e->T; i++)
                for (int d = 0; d < e->D; d++)
                    explain_row(mix, h, i)[d] *= factor;
        explain_replay_to(mix, l + 1 < e->L ? e->trace.layers[l + 1].mix : e->out.loss);
    }
    double loss = e->out.loss->val[0];
    explain_replay(e, NULL);
    return loss;
}

START_TEST(heads_are_ablated_together)
{
    ExplainModel      m;
    ExplainLossChange c;
    bool              heads[12] = { false };
    const double      x = 1e-6, h = 1e-3;
    explain_begin(&m, _i);
    heads[0] = heads[m.e.H - 1] = heads[m.e.L * m.e.H - 1] = true;
    EXPLAIN_UNCHANGED(&m.e, explain_edit(&m.e, &(ExplainEdit){ .kind = EDIT_ABLATE, .heads = heads }, &c));
    EXPLAIN_NEAR(c.actual, scaled(&m.e, heads, 0) - m.e.loss, 1e-12);
    EXPLAIN_NEAR(c.first, (scaled(&m.e, heads, 1 - x) - m.e.loss) / x, 1e-4 * (1 + fabs(c.first)));
    double curve = scaled(&m.e, heads, 1 - h) - 2 * m.e.loss + scaled(&m.e, heads, 1 + h);
    EXPLAIN_NEAR(c.second, c.first + curve / (h * h) / 2, 1e-6 * (1 + fabs(c.second)));
    ck_assert(c.actual != 0);
    explain_end(&m);
}
END_TEST

/* A masked character may be replaced by another one without any effect on later positions. */
START_TEST(a_masked_character_has_no_effect)
{
    ExplainModel m, other;
    double       one[16], two[16];
    explain_begin(&m, _i);
    EXPLAIN_UNCHANGED(&m.e, explain_edit_masks(&m.e, one));
    for (int j = 0; j + 1 < m.T; j++) {
        explain_make(&other, _i);
        other.ids[j] = (other.ids[j] + 1) % 11;
        ck_assert(explain_open(&other.e, &other.g, other.ids, other.T, _i));
        ck_assert(explain_edit_masks(&other.e, two));
        EXPLAIN_NEAR(m.e.loss + one[j], other.e.loss + two[j], 1e-12);
        ck_assert(m.e.loss != other.e.loss);
        explain_end(&other);
    }
    ck_assert(one[m.T - 1] == 0);
    explain_end(&m);
}
END_TEST

START_TEST(a_mask_as_an_edit_agrees_with_all_masks)
{
    ExplainModel  m;
    ExplainLossChange c;
    double        all[16];
    explain_begin(&m, _i);
    ck_assert(explain_edit_masks(&m.e, all));
    EXPLAIN_UNCHANGED(&m.e, explain_edit(&m.e, &(ExplainEdit){ .kind = EDIT_MASK, .j = 1 }, &c));
    ck_assert(c.actual == all[1] && c.first != 0 && c.second != c.first);
    explain_end(&m);
}
END_TEST

/* A weight of 1 makes o = v_j. Setting a weight and changing its score to give the same softmax have the same loss. */
START_TEST(setting_a_weight_equals_changing_its_score)
{
    ExplainModel  m;
    ExplainLossChange set, nudge;
    explain_begin(&m, _i);
    int    i = m.T - 1;
    double a = explain_row(m.e.trace.layers[0].weights, 0, i)[2], to = 0.75;
    double by = log(to / (1 - to)) - log(a / (1 - a));
    ck_assert(explain_edit(&m.e, &(ExplainEdit){ EDIT_WEIGHT, 0, 0, i, 2, to, NULL, NULL, NULL }, &set));
    ck_assert(explain_edit(&m.e, &(ExplainEdit){ EDIT_SCORE, 0, 0, i, 2, by, NULL, NULL, NULL }, &nudge));
    EXPLAIN_NEAR(set.actual, nudge.actual, 1e-12);
    explain_end(&m);
}
END_TEST

static void refused(ExplainModel *m, ExplainEdit d, const char *why)
{
    ExplainLossChange c;
    ck_assert(!explain_edit(&m->e, &d, &c));
    ck_assert_msg(strstr(m->e.err.msg, why) != NULL, "%s", m->e.err.msg);
    m->e.err = (Err){ 0 };
}

START_TEST(impossible_edits_are_refused)
{
    ExplainModel m;
    explain_begin(&m, 1);
    refused(&m, (ExplainEdit){ EDIT_SCORE, 2, 0, 1, 0, 1, NULL, NULL, NULL }, "layer 2 does not exist: there are 2");
    refused(&m, (ExplainEdit){ EDIT_SCORE, 0, 2, 1, 0, 1, NULL, NULL, NULL }, "head 2 does not exist: there are 2");
    refused(&m, (ExplainEdit){ EDIT_ABLATE, 0, -1, 0, 0, 0, NULL, NULL, NULL }, "head -1");
    refused(&m, (ExplainEdit){ EDIT_SCORE, 0, 0, m.T, 0, 1, NULL, NULL, NULL }, "row 6 does not exist: there are 6");
    refused(&m, (ExplainEdit){ EDIT_SCORE, 0, 0, 1, m.T, 1, NULL, NULL, NULL }, "key 6");
    refused(&m, (ExplainEdit){ EDIT_SCORE, 0, 0, 1, 2, 1, NULL, NULL, NULL },
            "attends only to itself and earlier ones");
    refused(&m, (ExplainEdit){ .kind = EDIT_MASK, .j = 6 }, "character 6 does not exist: there are 6");
    refused(&m, (ExplainEdit){ .kind = EDIT_MASK, .masked = (bool[16]){ false } }, "a mask of no character");
    refused(&m, (ExplainEdit){ .kind = EDIT_ABLATE, .heads = (bool[12]){ false } }, "an ablation of no head");
    refused(&m, (ExplainEdit){ EDIT_WEIGHT, 0, 0, 3, 2, 1.5, NULL, NULL, NULL }, "weights are between 0 and 1");
    refused(&m, (ExplainEdit){ EDIT_WEIGHT, 0, 0, 3, 2, NAN, NULL, NULL, NULL }, "weights are between 0 and 1");
    refused(&m, (ExplainEdit){ EDIT_WEIGHT, 0, 0, 0, 0, 0.5, NULL, NULL, NULL }, "no others to rescale");
    explain_end(&m);
}
END_TEST

CHECK_MAIN("explain_edit", LOOP(predictions_match_small_edits, 0, EXPLAIN_MODELS),
           LOOP(slopes_of_large_edits_match, 0, EXPLAIN_MODELS),
           LOOP(an_ablated_head_outputs_zero, 0, EXPLAIN_MODELS),
           LOOP(the_slope_of_a_mask_is_that_of_fading_the_key_out, 0, EXPLAIN_MODELS),
           LOOP(so_is_that_of_a_joint_mask, 0, EXPLAIN_MODELS),
           LOOP(a_joint_mask_of_one_is_that_of_the_character, 0, EXPLAIN_MODELS),
           LOOP(a_masked_beginning_is_a_shorter_prompt, 0, EXPLAIN_UNMIXED),
           LOOP(jointly_masked_characters_have_no_effect, 0, EXPLAIN_UNMIXED),
           LOOP(the_strongest_head_has_the_largest_ablation, 0, EXPLAIN_MODELS),
           LOOP(heads_are_ablated_together, 0, EXPLAIN_MODELS),
           LOOP(in_a_large_model_only_the_largest_masks_are_tried, 0, EXPLAIN_MODELS),
           LOOP(a_masked_character_has_no_effect, 0, EXPLAIN_UNMIXED),
           LOOP(a_mask_as_an_edit_agrees_with_all_masks, 0, EXPLAIN_MODELS),
           LOOP(setting_a_weight_equals_changing_its_score, 0, EXPLAIN_MODELS), TEST(impossible_edits_are_refused))
