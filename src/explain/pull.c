#include "explain/pull.h"
#include "explain/dot.h"
#include <math.h>
#include <string.h>

/* One head's rows of the query or key matrix, contiguous. */
typedef struct Rows {
    size_t at, len;
} Rows;

static Rows rows_of(const Explain *e, int head, int part)
{
    size_t C = (size_t)e->C, D = (size_t)e->D;
    return (Rows){ ((size_t)part * C + (size_t)head * D) * C, D * C };
}

/* The gradients of one score in everything from the QKV matrix to it: backward, started there, not at the loss. */
static void score_backward(Explain *e, ExplainRow at, int j)
{
    const GptBlockActs *y = &e->trace.layers[at.layer];
    Tensor *scores = y->scores;
    for (Tensor *x = scores; x; x = x->prev)
        x->has_grad = false;
    params_forget_gradients(&e->g->params);
    memset(grad_zeroed(scores), 0, tensor_len(scores) * sizeof(double));
    explain_grad(scores, at.head, at.row)[j] = 1;
    for (Tensor *x = scores; x != y->projected->prev; x = x->prev)
        if (x->has_grad)
            x->op->backward(x);
}

/* W += step G for the head's queries and keys; returns |G|^2, and changes nothing if that is 0. */
static double step_by(Explain *e, ExplainRow at, double missing)
{
    Tensor *w = e->g->blocks[at.layer].qkv_w;
    double  squares = 0;
    for (int part = 0; part < 2; part++) {
        Rows r = rows_of(e, at.head, part);
        squares += explain_dot(w->grad + r.at, w->grad + r.at, r.len);
    }
    for (int part = 0; squares > 0 && part < 2; part++) {
        Rows r = rows_of(e, at.head, part);
        for (size_t k = r.at; k < r.at + r.len; k++)
            w->val[k] += missing / squares * w->grad[k];
    }
    return squares;
}

static bool exists(Explain *e, ExplainRow at, int j)
{
    bool ok = at.layer >= 0 && at.layer < e->L && at.head >= 0 && at.head < e->H && at.row >= 0 && at.row < e->T &&
              j >= 0 && j <= at.row;
    return ok || err_set(&e->err, "there is no score of query %d and key %d in head %d.%d", at.row, j, at.layer,
                         at.head);
}

bool explain_pull(Explain *e, ExplainRow at, int j, double by, int steps, double *reached)
{
    *reached = 0;
    if (!exists(e, at, j))
        return false;
    const GptBlockActs *y = &e->trace.layers[at.layer];
    const double *s = explain_row(y->scores, at.head, at.row) + j;
    double before = *s;
    explain_unpack(e);                      /* the weights change now */
    for (int k = 0; k < steps && !(fabs(by - *reached) <= 1e-6 * fabs(by)); k++) {
        score_backward(e, at, j);
        if (!(step_by(e, at, fmax(-0.5, fmin(0.5, by - *reached))) > 1e-12))
            break;
        explain_replay_to(y->projected->prev, y->scores);
        *reached = *s - before;
    }
    return isfinite(*reached) || err_set(&e->err, "the score is no longer finite");
}
