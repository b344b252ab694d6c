#include "explain/why/writes.h"
#include "check_main.h"
#include "explain/edit.h"
#include "explain/explain_model.h"
#include "explain/lens.h"

/* Every score of a random model. */
#define EVERY_SCORE(m, x, what)                                                                    \
    do {                                                                                           \
        for (int l = 0; l < (m).e.L; l++)                                                          \
            for (int h = 0; h < (m).e.H; h++)                                                      \
                for (int i = (m).T - 1; i >= 0; i -= 3)                                            \
                    for (int j = 0; j <= i; j++) {                                                 \
                        ck_assert_msg(explain_why_writes(&(m).e, (ExplainRow){ l, h, i }, j, &(x)), "%s",         \
                                      (m).e.err.msg);                                              \
                        what;                                                                      \
                    }                                                                              \
    } while (0)

static double logit_now(const Explain *e, int token)
{
    const Tensor *logits = e->out.logits->op == &op_soft_cap ? e->out.logits->in[0] : e->out.logits;
    return logits->val[(e->T - 1) * e->V + token];
}

static void adds_up(const Explain *e, const WhyWrites *x)
{
    for (int k = 0; k < WRITES_TOKENS; k++) {
        double sum = x->direct[k] + x->norm[k], most = fmax(1, fabs(x->logit[k]));
        for (int l = 0; l < e->L; l++) {
            sum += x->mlp[l][k];
            ck_assert(l >= x->at.layer || x->mlp[l][k] == 0);
            for (int h = 0; h < e->H; h++) {
                sum += x->head[l * e->H + h][k];
                ck_assert(l > x->at.layer || x->head[l * e->H + h][k] == 0);
            }
        }
        EXPLAIN_NEAR(sum, x->total[k], 1e-12 * most);
        EXPLAIN_NEAR(x->logit[k], logit_now(e, x->token[k]), 0);
        ck_assert(x->at.row == e->T - 1 || x->direct[k] == 0);
    }
    EXPLAIN_NEAR(x->error, 0, 1e-12 * fmax(1, fabs(x->logit[0])));
    ck_assert_int_eq(x->token[0], e->target);
    ck_assert_int_ne(x->token[1], e->target);
}

START_TEST(parts_add_up_to_the_measured_change)
{
    ExplainModel m;
    WhyWrites    x;
    explain_begin(&m, _i);
    EXPLAIN_UNCHANGED(&m.e, explain_why_writes(&m.e, (ExplainRow){ 0, 0, m.T - 1 }, 1, &x));
    EVERY_SCORE(m, x, adds_up(&m.e, &x));
    explain_end(&m);
}
END_TEST

/* The direct parts of all keys are the direct contribution of the head, as the lens has it. */
START_TEST(direct_parts_are_those_of_the_lens)
{
    ExplainModel m;
    ExplainLogit logit;
    explain_begin(&m, _i);
    ck_assert(explain_lens_logit(&m.e, &logit));
    for (int l = 0; l < m.e.L; l++)
        for (int h = 0; h < m.e.H; h++) {
            double sum = 0;
            for (int j = 0; j < m.T; j++) {
                WhyWrites x;
                ck_assert(explain_why_writes(&m.e, (ExplainRow){ l, h, m.T - 1 }, j, &x));
                sum += x.direct[WRITES_TARGET];
            }
            EXPLAIN_NEAR(sum, logit.head[l * m.e.H + h], 1e-12 * (1 + fabs(sum)));
        }
    explain_end(&m);
}
END_TEST

/* A row with one key: without what it writes, the head's output at that row is 0. In a text of one character that is
 * the ablation of the head. */
START_TEST(the_only_key_is_the_whole_head)
{
    ExplainModel m;
    explain_make(&m, _i);
    ck_assert(explain_open(&m.e, &m.g, m.ids, 1, 3));
    for (int l = 0; l < m.e.L; l++)
        for (int h = 0; h < m.e.H; h++) {
            WhyWrites         x;
            ExplainLossChange c;
            ck_assert(explain_why_writes(&m.e, (ExplainRow){ l, h, 0 }, 0, &x));
            ck_assert(explain_edit(&m.e, &(ExplainEdit){ .kind = EDIT_ABLATE, .layer = l, .head = h }, &c));
            EXPLAIN_NEAR(x.p[0], c.p_before, 1e-14);
            EXPLAIN_NEAR(x.p[1], c.p_after, 1e-14);
        }
    explain_end(&m);
}
END_TEST

/* With a query that no later layer can read, and not the last, nothing reaches the answer; with one layer left, later
 * heads react and are named. */
START_TEST(it_goes_through_later_layers_only)
{
    ExplainModel m;
    WhyWrites    x;
    explain_begin(&m, _i);
    ck_assert(explain_why_writes(&m.e, (ExplainRow){ m.e.L - 1, 0, m.T - 2 }, 0, &x));
    EXPLAIN_NEAR(x.total[0], 0, 0);
    EXPLAIN_NEAR(x.size > 0, 1, 0);
    if (m.e.L > 1) {
        ck_assert(explain_why_writes(&m.e, (ExplainRow){ 0, 0, m.T - 2 }, 0, &x));
        double later = x.head[m.e.H][0];
        ck_assert_msg(fabs(x.total[0]) > 1e-9 && fabs(later) > 1e-9 && x.mlp[0][0] == 0, "%g %g %g", x.total[0], later,
                      x.mlp[0][0]);
    }
    explain_end(&m);
}
END_TEST

START_TEST(no_such_score)
{
    ExplainModel m;
    WhyWrites    x;
    explain_begin(&m, 0);
    ck_assert(!explain_why_writes(&m.e, (ExplainRow){ 0, 0, 1 }, 2, &x) && strstr(m.e.err.msg, "does not exist"));
    explain_end(&m);
}
END_TEST

CHECK_MAIN("explain_why_writes", LOOP(parts_add_up_to_the_measured_change, 0, EXPLAIN_MODELS),
           LOOP(direct_parts_are_those_of_the_lens, 0, EXPLAIN_MODELS),
           LOOP(the_only_key_is_the_whole_head, 0, EXPLAIN_MODELS),
           LOOP(it_goes_through_later_layers_only, 0, EXPLAIN_MODELS), TEST(no_such_score))
