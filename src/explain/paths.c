#include "explain/paths.h"
#include "explain/dot.h"
#include "explain/output/output.h"
#include "model/counts.h"
#include <math.h>
#include <string.h>

const char *const explain_path_names[PATHS] = { "v", "k", "q", "skip", "mlp" };

/* dmid = dout + MLP'(dout),  dx = dmid + norm'(Wv^T dv + Wk^T dk + Wq^T dq), where ' is the backward pass of a piece.
 * Backward is linear in the incoming gradient, so each path can be sent through the engine's operations separately. */

/* Propagates the gradient of `from` back to `to` through the operations between, overwriting what is there. */
static void send_back(Tensor *from, const Tensor *to)
{
    for (Tensor *y = from; y != to; y = y->prev)
        for (int k = 0; k < y->op->n_in; k++)
            if (y->in[k] && (y->in[k]->op || y->in[k] == to))
                y->in[k]->has_grad = false;
    for (Tensor *y = from; y != to; y = y->prev)
        y->op->backward(y);
}

/* Thirds of the columns of qkv: 0 query, 1 key, 2 value. */
static const int part_of[] = { [PATH_V] = 2, [PATH_K] = 1, [PATH_Q] = 0 };

/* d (T,3C): the part's columns of `whole`, the others 0. */
static void only_part(const Explain *e, const double *whole, int part, double *d)
{
    size_t C = (size_t)e->C, T = (size_t)e->T;
    memset(d, 0, T * 3 * C * sizeof *d);
    for (size_t i = 0; i < T; i++)
        memcpy(d + (3 * i + (size_t)part) * C, whole + (3 * i + (size_t)part) * C, C * sizeof *d);
}

/* part[]: the gradient by each path of one layer, (T,C) each. Values are propagated from `projected`, which also
 * holds the gradient from later layers that mix these values into their own (value_mix). */
static void split_layer(const Explain *e, const GptBlockActs *y, double *qkv, double *const *part)
{
    size_t n = (size_t)e->T * (size_t)e->C;
    memcpy(part[PATH_SKIP], y->out->grad, n * sizeof(double));
    send_back(y->mlp, y->mid);
    memcpy(part[PATH_MLP], y->mid->grad, n * sizeof(double));
    for (int p = PATH_V; p <= PATH_Q; p++) {
        Tensor *from = p == PATH_V ? y->projected : y->qkv;
        memcpy(qkv, from->grad, 3 * n * sizeof(double));
        only_part(e, qkv, part_of[p], from->grad);
        send_back(from, y->x);
        memcpy(part[p], y->x->grad, n * sizeof(double));
        memcpy(from->grad, qkv, 3 * n * sizeof(double));
    }
}

/* share = part.dx / |dx|: the components along dx add up to |dx|. */
static ExplainPath measure(const double *dx, double *const *part, size_t at, size_t C)
{
    ExplainPath x = { .total = explain_norm(dx, C) };
    for (int p = 0; p < PATHS; p++) {
        x.norm[p] = explain_norm(part[p] + at, C);
        x.share[p] = x.total > 0 ? explain_dot(part[p] + at, dx, C) / x.total : 0;
    }
    return x;
}

static double gap(const double *dx, double *const *part, size_t at, int C)
{
    double sum = 0;
    for (int c = 0; c < C; c++) {
        double d = -dx[c];
        for (int p = 0; p < PATHS; p++)
            d += part[p][at + (size_t)c];
        sum += d * d;
    }
    return sqrt(sum);
}

static void measure_layer(const Explain *e, const double *dx, double *const *part, ExplainPath *paths,
                          double *error)
{
    double worst = 0, largest = 0;
    for (int i = 0; i < e->T; i++) {
        size_t at = (size_t)i * (size_t)e->C;
        paths[i] = measure(dx + at, part, at, (size_t)e->C);
        worst = fmax(worst, gap(dx + at, part, at, e->C));
        largest = fmax(largest, paths[i].total);
    }
    if (largest > 0)
        *error = fmax(*error, worst / largest);
}

