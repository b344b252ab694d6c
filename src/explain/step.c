#include "explain/step.h"
#include "explain/dot.h"
#include "explain/move.h"
#include <math.h>
#include <string.h>

static bool alloc_row(Explain *e, int n, ExplainRowState *r)
{
    r->s = explain_alloc(e, (size_t)n, sizeof(double));
    r->a = explain_alloc(e, (size_t)n, sizeof(double));
    r->ds = explain_alloc(e, (size_t)n, sizeof(double));
    return r->s && r->a && r->ds;
}

static void read_row(const Explain *e, ExplainRow at, ExplainRowState *r)
{
    const GptBlockActs *y = &e->trace.layers[at.layer];
    size_t          n = (size_t)at.row + 1;
    memcpy(r->s, explain_row(y->scores, at.head, at.row), n * sizeof *r->s);
    memcpy(r->a, explain_row(y->weights, at.head, at.row), n * sizeof *r->a);
    memcpy(r->ds, explain_grad(y->scores, at.head, at.row), n * sizeof *r->ds);
}

/* The loss with all parameters set to w - x dL/dw. */
static double loss_after(Explain *e, const double *w, const double *dw, double x)
{
    Params *p = &e->g->params;
    for (size_t k = 0; k < p->len; k++)
        p->val[k] = w[k] - x * dw[k];
    return explain_replay(e, NULL);
}

static double agreement(const ExplainStep *x, int n)
{
    double with = 0, all = 0;
    explain_move_count(n, x->before.a, x->before.ds, x->before.s, x->after.s, &with, &all);
    return all > 0 ? with / all : 1;
}

/* Copy of all parameters, then of their gradients: 2 len numbers. */
static double *copy(Explain *e)
{
    const Params *p = &e->g->params;
    double       *w = explain_alloc(e, 2 * p->len, sizeof *w);
    if (w) {
        memcpy(w, p->val, p->len * sizeof *w);
        memcpy(w + p->len, p->grad, p->len * sizeof *w);
    }
    return w;
}

bool explain_step(Explain *e, double rate, ExplainRow at, ExplainStep *x)
{
    size_t  len = e->g->params.len;
    double  squares = explain_dot(e->g->params.grad, e->g->params.grad, e->g->params.len), *w = copy(e);
    *x = (ExplainStep){ .rate = rate > 0 ? rate : squares > 0 ? 0.01 * e->loss / squares : 1 };
    if (!w || !alloc_row(e, at.row + 1, &x->before) || !alloc_row(e, at.row + 1, &x->after))
        return false;
    read_row(e, at, &x->before);
    explain_unpack(e);
    double h = 1e-2 * x->rate;
    double curve = (loss_after(e, w, w + len, h) - 2 * e->loss + loss_after(e, w, w + len, -h)) / (h * h);
    x->first = -x->rate * squares;
    x->second = x->first + curve * x->rate * x->rate / 2;
    x->actual = loss_after(e, w, w + len, x->rate) - e->loss;
    bool ok = explain_backward(e);
    read_row(e, at, &x->after);
    x->p_before = exp(-e->loss), x->p_after = exp(-e->loss - x->actual);
    x->agree = agreement(x, at.row + 1);
    loss_after(e, w, w + len, 0);
    explain_pack(e);
    return ok && explain_backward(e);
}
