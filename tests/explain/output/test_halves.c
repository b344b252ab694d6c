#include "explain/output/halves.h"
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

/* log p of the answer less that of the likeliest other. */
static double lead(const double *p, int V, int answer)
{
    double other = 0;
    for (int c = 0; c < V; c++)
        if (c != answer && p[c] > other)
            other = p[c];
    return log(p[answer] / other);
}

START_TEST(the_verdict_is_which_half_keeps_the_lead)
{
    static const CountsVerdict by[2][2] = { { COUNTS_TOGETHER, COUNTS_COUNTING }, { COUNTS_ATTENTION, COUNTS_EITHER } };
    ExplainModel  m;
    ExplainCounts x;
    explain_begin(&m, _i);
    ck_assert(explain_counts(&m.e, &x));
    int answer = likeliest(x.p[COUNTS_WHOLE], m.e.V);
    ck_assert_int_eq(x.answer, answer);
    ck_assert(x.rival >= 0 && x.rival != answer);
    for (int c = 0; c < m.e.V; c++)
        ck_assert(c == answer || x.p[COUNTS_WHOLE][c] <= x.p[COUNTS_WHOLE][x.rival]);
    double half = 0.5 * lead(x.p[COUNTS_WHOLE], m.e.V, answer);
    ck_assert_int_eq(x.verdict, by[lead(x.p[COUNTS_OWN], m.e.V, answer) >= half]
                                  [lead(x.p[COUNTS_GAINED], m.e.V, answer) >= half]);
    explain_end(&m);
}
END_TEST

/* The verdict of a model whose own logits are 0 but for `own` of token a and `third` of token b. */
static CountsVerdict verdict(ExplainModel *m, int a, double own, int b, double third, double *counts_lead)
{
    Explain       e;
    ExplainCounts x;
    int           C = m->g.config.channels;
    ck_assert(explain_open(&e, &m->g, m->ids, m->T, 0));
    const double *h = e.trace.norm_f->val + (m->T - 1) * C;
    double       *w = m->g.lm_head->val, square = explain_dot(h, h, (size_t)C);
    memset(w, 0, tensor_len(m->g.lm_head) * sizeof *w);
    for (int k = 0; k < C; k++) {
        w[a * C + k] = own * h[k] / square;
        w[b * C + k] += third * h[k] / square;
    }
    explain_close(&e);
    ck_assert(explain_open(&e, &m->g, m->ids, m->T, 0) && explain_counts(&e, &x));
    ck_assert_int_eq(x.answer, a);
    *counts_lead = lead(x.p[COUNTS_GAINED], e.V, a);
    explain_close(&e);
    return x.verdict;
}

/* The counts' likeliest character, which the network prefers too, more and more; and one that it likes, too, but the
 * counts do not, so that each half has less than half of the lead. Of untied models. */
START_TEST(a_small_lead_does_not_decide)
{
    ExplainModel m;
    double       by, none;
    int          best = 0, worst = 0;
    explain_begin(&m, _i);
    const double *counted = explain_counted(&m.e, m.T - 1, PRIOR_CONTEXTS - 1);
    for (int c = 0; c < m.e.V; c++) {
        best = counted[c] > counted[best] ? c : best;
        worst = counted[c] < counted[worst] ? c : worst;
    }
    m.g.config.soft_cap = 0;
    memset(m.g.count_gain->val, 0, tensor_len(m.g.count_gain) * sizeof(double));
    for (int k = 0; k < PRIOR_CONTEXTS; k++)
        m.g.count_bias->val[k] = k + 1 < PRIOR_CONTEXTS ? 0 : 6;
    ck_assert_int_eq(verdict(&m, best, 0, worst, 0, &by), COUNTS_COUNTING);
    ck_assert_int_eq(verdict(&m, best, 0.3 * by, worst, 0, &none), COUNTS_COUNTING);
    ck_assert_int_eq(verdict(&m, best, 3 * by, worst, 0, &none), COUNTS_ATTENTION);
    ck_assert_int_eq(verdict(&m, best, 2.5 * by, worst, 1.5 * by, &none), COUNTS_TOGETHER);
    explain_end(&m);
}
END_TEST

CHECK_MAIN("explain_halves", LOOP(the_two_add_up_to_the_logit, EXPLAIN_COUNTS, EXPLAIN_MODELS),
           LOOP(a_half_is_a_model_without_the_other, EXPLAIN_COUNTS, EXPLAIN_MODELS),
           LOOP(a_loss_is_that_of_the_prefix, EXPLAIN_COUNTS, EXPLAIN_MODELS),
           LOOP(known_is_in_the_text, EXPLAIN_COUNTS, EXPLAIN_MODELS),
           LOOP(the_verdict_is_which_half_keeps_the_lead, EXPLAIN_COUNTS, EXPLAIN_MODELS),
           LOOP(a_small_lead_does_not_decide, EXPLAIN_COUNTS + 1, EXPLAIN_MODELS))