/* From the last layer down: the gradient at a layer's input, the output of the layer below, is restored before that
 * one is split. */
bool explain_paths(Explain *e, ExplainPath *paths, double *error)
{
    size_t  n = (size_t)e->T * (size_t)e->C;
    double *work = explain_alloc(e, n * (PATHS + 7), sizeof *work), *part[PATHS];
    if (!work)
        return false;
    double *dx = work + PATHS * n, *qkv = dx + n, *first = qkv + 3 * n;
    Tensor *projected = e->trace.layers[0].projected;
    memcpy(first, projected->grad, 3 * n * sizeof *first);
    for (int p = 0; p < PATHS; p++)
        part[p] = work + (size_t)p * n;
    *error = 0;
    for (int l = e->L - 1; l >= 0; l--) {
        const GptBlockActs *y = &e->trace.layers[l];
        memcpy(dx, y->x->grad, n * sizeof *dx);
        if (l == 0)                         /* layers with value_mix have overwritten it */
            memcpy(projected->grad, first, 3 * n * sizeof *first);
        split_layer(e, y, qkv, part);
        measure_layer(e, dx, part, paths + l * e->T, error);
        memcpy(y->x->grad, dx, n * sizeof *dx);
    }
    return explain_backward(e);
}

/* --- The end of the model --- */

/* dh (C) at the last position: W' dlogits, or through the gains s U' dg. */
static void through_end(const Explain *e, bool gains, double *dh)
{
    const Tensor *tilt = explain_uncapped(e), *w = gains ? e->g->count_gain : e->g->lm_head;
    size_t        C = (size_t)e->C, n = gains ? PRIOR_CONTEXTS : (size_t)e->V;
    const double *d = (gains ? tilt->in[1]->grad : tilt->grad) + (size_t)(e->T - 1) * n;
    memset(dh, 0, C * sizeof *dh);
    for (size_t k = 0; k < n; k++)
        for (size_t c = 0; c < C; c++)
            dh[c] += (gains ? COUNTS_SCALE : 1) * d[k] * w->val[k * C + c];
}

/* part (C): dx of the last position when the last norm's output there has the gradient dh (C). */
static void through_norm(const Explain *e, const double *dh, double *part)
{
    Tensor *h = e->trace.norm_f, *x = h->in[0];
    size_t  C = (size_t)e->C, last = (size_t)(e->T - 1) * C;
    memset(h->grad, 0, tensor_len(h) * sizeof *dh);
    memcpy(h->grad + last, dh, C * sizeof *dh);
    x->has_grad = false;
    h->op->backward(h);
    memcpy(part, x->grad + last, C * sizeof *part);
}

bool explain_paths_end(Explain *e, ExplainPathEnd *x)
{
    size_t  C = (size_t)e->C;
    double *dx = explain_alloc(e, 4 * C, sizeof *dx), gap = 0;
    if (!dx)
        return false;
    double *dh = dx + C, *output = dx + 2 * C, *counts = dx + 3 * C;
    memcpy(dx, e->trace.norm_f->in[0]->grad + (size_t)(e->T - 1) * C, C * sizeof *dx);
    through_end(e, false, dh);
    through_norm(e, dh, output);
    through_end(e, true, dh);
    through_norm(e, dh, counts);
    x->total = explain_norm(dx, C);
    x->output = x->total > 0 ? explain_dot(output, dx, C) / x->total : 0;
    x->counts = x->total > 0 ? explain_dot(counts, dx, C) / x->total : 0;
    for (size_t c = 0; c < C; c++)
        gap += (output[c] + counts[c] - dx[c]) * (output[c] + counts[c] - dx[c]);
    x->error = x->total > 0 ? sqrt(gap) / x->total : 0;
    return explain_backward(e);
}
