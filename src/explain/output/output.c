#include "explain/output/output.h"
#include "model/counts.h"
#include <string.h>

Tensor *explain_uncapped(const Explain *e)
{
    return e->out.logits->op == &op_soft_cap ? e->out.logits->in[0] : e->out.logits;
}

const double *explain_counted(const Explain *e, int i, int k)
{
    return e->trace.counts->val + (size_t)(PRIOR_CONTEXTS * i + k) * (size_t)e->V;
}

/* w_c + s sum_k log p_k(c) u_k */
void explain_output_row(const Explain *e, int c, double *row)
{
    size_t C = (size_t)e->C;
    memcpy(row, e->g->lm_head->val + (size_t)c * C, C * sizeof *row);
    for (int k = 0; e->trace.counts && k < PRIOR_CONTEXTS; k++) {
        const double *u = e->g->count_gain->val + (size_t)k * C;
        double        times = COUNTS_SCALE * explain_counted(e, e->T - 1, k)[c];
        for (size_t d = 0; d < C; d++)
            row[d] += times * u[d];
    }
}

/* s sum_k b_k log p_k(c) */
double explain_output_constant(const Explain *e, int c)
{
    double sum = 0;
    for (int k = 0; e->trace.counts && k < PRIOR_CONTEXTS; k++)
        sum += COUNTS_SCALE * e->g->count_bias->val[k] * explain_counted(e, e->T - 1, k)[c];
    return sum;
}

int explain_rival(const Explain *e)
{
    const double *row = explain_uncapped(e)->val + (size_t)(e->T - 1) * (size_t)e->V;
    int           best = -1;
    for (int c = 0; c < e->V; c++)
        if (c != e->target && (best < 0 || row[c] > row[best]))
            best = c;
    return best;
}
