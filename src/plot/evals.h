#ifndef PLOT_EVALS_H
#define PLOT_EVALS_H
#include "plot/run.h"

enum { EVALS_MOST = 4096 };

/* The evaluations of a log: its finite validation losses, at most the last EVALS_MOST. */
typedef struct Evals {
    size_t row[EVALS_MOST];
    double loss[EVALS_MOST];
    int    n, best;
    double same;                            /* smaller differences are noise; set by the caller  */
} Evals;

Evals evals_of(const Run *r);

/* The median distance of a loss from the mean of its neighbours, in the second half, where the curve is straight. */
double evals_noise(const Evals *e);

/* Is the mean of the evaluations after the best one (the last three at most) worse than it, and the last one too? */
bool evals_risen(const Evals *e);

/* The best loss of the first two thirds. */
double evals_best_before(const Evals *e);
#endif
