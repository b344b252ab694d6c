#ifndef EXPLAIN_MOVE_H
#define EXPLAIN_MOVE_H
#include "explain/pass.h"

/* A gradient step on the queries and keys of one layer as free variables, q -= rate dL/dq and k -= rate dL/dk,
 * everything else fixed: what the gradient asks of them before it passes through the shared weight matrices.
 * Score ij changes by D^-1/2 (dq_i.k_j + q_i.dk_j). That this opposes ds_ij is not guaranteed: one query moves for
 * all its keys, one key for all queries attending to it. Adding a constant to a row of scores has no effect, so the
 * row's mean change under the weights is subtracted first. */
typedef struct ExplainMove {
    double rate;
    double predicted, actual;               /* change of the loss: -rate (|dq|^2 + |dk|^2); measured     */
    double row;                             /* fraction of the row's |ds| whose score moved against ds   */
    double layer;                           /* the same over all rows of the layer's heads               */
} ExplainMove;

/* Steps layer at.layer, measures row at.row of head at.head, and undoes the step. The rate is chosen so that the
 * predicted change is -1 % of the loss. False with e->err set. */
bool explain_move(Explain *e, ExplainRow at, ExplainMove *x);

/* For a row of n scores that changed from `before` to `after`: adds the sum of |ds| to *all, and the part of it whose
 * score moved against its ds (relative to the row's mean change under the weights a) to *with. */
void explain_move_count(int n, const double *a, const double *ds, const double *before, const double *after,
                        double *with, double *all);
#endif
