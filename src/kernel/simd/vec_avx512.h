#ifndef KERNEL_SIMD_VEC_AVX512_H
#define KERNEL_SIMD_VEC_AVX512_H
/* kernel/simd/vec.h for AVX-512 (F, DQ, BW, VL). 32 registers: a tile of 8 x 3 leaves 8. */
#include "kernel/simd/move_x86.h"
#include <immintrin.h>

enum { ROWS = 8, COLUMNS = 3 };

#ifdef HEED_DOUBLE
#define OP(name) _mm512_##name##_pd
enum { VL = 8 };
typedef __m512d  V;
typedef __mmask8 M;
INLINE M m_first(size_t n) { return (M)((1u << n) - 1); }
INLINE M v_less(V a, V b) { return _mm512_cmp_pd_mask(a, b, _CMP_LT_OQ); }
INLINE V v_power(V t) { return _mm512_castsi512_pd(_mm512_slli_epi64(_mm512_castpd_si512(t), EXP_SHIFT)); }

INLINE V v_low(const uint32_t *p)
{
    return _mm512_cvtps_pd(_mm256_castsi256_ps(_mm256_slli_epi32(_mm256_loadu_si256((const void *)p), 16)));
}
INLINE V v_high(const uint32_t *p)
{
    __m256i words = _mm256_loadu_si256((const void *)p);
    return _mm512_cvtps_pd(_mm256_castsi256_ps(_mm256_and_si256(words, _mm256_set1_epi32(-0x10000))));
}

/* A 32-bit integer lies in the low half of its lane, with zeros above. */
typedef __m512i U;
#define u_shift(x, n) _mm512_srli_epi64(x, n)
INLINE U u_set(uint32_t x) { return _mm512_set1_epi64((long long)x); }
INLINE U u_iota(void) { return _mm512_set_epi64(7, 6, 5, 4, 3, 2, 1, 0); }
INLINE U u_low(U x) { return _mm512_and_si512(x, u_set(0xffffffffu)); }
INLINE U u_add(U a, U b) { return u_low(_mm512_add_epi64(a, b)); }
INLINE U u_mul(U a, U b) { return u_low(_mm512_mul_epu32(a, b)); }
INLINE U u_xor(U a, U b) { return _mm512_xor_si512(a, b); }
INLINE M u_reaches(U a, U b) { return _mm512_cmpge_epu64_mask(a, b); }
#else
#define OP(name) _mm512_##name##_ps
enum { VL = 16 };
typedef __m512    V;
typedef __mmask16 M;
INLINE M m_first(size_t n) { return (M)((1u << n) - 1); }
INLINE M v_less(V a, V b) { return _mm512_cmp_ps_mask(a, b, _CMP_LT_OQ); }
INLINE V v_power(V t) { return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_castps_si512(t), EXP_SHIFT)); }

INLINE V v_low(const uint32_t *p) { return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_loadu_si512(p), 16)); }
INLINE V v_high(const uint32_t *p)
{
    return _mm512_castsi512_ps(_mm512_and_si512(_mm512_loadu_si512(p), _mm512_set1_epi32(-0x10000)));
}

typedef __m512i U;
#define u_shift(x, n) _mm512_srli_epi32(x, n)
INLINE U u_set(uint32_t x) { return _mm512_set1_epi32((int)x); }
INLINE U u_iota(void) { return _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0); }
INLINE U u_add(U a, U b) { return _mm512_add_epi32(a, b); }
INLINE U u_mul(U a, U b) { return _mm512_mullo_epi32(a, b); }
INLINE U u_xor(U a, U b) { return _mm512_xor_si512(a, b); }
INLINE M u_reaches(U a, U b) { return _mm512_cmpge_epu32_mask(a, b); }
#endif

INLINE V    v_load(const real *p) { return OP(loadu)(p); }
INLINE void v_store(real *p, V v) { OP(storeu)(p, v); }
INLINE V    v_load_part(const real *p, size_t n) { return OP(maskz_loadu)(m_first(n), p); }
INLINE void v_store_part(real *p, size_t n, V v) { OP(mask_storeu)(p, m_first(n), v); }
INLINE V    v_set(real x) { return OP(set1)(x); }
INLINE V    v_add(V a, V b) { return OP(add)(a, b); }
INLINE V    v_sub(V a, V b) { return OP(sub)(a, b); }
INLINE V    v_mul(V a, V b) { return OP(mul)(a, b); }
INLINE V    v_div(V a, V b) { return OP(div)(a, b); }
INLINE V    v_sqrt(V a) { return OP(sqrt)(a); }
INLINE V    v_fma(V a, V b, V c) { return OP(fmadd)(a, b, c); }
INLINE V    v_max(V a, V b) { return OP(max)(a, b); }
INLINE V    v_min(V a, V b) { return OP(min)(a, b); }
INLINE V    v_pick(M m, V a, V b) { return OP(mask_blend)(m, b, a); }
INLINE V    v_unless(M m, V a) { return v_pick(m, v_set(0), a); }
#undef OP
#endif
