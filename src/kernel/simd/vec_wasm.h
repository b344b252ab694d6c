#ifndef KERNEL_SIMD_VEC_WASM_H
#define KERNEL_SIMD_VEC_WASM_H
/* kernel/simd/vec.h for WebAssembly's vectors of 128 bits. HEED_RELAXED: multiply-adds by the relaxed instruction
 * (kernel.c checks that it fuses them); otherwise by fma_plain.h. */
#include <wasm_simd128.h>

/* Compiled for x86-64 an engine has 15 of 16 registers to give: a tile of 3 x 3 leaves 6. */
enum { ROWS = 3, COLUMNS = 3 };

typedef v128_t V, M, U;

#ifdef HEED_DOUBLE
#define OP(name) wasm_f64x2_##name
enum { VL = 2 };
static const uint64_t first_lanes[2 * VL] = { ~0ull, ~0ull };
INLINE V v_power(V t) { return wasm_i64x2_shl(t, EXP_SHIFT); }

INLINE V v_low(const uint32_t *p)
{
    return wasm_f64x2_promote_low_f32x4(wasm_i32x4_shl(wasm_v128_load64_zero(p), 16));
}
INLINE V v_high(const uint32_t *p)
{
    return wasm_f64x2_promote_low_f32x4(wasm_v128_and(wasm_v128_load64_zero(p), wasm_i32x4_splat(-0x10000)));
}

/* A 32-bit integer lies in the low half of its lane, with zeros above. */
#define u_shift(x, n) wasm_u64x2_shr(x, n)
INLINE U u_set(uint32_t x) { return wasm_i64x2_splat((int64_t)x); }
INLINE U u_iota(void) { return wasm_i64x2_make(0, 1); }
INLINE U u_low(U x) { return wasm_v128_and(x, u_set(0xffffffffu)); }
INLINE U u_add(U a, U b) { return u_low(wasm_i64x2_add(a, b)); }
INLINE U u_mul(U a, U b) { return u_low(wasm_i64x2_mul(a, b)); }
INLINE M u_reaches(U a, U b) { return wasm_i64x2_ge(a, b); }

INLINE void move2x2(const double *from, size_t rs, double *to, size_t ld)
{
    v128_t a = wasm_v128_load(from), b = wasm_v128_load(from + rs);
    wasm_v128_store(to, wasm_i64x2_shuffle(a, b, 0, 2));
    wasm_v128_store(to + ld, wasm_i64x2_shuffle(a, b, 1, 3));
}

INLINE void move4x4(const double *from, size_t rs, double *to, size_t ld)
{
    move2x2(from, rs, to, ld);
    move2x2(from + 2, rs, to + 2 * ld, ld);
    move2x2(from + 2 * rs, rs, to + 2, ld);
    move2x2(from + 2 * rs + 2, rs, to + 2 * ld + 2, ld);
}
#else
#define OP(name) wasm_f32x4_##name
enum { VL = 4 };
static const uint32_t first_lanes[2 * VL] = { ~0u, ~0u, ~0u, ~0u };
INLINE V v_power(V t) { return wasm_i32x4_shl(t, EXP_SHIFT); }
INLINE V v_low(const uint32_t *p) { return wasm_i32x4_shl(wasm_v128_load(p), 16); }
INLINE V v_high(const uint32_t *p) { return wasm_v128_and(wasm_v128_load(p), wasm_i32x4_splat(-0x10000)); }

#define u_shift(x, n) wasm_u32x4_shr(x, n)
INLINE U u_set(uint32_t x) { return wasm_i32x4_splat((int32_t)x); }
INLINE U u_iota(void) { return wasm_i32x4_make(0, 1, 2, 3); }
INLINE U u_add(U a, U b) { return wasm_i32x4_add(a, b); }
INLINE U u_mul(U a, U b) { return wasm_i32x4_mul(a, b); }
INLINE M u_reaches(U a, U b) { return wasm_u32x4_ge(a, b); }

INLINE void move4x4(const float *from, size_t rs, float *to, size_t ld)
{
    v128_t a = wasm_v128_load(from), b = wasm_v128_load(from + rs);
    v128_t c = wasm_v128_load(from + 2 * rs), d = wasm_v128_load(from + 3 * rs);
    v128_t ab0 = wasm_i32x4_shuffle(a, b, 0, 4, 1, 5), ab2 = wasm_i32x4_shuffle(a, b, 2, 6, 3, 7);
    v128_t cd0 = wasm_i32x4_shuffle(c, d, 0, 4, 1, 5), cd2 = wasm_i32x4_shuffle(c, d, 2, 6, 3, 7);
    wasm_v128_store(to, wasm_i64x2_shuffle(ab0, cd0, 0, 2));
    wasm_v128_store(to + ld, wasm_i64x2_shuffle(ab0, cd0, 1, 3));
    wasm_v128_store(to + 2 * ld, wasm_i64x2_shuffle(ab2, cd2, 0, 2));
    wasm_v128_store(to + 3 * ld, wasm_i64x2_shuffle(ab2, cd2, 1, 3));
}
#endif

INLINE M    m_first(size_t n) { return wasm_v128_load(first_lanes + VL - n); }
INLINE V    v_load(const real *p) { return wasm_v128_load(p); }
INLINE void v_store(real *p, V v) { wasm_v128_store(p, v); }

INLINE V v_load_part(const real *p, size_t n)
{
    real lane[VL] = { 0 };
    for (size_t i = 0; i < n; i++)
        lane[i] = p[i];
    return v_load(lane);
}

INLINE void v_store_part(real *p, size_t n, V v)
{
    real lane[VL];
    v_store(lane, v);
    for (size_t i = 0; i < n; i++)
        p[i] = lane[i];
}

INLINE U u_xor(U a, U b) { return wasm_v128_xor(a, b); }
INLINE V v_set(real x) { return OP(splat)(x); }
INLINE V v_add(V a, V b) { return OP(add)(a, b); }
INLINE V v_sub(V a, V b) { return OP(sub)(a, b); }
INLINE V v_mul(V a, V b) { return OP(mul)(a, b); }
INLINE V v_div(V a, V b) { return OP(div)(a, b); }
INLINE V v_sqrt(V a) { return OP(sqrt)(a); }
INLINE M v_less(V a, V b) { return OP(lt)(a, b); }
INLINE V v_pick(M m, V a, V b) { return wasm_v128_bitselect(a, b, m); }
INLINE V v_max(V a, V b) { return OP(pmax)(b, a); }         /* pmax(b, a) is b < a ? a : b */
INLINE V v_min(V a, V b) { return OP(pmin)(b, a); }         /* pmin(b, a) is a < b ? a : b */
INLINE V v_unless(M m, V a) { return wasm_v128_andnot(a, m); }

#ifdef HEED_RELAXED
INLINE V v_fma(V a, V b, V c) { return OP(relaxed_madd)(a, b, c); }
#else
#include "kernel/simd/fma_plain.h"
#endif
#undef OP
#endif
