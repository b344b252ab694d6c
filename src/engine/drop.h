#ifndef ENGINE_DROP_H
#define ENGINE_DROP_H
#include "engine/tape.h"
#include "kernel/kernel.h"

/* Which elements dropout drops is decided in one place, so that op_dropout and op_attention, its fused
 * user, drop the same ones: n elements of x, the first of them number `first` of its tensor, with
 * probability d->p and key d->key, into z (overwriting or adding). */
static inline void drop_elements(const Dropout *d, size_t first, size_t n, const real *x, real *z, bool add)
{
    uint32_t key = (uint32_t)(d->key ^ (d->key >> 32));
    uint32_t cut = (uint32_t)((double)d->p * 4294967296.0);      /* that share of 2^32 hash values */
    kernel->dropout(n, key, (uint32_t)first, cut, 1 / (1 - d->p), x, z, add);
}
#endif
