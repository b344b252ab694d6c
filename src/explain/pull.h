#ifndef EXPLAIN_PULL_H
#define EXPLAIN_PULL_H
#include "explain/pass.h"

/* Moves the score (at.row, j) of a head by gradient steps on that head's rows of the query and key matrix alone, the
 * layer's input held fixed: with W both of them, r what is still missing and G = ds/dW,
 *     W += r G / |G|^2                     (Gauss-Newton for one number; at most 1/2 of score a step)
 * until the score has moved by `by` within a millionth, `steps` are done, or G vanishes. *reached receives how far it
 * came: not all scores exist, for instance where QK norm bounds them. The parameters stay changed, and the tape's later
 * values are old: explain_refresh next. False with e->err set: no such score. */
bool explain_pull(Explain *e, ExplainRow at, int j, double by, int steps, double *reached);
#endif
