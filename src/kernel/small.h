#ifndef KERNEL_SMALL_H
#define KERNEL_SMALL_H
#include "kernel/bf16.h"
#include "kernel/gemm.h"

/* Products on the calling thread in which b is packed once and used often, of reals or of numbers rounded to
 * bfloat16: what attention is made of. The memory is the caller's, in reals either way. */
typedef struct Small {
    const Bf16Kernels *bf16;                /* NULL: reals */
    real              *room;                /* small_room_len numbers for a's rounded ones; not for reals */
} Small;

/* Numbers that the panels of a k x n matrix take, and that rounding an m x k one does. */
size_t small_panels_len(const Small *s, size_t n, size_t k);
size_t small_room_len(const Small *s, size_t m, size_t k);

/* b (k x n) into panels. */
void small_pack(const Small *s, size_t k, size_t n, Matrix b, real *panels);

/* c (m x n, rows ldc apart) = start + a times the first k rows of what was packed with K rows; k is K or
 * even. start is NULL for 0, or c itself. */
void small_product(const Small *s, size_t m, size_t n, size_t k, size_t K, Matrix a, const real *panels,
                   const real *start, real *c, size_t ldc);
#endif
