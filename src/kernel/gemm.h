#ifndef KERNEL_GEMM_H
#define KERNEL_GEMM_H
#include "base/err.h"
#include "kernel/kernel.h"

/* Matrix products over the kernel table: blocking for the caches, and the pool's threads. Packing
 * and blocking follow Goto and van de Geijn 2008 ("Anatomy of high-performance matrix
 * multiplication"), but each thread packs for itself; bits do not depend on it (kernel.h, "chain"). */

/* A matrix in memory: element (i, j) at p[i*rs + j*cs]. Transposing swaps the strides. */
typedef struct Matrix {
    const real *p;
    size_t      rs, cs;
} Matrix;

static inline Matrix matrix(const real *p, size_t rs) { return (Matrix){ p, rs, 1 }; }
static inline Matrix transposed(Matrix a) { return (Matrix){ a.p, a.cs, a.rs }; }

/* Where each output's chain begins: start[i*rs + j]; NULL for 0, rs = 0 for a bias row,
 * the output itself to go on from what is there. */
typedef struct GemmStart {
    const real *p;
    size_t      rs;
} GemmStart;

/* c (m x n, rows ldc apart) = start + a (m x k) b (k x n), on all threads of the pool.
 * Needs gemm_reserve before. Not inside a pool task. */
void gemm(size_t m, size_t n, size_t k, Matrix a, Matrix b, GemmStart start, real *c, size_t ldc);

/* The same with b packed beforehand by kernel->pack as one block of all k rows
 * (gemm_panels_len numbers): for weights that are used many times. Needs no gemm_reserve. */
void gemm_packed(size_t m, size_t n, size_t k, Matrix a, const real *panels, GemmStart start,
                 real *c, size_t ldc);

/* The same with b packed by kernel->pack_rounded (gemm_rounded_len words). */
void gemm_rounded(size_t m, size_t n, size_t k, Matrix a, const uint32_t *panels, GemmStart start,
                  real *c, size_t ldc);

/* gemm on the calling thread only, packing into `room` (gemm_panels_len numbers): for many
 * small products, one a task. */
void gemm_small(size_t m, size_t n, size_t k, Matrix a, Matrix b, GemmStart start, real *c,
                size_t ldc, real *room);

/* How many numbers the packed panels of a k x n matrix take with the table in use; how many words when
 * they are rounded. */
size_t gemm_panels_len(size_t n, size_t k);
size_t gemm_rounded_len(size_t n, size_t k);

/* Makes sure that every thread has the scratch memory (pool_reserve) to pack a k x n matrix block
 * by block and, where a is transposed (a.rs == 1), to copy blocks of its m rows; otherwise m may be 0.
 * Call where failing is possible (an op's shape); less than 1 MiB a thread, whatever m, n and k. */
bool gemm_reserve(size_t m, size_t n, size_t k, Err *err);

/* gemm with a and b rounded to bfloat16, by the table of kernel_bf16(kernel), which must be there: start
 * and c stay as they are. Needs gemm_bf16_reserve(m, n, k) before: less than 1 MiB a thread, since a is
 * rounded in pieces too; that fails when there is no such table. */
void gemm_bf16(size_t m, size_t n, size_t k, Matrix a, Matrix b, GemmStart start, real *c, size_t ldc);
bool gemm_bf16_reserve(size_t m, size_t n, size_t k, Err *err);
#endif
