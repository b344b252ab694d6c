#ifndef ENGINE_TAPS_H
#define ENGINE_TAPS_H
#include "engine/ops.h"

/* Shared by op_char_mix and its incremental twin op_cached_char_mix, so that both give the same bits. */

/* Whether x (B,T,C) can be convolved with w (K,C); if not, err says why. */
static inline bool taps_fit(const Tensor *x, const Tensor *w, Err *err)
{
    char xs[64], ws[64];
    if (x->rank != 3 || w->rank != 2 || w->dim[1] != x->dim[2])
        return err_set(err, "cannot convolve %s with %s: the input must be [B,T,C], the weight [K,C]",
                       tensor_str(x, xs), tensor_str(w, ws));
    if (w->dim[0] < 1 || w->dim[0] > MAX_TAPS)
        return err_set(err, "the weight is %s: it must have 1 to %d rows, one per tap", tensor_str(w, ws), MAX_TAPS);
    return true;
}

/* y = sum over k < K of w_k x_(-k) for one position: x is its row, preceded in memory by `before` rows of earlier
 * positions. */
static inline void taps_mix(size_t C, size_t K, size_t before, const real *w, const real *x, real *y)
{
    kernel->mix(C, K <= before ? K : before + 1, w, x, -(ptrdiff_t)C, y, false);
}
#endif
