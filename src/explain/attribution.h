#ifndef EXPLAIN_EFFECT_H
#define EXPLAIN_EFFECT_H
#include "explain/pass.h"

/* What each character did for the answer, in two ways that know nothing of attention. */

/* Integrated gradients (Sundararajan, Taly, Yan 2017): along the straight line from a baseline, where
 * every character's embedding is the mean of all embeddings (positions stay), to the prompt,
 *     given_i = (x_i - b) . integral over t in [0,1] of d log p / dx_i at b + t (x - b)
 * by Gauss-Legendre points. The sum should be log p(target) minus its value at the baseline. */
typedef struct ExplainIntegrated {
    int     points;
    double *given;                          /* (T) share of log p(target), in nats: > 0 helped */
    double  sum, expected, error;           /* error = sum - expected                          */
} ExplainIntegrated;

bool explain_attribution_integrated(Explain *e, int points, ExplainIntegrated *x);

/* Change of the loss when character i is taken out of the prompt (those behind it move up), (T);
 * NaN when it is the only one, and for those that are not tried (Explain.most). A pass of its own for each. */
bool explain_attribution_deletions(Explain *e, double *change);
#endif
