#ifndef EXPLAIN_LENS_H
#define EXPLAIN_LENS_H
#include "explain/pass.h"

enum { LENS_TOP = 5 };

/* What the model would answer if it ended here: the residual stream of the last character through
 * the last norm and the output matrix ("logit lens", nostalgebraist 2020). */
typedef struct ExplainLens {
    double p, loss, entropy;                /* of the target; of the distribution, in bits */
    int    rank;                            /* of the target, 1 the most probable          */
    int    n, top[LENS_TOP];                /* the most probable, min(V, LENS_TOP) of them */
    double top_p[LENS_TOP];
} ExplainLens;

/* lens is (L+1): after the embedding, after each layer. */
bool explain_lens(Explain *e, ExplainLens *lens);

/* The target's logit as a sum over what wrote to the last character's residual stream, the last
 * norm's deviation taken as it is: exact. */
typedef struct ExplainLogit {
    double  value, error;                   /* the logit, before a cap; minus the sum of all parts */
    double  token, position;                /* the two embeddings                          */
    double *head;                           /* (L*H)                                       */
    double *bias, *mlp;                     /* (L) the bias behind the heads; the MLP      */
    double  final;                          /* the last norm's bias                        */
} ExplainLogit;

/* The arrays live until explain_close. */
bool explain_lens_logit(Explain *e, ExplainLogit *x);

/* Numbers of the n largest of p (V), the largest first. */
void explain_lens_order(const double *p, int V, int n, int *order);
#endif
