#ifndef EXPLAIN_ATTRIBUTION_H
#define EXPLAIN_ATTRIBUTION_H
#include "explain/pass.h"

/* How much each character of the prompt contributed to the target's probability, measured without reference to
 * attention. */

/* Integrated gradients (Sundararajan, Taly, Yan 2017) along the straight line from a baseline b, the mean of all
 * embeddings at every position (position embeddings unchanged), to the prompt's embeddings x:
 *     integrated_i = (x_i - b) . integral over t in [0,1] of d log p / dx_i at b + t (x - b)
 * by Gauss-Legendre quadrature. Completeness: the sum equals log p(target) minus its value at the baseline.
 * In a model with counts these stay those of the text at every point, the baseline too; a deletion changes them. */
typedef struct ExplainIntegrated {
    int     points;
    double *integrated;                     /* (T) nats of log p(target); > 0 raises it */
    double  sum, expected, error;           /* error = sum - expected                   */
} ExplainIntegrated;

/* The array lives until explain_close. False with e->err set. */
bool explain_attribution_integrated(Explain *e, int points, ExplainIntegrated *x);

/* The same for the log-odds of two answers, log p(target) - log p(rival), instead of log p(target); rival in [0,V).
 * Costs a second backward pass per point. */
bool explain_attribution_contrast(Explain *e, int rival, int points, ExplainIntegrated *x);

/* change (T): change of the loss when character i is deleted from the prompt and later ones move up, a pass each. NaN
 * if it is the only one, and for characters not tried (Explain.most). False with e->err set. */
bool explain_attribution_deletions(Explain *e, double *change);
#endif
