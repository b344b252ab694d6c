#include "explain/lens.h"
#include "check_main.h"
#include "explain/explain_model.h"

START_TEST(the_last_lens_is_the_prediction)
{
    ExplainModel m;
    ExplainLens  lens[4];
    double       p[11];
    explain_begin(&m, _i);
    EXPLAIN_UNCHANGED(&m.e, explain_lens(&m.e, lens));
    const ExplainLens *last = &lens[m.e.L];
    explain_next(&m.e, p);
    EXPLAIN_NEAR(last->loss, m.e.loss, 1e-12);
    ck_assert_int_eq(last->n, LENS_TOP);
    int better = 0;
    for (int c = 0; c < 11; c++)
        better += p[c] > p[m.e.target];
    ck_assert_int_eq(last->rank, better + 1);
    for (int k = 0; k < LENS_TOP; k++) {
        EXPLAIN_NEAR(last->top_p[k], p[last->top[k]], 1e-12);
        ck_assert(k == 0 || last->top_p[k] <= last->top_p[k - 1]);
    }
    for (int c = 0; c < 11; c++)
        ck_assert(p[c] <= last->top_p[0] + 1e-15);
    ck_assert(lens[0].p != last->p);
    explain_end(&m);
}
END_TEST

/* Makes the blocks from `first` on write 0 to the residual stream. */
static void silence(Gpt *g, int first)
{
    for (int l = first; l < g->config.layers; l++) {
        GptBlockParams *b = &g->blocks[l];
        memset(b->out_w->val, 0, tensor_len(b->out_w) * sizeof(double));
        memset(b->proj_w->val, 0, tensor_len(b->proj_w) * sizeof(double));
        memset(b->out_b->val, 0, tensor_len(b->out_b) * sizeof(double));
        memset(b->proj_b->val, 0, tensor_len(b->proj_b) * sizeof(double));
    }
}

/* A lens is the prediction of a model that ends there. */
START_TEST(a_lens_equals_a_shorter_model)
{
    ExplainModel m, shorter;
    ExplainLens  lens[4];
    explain_begin(&m, 2);
    ck_assert(explain_lens(&m.e, lens));
    explain_make(&shorter, 2);
    silence(&shorter.g, _i);
    ck_assert(explain_open(&shorter.e, &shorter.g, shorter.ids, shorter.T, 2));
    EXPLAIN_NEAR(lens[_i].loss, shorter.e.loss, 1e-12);
    explain_end(&shorter);
    explain_end(&m);
}
END_TEST

START_TEST(without_blocks_every_lens_is_the_same)
{
    ExplainModel m;
    ExplainLens  lens[4];
    explain_make(&m, 2);
    silence(&m.g, 0);
    ck_assert(explain_open(&m.e, &m.g, m.ids, m.T, 3) && explain_lens(&m.e, lens));
    for (int l = 0; l <= m.e.L; l++)
        EXPLAIN_NEAR(lens[l].loss, m.e.loss, 1e-14);
    explain_end(&m);
}
END_TEST

START_TEST(parts_add_up_to_the_logit)
{
    ExplainModel m;
    ExplainLogit x;
    explain_begin(&m, _i);
    EXPLAIN_UNCHANGED(&m.e, explain_lens_logit(&m.e, &x));
    EXPLAIN_NEAR(x.error, 0, 1e-12 * (1 + fabs(x.value)));
    double cap = m.g.config.soft_cap, seen = cap > 0 ? cap * tanh(x.value / cap) : x.value;
    EXPLAIN_NEAR(seen, m.e.out.logits->val[(m.T - 1) * 11 + _i], 1e-14);
    ck_assert((x.counts != 0) == m.g.config.counts);
    double sum = x.token + x.position + x.final + x.counts;
    for (int l = 0; l < m.e.L; l++) {
        sum += x.bias[l] + x.mlp[l];
        for (int h = 0; h < m.e.H; h++)
            sum += x.head[l * m.e.H + h];
    }
    EXPLAIN_NEAR(sum, x.value, 1e-12 * (1 + fabs(x.value)));
    explain_end(&m);
}
END_TEST

/* With counts a lens before the last layer is that of a model that ends there: with the gains of its stream. */
START_TEST(a_lens_has_the_gains_of_its_layer)
{
    ExplainModel m, shorter;
    ExplainLens  lens[4];
    explain_begin(&m, EXPLAIN_COUNTS);
    ck_assert(explain_lens(&m.e, lens));
    explain_make(&shorter, EXPLAIN_COUNTS);
    silence(&shorter.g, _i);
    ck_assert(explain_open(&shorter.e, &shorter.g, shorter.ids, shorter.T, EXPLAIN_COUNTS));
    EXPLAIN_NEAR(lens[_i].loss, shorter.e.loss, 1e-12);
    explain_end(&shorter);
    explain_end(&m);
}
END_TEST

CHECK_MAIN("explain_lens", LOOP(a_lens_has_the_gains_of_its_layer, 0, 3),
           LOOP(the_last_lens_is_the_prediction, 0, EXPLAIN_MODELS),
           LOOP(a_lens_equals_a_shorter_model, 0, 4), TEST(without_blocks_every_lens_is_the_same),
           LOOP(parts_add_up_to_the_logit, 0, EXPLAIN_MODELS))
