#ifndef EXPLAIN_MOVE_H
#define EXPLAIN_MOVE_H
#include "explain/pass.h"

/* The queries and keys of one layer, moved a little against their gradients (q -= rate dL/dq, k -= rate dL/dk) while
 * all else stays: what the gradient asks of them, before the matrices that they share come in.
 * A score moves by D^-1/2 (dq_i.k_j + q_i.dk_j). That it goes against its ds is no matter of course: one query
 * moves for all its keys, one key for all queries that look at it. A row of scores may move all together without
 * any effect, so its mean under the weights is taken out first. */
typedef struct ExplainMove {
    double rate;
    double predicted, actual;               /* change of the loss: -rate (|dq|^2 + |dk|^2); real    */
    double row;                             /* part of the row's |ds| whose score moved against ds  */
    double layer;                           /* the same of all rows of the layer's heads together   */
} ExplainMove;

/* Moves those of at.layer, looks at row at.row of head at.head, and takes the move back. The rate is the one whose
 * predicted change is -1 % of the loss. False with e->err set. */
bool explain_move(Explain *e, ExplainPlace at, ExplainMove *x);

/* Adds to *all the sum of |ds| of a row of n scores, and to *with that of the scores that moved from `before` to
 * `after` against their ds, the row's mean under its weights a taken out. */
void explain_move_count(int n, const double *a, const double *ds, const double *before, const double *after,
                        double *with, double *all);
#endif
