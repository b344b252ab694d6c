#include "explain/trace.h"
#include "base/topk.h"
#include "explain/dot.h"
#include <math.h>

double explain_trace_entropy(const double *a, int n)
{
    double bits = 0;
    for (int j = 0; j < n; j++)
        bits -= a[j] > 0 ? a[j] * log2(a[j]) : 0;
    return bits;
}

double explain_trace_push(const Explain *e, ExplainRow at)
{
    const double *ds = explain_grad(e->trace.layers[at.layer].scores, at.head, at.row);
    double push = 0;
    for (int j = 0; j <= at.row; j++)
        push += fabs(ds[j]);
    return push;
}

ExplainRow explain_trace_most_pushed(const Explain *e, int layer, int head, int row)
{
    ExplainRow best = { layer < 0 ? 0 : layer, head < 0 ? 0 : head, row < 0 ? e->T - 1 : row };
    double       most = explain_trace_push(e, best);
    for (int l = 0; l < e->L; l++)
        for (int h = 0; h < e->H; h++)
            for (int i = 0; i < e->T; i++) {
                ExplainRow at = { l, h, i };
                bool allowed = (layer < 0 || l == layer) && (head < 0 || h == head) && (row < 0 || i == row);
                double push = allowed ? explain_trace_push(e, at) : -1;
                if (push > most)
                    most = push, best = at;
            }
    return best;
}

/* The loss with the score at `s` changed by x. Later tensors keep their changed values. */
static double loss_with(Explain *e, Tensor *scores, double *s, double x)
{
    double kept = *s;
    *s = kept + x;
    double loss = explain_replay(e, scores);
    *s = kept;
    return loss;
}

/* fd = (L(s + h) - L(s - h)) / 2h */
static void differences(Explain *e, Tensor *scores, const bool *chosen, ExplainTrace *t)
{
    double *s = explain_row(scores, t->at.head, t->at.row);
    for (int j = 0; j < t->n; j++) {
        ExplainKey *k = &t->keys[j];
        k->fd = k->error = NAN;
        k->ok = true;
        if (!chosen[j])
            continue;
        k->fd = (loss_with(e, scores, s + j, EXPLAIN_H) - loss_with(e, scores, s + j, -EXPLAIN_H)) /
                (2 * EXPLAIN_H);
        k->error = fabs(k->ds - k->fd);
        k->ok = k->error <= 1e-9 || k->error <= 1e-5 * fmax(fabs(k->ds), fabs(k->fd));
    }
    explain_replay(e, scores);
}

bool explain_trace_losses(Explain *e, ExplainRow at, const double *deltas, int n_deltas, double *losses)
{
    Tensor     *scores = e->trace.layers[at.layer].scores;
    double     *s = explain_row(scores, at.head, at.row);
    const bool *chosen = explain_choose(e, explain_grad(scores, at.head, at.row), at.row + 1);
    for (int j = 0; chosen && j <= at.row; j++)
        for (int x = 0; x < n_deltas; x++)
            losses[j * n_deltas + x] = chosen[j] ? loss_with(e, scores, s + j, deltas[x]) : NAN;
    explain_replay(e, scores);
    return chosen != NULL;
}

/* The fewest keys that hold 95 % of the push: largest |ds| first. */
static void share(ExplainTrace *t, const double *ds, int *order)
{
    double held = 0;
    topk(ds, t->n, t->n, true, order);
    for (t->share_keys = 0; held < 0.95 * t->push && t->share_keys < t->n; t->share_keys++)
        held += fabs(ds[order[t->share_keys]]);
    t->share = t->push > 0 ? held / t->push : 0;
}

static void read_keys(const Explain *e, ExplainTrace *t)
{
    const GptBlockActs *y = &e->trace.layers[t->at.layer];
    int h = t->at.head, i = t->at.row;
    const double *s = explain_row(y->scores, h, i), *ds = explain_grad(y->scores, h, i);
    const double *a = explain_row(y->weights, h, i), *da = explain_grad(y->weights, h, i);
    t->mean_da = 0;
    for (int j = 0; j < t->n; j++)
        t->mean_da += a[j] * da[j];
    for (int j = 0; j < t->n; j++)
        t->keys[j] = (ExplainKey){ .s = s[j], .a = a[j], .da = da[j], .ds = ds[j], .rel = da[j] - t->mean_da,
                                   .av = a[j] * explain_norm(explain_row(y->v, h, j), (size_t)e->D) };
    t->entropy = explain_trace_entropy(a, t->n);
}

/* The trace with the finite differences of the keys chosen. */
static bool trace(Explain *e, ExplainRow at, const bool *chosen, ExplainTrace *t)
{
    Tensor *scores = e->trace.layers[at.layer].scores;
    *t = (ExplainTrace){ .at = at, .n = at.row + 1 };
    t->keys = explain_alloc(e, (size_t)t->n, sizeof *t->keys);
    const double *ds = explain_grad(scores, at.head, at.row);
    int  *order = explain_alloc(e, (size_t)t->n, sizeof *order);
    if (!t->keys || !order || !chosen)
        return false;
    read_keys(e, t);
    t->push = explain_trace_push(e, at);
    share(t, ds, order);
    differences(e, scores, chosen, t);
    return true;
}

bool explain_trace(Explain *e, ExplainRow at, ExplainTrace *t)
{
    const double *ds = explain_grad(e->trace.layers[at.layer].scores, at.head, at.row);
    return trace(e, at, explain_choose(e, ds, at.row + 1), t);
}

bool explain_trace_key(Explain *e, ExplainRow at, int j, ExplainTrace *t)
{
    bool *chosen = explain_alloc(e, (size_t)at.row + 1, sizeof *chosen);
    if (chosen)
        chosen[j] = true;
    return trace(e, at, chosen, t);
}
