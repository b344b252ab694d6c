#ifndef KERNEL_SIMD_FMA_PLAIN_H
#define KERNEL_SIMD_FMA_PLAIN_H
/* v_fma where vectors have no fused multiply-add: exact, but several times slower. Included by vec_wasm.h. The method,
 * and what its names mean: base/alone/fma.c. */

INLINE v128_t rest_of_sum(v128_t a, v128_t b, v128_t s)
{
    v128_t t = wasm_f64x2_sub(s, a);
    return wasm_f64x2_add(wasm_f64x2_sub(a, wasm_f64x2_sub(s, t)), wasm_f64x2_sub(b, t));
}

/* a + b rounded to odd: if the rest is not 0 and the last bit not set, the neighbour in the direction of the rest. Left
 * alone where the rest is NaN. */
INLINE v128_t sum_to_odd(v128_t a, v128_t b)
{
    v128_t s = wasm_f64x2_add(a, b), rest = rest_of_sum(a, b, s);
    v128_t rounded = wasm_f64x2_gt(wasm_f64x2_abs(rest), wasm_f64x2_splat(0));
    v128_t odd = wasm_i64x2_neg(wasm_v128_and(s, wasm_i64x2_splat(1)));                     /* 0 or -1 */
    v128_t signs = wasm_i32x4_shr(wasm_v128_xor(s, rest), 31);                              /* quicker than i64x2 */
    v128_t step = wasm_v128_or(wasm_i32x4_shuffle(signs, signs, 1, 1, 3, 3), wasm_i64x2_splat(1));   /* 1 or -1 */
    return wasm_i64x2_add(s, wasm_v128_and(wasm_v128_andnot(rounded, odd), step));
}

#ifdef HEED_DOUBLE
/* 26 digits of x. */
INLINE v128_t first_half(v128_t x)
{
    v128_t c = wasm_f64x2_mul(x, wasm_f64x2_splat(0x1.0000002p27));
    return wasm_f64x2_sub(c, wasm_f64x2_sub(c, x));
}

/* a b - p, where p is that rounded. */
INLINE v128_t rest_of_product(v128_t a, v128_t b, v128_t p)
{
    v128_t a1 = first_half(a), a2 = wasm_f64x2_sub(a, a1), b1 = first_half(b), b2 = wasm_f64x2_sub(b, b1);
    v128_t rest = wasm_f64x2_sub(wasm_f64x2_mul(a1, b1), p);
    rest = wasm_f64x2_add(wasm_f64x2_add(rest, wasm_f64x2_mul(a1, b2)), wasm_f64x2_mul(a2, b1));
    return wasm_f64x2_add(rest, wasm_f64x2_mul(a2, b2));
}

INLINE M below(V x, double limit) { return wasm_f64x2_lt(wasm_f64x2_abs(x), wasm_f64x2_splat(limit)); }

/* Lanes where a factor is 0. */
INLINE M empty(V a, V b)
{
    return wasm_v128_or(wasm_f64x2_eq(a, wasm_f64x2_splat(0)), wasm_f64x2_eq(b, wasm_f64x2_splat(0)));
}

/* Lanes where nothing overflows and no digit falls below the smallest number, or a factor is 0. */
INLINE M tame(V a, V b, V c, V p)
{
    M small = wasm_v128_and(wasm_v128_and(below(a, 0x1p900), below(b, 0x1p900)),
                            wasm_v128_and(below(c, 0x1p900), below(p, 0x1p900)));
    M large = wasm_f64x2_gt(wasm_f64x2_abs(p), wasm_f64x2_splat(0x1p-900));
    return wasm_v128_and(small, wasm_v128_or(large, empty(a, b)));
}

static __attribute__((noinline)) V fma_by_lanes(V a, V b, V c)
{
    return wasm_f64x2_make(
        __builtin_fma(wasm_f64x2_extract_lane(a, 0), wasm_f64x2_extract_lane(b, 0), wasm_f64x2_extract_lane(c, 0)),
        __builtin_fma(wasm_f64x2_extract_lane(a, 1), wasm_f64x2_extract_lane(b, 1), wasm_f64x2_extract_lane(c, 1)));
}

/* Not inlined, which would more than double the module's size. */
static __attribute__((noinline)) V v_fma(V a, V b, V c)
{
    v128_t p = wasm_f64x2_mul(a, b);
    if (__builtin_expect(!wasm_i64x2_all_true(tame(a, b, c, p)), false))
        return fma_by_lanes(a, b, c);
    v128_t low = rest_of_product(a, b, p), t = wasm_f64x2_add(c, low), v = wasm_f64x2_add(p, t);
    v128_t sum = wasm_f64x2_add(v, sum_to_odd(rest_of_sum(c, low, t), rest_of_sum(p, t, v)));
    return v_pick(empty(a, b), wasm_f64x2_add(p, c), sum);
}
#else
INLINE v128_t widened(v128_t x, bool upper)
{
    return wasm_f64x2_promote_low_f32x4(upper ? wasm_i64x2_shuffle(x, x, 1, 1) : x);
}

/* Two floats each of two vectors of doubles. */
INLINE V narrowed(v128_t low, v128_t high)
{
    return wasm_i64x2_shuffle(wasm_f32x4_demote_f64x2_zero(low), wasm_f32x4_demote_f64x2_zero(high), 0, 2);
}

/* The product of two floats is exact in double. */
INLINE v128_t half_product(V a, V b, bool upper) { return wasm_f64x2_mul(widened(a, upper), widened(b, upper)); }

static __attribute__((noinline)) V fma_to_odd(V a, V b, V c)
{
    return narrowed(sum_to_odd(half_product(a, b, false), widened(c, false)),
                    sum_to_odd(half_product(a, b, true), widened(c, true)));
}

/* Lanes where rounding first to double and then to float might not be rounding once: where the double is in the middle
 * of two floats, its last 29 bits being 1000..., and where the float is denormal. A double that is not 0 is at least
 * 2^-298 here, so its upper word is not 0. */
INLINE M doubtful(v128_t low, v128_t high)
{
    const int32_t normal = 0x38100000;                      /* the upper word of 2^-126 */
    v128_t last = wasm_v128_and(wasm_i32x4_shuffle(low, high, 0, 2, 4, 6), wasm_i32x4_splat(0x1fffffff));
    v128_t size = wasm_v128_and(wasm_i32x4_shuffle(low, high, 1, 3, 5, 7), wasm_i32x4_splat(0x7fffffff));
    v128_t small = wasm_u32x4_lt(wasm_i32x4_sub(size, wasm_i32x4_splat(1)), wasm_i32x4_splat(normal - 1));
    return wasm_v128_or(wasm_i32x4_eq(last, wasm_i32x4_splat(0x10000000)), small);
}

INLINE V v_fma(V a, V b, V c)
{
    v128_t low = wasm_f64x2_add(half_product(a, b, false), widened(c, false));
    v128_t high = wasm_f64x2_add(half_product(a, b, true), widened(c, true));
    if (__builtin_expect(wasm_v128_any_true(doubtful(low, high)), false))
        return fma_to_odd(a, b, c);
    return narrowed(low, high);
}
#endif
#endif
