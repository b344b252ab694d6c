#ifndef KERNEL_BF16_H
#define KERNEL_BF16_H
#include "kernel/kernel.h"

/* Matrix products of numbers rounded to bfloat16, the upper half of a float: the same exponent, 8 bits of
 * precision. Processors with bfloat16 instructions multiply twice as many per cycle; sums stay float. Only the
 * float build has these tables, and only for matrix products; everything else in a step is kernel.h's.
 *
 *   round   to nearest, ties to even; past the largest bfloat16 by half a unit or more: infinity.
 *           Infinities and NaNs stay. A denormal float becomes 0 of its sign.
 *   pair    two consecutive numbers in k, the first in the lower 16 bits. If k is odd, the last number
 *           is paired with 0.
 *   chain   for each pair in ascending order: c = fma(a_1, b_1, c), then c = fma(a_0, b_0, c), the
 *           upper number first. Before and after each fma a denormal counts as 0 of its sign.
 *
 * That is VDPBF16PS as specified (Intel SDM, volume 2), so ref and AVX512-BF16 give the same bits
 * (tests/kernel/test_bf16.c). Threads and blocks split outputs and whole pairs.
 *
 *   group   AMX's TDPBF16PS as specified, which replaces the chain: for each sixteen pairs, and for the
 *           remainder, two chains from 0, x = fma(a_0, b_0, x) and y = fma(a_1, b_1, y) over the pairs in
 *           ascending order, then c = c + (x + y); denormals as above. Threads and blocks split outputs
 *           and whole groups, so the bits are the same for any number of threads (tests/kernel/test_amx.c)
 *           but differ from ref's in the last digits.
 *
 * Either way a sum differs from the exact one by at most k * 2^-23 * the sum of |a b|. */
typedef struct Bf16Kernels {
    const char *name;
    size_t      group;   /* pairs summed together: 1 ("chain") or 16 ("group") */

    /* Rounds b (k x n, element (i, j) at b[i*rs + j*cs]): the pair of rows 2p and 2p+1 in column j goes
     * to y[p*prs + j*pcs]. */
    void (*pairs)(size_t k, size_t n, const real *b, size_t rs, size_t cs, uint32_t *y, size_t prs,
                  size_t pcs);
    /* As kernel.h's pack, with ceil(k/2) rows of pairs: ceil(n/width) * ceil(k/2) * width of them. */
    size_t width;
    void (*pack)(size_t k, size_t n, const real *b, size_t rs, size_t cs, uint32_t *panels);
    /* As kernel.h's product, over k pairs. With groups, cs must be 1. */
    void (*product)(size_t m, size_t n, size_t k, const uint32_t *a, size_t rs, size_t cs,
                    const uint32_t *panels, const real *start, size_t ss, real *c, size_t ldc);
    /* As kernel.h's burn: a pair's two multiply-adds are four operations. */
    double (*burn)(size_t rounds, real *out);
} Bf16Kernels;

/* The bfloat16 table that goes with `table` on this processor; NULL if it has none. */
const Bf16Kernels *kernel_bf16(const Kernels *table);
#endif
