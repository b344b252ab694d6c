#ifndef EXPLAIN_STEP_H
#define EXPLAIN_STEP_H
#include "explain/pass.h"

/* One row of scores, weights and gradients at a moment. Arrays of row+1 numbers. */
typedef struct ExplainRowState {
    double *s, *a, *ds;
} ExplainRowState;

/* One plain gradient step of all parameters on this prompt alone: w -= rate dL/dw. */
typedef struct ExplainStep {
    double        rate;
    double        first, second, actual;    /* change of the loss: -rate |dL/dw|^2; with curvature; real */
    double        p_before, p_after;
    double        agree;                    /* part of the row's |ds| whose score (relative to the row's */
                                            /* weighted mean) moved against the sign of ds               */
    ExplainRowState before, after;            /* of the row asked for                                      */
} ExplainStep;

/* The step is made and taken back; the model is as before. rate <= 0 chooses the one whose predicted
 * change is -1 % of the loss. False with e->err set. */
bool explain_step(Explain *e, double rate, ExplainPlace at, ExplainStep *x);
#endif
