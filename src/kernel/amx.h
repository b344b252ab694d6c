#ifndef KERNEL_AMX_H
#define KERNEL_AMX_H
#include "kernel/bf16.h"

/* Whether this process can multiply with AMX's tiles: the processor has them, the system saves them and gives its
 * permission, and a small product comes out right. Asked for once, which takes well below a millisecond;
 * the permission is for all threads. For a processor that has AVX512-BF16, which table bf16_amx needs too. */
bool amx_works(void);

/* The small product: whether `table` gives what ref does, for numbers whose sums are exact in any order. */
bool amx_agrees(const Bf16Kernels *table);
#endif
