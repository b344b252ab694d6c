#ifndef KERNEL_SMALL_H
#define KERNEL_SMALL_H
#include "kernel/bf16.h"
#include "kernel/gemm.h"

/* Products on the calling thread with a b that is packed once and used often, in reals or rounded to bfloat16:
 * attention's building block. All memory is the caller's and counted in reals either way. */
typedef struct Small {
    const Bf16Kernels *bf16;                /* NULL: products of reals */
    real              *room;                /* small_room_len numbers to round a into; unused for reals */
} Small;

/* Length of the panels of a k x n matrix b, and of the room to round an m x k matrix a. */
size_t small_panels_len(const Small *s, size_t n, size_t k);
size_t small_room_len(const Small *s, size_t m, size_t k);

/* Packs b (k x n) into panels. */
void small_pack(const Small *s, size_t k, size_t n, Matrix b, real *panels);

/* c (m x n, rows ldc apart) = start + a (m x k) times the first k of the K rows that were packed; k is K or
 * even. start is NULL for 0, or c itself. */
void small_product(const Small *s, size_t m, size_t n, size_t k, size_t K, Matrix a, const real *panels,
                   const real *start, real *c, size_t ldc);
#endif
