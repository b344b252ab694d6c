#ifndef KERNEL_SIMD_BURN_H
#define KERNEL_SIMD_BURN_H
#include "kernel/simd/vec.h"

/* As many independent chains of fused multiply-adds as the product's tile has, enough to hide the latency: the
 * peak of the arithmetic units, with no loads or stores. */
static double burn(size_t rounds, real *out)
{
    V chain[ROWS][COLUMNS], factor = v_set((real)0.5), term = v_set((real)1);
    UNROLL
    for (int i = 0; i < ROWS; i++)
        UNROLL
        for (int j = 0; j < COLUMNS; j++)
            chain[i][j] = v_set((real)(i * COLUMNS + j));   /* all different, or the compiler merges them */
    for (size_t round = 0; round < rounds; round++) {
        UNROLL
        for (int i = 0; i < ROWS; i++)
            UNROLL
            for (int j = 0; j < COLUMNS; j++)
                chain[i][j] = v_fma(chain[i][j], factor, term);
    }
    V all = v_set(0);
    UNROLL
    for (int i = 0; i < ROWS; i++)
        UNROLL
        for (int j = 0; j < COLUMNS; j++)
            all = v_add(all, chain[i][j]);
    real lanes[VL];
    v_store(lanes, all);
    *out = lanes[0];
    return 2.0 * ROWS * COLUMNS * VL * (double)rounds;
}
#endif
