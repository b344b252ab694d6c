#include "explain/paths.h"
#include "check_main.h"
#include "explain/explain_model.h"

START_TEST(paths_add_up_to_the_gradient)
{
    ExplainModel m;
    ExplainPath  paths[3 * 16];
    double       error = 1;
    explain_begin(&m, _i);
    EXPLAIN_UNCHANGED(&m.e, explain_paths(&m.e, paths, &error));
    ck_assert_msg(error <= 1e-12, "%g", error);
    for (int l = 0; l < m.e.L; l++)
        for (int i = 0; i < m.T; i++) {
            const ExplainPath *x = &paths[l * m.T + i];
            const double      *g = m.e.trace.layers[l].x->grad + i * m.e.C;
            double sum = 0, norm = 0;
            for (int p = 0; p < PATHS; p++)
                sum += x->share[p];
            for (int c = 0; c < m.e.C; c++)
                norm += g[c] * g[c];
            EXPLAIN_NEAR(x->total, sqrt(norm), 1e-12);
            EXPLAIN_NEAR(sum, x->total, 1e-12 * (1 + x->total));
        }
    explain_end(&m);
}
END_TEST

/* In the last layer only the last character's query, MLP and skip connection reach the output; keys and values of all
 * characters do. With char_mix the last query is computed from some earlier characters, too. */
START_TEST(the_last_layer_has_only_the_possible_paths)
{
    ExplainModel m;
    ExplainPath  paths[3 * 16];
    double       error;
    explain_begin(&m, _i);
    ck_assert(explain_paths(&m.e, paths, &error));
    const ExplainPath *top = paths + (m.e.L - 1) * m.T, *last = &top[m.T - 1];
    for (int i = 0; i + 1 < m.T; i++)
        ck_assert((top[i].norm[PATH_Q] == 0) == (i + (m.g.config.char_mix ? m.g.config.char_mix : 1) < m.T) &&
                  top[i].norm[PATH_SKIP] == 0 && top[i].norm[PATH_MLP] == 0 &&
                  top[i].norm[PATH_V] > 0 && top[i].norm[PATH_K] > 0);
    ck_assert(last->norm[PATH_Q] > 0 && last->norm[PATH_SKIP] > 0 && last->norm[PATH_MLP] > 0);
    explain_end(&m);
}
END_TEST

/* Without the gradient of the values the value path vanishes, and no other changes. */
START_TEST(each_path_depends_on_its_own_part)
{
    ExplainModel m;
    ExplainPath  whole[3 * 16], part[3 * 16];
    double       error;
    explain_begin(&m, _i);
    ck_assert(explain_paths(&m.e, whole, &error));
    const GptBlockActs *y = &m.e.trace.layers[0];
    for (int i = 0; i < m.T; i++)
        memset(y->projected->grad + (3 * i + 2) * m.e.C, 0, (size_t)m.e.C * sizeof(double));
    ck_assert(explain_paths(&m.e, part, &error));
    for (int i = 0; i < m.T; i++) {
        ck_assert(part[i].norm[PATH_V] == 0 && whole[i].norm[PATH_V] > 0);
        ck_assert(part[i].norm[PATH_K] == whole[i].norm[PATH_K] &&
                  part[i].norm[PATH_Q] == whole[i].norm[PATH_Q]);
        ck_assert(part[i].norm[PATH_MLP] == whole[i].norm[PATH_MLP]);
    }
    ck_assert_msg(error > 1e-6, "the missing path is not detected: %g", error);
    explain_end(&m);
}
END_TEST

/* The share of the gains, against a model in which they do not depend on the stream: there the rest is all of it. */
START_TEST(the_end_has_a_share_of_the_gains)
{
    ExplainModel   m;
    ExplainPathEnd x;
    explain_begin(&m, _i);
    EXPLAIN_UNCHANGED(&m.e, explain_paths_end(&m.e, &x));
    EXPLAIN_NEAR(x.output + x.counts, x.total, 1e-12 * x.total);
    EXPLAIN_NEAR(x.error, 0, 1e-12);
    const double *dx = m.e.trace.layers[m.e.L - 1].out->grad + (m.T - 1) * m.e.C;
    double        squares = 0;
    for (int c = 0; c < m.e.C; c++)
        squares += dx[c] * dx[c];
    EXPLAIN_NEAR(x.total, sqrt(squares), 1e-12 * x.total);
    ck_assert(fabs(x.counts) > 1e-6 * x.total && fabs(x.output) > 1e-6 * x.total);
    explain_close(&m.e);
    memset(m.g.count_gain->val, 0, tensor_len(m.g.count_gain) * sizeof(double));
    ck_assert(explain_open(&m.e, &m.g, m.ids, m.T, _i) && explain_paths_end(&m.e, &x));
    EXPLAIN_NEAR(x.counts, 0, 0);
    EXPLAIN_NEAR(x.output, x.total, 1e-12 * x.total);
    explain_end(&m);
}
END_TEST

CHECK_MAIN("explain_paths", LOOP(the_end_has_a_share_of_the_gains, EXPLAIN_COUNTS, EXPLAIN_MODELS),
           LOOP(paths_add_up_to_the_gradient, 0, EXPLAIN_MODELS),
           LOOP(the_last_layer_has_only_the_possible_paths, 0, EXPLAIN_MODELS),
           LOOP(each_path_depends_on_its_own_part, 0, EXPLAIN_MODELS))
