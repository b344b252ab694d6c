#include "explain/pass.h"
#include "check_main.h"
#include "explain/explain_model.h"
#include "kernel/kernel.h"

/* The loss equals that of a pass without a trace, and -log of the target's probability. */
START_TEST(the_loss_is_that_of_a_plain_pass)
{
    ExplainModel m;
    explain_begin(&m, _i);
    Err     err = { 0 };
    Arena   nodes, mem;
    int     targets[16];
    double  p[11];
    ck_assert(arena_init(&nodes, gpt_nodes_bytes(&m.g.config), &err) && arena_init(&mem, 1 << 20, &err));
    for (int i = 0; i < m.T; i++)
        targets[i] = i + 1 < m.T ? -1 : _i;
    Tape    t = { .nodes = &nodes, .mem = &mem, .err = &err };
    GptPass pass = { .B = 1, .T = m.T, .ids = m.ids, .targets = targets };
    Tensor *loss = gpt_forward(&m.g, &t, &pass).loss;
    ck_assert_msg(loss != NULL, "%s", err.msg);
    EXPLAIN_NEAR(m.e.loss, loss->val[0], 1e-12);
    explain_next(&m.e, p);
    EXPLAIN_NEAR(m.e.loss, -log(p[_i]), 1e-12);
    arena_free(&nodes);
    arena_free(&mem);
    explain_end(&m);
}
END_TEST

START_TEST(default_target_is_the_most_probable)
{
    ExplainModel m;
    double       p[11];
    explain_make(&m, _i);
    ck_assert(explain_open(&m.e, &m.g, m.ids, m.T, -1));
    explain_next(&m.e, p);
    for (int c = 0; c < 11; c++)
        ck_assert(p[c] <= p[m.e.target]);
    EXPLAIN_NEAR(m.e.loss, -log(p[m.e.target]), 1e-12);
    explain_end(&m);
}
END_TEST

/* The gradients belong to the requested target: a small step of the embedding along them lowers the loss by the
 * predicted amount. */
START_TEST(gradients_belong_to_the_target)
{
    ExplainModel m;
    explain_begin(&m, _i);
    const double h = 1e-6;
    double      *x = m.e.trace.token->val, g = m.e.trace.token->grad[1], kept = x[1];
    x[1] = kept + h;
    double up = explain_replay(&m.e, m.e.trace.token);
    x[1] = kept - h;
    double down = explain_replay(&m.e, m.e.trace.token);
    EXPLAIN_NEAR(g, (up - down) / (2 * h), 1e-7);
    explain_end(&m);
}
END_TEST

START_TEST(replaying_changes_nothing)
{
    ExplainModel m;
    explain_begin(&m, _i);
    EXPLAIN_UNCHANGED(&m.e, explain_replay(&m.e, NULL) == m.e.loss);
    EXPLAIN_UNCHANGED(&m.e, explain_backward(&m.e));
    explain_end(&m);
}
END_TEST

/* explain_replay_to stops at `to`. */
START_TEST(replaying_a_part_leaves_the_rest)
{
    ExplainModel m;
    explain_begin(&m, 1);
    GptBlockActs *y = &m.e.trace.layers[0];
    double    mix = y->mix->val[0], out = y->out->val[0];
    y->scores->val[m.T] += 3, y->scores->val[m.T + 1] -= 3;
    explain_replay_to(y->scores, y->weights);
    ck_assert(y->mix->val[0] == mix && y->out->val[0] == out);
    explain_replay_to(y->weights, y->mix);
    ck_assert(y->mix->val[1 * m.e.D] != 0 && y->out->val[0] == out);
    explain_end(&m);
}
END_TEST

static void refused(ExplainModel *m, int T, int target, const char *why)
{
    ck_assert(!explain_open(&m->e, &m->g, m->ids, T, target));
    ck_assert_msg(strstr(m->e.err.msg, why) != NULL, "%s", m->e.err.msg);
    explain_close(&m->e);
}

START_TEST(invalid_requests_are_refused)
{
    ExplainModel m;
    explain_make(&m, 1);
    refused(&m, 0, 0, "0 characters to explain, but the model takes 1 to 12");
    refused(&m, 13, 0, "13 characters");
    refused(&m, 3, 11, "target 11 is outside the vocabulary of 11");
    refused(&m, 3, -2, "target -2");
    m.g.params.val[3] = NAN;
    m.ids[0] = 0;
    refused(&m, 3, 1, "damaged");
    m.g.params.grad = NULL;
    refused(&m, 3, 1, "gradients");
    explain_end(&m);
}
END_TEST

/* Bits do not depend on packing, and closing leaves no packed weights in the model. */
START_TEST(packing_changes_nothing)
{
    ExplainModel m;
    explain_begin(&m, _i);
    ck_assert(m.g.lm_head->panels && m.g.blocks[m.e.L - 1].proj_w->panels);
    explain_unpack(&m.e);
    ck_assert(!m.g.lm_head->panels && !m.g.blocks[0].qkv_w->panels);
    EXPLAIN_UNCHANGED(&m.e, explain_replay(&m.e, NULL) == m.e.loss);
    m.g.lm_head->val[0] += 1, m.g.blocks[0].fc_w->val[0] += 1;
    double changed = explain_replay(&m.e, NULL);
    explain_pack(&m.e);
    ck_assert(changed != m.e.loss && explain_replay(&m.e, NULL) == changed);
    explain_close(&m.e);
    for (int k = 0; k < m.g.params.n; k++)
        ck_assert(!m.g.params.list[k].tensor.panels);
    m.e = (Explain){ .g = &m.g };
    explain_end(&m);
}
END_TEST

START_TEST(one_character_is_enough)
{
    ExplainModel m;
    explain_make(&m, 2);
    ck_assert(explain_open(&m.e, &m.g, m.ids, 1, 4));
    ck_assert(explain_row(m.e.trace.layers[0].weights, 0, 0)[0] == 1);
    ck_assert(explain_grad(m.e.trace.layers[0].scores, 0, 0)[0] == 0);
    explain_end(&m);
}
END_TEST

CHECK_MAIN("explain", LOOP(the_loss_is_that_of_a_plain_pass, 0, EXPLAIN_MODELS),
           LOOP(default_target_is_the_most_probable, 0, EXPLAIN_MODELS),
           LOOP(gradients_belong_to_the_target, 0, EXPLAIN_MODELS),
           LOOP(replaying_changes_nothing, 0, EXPLAIN_MODELS), TEST(replaying_a_part_leaves_the_rest),
           TEST(invalid_requests_are_refused),
           LOOP(packing_changes_nothing, 0, EXPLAIN_MODELS), TEST(one_character_is_enough))
