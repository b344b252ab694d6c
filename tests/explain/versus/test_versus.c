#include "explain/versus/versus.h"
#include "check_main.h"
#include "explain/explain_model.h"

/* --- Random models --- */

static bool letter[11];

/* Prompt B: one token replaced by the `by`-th after it, `cut` left out before it, `more` put in. */
static int edited(const ExplainModel *m, int cut, int more, int by, int *ids)
{
    int n = 0;
    for (int i = 0; i < m->T; i++) {
        if (i == 1 && cut)
            continue;
        for (int k = 0; i == 2 && k < more; k++)
            ids[n++] = (m->ids[2] + 5) % 11;
        ids[n++] = i == 2 ? (m->ids[i] + by) % 11 : m->ids[i];
    }
    return n;
}

/* The first such prompt that changes the answer enough to be explained, measured. */
static int other(ExplainModel *m, int cut, int more, int *ids, Versus *x)
{
    int n = 0;
    x->verdict = VERSUS_NOTHING;
    for (int by = 1; by < 11 && x->verdict == VERSUS_NOTHING; by++) {
        n = edited(m, cut, more, by, ids);
        ck_assert_msg(explain_versus(&m->e, ids, n, letter, x), "%s", m->e.err.msg);
    }
    ck_assert(x->verdict != VERSUS_NOTHING && x->n_set > 0);
    return n;
}

static double odds_of(const Explain *e, const int *answer)
{
    const double *x = e->out.logits->val + (size_t)(e->T - 1) * (size_t)e->V;
    return x[answer[0]] - x[answer[1]];
}

static const int cuts[] = { 0, 1, 0, 1 }, mores[] = { 0, 0, 2, 1 };

START_TEST(values_and_gradients_are_left_alone)
{
    ExplainModel m;
    Versus       x;
    int          ids[16];
    explain_begin(&m, _i);
    for (int k = 0; k < 4 && m.T + mores[k] <= 12; k++) {
        int n = 0;
        EXPLAIN_UNCHANGED(&m.e, (n = other(&m, cuts[k], mores[k], ids, &x)) > 0);
        ck_assert(x.pairs[x.n_pairs - 1].at[0] == m.T - 1 && x.pairs[x.n_pairs - 1].at[1] == n - 1);
    }
    explain_end(&m);
}
END_TEST

/* The answers of both prompts, from an Explain of each. */
START_TEST(answers_are_the_likeliest)
{
    ExplainModel m, b;
    Versus       x;
    double       p[2][11];
    explain_begin(&m, _i);
    explain_make(&b, _i);
    b.T = other(&m, 1, 1, b.ids, &x);
    ck_assert(explain_open(&b.e, &b.g, b.ids, b.T, -1));
    explain_next(&m.e, p[0]), explain_next(&b.e, p[1]);
    for (int c = 0; c < 11; c++) {
        ck_assert(p[0][c] <= p[0][x.answer[0]]);
        ck_assert(c == x.answer[0] || x.same || p[1][c] <= p[1][x.answer[1]]);
        ck_assert(c == x.answer[0] || !x.same || fmax(p[0][c], p[1][c]) <= fmax(p[0][x.answer[1]], p[1][x.answer[1]]));
    }
    ck_assert(x.same == (b.e.target == x.answer[0]) && x.answer[0] != x.answer[1]);
    for (int k = 0; k < 2; k++) {
        EXPLAIN_NEAR(x.p[0][k], p[0][x.answer[k]], 1e-14);
        EXPLAIN_NEAR(x.p[1][k], p[1][x.answer[k]], 1e-14);
        EXPLAIN_NEAR(x.odds[k], log(p[k][x.answer[0]]) - log(p[k][x.answer[1]]), 1e-12);
    }
    explain_end(&m);
    explain_end(&b);
}
END_TEST

/* D with tensor `to` of a pass overwritten at one position and the rest of it run again; then everything restored. */
static double by_hand(Explain *e, Tensor *to, const double *row, double *at, int n, const int *answer)
{
    memcpy(at, row, (size_t)n * sizeof *at);
    explain_replay_to(to, e->out.logits);
    double odds = odds_of(e, answer);
    explain_replay(e, NULL);
    return odds;
}

