#include "explain/by_hand.h"
#include <math.h>

static double dot(const double *x, const double *y, int n)
{
    double sum = 0;
    for (int d = 0; d < n; d++)
        sum += x[d] * y[d];
    return sum;
}

/* out = sum_j w_j row_j, of n rows of D */
static void weighted_sum(const Explain *e, const Tensor *rows, int head, const double *w, int n, double *out)
{
    for (int d = 0; d < e->D; d++)
        out[d] = 0;
    for (int j = 0; j < n; j++)
        for (int d = 0; d < e->D; d++)
            out[d] += w[j] * explain_row(rows, head, j)[d];
}

static void softmax(ExplainByHand *x)
{
    x->largest = x->score[0];
    x->sum = 0;
    for (int j = 1; j < x->n; j++)
        x->largest = fmax(x->largest, x->score[j]);
    for (int j = 0; j < x->n; j++)
        x->sum += x->weight[j] = exp(x->score[j] - x->largest);
    for (int j = 0; j < x->n; j++)
        x->weight[j] /= x->sum;
}

/* W_q of head h: rows h*D .. h*D + D-1 of the combined matrix (3C,C). */
static void project(const Explain *e, ExplainRow at, double *q)
{
    const GptBlockParams *b = &e->g->blocks[at.layer];
    const double   *x = e->trace.layers[at.layer].read->val + (size_t)at.row * (size_t)e->C;
    for (int d = 0; d < e->D; d++) {
        size_t row = (size_t)at.head * (size_t)e->D + (size_t)d;
        q[d] = dot(b->qkv_w->val + row * (size_t)e->C, x, e->C) + (b->qkv_b ? b->qkv_b->val[row] : 0);
    }
}

static void forward(const Explain *e, ExplainByHand *x)
{
    const GptBlockActs *y = &e->trace.layers[x->at.layer];
    int             h = x->at.head;
    project(e, x->at, x->projected);
    for (int j = 0; j < x->n; j++)
        x->score[j] = dot(explain_row(y->q, h, x->at.row), explain_row(y->k, h, j), e->D) / sqrt(e->D);
    softmax(x);
    weighted_sum(e, y->v, h, x->weight, x->n, x->mix);
}

static void backward(const Explain *e, ExplainByHand *x)
{
    const GptBlockActs *y = &e->trace.layers[x->at.layer];
    const double   *g = explain_grad(y->mix, x->at.head, x->at.row);
    x->go = dot(g, x->mix, e->D);
    for (int j = 0; j < x->n; j++) {
        x->da[j] = dot(g, explain_row(y->v, x->at.head, j), e->D);
        x->ds[j] = x->weight[j] * (x->da[j] - x->go);
    }
    weighted_sum(e, y->k, x->at.head, x->ds, x->n, x->dq);
    for (int d = 0; d < e->D; d++)
        x->dq[d] /= sqrt(e->D);
}

/* NaN counts as an infinite difference. */
static void compare(ExplainByHand *x, const double *mine, const double *engine, int n)
{
    double most = 1;
    for (int k = 0; k < n; k++)
        most = fmax(most, fabs(engine[k]));
    for (int k = 0; k < n; k++) {
        double error = fabs(mine[k] - engine[k]) / most;
        x->error = fmax(x->error, isnan(error) ? INFINITY : error);
    }
}

bool explain_by_hand(Explain *e, ExplainRow at, ExplainByHand *x)
{
    size_t  n = (size_t)at.row + 1, D = (size_t)e->D;
    double *room = explain_alloc(e, 4 * n + 3 * D, sizeof *room);
    if (!room)
        return false;
    *x = (ExplainByHand){ .at = at, .n = at.row + 1, .score = room, .weight = room + n, .da = room + 2 * n,
                        .ds = room + 3 * n, .projected = room + 4 * n, .mix = room + 4 * n + D,
                        .dq = room + 4 * n + 2 * D };
    forward(e, x);
    backward(e, x);
    const GptBlockActs *y = &e->trace.layers[at.layer];
    compare(x, x->projected, y->projected->val + (size_t)at.row * 3 * (size_t)e->C + (size_t)at.head * D, e->D);
    compare(x, x->score, explain_row(y->scores, at.head, at.row), x->n);
    compare(x, x->weight, explain_row(y->weights, at.head, at.row), x->n);
    compare(x, x->mix, explain_row(y->mix, at.head, at.row), e->D);
    compare(x, x->da, explain_grad(y->weights, at.head, at.row), x->n);
    compare(x, x->ds, explain_grad(y->scores, at.head, at.row), x->n);
    compare(x, x->dq, explain_grad(y->q, at.head, at.row), e->D);
    return true;
}
