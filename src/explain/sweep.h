#ifndef EXPLAIN_SWEEP_H
#define EXPLAIN_SWEEP_H
#include "explain/pass.h"

/* Soft against hard: the whole model with every score multiplied by a factor, forward and backward
 * really run. 0: all keys alike; larger: sharper; infinity: all weight on the largest score, where
 * no gradient reaches scores, queries and keys any more, while values still learn. The last row
 * leaves out the division by sqrt(D). */
typedef struct ExplainSweep {
    const char *name;
    double factor;                          /* of the scores; sqrt(D) in the last row           */
    double entropy;                         /* mean over rows with a choice (i > 0) of all heads, in bits */
    double loss, p;                         /* p: of the target                                 */
    double ds, dq, dk, dv;                  /* norms of dL/ds (s as scaled), dL/dq, … over all layers */
} ExplainSweep;

enum { SWEEP_ROWS = 9 };

/* Fills sweep (SWEEP_ROWS). */
bool explain_sweep(Explain *e, ExplainSweep *sweep);
#endif
