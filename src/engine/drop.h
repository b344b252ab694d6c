#ifndef ENGINE_DROP_H
#define ENGINE_DROP_H
#include "engine/tape.h"
#include "kernel/kernel.h"

/* Dropout of n elements of x into z (overwriting or adding); `first` is the index of x[0] in its tensor.
 * op_dropout and op_attention share this, so that both drop the same elements. */
static inline void drop_elements(const Dropout *d, size_t first, size_t n, const real *x, real *z, bool add)
{
    uint32_t key = (uint32_t)(d->key ^ (d->key >> 32));
    uint32_t cut = (uint32_t)((double)d->p * 4294967296.0);        /* the share p of 2^32 hash values */
    kernel->dropout(n, key, (uint32_t)first, cut, 1 / (1 - d->p), x, z, add);
}
#endif
