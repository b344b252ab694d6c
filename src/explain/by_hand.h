#ifndef EXPLAIN_HAND_H
#define EXPLAIN_HAND_H
#include "explain/pass.h"

/* One row of one head worked out anew by plain loops, as on paper, from what it reads, the matrix W of its
 * queries, its keys and values, and g = dL/do (Vaswani et al. 2017, section 3.2.1, and its derivative):
 *     q = W x    s_j = q.k_j / sqrt(D)    a = softmax(s)    o = sum_j a_j v_j
 *     da_j = g.v_j    ds_j = a_j (da_j - g.o)    dq = sum_j ds_j k_j / sqrt(D)
 * s is of the query as attention takes it, which a recipe may have normed and turned. */
typedef struct ExplainByHand {
    ExplainPlace at;
    int     n;                              /* keys: row + 1                                       */
    double *projected, *mix, *dq;           /* (D)                                                 */
    double *score, *weight, *da, *ds;       /* (n)                                                 */
    double  largest, sum;                   /* the largest score; the sum of all exp(s - largest)  */
    double  go;                             /* g.o: the mean of da under the weights               */
    double  error;                          /* the largest difference from the engine's numbers,   */
                                            /* relative to the largest of its kind where that is above 1 */
} ExplainByHand;

/* The arrays live until explain_close. False with e->err set: no memory. */
bool explain_by_hand(Explain *e, ExplainPlace at, ExplainByHand *x);
#endif