/* Every number, both ways, against rows copied by hand between two Explains. */
static void compare(Explain *e, const Explain *from, const Versus *x, bool into_b)
{
    double gap = x->odds[0] - x->odds[1];
    int    side = into_b, last = x->n_pairs - 1, to = x->pairs[last].at[side], of = x->pairs[last].at[!side];
    for (int h = 0; h < e->L * e->H; h++) {
        Tensor *mix = e->trace.layers[h / e->H].mix;
        double  odds = by_hand(e, mix, explain_row(from->trace.layers[h / e->H].mix, h % e->H, of),
                               explain_row(mix, h % e->H, to), e->D, x->answer);
        EXPLAIN_NEAR(into_b ? x->heads_last[h].into_b : x->heads_last[h].into_a,
                     (into_b ? odds - x->odds[1] : x->odds[0] - odds) / gap, 1e-12 / fabs(gap));
    }
    for (int l = 0; l < e->L; l++)
        for (int k = 0; k < x->n_pairs; k++) {
            Tensor *s = e->trace.layers[l].x;
            size_t  i = (size_t)(x->pairs[k].at[side] * e->C), j = (size_t)(x->pairs[k].at[!side] * e->C);
            double  odds = by_hand(e, s, from->trace.layers[l].x->val + j, s->val + i, e->C, x->answer);
            VersusEffect cell = x->residual[versus_cell(x, l, k)];
            EXPLAIN_NEAR(into_b ? cell.into_b : cell.into_a, (into_b ? odds - x->odds[1] : x->odds[0] - odds) / gap,
                         1e-12 / fabs(gap));
        }
}

START_TEST(effects_are_those_of_rows_copied_by_hand)
{
    ExplainModel m, b;
    Versus       x;
    explain_begin(&m, _i);
    explain_make(&b, _i);
    b.T = other(&m, _i % 2, _i % 3 == 0, b.ids, &x);
    ck_assert(explain_open(&b.e, &b.g, b.ids, b.T, -1));
    compare(&m.e, &b.e, &x, false);
    compare(&b.e, &m.e, &x, true);
    EXPLAIN_NEAR(x.residual[versus_cell(&x, m.e.L, x.n_pairs - 1)].into_a, 1, 1e-12);
    EXPLAIN_NEAR(x.residual[versus_cell(&x, m.e.L, x.n_pairs - 1)].into_b, 1, 1e-12);
    explain_end(&m);
    explain_end(&b);
}
END_TEST

/* What a head reads is judged on the unpatched pass. */
START_TEST(weights_are_those_of_the_unpatched_pass)
{
    ExplainModel m;
    Versus       x;
    int          ids[16];
    explain_begin(&m, _i);
    other(&m, 0, 0, ids, &x);
    for (int k = 0; k < x.n_set; k++) {
        const VersusReading *r = &x.set[k].reading;
        const double *a = explain_row(m.e.trace.layers[x.set[k].head / m.e.H].weights, x.set[k].head % m.e.H,
                                      x.pairs[r->pair].at[0]);
        double sum = 0;
        for (int j = r->first; j < r->end; j++)
            sum += a[j];
        EXPLAIN_NEAR(r->weight, sum, 1e-15);
    }
    explain_end(&m);
}
END_TEST

START_TEST(in_a_large_model_only_some_are_patched)
{
    ExplainModel m;
    Versus       some, all;
    int          ids[16], heads = 0, cells = 0;
    explain_begin(&m, _i);
    int n = other(&m, 0, 0, ids, &all);
    m.e.most = 2;
    EXPLAIN_UNCHANGED(&m.e, explain_versus(&m.e, ids, n, letter, &some));
    for (int h = 0; h < m.e.L * m.e.H; h++) {
        heads += !isnan(some.heads[h].into_a);
        ck_assert(isnan(some.heads[h].into_a) || some.heads[h].into_a == all.heads[h].into_a);
    }
    for (int k = 0; k < (m.e.L + 1) * some.n_pairs; k++)
        cells += !isnan(some.residual[k].into_b);
    ck_assert(heads == 2 && cells == 2 && some.n_set > 0);
    explain_end(&m);
}
END_TEST

