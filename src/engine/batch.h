#ifndef ENGINE_BATCH_H
#define ENGINE_BATCH_H
#include "engine/tape.h"
#include "kernel/gemm.h"

/* A batch of products of equal shape, contiguous in memory: for each item e,
 * c[e] (m x n) = or += a[e] (m x k) b[e] (k x n). a and b hold the strides within an item. */
typedef struct Batch {
    size_t items, m, n, k;
    Matrix a, b;
    real  *c;
    bool   add;
} Batch;

/* Sets the shape of y, the product of its inputs (...,M,K) and (...,K,N), or (...,N,K) if the second is
 * transposed, and reserves scratch memory for forward and backward. False, with err set, if the shapes do not
 * fit (all axes but the last two must be equal) or memory is exhausted. */
bool batch_shape(Tensor *y, bool transposed, Err *err);

/* The sizes for y; the caller sets a, b, c and add. */
Batch batch_sizes(const Tensor *y);

/* Computes them on all threads of the pool, one task per item. */
void batch_product(const Batch *batch);
#endif
