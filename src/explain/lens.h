#ifndef EXPLAIN_LENS_H
#define EXPLAIN_LENS_H
#include "explain/pass.h"

enum { LENS_TOP = 5 };

/* The prediction if the model ended at some layer: the last character's residual stream through the last norm and the
 * output matrix ("logit lens", nostalgebraist 2020). With counts these are those after the whole prompt in every row,
 * because they do not depend on layers, weighted by the gains that the stream of that layer gives. */
typedef struct ExplainLens {
    double p, loss, entropy;                /* of the target, in nats; of the distribution, in bits */
    int    rank;                            /* of the target, 1 the most probable                   */
    int    n, top[LENS_TOP];                /* the min(V, LENS_TOP) most probable tokens            */
    double top_p[LENS_TOP];
} ExplainLens;

/* lens (L+1): after the embedding, then after each layer. False with e->err set. */
bool explain_lens(Explain *e, ExplainLens *lens);

/* Direct logit attribution: the target's logit as an exact sum over everything written to the last character's residual
 * stream, the last norm's scale held at its value. */
typedef struct ExplainLogit {
    double  value, error;                   /* the logit before soft capping; minus the sum of all parts */
    double  token, position;                /* the two embeddings                                        */
    double *head;                           /* (L*H)                                                     */
    double *bias, *mlp;                     /* (L) attention's output bias; the MLP                      */
    double  final;                          /* the last norm's bias                                      */
    double  counts;                         /* the gains' biases times what counting says; 0 without. What a part of
                                               the stream does through the gains is in that part                    */
} ExplainLogit;

/* The arrays live until explain_close. False with e->err set. */
bool explain_lens_logit(Explain *e, ExplainLogit *x);
#endif
