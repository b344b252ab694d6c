#ifndef CLI_BENCH_NEEDS_H
#define CLI_BENCH_NEEDS_H
#include "cli/bench/part.h"

/* Counts what one training step has to move and to compute, by op, and prints it (part.h, bench_profile). The trainer
 * runs two steps: the first one fills the caches that the second one finds. */
bool needs_print(const BenchOptions *o, Trainer *t, Err *err);
#endif
