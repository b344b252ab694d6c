#ifndef ENGINE_TAPS_H
#define ENGINE_TAPS_H
#include "engine/ops.h"

/* What op_char_mix and op_cached_char_mix, its twin for reading piece by piece, share: so they give
 * the same bits. */

/* Whether x (B,T,C) can be mixed by w (K,C). */
static inline bool taps_fit(const Tensor *x, const Tensor *w, Err *err)
{
    char xs[64], ws[64];
    if (x->rank != 3 || w->rank != 2 || w->dim[1] != x->dim[2])
        return err_set(err, "cannot mix the positions of %s by %s", tensor_str(x, xs), tensor_str(w, ws));
    if (w->dim[0] < 1 || w->dim[0] > MAX_TAPS)
        return err_set(err, "the weight is %s: it must have 1 to %d rows, one for each position that is mixed in",
                       tensor_str(w, ws), MAX_TAPS);
    return true;
}

/* y = sum over k < K of w_k x_(-k) for one position, x being its row and the rows before it lying
 * before, `before` of them. */
static inline void taps_mix(size_t C, size_t K, size_t before, const real *w, const real *x, real *y)
{
    for (size_t c = 0; c < C; c++)
        y[c] = w[c] * x[c];
    for (size_t k = 1; k < K && k <= before; k++) {
        const real *past = x - k * C;
        for (size_t c = 0; c < C; c++)
            y[c] += w[k * C + c] * past[c];
    }
}
#endif
