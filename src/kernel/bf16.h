#ifndef KERNEL_BF16_H
#define KERNEL_BF16_H
#include "kernel/kernel.h"

/* Matrix products of numbers rounded to bfloat16, the upper half of a float: the same exponent, 8 bits
 * of precision. A processor with instructions for that multiplies twice as many of them; the sums stay
 * float. Only the float build has such tables; what else a step computes is kernel.h's.
 *
 *   round   to the nearest, to the one with an even last bit when two are as near; so beyond the
 *           largest bfloat16 by half a unit it is infinity. An infinity stays, a NaN stays a NaN.
 *           A denormal float is taken as 0 of its sign.
 *   pair    two numbers that follow one another in k, the first in the lower 16 bits. When k is odd
 *           the last one's partner is 0.
 *   chain   for each pair in ascending order  c = fma(a_1, b_1, c), then c = fma(a_0, b_0, c):
 *           the upper number first. Before and after each fma a denormal counts as 0 of its sign.
 *
 * That is what VDPBF16PS is specified to do (Intel SDM, volume 2), so ref and AVX512-BF16 give the same
 * bits (tests/kernel/test_bf16.c); threads and blocks split outputs and whole pairs.
 *
 *   group   what AMX's TDPBF16PS is specified to do in its place, sixteen pairs at a time and the rest at the
 *           end: two chains that begin at 0, x = fma(a_0, b_0, x) and y = fma(a_1, b_1, y) over its pairs in
 *           ascending order, then c = c + (x + y); denormals as above. Threads and blocks split outputs
 *           and whole groups, so its bits are the same for any number of threads too (tests/kernel/test_amx.c),
 *           but in the last digits they are others than ref's.
 *
 * Either way every sum stays within k * 2^-23 * the sum of |a b| of the exact one. */
typedef struct Bf16Kernels {
    const char *name;
    size_t      group;   /* pairs that are added up together: 1 ("chain") or 16 ("group") */

    /* b is k x n, element (i, j) at b[i*rs + j*cs]; the pair of rows 2p and 2p+1 in column j goes to
     * y[p*prs + j*pcs]. */
    void (*pairs)(size_t k, size_t n, const real *b, size_t rs, size_t cs, uint32_t *y, size_t prs,
                  size_t pcs);
    /* As kernel.h's pack, with ceil(k/2) rows of pairs: ceil(n/width) * ceil(k/2) * width of them. */
    size_t width;
    void (*pack)(size_t k, size_t n, const real *b, size_t rs, size_t cs, uint32_t *panels);
    /* As kernel.h's product, over k pairs. With groups cs is 1. */
    void (*product)(size_t m, size_t n, size_t k, const uint32_t *a, size_t rs, size_t cs,
                    const uint32_t *panels, const real *start, size_t ss, real *c, size_t ldc);
    /* As kernel.h's burn: a pair's two multiply-adds are four operations. */
    double (*burn)(size_t rounds, real *out);
} Bf16Kernels;

/* The table that goes with `table` on this processor, or NULL when there is none. */
const Bf16Kernels *kernel_bf16(const Kernels *table);
#endif
