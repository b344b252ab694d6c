#ifndef ENGINE_PARALLEL_H
#define ENGINE_PARALLEL_H
#include "engine/tape.h"
#include "kernel/kernel.h"
#include "kernel/pool.h"
#include <string.h>

/* Elements that one thread takes at a time, about ten microseconds of work. Results do not depend on it. */
enum { ELEMENT_GRAIN = 16384 };

/* The same in rows of n numbers. */
static inline size_t row_grain(size_t n) { return n >= ELEMENT_GRAIN ? 1 : ELEMENT_GRAIN / (n ? n : 1); }

/* Run `task`, with y as its context, over all elements of y or over its rows (last axis). */
static inline void each_element(Tensor *y, PoolTask *task)
{
    pool_each(tensor_len(y), ELEMENT_GRAIN, task, y);
}

static inline void each_row(Tensor *y, PoolTask *task)
{
    pool_each(tensor_rows(y), row_grain(tensor_cols(y)), task, y);
}

/* Run `task` over the columns of y (last axis), for sums over its rows. A piece reads a part of every row, so there are
 * no more pieces than threads, each at least a few cache lines wide. */
static inline void each_column(Tensor *y, PoolTask *task)
{
    size_t n = tensor_cols(y), threads = (size_t)pool_threads(), each = (n + threads - 1) / threads;
    pool_each(n, each < 64 ? 64 : (each + 15) / 16 * 16, task, y);
}

/* Context of a backward task for one input: y, the input's gradient dx, and whether to add to it or overwrite. */
typedef struct Back {
    Tensor *y;
    real   *dx;
    bool    add;
} Back;

/* The gradient of an identity: d = dy, or d += dy. */
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
