#include "explain/sweep.h"
#include "explain/dot.h"
#include "explain/trace.h"
#include <math.h>
#include <string.h>

static const struct {
    const char *name;
    double      factor;                     /* NAN: sqrt(D) */
} rows[SWEEP_ROWS] = {
    { "x 0", 0 }, { "x 1/4", 0.25 }, { "x 1/2", 0.5 }, { "x 1", 1 }, { "x 2", 2 }, { "x 4", 4 }, { "x 8", 8 },
    { "hard", INFINITY }, { "no 1/sqrt(D)", NAN },
};

static void scale_scores(Explain *e, double factor)
{
    for (int l = 0; l < e->L; l++)
        e->trace.layers[l].scores->arg.scale.factor = factor / sqrt((double)e->D);
}

/* NULL: soft, as it was. */
static void harden(Explain *e, const AttentionChange *hard)
{
    for (int l = 0; l < e->L; l++)
        e->trace.layers[l].weights->arg.causal_softmax.change = hard;
}

static double mean_entropy(const Explain *e)
{
    double bits = 0;
    for (int l = 0; l < e->L; l++)
        for (int h = 0; h < e->H; h++)
            for (int i = 1; i < e->T; i++)
                bits += explain_trace_entropy(explain_row(e->trace.layers[l].weights, h, i), i + 1);
    return e->T > 1 ? bits / ((double)e->L * e->H * (e->T - 1)) : 0;
}

static void measure(const Explain *e, ExplainSweep *x)
{
    for (int l = 0; l < e->L; l++) {
        const GptBlockActs *y = &e->trace.layers[l];
        x->ds += explain_grad_squares(y->scores), x->dq += explain_grad_squares(y->q);
        x->dk += explain_grad_squares(y->k), x->dv += explain_grad_squares(y->v);
    }
    x->ds = sqrt(x->ds), x->dq = sqrt(x->dq), x->dk = sqrt(x->dk), x->dv = sqrt(x->dv);
    x->loss = e->out.loss->val[0];
    x->p = exp(-x->loss);
    x->entropy = mean_entropy(e);
}

bool explain_sweep(Explain *e, ExplainSweep *sweep)
{
    bool ok = true;
    for (int r = 0; ok && r < SWEEP_ROWS; r++) {
        double factor = isnan(rows[r].factor) ? sqrt((double)e->D) : rows[r].factor;
        sweep[r] = (ExplainSweep){ .name = rows[r].name, .factor = factor };
        scale_scores(e, isinf(factor) ? 1 : factor);
        harden(e, isinf(factor) ? &(AttentionChange){ .factor = INFINITY } : NULL);
        explain_replay(e, NULL);
        ok = explain_backward(e);
        measure(e, &sweep[r]);
    }
    scale_scores(e, 1);
    harden(e, NULL);
    explain_replay(e, NULL);
    return ok && explain_backward(e);
}
