#ifndef KERNEL_AMX_H
#define KERNEL_AMX_H
#include "kernel/bf16.h"

/* Whether this process can use AMX's tiles: the processor has them, the system saves their state and grants
 * permission (for all threads), and a small product comes out right. The answer is computed once, in well under a
 * millisecond. The caller checks for AVX512-BF16, which table bf16_amx also needs. */
bool amx_works(void);

/* The small product: whether `table` agrees with ref on numbers whose sums are exact in any order. */
bool amx_agrees(const Bf16Kernels *table);
#endif
