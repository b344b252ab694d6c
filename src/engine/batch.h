#ifndef ENGINE_BATCH_H
#define ENGINE_BATCH_H
#include "kernel/gemm.h"

/* Many products of equal shape, one after the other in memory: for each item e,
 * c[e] (m x n) = or += a[e] (m x k) b[e] (k x n). The strides within an item are a's and b's own. */
typedef struct Batch {
    size_t items, m, n, k;
    Matrix a, b;
    real  *c;
    bool   add;
} Batch;

/* Memory for batch_product to pack in; call in an op's shape. */
bool batch_reserve(size_t n, size_t k, Err *err);

/* Does them on all threads of the pool, an item a task. */
void batch_product(const Batch *batch);
#endif
