#ifndef KERNEL_SIMD_BURN_H
#define KERNEL_SIMD_BURN_H
#include "kernel/simd/vec.h"

/* As many chains of fused multiply-adds as the product's tile has, so that none waits for another:
 * what the arithmetic units can do when nothing is loaded or stored. */
enum { CHAINS = ROWS * COLUMNS };

static double burn(size_t rounds, real *out)
{
    V chain[CHAINS], factor = v_set((real)0.5), term = v_set((real)1);
    UNROLL
    for (int i = 0; i < CHAINS; i++)
        chain[i] = v_set((real)i);
    for (size_t round = 0; round < rounds; round++) {
        UNROLL
        for (int i = 0; i < CHAINS; i++)
            chain[i] = v_fma(chain[i], factor, term);
    }
    for (int i = 1; i < CHAINS; i++)
        chain[0] = v_add(chain[0], chain[i]);
    real lanes[VL];
    v_store(lanes, chain[0]);
    *out = lanes[0];
    return 2.0 * CHAINS * VL * (double)rounds;
}
#endif
