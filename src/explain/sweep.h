#ifndef EXPLAIN_SWEEP_H
#define EXPLAIN_SWEEP_H
#include "explain/pass.h"

/* Soft against hard attention: the whole model run forward and backward with every score multiplied by a factor. 0:
 * uniform attention; larger: sharper; infinity: all weight on the largest score, where scores, queries and keys get no
 * gradient and values still do. The last row omits the division by sqrt(D). */
typedef struct ExplainSweep {
    const char *name;
    double factor;                          /* of the scores; sqrt(D) in the last row                          */
    double entropy;                         /* bits, mean over heads and over rows with a choice (i > 0)       */
    double loss, p;                         /* p: of the target                                                */
    double ds, dq, dk, dv;                  /* norms over all layers of dL/ds (s after the factor), dL/dq, ... */
} ExplainSweep;

enum { SWEEP_ROWS = 9 };

/* Fills sweep (SWEEP_ROWS). False with e->err set. */
bool explain_sweep(Explain *e, ExplainSweep *sweep);
#endif
