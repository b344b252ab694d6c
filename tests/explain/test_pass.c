#include "explain/pass.h"
#include "check_main.h"
#include "explain/explain_model.h"
#include "explain/trace.h"
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

/* Parameters that change and come back: the first numbers again, bit for bit, and other ones in between; results that
 * were allocated since are freed. */
START_TEST(a_refresh_starts_again)
{
    ExplainModel m;
    explain_begin(&m, _i);
    const ExplainChunk *mark = m.e.chunks;
    uint64_t first = explain_print(&m.e);
    double   loss = m.e.loss, *w = m.g.blocks[0].qkv_w->val, kept = *w;
    *w += 1;
    ck_assert_msg(explain_refresh(&m.e, _i), "%s", m.e.err.msg);
    ck_assert(m.e.loss != loss && explain_print(&m.e) != first && explain_alloc(&m.e, 10, 8));
    *w = kept;
    explain_forget(&m.e, mark);
    ck_assert(explain_refresh(&m.e, _i) && m.e.chunks == mark);
    ck_assert(m.e.loss == loss && explain_print(&m.e) == first);
    *w = (double)NAN;
    ck_assert(!explain_refresh(&m.e, _i) && strstr(m.e.err.msg, "its weights are damaged"));
    *w = kept;
    ck_assert(explain_refresh(&m.e, _i) && explain_print(&m.e) == first);
    explain_end(&m);
}
END_TEST

/* A pass with a change: its finite differences agree too, hard attention and hidden keys push nothing. */
START_TEST(a_changed_pass_has_its_gradients)
{
    ExplainModel m;
    bool         hidden[16] = { [1] = true, [2] = true };
    GptChange    change = { { _i % 3 == 0 ? INFINITY : 0.5, _i % 3 == 1 ? hidden : NULL }, _i % 2 };
    explain_make(&m, _i);
    ck_assert_msg(explain_open_changed(&m.e, &m.g, m.ids, m.T, _i, &change), "%s", m.e.err.msg);
    for (int j = 0; j < m.T; j++) {
        ExplainTrace t;
        EXPLAIN_UNCHANGED(&m.e, explain_trace_key(&m.e, (ExplainRow){ 0, 0, m.T - 1 }, j, &t));
        const ExplainKey *k = &t.keys[j];
        ck_assert(k->ok && k->error < 1e-8 && isnan(t.keys[(j + 1) % m.T].fd));
        ck_assert(_i % 3 != 0 || (k->ds == 0 && (k->a == 0 || round(1 / k->a) == 1 / k->a)));      /* ties share */
        ck_assert(_i % 3 != 1 || !hidden[j] || j == m.T - 1 || (k->a == 0 && k->ds == 0 && k->fd == 0));
    }
    explain_end(&m);
}
END_TEST

CHECK_MAIN("explain", LOOP(the_loss_is_that_of_a_plain_pass, 0, EXPLAIN_MODELS),
           LOOP(default_target_is_the_most_probable, 0, EXPLAIN_MODELS),
           LOOP(gradients_belong_to_the_target, 0, EXPLAIN_MODELS),
           LOOP(replaying_changes_nothing, 0, EXPLAIN_MODELS), TEST(replaying_a_part_leaves_the_rest),
           TEST(invalid_requests_are_refused), LOOP(packing_changes_nothing, 0, EXPLAIN_MODELS),
           TEST(one_character_is_enough), LOOP(a_refresh_starts_again, 0, EXPLAIN_MODELS),
           LOOP(a_changed_pass_has_its_gradients, 0, EXPLAIN_MODELS))
