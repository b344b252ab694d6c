#include "explain/output/output.h"
#include "check_main.h"
#include "explain/dot.h"
#include "explain/explain_model.h"

/* row_c.h + constant_c is the logit of every token, and row_c its gradient by h. */
START_TEST(a_row_gives_the_logit)
{
    ExplainModel m;
    double       row[64];
    explain_begin(&m, _i);
    const double *h = m.e.trace.norm_f->val + (m.T - 1) * m.e.C;
    for (int c = 0; c < m.e.V; c++) {
        double logit = explain_uncapped(&m.e)->val[(m.T - 1) * m.e.V + c], constant = explain_output_constant(&m.e, c);
        explain_output_row(&m.e, c, row);
        EXPLAIN_NEAR(explain_dot(row, h, (size_t)m.e.C) + constant, logit, 1e-12 * (1 + fabs(logit)));
        ck_assert((constant != 0) == m.g.config.counts);
    }
    explain_end(&m);
}
END_TEST

/* Moving h along one coordinate moves the logit by the row's number there. */
START_TEST(a_row_is_the_derivative)
{
    ExplainModel m;
    double       row[64];
    int          target = 4;
    explain_begin(&m, _i);
    explain_output_row(&m.e, target, row);
    double *h = m.e.trace.norm_f->val + (m.T - 1) * m.e.C, *logit = explain_uncapped(&m.e)->val;
    logit += (m.T - 1) * m.e.V + target;
    for (int c = 0; c < m.e.C; c++) {
        double before = *logit, kept = h[c];
        h[c] += 0.25;
        explain_replay(&m.e, m.e.trace.norm_f);
        EXPLAIN_NEAR(*logit - before, 0.25 * row[c], 1e-12 * (1 + fabs(before)));
        h[c] = kept;
        explain_replay(&m.e, m.e.trace.norm_f);
    }
    explain_end(&m);
}
END_TEST

/* The counts of the text are not taken anew; a tape's replay takes them to the same bits. */
START_TEST(a_replay_keeps_the_counts)
{
    ExplainModel m;
    explain_begin(&m, EXPLAIN_COUNTS);
    double loss = m.e.loss, *logs = m.e.trace.counts->val + (m.T - 1) * PRIOR_CONTEXTS * m.e.V, kept = logs[m.e.target];
    ck_assert(explain_replay(&m.e, NULL) == loss);
    logs[m.e.target] += 1;
    ck_assert(explain_replay(&m.e, NULL) != loss && logs[m.e.target] == kept + 1);
    tape_replay(&m.e.tape, NULL);
    ck_assert(logs[m.e.target] == kept && m.e.out.loss->val[0] == loss);
    explain_end(&m);
}
END_TEST

START_TEST(the_rival_is_the_likeliest_other)
{
    ExplainModel m;
    double       p[11];
    explain_begin(&m, _i);
    explain_next(&m.e, p);
    int rival = explain_rival(&m.e);
    ck_assert_int_ne(rival, m.e.target);
    for (int c = 0; c < m.e.V; c++)
        ck_assert(c == m.e.target || p[c] <= p[rival]);
    explain_end(&m);
}
END_TEST

CHECK_MAIN("explain_output", LOOP(a_row_gives_the_logit, 0, EXPLAIN_MODELS),
           LOOP(a_row_is_the_derivative, 0, EXPLAIN_MODELS), TEST(a_replay_keeps_the_counts),
           LOOP(the_rival_is_the_likeliest_other, 0, EXPLAIN_MODELS))
