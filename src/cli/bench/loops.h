#ifndef CLI_BENCH_LOOPS_H
#define CLI_BENCH_LOOPS_H
#include "base/real.h"
#include <stdbool.h>
#include <stddef.h>

/* A loop that only moves numbers, or only does one kind of arithmetic, over n numbers of x, y or both, with vectors of
 * one instruction set: its rate is what nothing built on them can exceed. */
typedef struct BenchLoop {
    const char *name;
    real      (*run)(size_t n, const real *x, real *y);     /* n: a multiple of LOOP_UNIT; any result */
    int         arrays;                                     /* 1: x and y are the same array */
    bool        moves;                                      /* measured at every size, in bytes */
} BenchLoop;

enum { LOOP_UNIT = 256, LOOPS = 6 };
#endif
