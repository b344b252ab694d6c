#include "explain/output/halves.h"
#include "base/topk.h"
#include "check_main.h"
#include "explain/explain_model.h"
#include "explain/dot.h"
#include "explain/output/output.h"

static void sums_to_one(const double *p, int V)
{
    double sum = 0;
    for (int c = 0; c < V; c++)
        sum += p[c];
    EXPLAIN_NEAR(sum, 1, 1e-12);
}

static int likeliest(const double *p, int V)
{
    int best = 0;
    for (int c = 1; c < V; c++)
        best = p[c] > p[best] ? c : best;
    return best;
}

START_TEST(the_two_add_up_to_the_logit)
{
    ExplainModel  m;
    ExplainCounts x;
    double        p[11];
    explain_begin(&m, _i);
    EXPLAIN_UNCHANGED(&m.e, explain_counts(&m.e, &x));
    EXPLAIN_NEAR(x.error, 0, 1e-12);
    for (int c = 0; c < m.e.V; c++)
        EXPLAIN_NEAR(x.by_counts[c] + x.by_model[c], explain_uncapped(&m.e)->val[(m.T - 1) * m.e.V + c], 1e-12);
    for (int way = 0; way < COUNTS_WAYS; way++)
        sums_to_one(x.p[way], m.e.V);
    explain_next(&m.e, p);
    for (int c = 0; c < m.e.V; c++)
        EXPLAIN_NEAR(x.p[COUNTS_WHOLE][c], p[c], 0);
    explain_end(&m);
}
END_TEST

/* Each half alone, as a model whose other half has zero parameters says it, after every prefix of the prompt. */
START_TEST(a_half_is_a_model_without_the_other)
{
    ExplainModel  m, without;
    Explain       other;
    ExplainCounts x, y;
    explain_begin(&m, _i);
    ck_assert(explain_counts(&m.e, &x));
    Tensor *zero[] = { m.g.count_gain, m.g.count_bias };
    for (int k = 0; k < 2; k++)
        memset(zero[k]->val, 0, tensor_len(zero[k]) * sizeof(double));
    ck_assert(explain_open(&other, &m.g, m.ids, m.T, _i) && explain_counts(&other, &y));
    for (int c = 0; c < m.e.V; c++)
        EXPLAIN_NEAR(x.p[COUNTS_OWN][c], y.p[COUNTS_WHOLE][c], 1e-13);
    for (int i = 1; i < m.T; i++) {
        EXPLAIN_NEAR(x.loss[COUNTS_OWN][i], y.loss[COUNTS_WHOLE][i], 1e-12);
        EXPLAIN_NEAR(x.loss[COUNTS_ALONE][i], y.loss[COUNTS_ALONE][i], 0);
        EXPLAIN_NEAR(y.loss[COUNTS_GAINED][i], log(m.e.V), 1e-12);      /* no half at all */
    }
    explain_close(&other);
    explain_make(&without, _i);
    if (!without.g.config.tied) {
        memset(without.g.lm_head->val, 0, tensor_len(without.g.lm_head) * sizeof(double));
        ck_assert(explain_open(&without.e, &without.g, m.ids, m.T, _i) && explain_counts(&without.e, &y));
        for (int c = 0; c < m.e.V; c++)
            EXPLAIN_NEAR(x.p[COUNTS_GAINED][c], y.p[COUNTS_WHOLE][c], 1e-13);
    }
    explain_end(&without);
    explain_end(&m);
}
END_TEST

