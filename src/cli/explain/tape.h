#ifndef CLI_EXPLAIN_TAPE_H
#define CLI_EXPLAIN_TAPE_H
#include "cli/explain/subject.h"
#include <stdio.h>

enum { TAPE_NAME = 64 };

/* What a tensor of the pass is: "layer 0 scores", "logits", "h.0.ln_1.weight"; into buf, which is
 * returned. */
const char *tape_name(const Explain *e, const Tensor *x, char buf[TAPE_NAME]);

/* Root mean square of n numbers. */
double tape_rms(const double *x, size_t n);

/* The operations, the last first, with shape, |value|, |gradient| and formula. */
void tape_show(FILE *out, const Explain *e);

/* The same as a graph for Graphviz. */
void tape_dot(FILE *out, const Explain *e);
#endif
