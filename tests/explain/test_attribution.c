#include "explain/attribution.h"
#include "check_main.h"
#include "explain/explain_model.h"

START_TEST(attributions_sum_to_the_change_of_log_p)
{
    ExplainModel      m;
    ExplainIntegrated x;
    explain_begin(&m, _i);
    EXPLAIN_UNCHANGED(&m.e, explain_attribution_integrated(&m.e, 64, &x));
    double sum = 0;
    for (int i = 0; i < m.T; i++)
        sum += x.integrated[i];
    EXPLAIN_NEAR(sum, x.sum, 1e-12);
    EXPLAIN_NEAR(x.error, x.sum - x.expected, 1e-15);
    EXPLAIN_NEAR(x.error, 0, 1e-2 * (1 + fabs(x.expected)));
    ck_assert(fabs(x.expected) > 1e-3);
    explain_end(&m);
}
END_TEST

/* A model whose embeddings all equal their mean is at the baseline. Untied models only: tied ones use the same matrix
 * for the output. */
START_TEST(the_baseline_is_the_mean_embedding)
{
    ExplainModel      m, mean;
    ExplainIntegrated x;
    explain_begin(&m, 2 * _i);
    explain_make(&mean, 2 * _i);
    double *w = mean.g.wte->val;
    int     V = m.e.V, C = m.e.C;
    for (int c = 0; c < C; c++) {
        double sum = 0;
        for (int v = 0; v < V; v++)
            sum += w[v * C + c];
        for (int v = 0; v < V; v++)
            w[v * C + c] = sum / V;
    }
    ck_assert(explain_open(&mean.e, &mean.g, mean.ids, mean.T, 2 * _i));
    ck_assert(explain_attribution_integrated(&m.e, 4, &x));
    EXPLAIN_NEAR(x.expected, mean.e.loss - m.e.loss, 1e-12);
    explain_end(&m);
    explain_end(&mean);
}
END_TEST

/* The quadrature converges: more points, less error. */
START_TEST(the_error_shrinks_with_more_points)
{
    ExplainModel      m;
    ExplainIntegrated few, many;
    explain_begin(&m, _i);
    ck_assert(explain_attribution_integrated(&m.e, 2, &few) && explain_attribution_integrated(&m.e, 128, &many));
    EXPLAIN_NEAR(few.expected, many.expected, 1e-12);
    ck_assert_msg(fabs(many.error) <= fabs(few.error) / 10 + 1e-9, "%g, then %g", few.error, many.error);
    explain_end(&m);
}
END_TEST

/* Compared with a pass over the shorter prompt. */
START_TEST(deletion_equals_a_pass_without_the_character)
{
    ExplainModel m, shorter;
    double       change[16];
    explain_begin(&m, _i);
    EXPLAIN_UNCHANGED(&m.e, explain_attribution_deletions(&m.e, change));
    for (int i = 0; i < m.T; i++) {
        explain_make(&shorter, _i);
        memmove(shorter.ids + i, shorter.ids + i + 1, (size_t)(m.T - 1 - i) * sizeof(int));
        ck_assert(explain_open(&shorter.e, &shorter.g, shorter.ids, m.T - 1, _i));
        EXPLAIN_NEAR(m.e.loss + change[i], shorter.e.loss, 1e-12);
        explain_end(&shorter);
    }
    explain_end(&m);
}
END_TEST

START_TEST(the_only_character_cannot_be_deleted)
{
    ExplainModel m;
    double       change[1];
    explain_make(&m, 2);
    ck_assert(explain_open(&m.e, &m.g, m.ids, 1, 4));
    ck_assert(explain_attribution_deletions(&m.e, change));
    ck_assert(isnan(change[0]));
    explain_end(&m);
}
END_TEST

CHECK_MAIN("explain_effect", LOOP(the_baseline_is_the_mean_embedding, 0, 5),
           LOOP(attributions_sum_to_the_change_of_log_p, 0, EXPLAIN_MODELS),
           LOOP(the_error_shrinks_with_more_points, 0, EXPLAIN_MODELS),
           LOOP(deletion_equals_a_pass_without_the_character, 0, EXPLAIN_MODELS),
           TEST(the_only_character_cannot_be_deleted))
