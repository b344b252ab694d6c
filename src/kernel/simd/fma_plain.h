#ifndef KERNEL_SIMD_FMA_PLAIN_H
#define KERNEL_SIMD_FMA_PLAIN_H
/* v_fma where vectors have no fused multiply-add: exact, but several times slower. Included by vec_wasm.h. */
#ifdef HEED_DOUBLE
INLINE V v_fma(V a, V b, V c)
{
    double lane[VL], x[VL], y[VL];
    wasm_v128_store(x, a);
    wasm_v128_store(y, b);
    wasm_v128_store(lane, c);
    for (size_t i = 0; i < VL; i++)
        lane[i] = __builtin_fma(x[i], y[i], lane[i]);
    return wasm_v128_load(lane);
}
#else
/* p + c rounded to odd: when digits are rounded off, the last bit kept is set. Rounding that to float gives the float
 * nearest to the exact sum, because a double has at least two bits more than a float (Boldo and Melquiond 2008,
 * "Emulation of FMA and correctly rounded sums").
 *     s = p + c to nearest, e = the error of s (Knuth 1969, two-sum, exact)
 * If e is not 0 and s is even, the odd neighbour of s in the direction of e is the sum rounded to odd: one bit pattern
 * up if s and e have the same sign, one down if not. An infinite or NaN s makes e NaN and is left as it is. */
INLINE v128_t sum_to_odd(v128_t p, v128_t c)
{
    v128_t s = wasm_f64x2_add(p, c), t = wasm_f64x2_sub(s, p);
    v128_t e = wasm_f64x2_add(wasm_f64x2_sub(p, wasm_f64x2_sub(s, t)), wasm_f64x2_sub(c, t));
    v128_t rounded = wasm_f64x2_gt(wasm_f64x2_abs(e), wasm_f64x2_splat(0));
    v128_t even = wasm_i64x2_eq(wasm_v128_and(s, wasm_i64x2_splat(1)), wasm_i64x2_splat(0));
    v128_t step = wasm_v128_or(wasm_i64x2_shr(wasm_v128_xor(s, e), 63), wasm_i64x2_splat(1));      /* 1 or -1 */
    return wasm_i64x2_add(s, wasm_v128_and(wasm_v128_and(rounded, even), step));
}

INLINE v128_t widened(v128_t x, bool upper)
{
    return wasm_f64x2_promote_low_f32x4(upper ? wasm_i64x2_shuffle(x, x, 1, 1) : x);
}

/* The product of two floats is exact in double. */
INLINE v128_t half_fma(V a, V b, V c, bool upper)
{
    v128_t product = wasm_f64x2_mul(widened(a, upper), widened(b, upper));
    return wasm_f32x4_demote_f64x2_zero(sum_to_odd(product, widened(c, upper)));
}

INLINE V v_fma(V a, V b, V c)
{
    return wasm_i64x2_shuffle(half_fma(a, b, c, false), half_fma(a, b, c, true), 0, 2);
}
#endif
#endif
