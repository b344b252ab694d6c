#include "explain/pull.h"
#include "check_main.h"
#include "explain/explain_model.h"

/* What the score of the last row changes by when query or key weight k does, from a forward pass of its own. */
static double slope(ExplainModel *m, ExplainRow at, int j, double *w)
{
    const double h = 1e-5, kept = *w;
    const double *s = explain_row(m->e.trace.layers[at.layer].scores, at.head, at.row) + j;
    double up, down;
    *w = kept + h;
    explain_replay(&m->e, NULL);
    up = *s;
    *w = kept - h;
    explain_replay(&m->e, NULL);
    down = *s;
    *w = kept;
    explain_replay(&m->e, NULL);
    return (up - down) / (2 * h);
}

/* One small step goes along ds/dW: in proportion to the finite difference of each weight, in the head's queries and
 * keys only. */
START_TEST(a_step_follows_the_gradient_of_the_score)
{
    ExplainModel m;
    double       reached, size = 0;
    explain_begin(&m, _i);
    explain_unpack(&m.e);
    ExplainRow at = { m.e.L - 1, m.e.H - 1, m.T - 1 };
    Tensor    *qkv = m.g.blocks[at.layer].qkv_w;
    size_t     n = tensor_len(qkv), C = (size_t)m.e.C, D = (size_t)m.e.D;
    double    *before = malloc(n * sizeof *before), *fd = calloc(n, sizeof *fd);
    memcpy(before, qkv->val, n * sizeof *before);
    for (size_t k = 0; k < 2 * C * C; k++)
        if (k / C % C / D == (size_t)at.head) {
            fd[k] = slope(&m, at, 1, qkv->val + k);
            size += fd[k] * fd[k];
        }
    ck_assert_msg(explain_pull(&m.e, at, 1, 1e-4, 1, &reached), "%s", m.e.err.msg);
    for (size_t k = 0; k < n; k++)
        EXPLAIN_NEAR(qkv->val[k] - before[k], 1e-4 * fd[k] / size, 1e-8 * (1 + fabs(fd[k]) / size));
    EXPLAIN_NEAR(reached, 1e-4, 1e-5);
    free(before);
    free(fd);
    explain_end(&m);
}
END_TEST

/* Nothing else moves, and after explain_refresh the tape has the moved score. */
START_TEST(a_score_moves_as_far_as_asked)
{
    ExplainModel m;
    double       reached;
    explain_begin(&m, _i);
    ExplainRow    at = { 0, 0, m.T - 1 };
    const double *s = explain_row(m.e.trace.layers[0].scores, 0, at.row) + 2;
    double        before = *s;
    ck_assert_msg(explain_pull(&m.e, at, 2, 0.3, 200, &reached), "%s", m.e.err.msg);
    EXPLAIN_NEAR(reached, 0.3, 1e-6);
    ck_assert(explain_refresh(&m.e, _i));
    EXPLAIN_NEAR(*s, before + 0.3, 1e-6);
    explain_end(&m);
}
END_TEST

/* QK norm bounds a score by the gain: how far it came is said, and it is finite. */
START_TEST(a_score_that_cannot_be_is_approached)
{
    ExplainModel m;
    double       reached;
    explain_begin(&m, 8);
    ck_assert(explain_pull(&m.e, (ExplainRow){ 0, 0, m.T - 1 }, 1, 1e6, 50, &reached));
    ck_assert(reached > 0 && reached < 100);
    explain_end(&m);
}
END_TEST

START_TEST(scores_that_do_not_exist_are_refused)
{
    ExplainModel m;
    double       reached;
    explain_begin(&m, 1);
    static const int wrong[][4] = { { -1, 0, 1, 0 }, { 9, 0, 1, 0 }, { 0, 9, 1, 0 }, { 0, 0, 99, 0 }, { 0, 0, 1, 2 },
                                    { 0, 0, 1, -1 } };
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
        const int *w = wrong[k];
        m.e.err = (Err){ 0 };
        ck_assert(!explain_pull(&m.e, (ExplainRow){ w[0], w[1], w[2] }, w[3], 1, 1, &reached));
        ck_assert(strstr(m.e.err.msg, "there is no score"));
    }
    explain_end(&m);
}
END_TEST

CHECK_MAIN("explain_pull", LOOP(a_step_follows_the_gradient_of_the_score, 0, EXPLAIN_MODELS),
           LOOP(a_score_moves_as_far_as_asked, 0, EXPLAIN_MODELS), TEST(a_score_that_cannot_be_is_approached),
           TEST(scores_that_do_not_exist_are_refused))
