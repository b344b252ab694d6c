#ifndef ENGINE_ATTEND_H
#define ENGINE_ATTEND_H
#include "engine/op_arg.h"
#include "kernel/kernel.h"
#include <math.h>

/* Shared by attention and causal_softmax, so that both change attention in the same way (AttentionChange). */

static inline bool attend_hard(const AttentionChange *c) { return c && isinf(c->factor); }

/* The limit of softmax(f s) for f to infinity: equal weights on the largest scores. In place allowed. */
static inline void attend_hardest(size_t n, const real *s, real *a)
{
    real   top = kernel->max(n, s);
    size_t many = 0;
    for (size_t j = 0; j < n; j++)
        many += s[j] == top;
    for (size_t j = 0; j < n; j++)
        a[j] = s[j] == top ? 1 / (real)many : 0;
}

/* a = the weights of query i over the keys 0 .. i of sequence `sequence` of T, from its scores s, the factor already in
 * them unless it is infinite. A query always attends to its own key, so that a row is never empty. In place allowed. */
static inline void attend_row(const AttentionChange *c, size_t sequence, size_t T, size_t i, const real *s, real *a)
{
    const bool *hidden = c && c->hidden ? c->hidden + sequence * T : NULL;
    for (size_t j = 0; hidden && j <= i; j++)
        a[j] = hidden[j] && j < i ? -(real)INFINITY : s[j];
    s = hidden ? a : s;
    if (attend_hard(c))
        attend_hardest(i + 1, s, a);
    else
        kernel->softmax(i + 1, 1, s, a);
}
#endif
