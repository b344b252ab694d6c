#ifndef ENGINE_PARALLEL_H
#define ENGINE_PARALLEL_H
#include "engine/tape.h"
#include "kernel/kernel.h"
#include "kernel/pool.h"
#include <string.h>

/* How much of an operation one thread takes at a time: about ten microseconds' worth. Results do
 * not depend on it. */
enum { ELEMENT_GRAIN = 16384 };

/* Rows of n numbers to take at a time. */
static inline size_t row_grain(size_t n) { return n >= ELEMENT_GRAIN ? 1 : ELEMENT_GRAIN / (n ? n : 1); }

/* Gives `task` the tensor y, over all its elements or over its rows (last axis). */
static inline void each_element(Tensor *y, PoolTask *task)
{
    pool_each(tensor_len(y), ELEMENT_GRAIN, task, y);
}

static inline void each_row(Tensor *y, PoolTask *task)
{
    pool_each(tensor_rows(y), row_grain(tensor_cols(y)), task, y);
}

/* What a backward task over one input needs: the tensor, and where and how its gradient goes. */
typedef struct Back {
    Tensor *y;
    real   *dx;
    bool    add;
} Back;

/* What an op passes on as it is: d = dy, or d += dy. */
static inline void pass_row(size_t n, const real *dy, real *d, bool add)
{
    if (add)
        kernel->add(n, dy, d, d);
    else
        memcpy(d, dy, n * sizeof *d);
}

static inline Back back_open(Tensor *y, Tensor *x)
{
    Back b = { .y = y };
    b.dx = grad_open(x, &b.add);
    return b;
}
#endif
