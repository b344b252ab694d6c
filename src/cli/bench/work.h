#ifndef CLI_BENCH_WORK_H
#define CLI_BENCH_WORK_H
#include "engine/params.h"

/* The arithmetic that a formula cannot do without. A fused multiply-add counts as one multiplication; additions,
 * comparisons and what is done once a row count nothing, so that times computed from it are lower bounds. */
typedef struct Work {
    double products;                        /* multiplications inside matrix products       */
    double multiplies;                      /* all others, with those inside an exponential */
    double divisions, roots, exps;
} Work;

/* Of op y, forward or backward; by the table in work.c. */
Work work_of_op(const Tensor *y, bool backward);

/* Of clipping and the optimizer, for one parameter. */
Work work_of_update(const Param *x);

void work_add(Work *sum, Work w);
#endif
