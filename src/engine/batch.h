#ifndef ENGINE_BATCH_H
#define ENGINE_BATCH_H
#include "engine/tape.h"
#include "kernel/gemm.h"

/* Many products of equal shape, one after the other in memory: for each item e,
 * c[e] (m x n) = or += a[e] (m x k) b[e] (k x n). The strides within an item are a's and b's own. */
typedef struct Batch {
    size_t items, m, n, k;
    Matrix a, b;
    real  *c;
    bool   add;
} Batch;

/* The shape of y, product of its inputs (...,M,K) and (...,K,N), or (...,N,K) when the second is transposed,
 * and memory to pack in, for forward and backward. False, with a sentence, when they do not fit: all
 * axes but the last two must be equal. */
bool batch_shape(Tensor *y, bool transposed, Err *err);

/* The sizes of such a product; matrices and c are left to be set. */
Batch batch_sizes(const Tensor *y);

/* Does them on all threads of the pool, an item a task. */
void batch_product(const Batch *batch);
#endif