/* --- Circuits whose answer is known --- */

enum { CLUE, NONE, FILLER, YES, NO, TOKENS, WIDTH = 4, THERE = 0, CARRIED = 1, CONSTANT = 2, ANSWER = 3, T = 5 };

/* Uniform attention; a token's channels: THERE in CLUE, CONSTANT large in all (so that norms divide by one number),
 * ANSWER -base in FILLER. Each of `heads` heads of the layer adds 1 to the last ANSWER if it finds the clue. With two
 * layers, `copiers` heads of layer 0 together copy the clue to CARRIED of all later positions, where those of layer 1,
 * of which there are heads + 1 - copiers, find it.
 * Logits of YES and NO: +-gain ANSWER, capped. */
typedef struct Circuit {
    int    layers, heads;
    double base, cap;
    int    copiers;
} Circuit;

static void cell(Tensor *w, int i, int j, double x) { w->val[i * w->dim[1] + j] = x; }

static void wire_layer(Gpt *g, int l, int heads, int from, int to, double gain)
{
    int C = g->config.channels;
    for (int h = 0; h < heads; h++) {
        cell(g->blocks[l].qkv_w, 2 * C + h * WIDTH, from, 1);
        cell(g->blocks[l].out_w, to, h * WIDTH, gain);
    }
}

static void wire(Gpt *g, const Circuit *c)
{
    double K = 1e3, unit = sqrt(g->config.channels) / K;    /* 1 after a norm */
    double gain = c->cap > 0 ? 50 * c->cap : 5;
    for (int k = 0; k < g->params.n; k++)
        for (size_t i = 0; i < g->params.list[k].len; i++)
            g->params.val[g->params.list[k].at + i] = g->params.list[k].mean;
    cell(g->wte, CLUE, THERE, 1);
    for (int t = 0; t < TOKENS; t++) {
        cell(g->wte, t, CONSTANT, K);
        cell(g->lm_head, t, CONSTANT, t == YES || t == NO ? 0 : -100);
    }
    cell(g->wte, FILLER, ANSWER, -c->base);
    cell(g->lm_head, YES, ANSWER, gain / unit), cell(g->lm_head, NO, ANSWER, -gain / unit);
    if (c->layers == 1)
        wire_layer(g, 0, c->heads, THERE, ANSWER, T / unit);
    if (c->layers == 2) {
        int readers = c->heads + 1 - c->copiers;
        wire_layer(g, 0, c->copiers, THERE, CARRIED, 1 / unit / c->copiers);
        wire_layer(g, 1, readers, CARRIED, ANSWER, T / unit / (1 / 2.0 + 1 / 3.0 + 1 / 4.0 + 1 / 5.0) / readers);
    }
}

static void circuit(ExplainModel *m, const Circuit *c, const int *ids)
{
    Config x = { .vocab = TOKENS, .context = 12, .layers = c->layers, .heads = c->heads, .channels = WIDTH * c->heads,
                 .positions = POSITIONS_NONE, .norm = NORM_RMS, .activation = ACTIVATION_RELU2, .soft_cap = c->cap };
    Err err = { 0 };
    *m = (ExplainModel){ .T = T };
    ck_assert(arena_init(&m->nodes, gpt_nodes_bytes(&x), &err) && arena_init(&m->mem, 8 << 20, &err));
    ck_assert(gpt_init(&m->g, &x, &m->nodes, &err));
    ck_assert(params_alloc(&m->g.params, PARAMS_GRADIENTS, &m->nodes, &m->mem, &err));
    wire(&m->g, c);
    ck_assert_msg(explain_open(&m->e, &m->g, ids, T, -1), "%s", m->e.err.msg);
}

static const int with[T] = { FILLER, CLUE, FILLER, FILLER, FILLER };
static const int without[T] = { FILLER, NONE, FILLER, FILLER, FILLER };

