#ifndef KERNEL_GEMM_H
#define KERNEL_GEMM_H
#include "base/err.h"
#include "kernel/kernel.h"

/* Matrix products on top of the kernel table: blocked for the caches, spread over the pool's threads.
 * Packing and blocking follow Goto and van de Geijn 2008 ("Anatomy of high-performance matrix
 * multiplication"), except that each thread packs for itself. Neither blocking nor threads change a bit
 * (kernel.h, "chain"). Products cannot fail; the *_reserve functions can. */

/* A matrix in memory: element (i, j) at p[i*rs + j*cs]. Transposing swaps the strides. */
typedef struct Matrix {
    const real *p;
    size_t      rs, cs;
} Matrix;

static inline Matrix matrix(const real *p, size_t rs) { return (Matrix){ p, rs, 1 }; }
static inline Matrix transposed(Matrix a) { return (Matrix){ a.p, a.cs, a.rs }; }

/* Where the chain of output (i, j) starts: p[i*rs + j]. p NULL: at 0; rs 0: at one row, a bias; p = c: adds
 * to what c holds. */
typedef struct GemmStart {
    const real *p;
    size_t      rs;
} GemmStart;

/* c (m x n, rows ldc apart) = start + a (m x k) b (k x n), on all threads of the pool.
 * Call gemm_reserve first. Not inside a pool task. */
void gemm(size_t m, size_t n, size_t k, Matrix a, Matrix b, GemmStart start, real *c, size_t ldc);

/* The same with b already packed by kernel->pack, all k rows in one block (gemm_panels_len numbers): for
 * weights that are used many times. Needs no gemm_reserve. */
void gemm_packed(size_t m, size_t n, size_t k, Matrix a, const real *panels, GemmStart start,
                 real *c, size_t ldc);

/* The same with b already packed by kernel->pack_rounded (gemm_rounded_len words). */
void gemm_rounded(size_t m, size_t n, size_t k, Matrix a, const uint32_t *panels, GemmStart start,
                  real *c, size_t ldc);

/* gemm on the calling thread only, packing b into `room` (gemm_panels_len numbers, the caller's): for many
 * small products, one per task. */
void gemm_small(size_t m, size_t n, size_t k, Matrix a, Matrix b, GemmStart start, real *c,
                size_t ldc, real *room);

/* Length of the packed panels of a k x n matrix with the table in use: in numbers, and in words if rounded. */
size_t gemm_panels_len(size_t n, size_t k);
size_t gemm_rounded_len(size_t n, size_t k);

/* Reserves each thread's scratch memory (pool_reserve) to pack blocks of a k x n matrix and, where a is
 * transposed (a.rs == 1), to copy blocks of its m rows; otherwise pass m = 0. Less than 1.5 MiB per thread
 * for any m, n and k. False, with err set, if memory is exhausted; an op calls it in `shape`. */
bool gemm_reserve(size_t m, size_t n, size_t k, Err *err);

/* gemm with a and b rounded to bfloat16, by the table kernel_bf16(kernel); start and c stay reals. Call
 * gemm_bf16_reserve(m, n, k) first: less than 1 MiB per thread, because a is rounded in pieces too. It fails,
 * with err set, if memory is exhausted or the kernels in use have no bfloat16 table. */
void gemm_bf16(size_t m, size_t n, size_t k, Matrix a, Matrix b, GemmStart start, real *c, size_t ldc);
bool gemm_bf16_reserve(size_t m, size_t n, size_t k, Err *err);
#endif
