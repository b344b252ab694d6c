#include "explain/paths.h"
#include <math.h>
#include <string.h>

const char *const explain_path_names[PATHS] = { "v", "k", "q", "skip", "mlp" };

/* With dmid = dout + MLP'(dout) and dx = dmid + norm'(Wv^T dv + Wk^T dk + Wq^T dq), where ' stands for
 * the backward of that piece: every piece is linear in the gradient that enters it, so each way can
 * be sent through the engine's own backward alone. */

/* The gradient of `from` sent back to `to` through the operations between, alone. */
static void send_back(Tensor *from, const Tensor *to)
{
    for (Tensor *y = from; y != to; y = y->prev)
        for (int k = 0; k < y->op->n_in; k++)
            if (y->in[k] && (y->in[k]->op || y->in[k] == to))
                y->in[k]->has_grad = false;
    for (Tensor *y = from; y != to; y = y->prev)
        y->op->backward(y);
}

/* Columns of qkv: 0 query, 1 key, 2 value. */
static const int part_of[] = { [PATH_V] = 2, [PATH_K] = 1, [PATH_Q] = 0 };

/* Leaves of d (T, 3C) only the part's columns, from `whole`. */
static void only_part(const Explain *e, const double *whole, int part, double *d)
{
    size_t C = (size_t)e->C, T = (size_t)e->T;
    memset(d, 0, T * 3 * C * sizeof *d);
    for (size_t i = 0; i < T; i++)
        memcpy(d + (3 * i + (size_t)part) * C, whole + (3 * i + (size_t)part) * C, C * sizeof *d);
}

/* What the five ways of one layer bring, each (T,C), into part[]. Values go back from where they were
 * made: there the gradient of layers that mix them into their own has come in, too. */
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

static double dot(const double *x, const double *y, int n)
{
    double sum = 0;
    for (int c = 0; c < n; c++)
        sum += x[c] * y[c];
    return sum;
}

/* share = part.dx / |dx|: the parts' components along dx add up to |dx|. */
static ExplainPath measure(const double *dx, double *const *part, size_t at, int C)
{
    ExplainPath x = { .total = sqrt(dot(dx, dx, C)) };
    for (int p = 0; p < PATHS; p++) {
        x.norm[p] = sqrt(dot(part[p] + at, part[p] + at, C));
        x.share[p] = x.total > 0 ? dot(part[p] + at, dx, C) / x.total : 0;
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
        paths[i] = measure(dx + at, part, at, e->C);
        worst = fmax(worst, gap(dx + at, part, at, e->C));
        largest = fmax(largest, paths[i].total);
    }
    if (largest > 0)
        *error = fmax(*error, worst / largest);
}

/* From the last layer down: the gradient at a layer's entrance, which is the exit of the one before,
 * is put back before that one is looked at. */
bool explain_paths(Explain *e, ExplainPath *paths, double *error)
{
    size_t  n = (size_t)e->T * (size_t)e->C;
    double *room = explain_alloc(e, n * (PATHS + 7), sizeof *room), *part[PATHS];
    if (!room)
        return false;
    double *dx = room + PATHS * n, *qkv = dx + n, *first = qkv + 3 * n;
    Tensor *projected = e->trace.layers[0].projected;
    memcpy(first, projected->grad, 3 * n * sizeof *first);
    for (int p = 0; p < PATHS; p++)
        part[p] = room + (size_t)p * n;
    *error = 0;
    for (int l = e->L - 1; l >= 0; l--) {
        const GptBlockActs *y = &e->trace.layers[l];
        memcpy(dx, y->x->grad, n * sizeof *dx);
        if (l == 0)                         /* layers that mix its values in have written over it */
            memcpy(projected->grad, first, 3 * n * sizeof *first);
        split_layer(e, y, qkv, part);
        measure_layer(e, dx, part, paths + l * e->T, error);
        memcpy(y->x->grad, dx, n * sizeof *dx);
    }
    return explain_backward(e);
}
