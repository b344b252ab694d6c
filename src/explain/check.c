#include "explain/check.h"
#include "explain/dot.h"
#include <math.h>
#include <string.h>

/* Rounding error allowed in sums of numbers of magnitude x. */
static double rounding(double x) { return 1e-12 * (1 + x); }

static double sum_of(const double *x, int n)
{
    double sum = 0;
    for (int j = 0; j < n; j++)
        sum += x[j];
    return sum;
}

static double largest(const double *x, int n)
{
    double most = 0;
    for (int j = 0; j < n; j++)
        most = fmax(most, fabs(x[j]));
    return most;
}

/* Largest violations over all rows. */
typedef struct Found {
    double a_sum, ds_sum, first, masked, one_weight, formula;
    double push;                                               /* largest |ds| */
} Found;

/* max_j |a_j g.(v_j - o) - ds_j| */
static double formula_gap(const Explain *e, const GptBlockActs *y, int h, int i)
{
    const double *a = explain_row(y->weights, h, i), *ds = explain_grad(y->scores, h, i);
    const double *g = explain_grad(y->mix, h, i), *o = explain_row(y->mix, h, i);
    size_t D = (size_t)e->D;
    double worst = 0;
    for (int j = 0; j <= i; j++) {
        const double *v = explain_row(y->v, h, j);
        worst = fmax(worst, fabs(a[j] * (explain_dot(g, v, D) - explain_dot(g, o, D)) - ds[j]));
    }
    return worst;
}

static void check_row(const Explain *e, const GptBlockActs *y, int h, int i, Found *f)
{
    const double *a = explain_row(y->weights, h, i), *ds = explain_grad(y->scores, h, i);
    int n = i + 1;
    f->a_sum = fmax(f->a_sum, fabs(sum_of(a, n) - 1));
    f->ds_sum = fmax(f->ds_sum, fabs(sum_of(ds, n)));
    f->push = fmax(f->push, largest(ds, n));
    f->first = i == 0 ? fmax(f->first, fabs(ds[0])) : f->first;
    f->masked = fmax(f->masked, fmax(largest(a + n, e->T - n), largest(ds + n, e->T - n)));
    f->one_weight = largest(a, n) == 1 ? fmax(f->one_weight, largest(ds, n)) : f->one_weight;
    f->formula = fmax(f->formula, formula_gap(e, y, h, i));
}

/* Largest |sum_j dk_j| of any head and dimension: the gradient of a bias added to every key. *size: largest sum of
 * |dk_j|. */
static double key_bias(const Explain *e, const GptBlockActs *y, double *size)
{
    double worst = 0;
    for (int h = 0; h < e->H; h++)
        for (int d = 0; d < e->D; d++) {
            double sum = 0, all = 0;
            for (int j = 0; j < e->T; j++) {
                sum += explain_grad(y->k, h, j)[d];
                all += fabs(explain_grad(y->k, h, j)[d]);
            }
            worst = fmax(worst, fabs(sum));
            *size = fmax(*size, all);
        }
    return worst;
}

/* Largest difference between the tape's dq, dk, dv at position m, dimension d, and
 * dq_m = sum_j ds_mj k_j / sqrt(D), dk_m = sum_i ds_im q_i / sqrt(D), dv_m = sum_i a_im g_i. */
static double sums_gap(const Explain *e, const GptBlockActs *y, int h, int m, int d, double *size)
{
    double dq = 0, dk = 0, dv = 0, root = sqrt((double)e->D);
    for (int j = 0; j <= m; j++)
        dq += explain_grad(y->scores, h, m)[j] * explain_row(y->k, h, j)[d] / root;
    for (int i = m; i < e->T; i++) {
        dk += explain_grad(y->scores, h, i)[m] * explain_row(y->q, h, i)[d] / root;
        dv += explain_row(y->weights, h, i)[m] * explain_grad(y->mix, h, i)[d];
    }
    *size = fmax(*size, fmax(fabs(dq), fmax(fabs(dk), fabs(dv))));
    return fmax(fabs(dq - explain_grad(y->q, h, m)[d]),
                fmax(fabs(dk - explain_grad(y->k, h, m)[d]), fabs(dv - explain_grad(y->v, h, m)[d])));
}

