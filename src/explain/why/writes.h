#ifndef EXPLAIN_WHY_WRITES_H
#define EXPLAIN_WHY_WRITES_H
#include "explain/pass.h"

/* The value's side: what a head writes for one key, and how that reaches the answer. At row i, head h of layer l adds
 *     u = a_ij W_o v_j
 * to the residual stream. u is removed, the weights staying as they are, and the forward pass is run again from there.
 * The stream of the last position after the last layer then lacks
 *     x - x' = [i last] u + sum over later heads and MLPs of what each wrote there less what it writes now
 * and with r and r' the last norm's factor, n its weight, w_c the row of the answer (explain/output/output.h),
 *     logit_c - logit'_c = sum of r P(part) n w_c  +  (r - r') P(x') n w_c,    P: less the mean, for layer norm
 * a sum without a remainder: the head directly, each later head and MLP that reacts to it, and the last norm. Logits
 * are before soft capping. */
enum { WRITES_TARGET, WRITES_RIVAL, WRITES_TOKENS };

typedef struct WhyWrites {
    ExplainRow at;
    int        key;
    double     weight;                      /* a_ij                                                            */
    int        token[WRITES_TOKENS];        /* the target; the likeliest other token, -1 in a vocabulary of 1  */
    double     p[2];                        /* of the target: with u, and without                              */
    double     size;                        /* |u|                                                             */
    double     logit[WRITES_TOKENS];        /* of the pass                                                     */
    double     total[WRITES_TOKENS];        /* logit - logit', measured                                        */
    double     direct[WRITES_TOKENS], norm[WRITES_TOKENS];
    double   (*head)[WRITES_TOKENS];        /* (L*H) of later layers; 0 for the others                         */
    double   (*mlp)[WRITES_TOKENS];         /* (L) from this layer on                                          */
    double    *rows;                        /* (WRITES_TOKENS,C) w_c                                           */
    double     error;                       /* largest |total - the sum of all parts|                          */
} WhyWrites;

/* Measures that for query at.row and key `key` of the head. Arrays live until explain_close; values and gradients stay.
 * False with e->err set: no such score, or memory. */
bool explain_why_writes(Explain *e, ExplainRow at, int key, WhyWrites *x);

/* What a part contributes to the difference of the two logits, target - rival; the target's alone without a rival. */
static inline double why_writes_difference(const WhyWrites *x, const double part[WRITES_TOKENS])
{
    return x->token[WRITES_RIVAL] < 0 ? part[WRITES_TARGET] : part[WRITES_TARGET] - part[WRITES_RIVAL];
}
#endif
