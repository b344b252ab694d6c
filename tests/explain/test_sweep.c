#include "explain/sweep.h"
#include "check_main.h"
#include "explain/explain_model.h"

/* The row of that name. */
static const ExplainSweep *row(const ExplainSweep *x, const char *name)
{
    for (int k = 0; k < SWEEP_ROWS; k++)
        if (strcmp(x[k].name, name) == 0)
            return &x[k];
    ck_abort_msg("no row %s", name);
}

/* The norm of a gradient over all layers; `which` selects the tensor. */
static double norm(const Explain *e, Tensor *(*which)(const GptBlockActs *))
{
    double squares = 0;
    for (int l = 0; l < e->L; l++) {
        const Tensor *x = which(&e->trace.layers[l]);
        for (size_t k = 0; k < tensor_len(x); k++)
            squares += x->grad[k] * x->grad[k];
    }
    return sqrt(squares);
}

static Tensor *scores(const GptBlockActs *y) { return y->scores; }
static Tensor *queries(const GptBlockActs *y) { return y->q; }
static Tensor *keys(const GptBlockActs *y) { return y->k; }
static Tensor *values(const GptBlockActs *y) { return y->v; }

START_TEST(factor_one_is_the_model_itself)
{
    ExplainModel m;
    ExplainSweep x[SWEEP_ROWS];
    explain_begin(&m, _i);
    EXPLAIN_UNCHANGED(&m.e, explain_sweep(&m.e, x));
    ck_assert(row(x, "x 1")->loss == m.e.loss);
    EXPLAIN_NEAR(row(x, "x 1")->ds, norm(&m.e, scores), 1e-12);
    EXPLAIN_NEAR(row(x, "x 1")->dq, norm(&m.e, queries), 1e-12);
    EXPLAIN_NEAR(row(x, "x 1")->dk, norm(&m.e, keys), 1e-12);
    EXPLAIN_NEAR(row(x, "x 1")->dv, norm(&m.e, values), 1e-12);
    explain_end(&m);
}
END_TEST

/* Hard attention: gradients of scores, queries and keys are exactly 0, those of values are not. Entropy falls towards
 * it. */
START_TEST(hard_attention_passes_no_gradient)
{
    ExplainModel m;
    ExplainSweep x[SWEEP_ROWS];
    explain_begin(&m, _i);
    ck_assert(explain_sweep(&m.e, x));
    const ExplainSweep *hard = row(x, "hard");
    ck_assert(hard->ds == 0 && hard->dq == 0 && hard->dk == 0 && hard->entropy == 0);
    ck_assert(hard->dv > 0 && isinf(hard->factor) && isfinite(hard->loss));
    explain_end(&m);
}
END_TEST

/* Uniform attention: maximum entropy, and no gradient for queries. */
START_TEST(factor_zero_is_uniform_attention)
{
    ExplainModel m;
    ExplainSweep x[SWEEP_ROWS];
    explain_begin(&m, _i);
    ck_assert(explain_sweep(&m.e, x));
    double bits = 0;
    for (int i = 1; i < m.T; i++)
        bits += log2(i + 1) / (m.T - 1);
    EXPLAIN_NEAR(row(x, "x 0")->entropy, bits, 1e-12);
    ck_assert(row(x, "x 0")->dq == 0 && row(x, "x 0")->dk == 0 && row(x, "x 0")->ds > 0);
    explain_end(&m);
}
END_TEST

/* The hard row is the limit of large factors: query weights times 2^20 give the same prediction. */
START_TEST(hard_is_the_limit_of_large_factors)
{
    ExplainModel m, large;
    ExplainSweep x[SWEEP_ROWS];
    explain_begin(&m, _i);
    ck_assert(explain_sweep(&m.e, x));
    explain_make(&large, _i);
    for (int l = 0; l < large.g.config.layers; l++) {
        const GptBlockParams *b = &large.g.blocks[l];
        size_t C = (size_t)large.g.config.channels;
        for (size_t k = 0; k < C * C; k++)
            b->qkv_w->val[k] *= 1 << 20;
        for (size_t h = 0; b->qk_gain && h < tensor_len(b->qk_gain); h++)
            b->qk_gain->val[h] *= 1 << 20;
        for (size_t k = 0; b->qkv_b && k < C; k++)
            b->qkv_b->val[k] *= 1 << 20;
    }
    ck_assert(explain_open(&large.e, &large.g, large.ids, large.T, _i));
    EXPLAIN_NEAR(row(x, "hard")->loss, large.e.loss, 1e-9);
    explain_end(&large);
    explain_end(&m);
}
END_TEST

/* Equal scores share the weight, as for any finite factor. */
START_TEST(equal_scores_share_the_weight)
{
    ExplainModel m;
    ExplainSweep x[SWEEP_ROWS];
    explain_make(&m, _i);
    for (int l = 0; l < m.g.config.layers; l++) {
        const GptBlockParams *b = &m.g.blocks[l];
        size_t C = (size_t)m.g.config.channels;
        memset(b->qkv_w->val, 0, C * C * sizeof(double));
        if (b->qkv_b)
            memset(b->qkv_b->val, 0, C * sizeof(double));
    }
    ck_assert(explain_open(&m.e, &m.g, m.ids, m.T, _i) && explain_sweep(&m.e, x));
    EXPLAIN_NEAR(row(x, "hard")->loss, m.e.loss, 1e-12);
    EXPLAIN_NEAR(row(x, "hard")->entropy, row(x, "x 0")->entropy, 1e-12);
    explain_end(&m);
}
END_TEST

START_TEST(without_the_root_equals_factor_sqrt_d)
{
    ExplainModel m;
    ExplainSweep x[SWEEP_ROWS];
    explain_begin(&m, 3);
    ck_assert_int_eq(m.e.D, 4);
    ck_assert(explain_sweep(&m.e, x));
    EXPLAIN_NEAR(row(x, "no 1/sqrt(D)")->loss, row(x, "x 2")->loss, 1e-12);
    explain_end(&m);
}
END_TEST

CHECK_MAIN("explain_sweep", LOOP(factor_one_is_the_model_itself, 0, EXPLAIN_MODELS),
           LOOP(hard_attention_passes_no_gradient, 0, EXPLAIN_MODELS),
           LOOP(factor_zero_is_uniform_attention, 0, EXPLAIN_MODELS),
            LOOP(hard_is_the_limit_of_large_factors, 0, EXPLAIN_MODELS),
           LOOP(equal_scores_share_the_weight, 0, EXPLAIN_MODELS), TEST(without_the_root_equals_factor_sqrt_d))
