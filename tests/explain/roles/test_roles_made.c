/* Models whose weights are set by hand, so that what their heads do is known. */
#include "explain/roles/roles.h"
#include "check_main.h"
#include "explain/edit.h"
#include "explain/explain_model.h"
#include "text/vocab_of_text.h"

enum { V = 11, T = 12, C = 36, D = 18, TOKEN = 12, ANSWER = 23, TEXT = 60 };
static const char letters[] = " abcdefghij";

/* One layer, two heads. Channels 0-11 hold the position, 12-22 the token, 23-33 what heads write; no MLP. */
static void make(ExplainModel *m)
{
    Config c = { .vocab = V, .context = T, .layers = 1, .heads = 2, .channels = C, .bias = true };
    Err    err = { 0 };
    memset(m, 0, sizeof *m);
    ck_assert(arena_init(&m->nodes, gpt_nodes_bytes(&c), &err) && arena_init(&m->mem, 4 << 20, &err));
    ck_assert(gpt_init(&m->g, &c, &m->nodes, &err));
    ck_assert(params_alloc(&m->g.params, PARAMS_GRADIENTS, &m->nodes, &m->mem, &err));
    for (int k = 0; k < m->g.params.n; k++)
        for (size_t i = 0; i < m->g.params.list[k].len; i++)
            m->g.params.val[m->g.params.list[k].at + i] = m->g.params.list[k].mean;
    for (int i = 0; i < T; i++)
        m->g.wpe->val[i * C + i] = 1;
    for (int k = 0; k < V; k++) {
        m->g.wte->val[k * C + TOKEN + k] = 1;
        m->g.lm_head->val[(k + 3) % V * C + ANSWER + k] = 1;    /* token k two characters ago: k + 3 follows */
    }
}

/* Head h looks `back` characters back and writes the token that it finds there. */
static void look_back(Gpt *g, int h, int back)
{
    GptBlockParams *p = &g->blocks[0];
    for (int d = 0; d < T; d++) {
        if (d + back < T)
            p->qkv_w->val[(h * D + d) * C + d + back] = 5;
        p->qkv_w->val[(C + h * D + d) * C + d] = 1;
    }
    for (int d = 0; d < V; d++) {
        p->qkv_w->val[(2 * C + h * D + d) * C + TOKEN + d] = 1;
        p->out_w->val[(ANSWER + d) * C + h * D + d] = 1;
    }
}

static void measure(ExplainModel *m, Roles *r, int *ids)
{
    Vocab v = { 0 };
    Err   err = { 0 };
    for (int i = 0; i < TEXT; i++)
        ids[i] = i < 2 ? i * 5 : (ids[i - 2] + 3) % V;
    ck_assert(vocab_of_text(&v, letters, strlen(letters), VOCAB_CAP, &err));
    ck_assert_msg(roles_measure(r, &m->g, &v, ids, TEXT, NULL, &err), "%s", err.msg);
    vocab_free(&v);
}

static void end(ExplainModel *m, Roles *r)
{
    roles_free(r);
    arena_free(&m->nodes);
    arena_free(&m->mem);
}

START_TEST(a_pure_previous_character_head_is_called_so)
{
    ExplainModel m;
    Roles        r;
    int          ids[TEXT];
    make(&m);
    look_back(&m.g, 1, 1);
    measure(&m, &r, ids);
    ck_assert_int_eq(r.heads[1].label, ROLE_PREVIOUS);
    ck_assert_msg(r.heads[1].share[ROLE_PREVIOUS] > 0.999, "%g", r.heads[1].share[ROLE_PREVIOUS]);
    ck_assert_int_eq(r.heads[0].label, ROLES_NONE);             /* no queries: uniform */
    for (int role = 0; role < ROLES_IN_TEXT; role++)
        ck_assert(isnan(r.chance[role]) || fabs(r.heads[0].share[role] - r.chance[role]) < 1e-12);
    ck_assert(r.heads[0].cost == 0 && r.heads[1].cost > 1);     /* the one writes nothing, the other the answer */
    ck_assert_int_eq(r.n_pairs, 0);
    end(&m, &r);
}
END_TEST

START_TEST(a_head_that_looks_at_itself)
{
    ExplainModel m;
    Roles        r;
    int          ids[TEXT];
    make(&m);
    look_back(&m.g, 0, 0);
    measure(&m, &r, ids);
    ck_assert_int_eq(r.heads[0].label, ROLE_SELF);
    end(&m, &r);
}
END_TEST

/* What explain's own edit says of both, over all prefixes of all windows. */
static double both(ExplainModel *m, const Roles *r, const int *ids)
{
    const bool heads[2] = { true, true };
    double     sum = 0;
    for (int w = 0; w < r->windows; w++)
        for (int n = 1; n <= T; n++) {
            const int        *x = ids + w * (TEXT - 1 - T) / (r->windows - 1);
            ExplainLossChange c;
            ck_assert(explain_open(&m->e, &m->g, x, n, x[n]));
            ck_assert(explain_edit(&m->e, &(ExplainEdit){ .kind = EDIT_ABLATE, .heads = heads }, &c));
            sum += c.actual;
            explain_close(&m->e);
        }
    return sum / (r->windows * T);
}

/* Two heads that do the same: without one the other answers, without both nothing does. */
START_TEST(two_of_a_kind_are_redundant)
{
    ExplainModel m;
    Roles        r;
    int          ids[TEXT];
    make(&m);
    look_back(&m.g, 0, 1);
    look_back(&m.g, 1, 1);
    measure(&m, &r, ids);
    ck_assert(r.heads[0].label == ROLE_PREVIOUS && r.heads[1].label == ROLE_PREVIOUS);
    ck_assert(r.n_pairs == 1 && r.pairs[0].a == 0 && r.pairs[0].b == 1 && r.pairs_left == 0);
    EXPLAIN_NEAR(r.pairs[0].both, both(&m, &r, ids), 1e-12);
    EXPLAIN_NEAR(r.pairs[0].excess, r.pairs[0].both - r.heads[0].cost - r.heads[1].cost, 1e-15);
    ck_assert_msg(r.pairs[0].both > 1 && r.heads[0].cost < 0.3, "%g %g", r.pairs[0].both, r.heads[0].cost);
    ck_assert(r.pairs[0].redundant);
    end(&m, &r);
}
END_TEST

/* The same label, but one of them writes nothing: both cost what one does. */
START_TEST(a_silent_head_is_not_redundant)
{
    ExplainModel m;
    Roles        r;
    int          ids[TEXT];
    make(&m);
    look_back(&m.g, 0, 1);
    look_back(&m.g, 1, 1);
    for (int d = 0; d < V; d++)
        m.g.blocks[0].out_w->val[(ANSWER + d) * C + D + d] = 0;
    measure(&m, &r, ids);
    ck_assert_int_eq(r.n_pairs, 1);
    ck_assert(r.heads[1].cost == 0 && !r.pairs[0].redundant);
    end(&m, &r);
}
END_TEST

CHECK_MAIN("explain_roles_made", TEST(a_pure_previous_character_head_is_called_so), TEST(a_head_that_looks_at_itself),
           TEST(two_of_a_kind_are_redundant), TEST(a_silent_head_is_not_redundant))