static const struct {
    Circuit       c;
    VersusVerdict verdict;
    int           n_set;
    double        into_a, into_b, together; /* of one head; of the set, both ways */
} known[] = {
    { { 1, 1, 0.5, 0, 0 }, VERSUS_ONE, 1, 1, 1, 1 },
    { { 1, 1, -2, 0, 0 }, VERSUS_ONE, 1, 1, 1, 1 },                        /* the same answer */
    { { 1, 2, 0.5, 1, 0 }, VERSUS_REDUNDANT, 2, 0, 1, 1 },              /* or: either suffices */
    { { 1, 2, 1.5, 1, 0 }, VERSUS_NEEDED, 1, 1, 0, 1 },                 /* and: both are needed */
    { { 1, 3, 1.5, 0, 0 }, VERSUS_TOGETHER, 2, 1 / 3.0, 1 / 3.0, 2 / 3.0 },
    { { 1, 10, 5, 0, 0 }, VERSUS_SPREAD, 4, 0.1, 0.1, 0.4 },
};

START_TEST(circuits_get_their_verdict)
{
    ExplainModel m;
    Versus       x;
    circuit(&m, &known[_i].c, with);
    EXPLAIN_UNCHANGED(&m.e, explain_versus(&m.e, without, T, letter, &x));
    ck_assert(x.answer[0] == YES && x.answer[1] == NO && x.same == (known[_i].c.base < 0));
    ck_assert_msg(x.verdict == known[_i].verdict, "%s, %g", versus_verdicts[x.verdict], x.odds[0] - x.odds[1]);
    ck_assert_int_eq(x.n_set, known[_i].n_set);
    for (int h = 0; h < known[_i].c.heads; h++) {
        EXPLAIN_NEAR(x.heads[h].into_a, known[_i].into_a, 1e-3);
        EXPLAIN_NEAR(x.heads[h].into_b, known[_i].into_b, 1e-3);
        EXPLAIN_NEAR(x.heads_last[h].into_a, known[_i].into_a, 1e-3);
    }
    EXPLAIN_NEAR(x.all_heads.into_a, 1, 1e-3);
    if (known[_i].verdict != VERSUS_NEEDED)
        EXPLAIN_NEAR(x.together.into_a, known[_i].together, 1e-3);
    explain_end(&m);
}
END_TEST

START_TEST(what_makes_no_difference_is_not_explained)
{
    ExplainModel  m;
    Versus        x;
    const Circuit c = { 1, 2, 0.5, 0, 0 };
    const int     also[T] = { FILLER, YES, FILLER, FILLER, FILLER };
    circuit(&m, &c, without);
    EXPLAIN_UNCHANGED(&m.e, explain_versus(&m.e, also, T, letter, &x));
    ck_assert(x.verdict == VERSUS_NOTHING && x.n_set == 0 && x.n_spans == 1 && isnan(x.heads[0].into_a));
    explain_end(&m);
}
END_TEST

START_TEST(a_word_that_is_read_survives_its_control)
{
    ExplainModel  m;
    Versus        x;
    const Circuit c = { 1, 1, 0.5, 0, 0 };
    circuit(&m, &c, with);
    ck_assert(explain_versus(&m.e, without, T, letter, &x));
    const VersusReading *r = &x.set[0].reading;
    ck_assert(r->survives && r->first == 1 && r->end == 2 && r->first_b == 1 && r->end_b == 2 && !r->everywhere);
    ck_assert_int_eq(x.pairs[r->pair].at[0], T - 1);
    EXPLAIN_NEAR(r->weight, 1.0 / T, 1e-12);
    EXPLAIN_NEAR(r->unmasked, 1, 1e-3);
    EXPLAIN_NEAR(r->masked, 0, 1e-3);
    EXPLAIN_NEAR(r->lost, 1, 1e-3);
    ck_assert(!r->in_b);
    explain_end(&m);
}
END_TEST

/* The other way round A's head finds nothing; what B's reads is named as B's. */
START_TEST(a_word_that_only_b_reads_is_named_as_b_s)
{
    ExplainModel  m;
    Versus        x;
    const Circuit c = { 1, 1, 0.5, 0, 0 };
    circuit(&m, &c, without);
    ck_assert(explain_versus(&m.e, with, T, letter, &x));
    const VersusReading *r = &x.set[0].reading;
    ck_assert(r->survives && r->in_b && r->first_b == 1 && r->end_b == 2);
    EXPLAIN_NEAR(r->masked, 0, 1e-3);
    EXPLAIN_NEAR(r->lost, 0, 1e-3);
    EXPLAIN_NEAR(r->lost_b, 1, 1e-3);
    explain_end(&m);
}
END_TEST

