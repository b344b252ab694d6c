#ifndef KERNEL_SIMD_VEC_NEON_H
#define KERNEL_SIMD_VEC_NEON_H
/* kernel/simd/vec.h for NEON on 64-bit ARM. 32 registers: a tile of 6 x 3 leaves 14, which compilers need
 * because they load all numbers of a at once. */
#include <arm_neon.h>

enum { ROWS = 6, COLUMNS = 3 };

#ifdef HEED_DOUBLE
#define OP(name) name##_f64
enum { VL = 2 };
typedef float64x2_t V;
typedef uint64x2_t  M;
static const uint64_t first_lanes[2 * VL] = { ~0ull, ~0ull };
INLINE M m_first(size_t n) { return vld1q_u64(first_lanes + VL - n); }
INLINE V v_power(V t) { return vreinterpretq_f64_u64(vshlq_n_u64(vreinterpretq_u64_f64(t), EXP_SHIFT)); }

INLINE V v_low(const uint32_t *p) { return vcvt_f64_f32(vreinterpret_f32_u32(vshl_n_u32(vld1_u32(p), 16))); }
INLINE V v_high(const uint32_t *p)
{
    return vcvt_f64_f32(vreinterpret_f32_u32(vand_u32(vld1_u32(p), vdup_n_u32(0xffff0000u))));
}

/* A 32-bit integer lies in the low half of its lane, with zeros above. */
typedef uint64x2_t U;
#define u_shift(x, n) vshrq_n_u64(x, n)
INLINE U u_set(uint32_t x) { return vdupq_n_u64(x); }
INLINE U u_iota(void) { return vcombine_u64(vcreate_u64(0), vcreate_u64(1)); }
INLINE U u_low(U x) { return vandq_u64(x, u_set(0xffffffffu)); }
INLINE U u_add(U a, U b) { return u_low(vaddq_u64(a, b)); }
INLINE U u_mul(U a, U b) { return u_low(vmull_u32(vmovn_u64(a), vmovn_u64(b))); }
INLINE U u_xor(U a, U b) { return veorq_u64(a, b); }
INLINE M u_reaches(U a, U b) { return vcgeq_u64(a, b); }

INLINE void move2x2(const double *from, size_t rs, double *to, size_t ld)
{
    float64x2_t a = vld1q_f64(from), b = vld1q_f64(from + rs);
    vst1q_f64(to, vtrn1q_f64(a, b));
    vst1q_f64(to + ld, vtrn2q_f64(a, b));
}

INLINE void move4x4(const double *from, size_t rs, double *to, size_t ld)
{
    move2x2(from, rs, to, ld);
    move2x2(from + 2, rs, to + 2 * ld, ld);
    move2x2(from + 2 * rs, rs, to + 2, ld);
    move2x2(from + 2 * rs + 2, rs, to + 2 * ld + 2, ld);
}
#else
#define OP(name) name##_f32
enum { VL = 4 };
typedef float32x4_t V;
typedef uint32x4_t  M;
static const uint32_t first_lanes[2 * VL] = { ~0u, ~0u, ~0u, ~0u };
INLINE M m_first(size_t n) { return vld1q_u32(first_lanes + VL - n); }
INLINE V v_power(V t) { return vreinterpretq_f32_u32(vshlq_n_u32(vreinterpretq_u32_f32(t), EXP_SHIFT)); }

INLINE V v_low(const uint32_t *p) { return vreinterpretq_f32_u32(vshlq_n_u32(vld1q_u32(p), 16)); }
INLINE V v_high(const uint32_t *p)
{
    return vreinterpretq_f32_u32(vandq_u32(vld1q_u32(p), vdupq_n_u32(0xffff0000u)));
}

typedef uint32x4_t U;
#define u_shift(x, n) vshrq_n_u32(x, n)
INLINE U u_set(uint32_t x) { return vdupq_n_u32(x); }
INLINE U u_iota(void) { return vcombine_u32(vcreate_u32(0x100000000u), vcreate_u32(0x300000002u)); }
INLINE U u_add(U a, U b) { return vaddq_u32(a, b); }
INLINE U u_mul(U a, U b) { return vmulq_u32(a, b); }
INLINE U u_xor(U a, U b) { return veorq_u32(a, b); }
INLINE M u_reaches(U a, U b) { return vcgeq_u32(a, b); }

INLINE float64x2_t pairs(float32x4_t x) { return vreinterpretq_f64_f32(x); }

INLINE void move4x4(const float *from, size_t rs, float *to, size_t ld)
{
    float32x4_t a = vld1q_f32(from), b = vld1q_f32(from + rs);
    float32x4_t c = vld1q_f32(from + 2 * rs), d = vld1q_f32(from + 3 * rs);
    float64x2_t ab0 = pairs(vtrn1q_f32(a, b)), ab1 = pairs(vtrn2q_f32(a, b));
    float64x2_t cd0 = pairs(vtrn1q_f32(c, d)), cd1 = pairs(vtrn2q_f32(c, d));
    vst1q_f32(to, vreinterpretq_f32_f64(vtrn1q_f64(ab0, cd0)));
    vst1q_f32(to + ld, vreinterpretq_f32_f64(vtrn1q_f64(ab1, cd1)));
    vst1q_f32(to + 2 * ld, vreinterpretq_f32_f64(vtrn2q_f64(ab0, cd0)));
    vst1q_f32(to + 3 * ld, vreinterpretq_f32_f64(vtrn2q_f64(ab1, cd1)));
}
#endif

INLINE V    v_load(const real *p) { return OP(vld1q)(p); }
INLINE void v_store(real *p, V v) { OP(vst1q)(p, v); }

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

INLINE V v_set(real x) { return OP(vdupq_n)(x); }
INLINE V v_add(V a, V b) { return OP(vaddq)(a, b); }
INLINE V v_sub(V a, V b) { return OP(vsubq)(a, b); }
INLINE V v_mul(V a, V b) { return OP(vmulq)(a, b); }
INLINE V v_div(V a, V b) { return OP(vdivq)(a, b); }
INLINE V v_sqrt(V a) { return OP(vsqrtq)(a); }
INLINE V v_fma(V a, V b, V c) { return OP(vfmaq)(c, a, b); }
INLINE M v_less(V a, V b) { return OP(vcltq)(a, b); }
INLINE V v_pick(M m, V a, V b) { return OP(vbslq)(m, a, b); }
INLINE V v_max(V a, V b) { return v_pick(v_less(b, a), a, b); }
INLINE V v_min(V a, V b) { return v_pick(v_less(a, b), a, b); }
INLINE V v_unless(M m, V a) { return v_pick(m, v_set(0), a); }
#undef OP
#endif
