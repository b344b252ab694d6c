#ifndef EXPLAIN_BY_HAND_H
#define EXPLAIN_BY_HAND_H
#include "explain/pass.h"

/* One row of one head recomputed with plain loops, as on paper, from the layer's input x, the query matrix W_q, the
 * head's keys and values, and g = dL/do (Vaswani et al. 2017, section 3.2.1, and its derivative):
 *     q = W_q x    s_j = q.k_j / sqrt(D)    a = softmax(s)    o = sum_j a_j v_j
 *     da_j = g.v_j    ds_j = a_j (da_j - g.o)    dq = sum_j ds_j k_j / sqrt(D)
 * s uses the query as attention receives it: after QK norm and rotation, where the model has them. */
typedef struct ExplainByHand {
    ExplainRow at;
    int     n;                              /* keys: row + 1                                           */
    double *projected, *mix, *dq;           /* (D)                                                     */
    double *score, *weight, *da, *ds;       /* (n)                                                     */
    double  largest, sum;                   /* maximum score; sum of exp(s - maximum)                  */
    double  go;                             /* g.o, the mean of da under the weights                   */
    double  error;                          /* largest difference from the engine's numbers, each array */
                                            /* relative to its largest magnitude where that exceeds 1  */
} ExplainByHand;

/* The arrays live until explain_close. False with e->err set: out of memory. */
bool explain_by_hand(Explain *e, ExplainRow at, ExplainByHand *x);
#endif
