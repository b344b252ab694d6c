#ifndef EXPLAIN_EDIT_H
#define EXPLAIN_EDIT_H
#include "explain/pass.h"

/* What if: one thing inside the model is changed and forward is run again. */
typedef enum ExplainEditKind {
    EDIT_SCORE,                          /* score (layer, head, i, j) += by                              */
    EDIT_WEIGHT,                            /* weight (layer, head, i, j) = by, the row's others rescaled   */
    EDIT_ABLATE,                         /* head (layer, head) brings 0                                  */
    EDIT_MASK                            /* no later character may look at character j, in any head      */
} ExplainEditKind;

typedef struct ExplainEdit {
    ExplainEditKind kind;
    int         layer, head, i, j;
    double      by;
} ExplainEdit;

/* Changes of the loss: predicted by the gradient; with the curvature, (L(h) - 2L + L(-h)) / h^2
 * along the edit, too; and what really happened. */
typedef struct ExplainLossChange {
    double first, second, actual;
    double p_before, p_after;               /* of the target                                                */
} ExplainLossChange;

/* Can it be done? False with e->err set: no such layer, head, row or key, a weight outside [0,1], or a
 * weight that is 1 already (there are no others to rescale). */
bool explain_edit_check(Explain *e, const ExplainEdit *d);

/* False with e->err set: explain_edit_check, or no memory. */
bool explain_edit(Explain *e, const ExplainEdit *d, ExplainLossChange *c);

/* Change of the loss for each head set to 0, (L*H). */
bool explain_edit_ablations(Explain *e, double *change);

/* Change of the loss for each character that nobody may look at, (T); NaN for those that are not tried
 * (Explain.most). */
bool explain_edit_masks(Explain *e, double *change);
#endif
