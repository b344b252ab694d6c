#include "explain/move.h"
#include "explain/dot.h"
#include <math.h>
#include <string.h>

void explain_move_count(int n, const double *a, const double *ds, const double *before, const double *after,
                        double *with, double *all)
{
    double mean = 0;
    for (int j = 0; j < n; j++)
        mean += a[j] * (after[j] - before[j]);
    for (int j = 0; j < n; j++) {
        *all += fabs(ds[j]);
        *with += (after[j] - before[j] - mean) * ds[j] < 0 ? fabs(ds[j]) : 0;
    }
}

static void shift(Tensor *x, double rate)
{
    for (size_t k = 0; k < tensor_len(x); k++)
        x->val[k] -= rate * x->grad[k];
}

/* Copy of the values of x. */
static double *copy(Explain *e, const Tensor *x)
{
    double *y = explain_alloc(e, tensor_len(x), sizeof *y);
    if (y)
        memcpy(y, x->val, tensor_len(x) * sizeof *y);
    return y;
}

static void restore(Tensor *x, const double *val) { memcpy(x->val, val, tensor_len(x) * sizeof *val); }

static double part(double with, double all) { return all > 0 ? with / all : 1; }

/* s and a: the layer's scores and weights before the step. */
static void count(const Explain *e, ExplainRow at, const double *s, const double *a, ExplainMove *x)
{
    const Tensor *scores = e->trace.layers[at.layer].scores;
    double with = 0, all = 0;
    for (int h = 0; h < e->H; h++)
        for (int i = 0; i < e->T; i++) {
            size_t row = ((size_t)h * (size_t)e->T + (size_t)i) * (size_t)e->T;
            double own = 0, own_all = 0;
            explain_move_count(i + 1, a + row, scores->grad + row, s + row, scores->val + row, &own, &own_all);
            with += own;
            all += own_all;
            if (h == at.head && i == at.row)
                x->row = part(own, own_all);
        }
    x->layer = part(with, all);
}

bool explain_move(Explain *e, ExplainRow at, ExplainMove *x)
{
    const GptBlockActs *y = &e->trace.layers[at.layer];
    double *q = copy(e, y->q), *k = copy(e, y->k), *s = copy(e, y->scores), *a = copy(e, y->weights);
    double  size = explain_grad_squares(y->q) + explain_grad_squares(y->k);
    if (!q || !k || !s || !a)
        return false;
    *x = (ExplainMove){ .rate = size > 0 ? 0.01 * e->loss / size : 1 };
    shift(y->q, x->rate);
    shift(y->k, x->rate);
    explain_replay_to(y->v, e->out.loss);         /* from the attention scores on */
    x->predicted = -x->rate * size;
    x->actual = e->out.loss->val[0] - e->loss;
    count(e, at, s, a, x);
    restore(y->q, q);
    restore(y->k, k);
    explain_replay_to(y->v, e->out.loss);
    return true;
}
