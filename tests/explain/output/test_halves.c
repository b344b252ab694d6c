#include "explain/output/halves.h"
#include "check_main.h"
#include "explain/explain_model.h"
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

START_TEST(the_verdict_is_what_each_half_answers)
{
    static const CountsVerdict by[2][2] = { { COUNTS_TOGETHER, COUNTS_COUNTING }, { COUNTS_ATTENTION, COUNTS_EITHER } };
    ExplainModel  m;
    ExplainCounts x;
    explain_begin(&m, _i);
    ck_assert(explain_counts(&m.e, &x));
    int answer = likeliest(x.p[COUNTS_WHOLE], m.e.V);
    ck_assert_int_eq(x.verdict, by[likeliest(x.p[COUNTS_OWN], m.e.V) == answer]
                                  [likeliest(x.p[COUNTS_GAINED], m.e.V) == answer]);
    explain_end(&m);
}
END_TEST

CHECK_MAIN("explain_halves", LOOP(the_two_add_up_to_the_logit, EXPLAIN_COUNTS, EXPLAIN_MODELS),
           LOOP(a_half_is_a_model_without_the_other, EXPLAIN_COUNTS, EXPLAIN_MODELS),
           LOOP(a_loss_is_that_of_the_prefix, EXPLAIN_COUNTS, EXPLAIN_MODELS),
           LOOP(known_is_in_the_text, EXPLAIN_COUNTS, EXPLAIN_MODELS),
           LOOP(the_verdict_is_what_each_half_answers, EXPLAIN_COUNTS, EXPLAIN_MODELS))