static double worst_sums(const Explain *e, double *size)
{
    double worst = 0;
    for (int l = 0; l < e->L; l++)
        for (int h = 0; h < e->H; h++)
            for (int m = 0; m < e->T; m++)
                for (int d = 0; d < e->D; d++)
                    worst = fmax(worst, sums_gap(e, &e->trace.layers[l], h, m, d, size));
    return worst;
}

/* dL/dlogit_c = p_c - [c is the target] */
static double logits_gap(const Explain *e, double *p)
{
    const double *g = e->out.logits->grad + (size_t)(e->T - 1) * (size_t)e->V;
    double worst = 0;
    explain_next(e, p);
    for (int c = 0; c < e->V; c++)
        worst = fmax(worst, fabs(p[c] - (c == e->target) - g[c]));
    return worst;
}

/* The key whose error is largest relative to its limit. */
static ExplainCheck differences(const ExplainTrace *t)
{
    ExplainCheck c = { "finite differences agree", "the forward pass with the score slightly higher and slightly "
                       "lower gives the same slope, to 1e-5 relative or 1e-9 absolute", 0, 1e-9, true };
    for (int j = 0; j < t->n; j++) {
        if (isnan(t->keys[j].fd))
            continue;
        double allowed = fmax(1e-9, 1e-5 * fmax(fabs(t->keys[j].ds), fabs(t->keys[j].fd)));
        if (t->keys[j].error / allowed >= c.value / c.limit)
            c.value = t->keys[j].error, c.limit = allowed;
    }
    return c;
}

static Found check_rows(const Explain *e)
{
    Found f = { 0 };
    for (int l = 0; l < e->L; l++)
        for (int h = 0; h < e->H; h++)
            for (int i = 0; i < e->T; i++)
                check_row(e, &e->trace.layers[l], h, i, &f);
    return f;
}

bool explain_check(Explain *e, const ExplainTrace *t, ExplainCheck *checks)
{
    double *p = explain_alloc(e, (size_t)e->V, sizeof *p), keys = 0, bias = 0, size = 0;
    if (!p)
        return false;
    for (int l = 0; l < e->L; l++)
        bias = fmax(bias, key_bias(e, &e->trace.layers[l], &keys));
    Found        f = check_rows(e);
    double       sums = worst_sums(e, &size);
    ExplainCheck all[EXPLAIN_CHECKS] = {
        { "weights of each row sum to 1", "softmax divides by the sum", f.a_sum, 1e-12, true },
        { "ds of each row sums to 0", "a key gains weight only at the expense of the others", f.ds_sum,
         rounding(f.push), true },
        { "ds of the first character is 0", "with one key the weight is always 1", f.first, 0, true },
        { "masked cells are exactly 0", "no position attends to a later one", f.masked, 0, true },
        { "gradient of a shared key bias is 0",
         "it shifts all scores of a row equally, and softmax is invariant to that", bias, rounding(keys), true },
        { "ds is 0 where one weight is 1", "hard attention passes no gradient, so attention is soft",
         f.one_weight, rounding(0), true },
        { "ds = a g.(v - o) in every cell", "the formula, computed independently of the tape", f.formula,
         rounding(f.push), true },
        { "dq, dk, dv match their sums", "sum ds k / sqrt(D), sum ds q / sqrt(D), sum a g", sums,
         rounding(size), true },
        { "dL/dlogits = p - [target]", "the gradient of cross-entropy, where backward starts", logits_gap(e, p),
         1e-12, true },
        differences(t),
    };
    for (int k = 0; k < EXPLAIN_CHECKS; k++)
        all[k].ok = all[k].value <= all[k].limit;
    memcpy(checks, all, sizeof all);
    return true;
}