/* loss[i] is what the pass over the first i characters says of character i. */
START_TEST(a_loss_is_that_of_the_prefix)
{
    ExplainModel  m;
    Explain       other;
    ExplainCounts x, y;
    double        sum = 0;
    explain_begin(&m, _i);
    ck_assert(explain_counts(&m.e, &x));
    ck_assert(isnan(x.loss[COUNTS_WHOLE][0]));
    for (int i = 1; i < m.T; i++)
        sum += x.loss[COUNTS_GAINED][i];
    EXPLAIN_NEAR(x.mean[COUNTS_GAINED], sum / (m.T - 1), 1e-12);
    for (int i = 1; i < m.T; i++) {
        ck_assert(explain_open(&other, &m.g, m.ids, i, m.ids[i]) && explain_counts(&other, &y));
        for (int way = 0; way < COUNTS_WAYS; way++)
            EXPLAIN_NEAR(x.loss[way][i], -log(y.p[way][m.ids[i]]), 1e-11);
        explain_close(&other);
    }
    ck_assert(explain_open(&other, &m.g, m.ids, 1, 0) && explain_counts(&other, &y) && isnan(y.mean[COUNTS_WHOLE]));
    explain_close(&other);
    explain_end(&m);
}
END_TEST

/* known and times, by searching the text that was counted. */
START_TEST(known_is_in_the_text)
{
    ExplainModel  m;
    ExplainCounts x;
    explain_begin(&m, _i);
    ck_assert(explain_counts(&m.e, &x));
    const Corpus *c = m.g.prior->sorted.corpus;
    for (int n = x.known; n <= x.known + 1 && n <= x.order && n <= m.T; n++) {
        size_t times = 0;
        for (size_t at = (size_t)n; at < c->n_train; at++) {
            int same = 0;
            while (same < n && corpus_token(c, at - 1 - (size_t)same) == m.ids[m.T - 1 - same])
                same++;
            times += same == n;
        }
        ck_assert_uint_eq(times, n > x.known ? 0 : x.times);
    }
    ck_assert_int_gt(x.known, 0);
    explain_end(&m);
}
END_TEST

/* The two that are compared, their odds and what is left for the others, from the probabilities. */
START_TEST(odds_and_others_are_those_of_the_probabilities)
{
    ExplainModel  m;
    ExplainCounts x;
    explain_begin(&m, _i);
    ck_assert(explain_counts(&m.e, &x));
    ck_assert_int_eq(x.answer, likeliest(x.p[COUNTS_WHOLE], m.e.V));
    ck_assert(x.rival >= 0 && x.rival != x.answer);
    ck_assert(x.answer == m.e.target || x.rival == m.e.target);
    for (int c = 0; c < m.e.V; c++)
        ck_assert(c == x.answer || x.rival == m.e.target || x.p[COUNTS_WHOLE][c] <= x.p[COUNTS_WHOLE][x.rival]);
    for (int way = 0; way < COUNTS_WAYS; way++) {
        double two = x.p[way][x.answer] + (x.lone ? 0 : x.p[way][x.rival]);
        EXPLAIN_NEAR(x.odds[way], log(x.p[way][x.answer] / x.p[way][x.rival]), 1e-10);
        EXPLAIN_NEAR(x.others[way], 1 - two, 1e-12);
    }
    ck_assert_int_eq(x.excludes, explain_counts_exclude(x.others));
    if (!x.lone)
        ck_assert_int_eq(x.verdict, explain_counts_decide(x.odds));
    if (m.g.config.soft_cap <= 0) {         /* the exact split */
        EXPLAIN_NEAR(x.odds[COUNTS_OWN], x.by_model[x.answer] - x.by_model[x.rival], 1e-12);
        EXPLAIN_NEAR(x.odds[COUNTS_GAINED], x.by_counts[x.answer] - x.by_counts[x.rival], 1e-12);
        EXPLAIN_NEAR(x.odds[COUNTS_WHOLE], x.odds[COUNTS_OWN] + x.odds[COUNTS_GAINED], 1e-12);
    }
    explain_end(&m);
}
END_TEST

/* A third character requested as the target becomes the rival, and has one, however small it is. */
START_TEST(the_target_is_compared)
{
    ExplainModel  m;
    Explain       e;
    ExplainCounts x;
    explain_begin(&m, _i);
    for (int target = 0; target < m.e.V; target++) {
        ck_assert(explain_open(&e, &m.g, m.ids, m.T, target) && explain_counts(&e, &x));
        ck_assert(x.answer == target || (x.rival == target && !x.lone && x.odds[COUNTS_WHOLE] >= 0));
        explain_close(&e);
    }
    explain_end(&m);
}
END_TEST

