#ifndef KERNEL_BF16_WEIGHTS_H
#define KERNEL_BF16_WEIGHTS_H
/* pack_rounded (kernel/kernel.h) for any vector width. */
#include "base/real.h"
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* x as a bfloat16, rounded as kernel/bf16.h says ("round"). Adding just under half a unit, or exactly half if
 * the last kept bit is odd, carries into the upper half when rounding goes up. */
static inline uint32_t rounded_bits(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    if (isnan(x))
        return bits >> 16 | 0x40;
    if (fabsf(x) < 0x1p-126f)
        return bits >> 16 & 0x8000;
    return (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
}

/* Two numbers per word, laid out so that a shift and a mask turn a vector of words into two vectors of numbers:
 * word w of a group holds column w in its lower half and column w + lanes in its upper half. A panel row is
 * `groups` groups of `lanes` words; columns past n are 0. */
static inline void rounded_pack(size_t lanes, size_t groups, size_t k, size_t n, const real *b, size_t rs, size_t cs,
                                uint32_t *panels)
{
    for (size_t first = 0; first < n; first += 2 * lanes * groups)
        for (size_t i = 0; i < k; i++)
            for (size_t w = 0; w < lanes * groups; w++) {
                size_t   j = first + w / lanes * 2 * lanes + w % lanes;
                uint32_t low = j < n ? rounded_bits((float)b[i * rs + j * cs]) : 0;
                uint32_t high = j + lanes < n ? rounded_bits((float)b[i * rs + (j + lanes) * cs]) : 0;
                *panels++ = low | high << 16;
            }
}
#endif
