#ifndef CLI_EXPLAIN_TAPE_H
#define CLI_EXPLAIN_TAPE_H
#include "cli/explain/subject.h"
#include "cli/term.h"
#include <stdio.h>

enum { TAPE_NAME = 64 };

/* Writes the name of a tensor of the pass to buf, "" if it has none: "layer 0 scores", "logits", "h.0.ln_1.weight".
 * Returns buf. */
const char *tape_name(const Explain *e, const Tensor *x, char buf[TAPE_NAME]);

/* Root mean square of n numbers. */
double tape_rms(const double *x, size_t n);

/* The operations in backward order, with shape, |value| and |gradient| (root mean squares); then their formulas. */
void tape_show(const Term *t, const Explain *e);

/* The same as a graph for Graphviz. */
void tape_dot(FILE *out, const Explain *e);
#endif