/* The gains are only the biases, g, of the longest context; the network has `own` nats for one token against the rest.
 * Without a soft cap. */
static void set_halves(ExplainModel *m, double gain, int token, double own)
{
    int           C = m->g.config.channels;
    const double *h = m->e.trace.norm_f->val + (m->T - 1) * C;
    double       *w = m->g.lm_head->val, square = explain_dot(h, h, (size_t)C);
    m->g.config.soft_cap = 0;
    memset(m->g.count_gain->val, 0, tensor_len(m->g.count_gain) * sizeof *w);
    for (int k = 0; k < PRIOR_CONTEXTS; k++)
        m->g.count_bias->val[k] = k + 1 < PRIOR_CONTEXTS ? 0 : gain;
    memset(w, 0, tensor_len(m->g.lm_head) * sizeof *w);
    for (int k = 0; k < C; k++)
        w[token * C + k] = own * h[k] / square;
}

/* The counts prefer their first to their second by 1.5 nats; the network has something for one of them. Untied. */
static const struct { double own; int token, answer; CountsVerdict verdict; } follows[] = {
    { 0, 0, 0, COUNTS_COUNTING }, { 0.5, 1, 0, COUNTS_COUNTING }, { 1, 0, 0, COUNTS_EITHER },
    { 3, 1, 1, COUNTS_ATTENTION }, { 1.6, 1, 1, COUNTS_TOGETHER },
};

START_TEST(the_verdict_follows_the_halves)
{
    ExplainModel  m;
    Explain       e;
    ExplainCounts x;
    int           order[11], token = follows[_i].token, answer = follows[_i].answer;
    explain_begin(&m, EXPLAIN_COUNTS + 1);
    const double *counted = explain_counted(&m.e, m.T - 1, PRIOR_CONTEXTS - 1);
    topk(counted, m.e.V, m.e.V, false, order);
    double gap = counted[order[0]] - counted[order[1]], side = token == answer ? 1 : -1;
    set_halves(&m, 12 * 1.5 / gap, order[token], follows[_i].own);      /* a bias of 12 is a gain of 1 */
    ck_assert(explain_open(&e, &m.g, m.ids, m.T, order[answer]) && explain_counts(&e, &x));
    ck_assert_int_eq(x.answer, order[answer]);
    ck_assert_int_eq(x.rival, order[1 - answer]);
    EXPLAIN_NEAR(x.odds[COUNTS_GAINED], answer ? -1.5 : 1.5, 1e-9);
    EXPLAIN_NEAR(x.odds[COUNTS_ALONE], answer ? -gap : gap, 1e-12);
    EXPLAIN_NEAR(x.odds[COUNTS_OWN], side * follows[_i].own, 1e-9);
    ck_assert_msg(x.verdict == follows[_i].verdict, "%s", explain_counts_verdicts[x.verdict]);
    explain_close(&e);
    explain_end(&m);
}
END_TEST

CHECK_MAIN("explain_halves", LOOP(the_two_add_up_to_the_logit, EXPLAIN_COUNTS, EXPLAIN_MODELS),
           LOOP(a_half_is_a_model_without_the_other, EXPLAIN_COUNTS, EXPLAIN_MODELS),
           LOOP(a_loss_is_that_of_the_prefix, EXPLAIN_COUNTS, EXPLAIN_MODELS),
           LOOP(known_is_in_the_text, EXPLAIN_COUNTS, EXPLAIN_MODELS),
           LOOP(odds_and_others_are_those_of_the_probabilities, EXPLAIN_COUNTS, EXPLAIN_MODELS),
           LOOP(the_target_is_compared, EXPLAIN_COUNTS, EXPLAIN_MODELS),
           LOOP(the_verdict_follows_the_halves, 0, (int)(sizeof follows / sizeof *follows)))