/* Layer 1 finds the clue at all positions from its own on: masking one of them does not take it away, so no word is
 * named. With the clue near the end, masking it costs about half of the effect; that is not enough. */
START_TEST(a_word_whose_content_is_elsewhere_too_does_not_survive)
{
    ExplainModel  m;
    Versus        x;
    const Circuit c = { 2, 3, 0.5, 0, 3 };
    int           a[T], b[T];
    for (int i = 0; i < T; i++)
        a[i] = i == _i ? CLUE : FILLER, b[i] = i == _i ? NONE : FILLER;
    circuit(&m, &c, a);
    ck_assert(explain_versus(&m.e, b, T, letter, &x));
    ck_assert(x.verdict == VERSUS_ONE && x.set[0].head == 3);
    const VersusReading *r = &x.set[0].reading;
    ck_assert_msg(!r->survives && !r->in_b, "word at %d", r->first);
    ck_assert(fabs(r->masked) > 0.5);
    EXPLAIN_NEAR(r->lost + r->lost_b, r->unmasked - r->masked, 1e-12);
    explain_end(&m);
}
END_TEST

/* The one head of layer 0 acts at every position, none of which has most of its effect. */
START_TEST(a_head_that_acts_everywhere_is_controlled_everywhere)
{
    ExplainModel  m;
    Versus        x;
    const Circuit c = { 2, 3, 0.5, 0, 1 };
    circuit(&m, &c, with);
    ck_assert(explain_versus(&m.e, without, T, letter, &x));
    ck_assert(x.verdict == VERSUS_ONE && x.set[0].head == 0);
    const VersusReading *r = &x.set[0].reading;
    ck_assert(r->everywhere && r->survives && r->first == 1 && r->end == 2);
    EXPLAIN_NEAR(r->unmasked, 1, 1e-3);
    EXPLAIN_NEAR(r->masked, 0, 1e-3);
    ck_assert(x.set[0].rows[r->pair].into_a < 0.6);
    explain_end(&m);
}
END_TEST

/* Heads that stand in for each other have no effect into A alone; what they read shows where they suffice, in B. */
START_TEST(a_redundant_head_is_controlled_in_b)
{
    ExplainModel m;
    Versus       x;
    circuit(&m, &known[2].c, with);
    ck_assert(explain_versus(&m.e, without, T, letter, &x) && x.verdict == VERSUS_REDUNDANT);
    for (int k = 0; k < 2; k++) {
        const VersusReading *r = &x.set[k].reading;
        ck_assert(r->into_b && r->survives && !r->in_b && r->first == 1 && r->end == 2);
        EXPLAIN_NEAR(r->unmasked, 1, 1e-3);
        EXPLAIN_NEAR(r->masked, 0, 1e-3);
        EXPLAIN_NEAR(r->lost, 1, 1e-3);
    }
    explain_end(&m);
}
END_TEST

/* In model 4, of one number a head, no token changes the answer enough. */
#define OFTEN(test) LOOP(test, 0, 4), LOOP(test, 5, EXPLAIN_MODELS)

CHECK_MAIN("versus", OFTEN(values_and_gradients_are_left_alone), LOOP(answers_are_the_likeliest, 0, EXPLAIN_MODELS),
           OFTEN(effects_are_those_of_rows_copied_by_hand), OFTEN(weights_are_those_of_the_unpatched_pass),
           LOOP(in_a_large_model_only_some_are_patched, 1, 4),
           LOOP(circuits_get_their_verdict, 0, (int)(sizeof known / sizeof *known)),
           TEST(what_makes_no_difference_is_not_explained), TEST(a_word_that_is_read_survives_its_control),
           TEST(a_word_that_only_b_reads_is_named_as_b_s),
           LOOP(a_word_whose_content_is_elsewhere_too_does_not_survive, 1, 4),
           TEST(a_head_that_acts_everywhere_is_controlled_everywhere), TEST(a_redundant_head_is_controlled_in_b))
