#ifndef EXPLAIN_STEP_H
#define EXPLAIN_STEP_H
#include "explain/pass.h"

/* Scores, weights and score gradients of one row, row+1 numbers each. */
typedef struct ExplainRowState {
    double *s, *a, *ds;
} ExplainRowState;

/* One plain gradient step of all parameters on this prompt alone: w -= rate dL/dw. */
typedef struct ExplainStep {
    double          rate;
    double          first, second, actual;  /* change of the loss: -rate |dL/dw|^2; with curvature; measured     */
    double          p_before, p_after;
    double          agree;                  /* fraction of the row's |ds| whose score, relative to the row's     */
                                            /* weighted mean, moved against the sign of ds                       */
    ExplainRowState before, after;          /* of the row requested                                              */
} ExplainStep;

/* Makes the step, measures, and undoes it. rate <= 0 chooses the rate whose predicted change is -1 % of the loss. The
 * arrays live until explain_close. False with e->err set. */
bool explain_step(Explain *e, double rate, ExplainRow at, ExplainStep *x);
#endif
