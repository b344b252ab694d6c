#ifndef KERNEL_SIMD_VEC_AVX2_H
#define KERNEL_SIMD_VEC_AVX2_H
/* kernel/simd/vec.h for AVX2 and FMA. 16 registers: a tile of 6 x 2 leaves 4. */
#include "kernel/simd/move_x86.h"
#include <immintrin.h>

enum { ROWS = 6, COLUMNS = 2 };

#ifdef HEED_DOUBLE
#define OP(name) _mm256_##name##_pd
enum { VL = 4 };
typedef __m256d V, M;
static const int64_t first_lanes[2 * VL] = { -1, -1, -1, -1 };
INLINE __m256i first_bits(size_t n) { return _mm256_loadu_si256((const void *)(first_lanes + VL - n)); }
INLINE M       m_first(size_t n) { return _mm256_castsi256_pd(first_bits(n)); }
INLINE V v_power(V t) { return _mm256_castsi256_pd(_mm256_slli_epi64(_mm256_castpd_si256(t), EXP_SHIFT)); }

INLINE V v_low(const uint32_t *p)
{
    return _mm256_cvtps_pd(_mm_castsi128_ps(_mm_slli_epi32(_mm_loadu_si128((const void *)p), 16)));
}
INLINE V v_high(const uint32_t *p)
{
    __m128i words = _mm_loadu_si128((const void *)p);
    return _mm256_cvtps_pd(_mm_castsi128_ps(_mm_and_si128(words, _mm_set1_epi32(-0x10000))));
}

/* A 32-bit integer lies in the low half of its lane, with zeros above. */
typedef __m256i U;
#define u_shift(x, n) _mm256_srli_epi64(x, n)
INLINE U u_set(uint32_t x) { return _mm256_set1_epi64x((long long)x); }
INLINE U u_iota(void) { return _mm256_set_epi64x(3, 2, 1, 0); }
INLINE U u_low(U x) { return _mm256_and_si256(x, u_set(0xffffffffu)); }
INLINE U u_add(U a, U b) { return u_low(_mm256_add_epi64(a, b)); }
INLINE U u_mul(U a, U b) { return u_low(_mm256_mul_epu32(a, b)); }
INLINE U u_xor(U a, U b) { return _mm256_xor_si256(a, b); }
INLINE M u_reaches(U a, U b)
{
    __m256i below = _mm256_cmpgt_epi64(b, a);
    return _mm256_castsi256_pd(_mm256_xor_si256(below, _mm256_set1_epi64x(-1)));
}
#else
#define OP(name) _mm256_##name##_ps
enum { VL = 8 };
typedef __m256 V, M;
static const int32_t first_lanes[2 * VL] = { -1, -1, -1, -1, -1, -1, -1, -1 };
INLINE __m256i first_bits(size_t n) { return _mm256_loadu_si256((const void *)(first_lanes + VL - n)); }
INLINE M       m_first(size_t n) { return _mm256_castsi256_ps(first_bits(n)); }
INLINE V v_power(V t) { return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_castps_si256(t), EXP_SHIFT)); }

INLINE V v_low(const uint32_t *p)
{
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_loadu_si256((const void *)p), 16));
}
INLINE V v_high(const uint32_t *p)
{
    __m256i words = _mm256_loadu_si256((const void *)p);
    return _mm256_castsi256_ps(_mm256_and_si256(words, _mm256_set1_epi32(-0x10000)));
}

typedef __m256i U;
#define u_shift(x, n) _mm256_srli_epi32(x, n)
INLINE U u_set(uint32_t x) { return _mm256_set1_epi32((int)x); }
INLINE U u_iota(void) { return _mm256_set_epi32(7, 6, 5, 4, 3, 2, 1, 0); }
INLINE U u_add(U a, U b) { return _mm256_add_epi32(a, b); }
INLINE U u_mul(U a, U b) { return _mm256_mullo_epi32(a, b); }
INLINE U u_xor(U a, U b) { return _mm256_xor_si256(a, b); }
INLINE M u_reaches(U a, U b) { return _mm256_castsi256_ps(_mm256_cmpeq_epi32(_mm256_max_epu32(a, b), a)); }
#endif

INLINE V    v_load(const real *p) { return OP(loadu)(p); }
INLINE void v_store(real *p, V v) { OP(storeu)(p, v); }
INLINE V    v_load_part(const real *p, size_t n) { return OP(maskload)(p, first_bits(n)); }
INLINE void v_store_part(real *p, size_t n, V v) { OP(maskstore)(p, first_bits(n), v); }
INLINE V    v_set(real x) { return OP(set1)(x); }
INLINE V    v_add(V a, V b) { return OP(add)(a, b); }
INLINE V    v_sub(V a, V b) { return OP(sub)(a, b); }
INLINE V    v_mul(V a, V b) { return OP(mul)(a, b); }
INLINE V    v_div(V a, V b) { return OP(div)(a, b); }
INLINE V    v_sqrt(V a) { return OP(sqrt)(a); }
INLINE V    v_fma(V a, V b, V c) { return OP(fmadd)(a, b, c); }
INLINE V    v_max(V a, V b) { return OP(max)(a, b); }
INLINE V    v_min(V a, V b) { return OP(min)(a, b); }
INLINE M    v_less(V a, V b) { return OP(cmp)(a, b, _CMP_LT_OQ); }
INLINE V    v_pick(M m, V a, V b) { return OP(blendv)(b, a, m); }
INLINE V    v_unless(M m, V a) { return OP(andnot)(m, a); }
#undef OP
#endif
