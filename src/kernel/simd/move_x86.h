#ifndef KERNEL_SIMD_MOVE_X86_H
#define KERNEL_SIMD_MOVE_X86_H
#include <immintrin.h>
/* move4x4 of kernel/simd/vec.h for AVX2 and AVX-512. */

#ifdef HEED_DOUBLE
INLINE void move4x4(const double *from, size_t rs, double *to, size_t ld)
{
    __m256d a = _mm256_loadu_pd(from), b = _mm256_loadu_pd(from + rs);
    __m256d c = _mm256_loadu_pd(from + 2 * rs), d = _mm256_loadu_pd(from + 3 * rs);
    __m256d ab0 = _mm256_unpacklo_pd(a, b), ab1 = _mm256_unpackhi_pd(a, b);
    __m256d cd0 = _mm256_unpacklo_pd(c, d), cd1 = _mm256_unpackhi_pd(c, d);
    _mm256_storeu_pd(to, _mm256_permute2f128_pd(ab0, cd0, 0x20));
    _mm256_storeu_pd(to + ld, _mm256_permute2f128_pd(ab1, cd1, 0x20));
    _mm256_storeu_pd(to + 2 * ld, _mm256_permute2f128_pd(ab0, cd0, 0x31));
    _mm256_storeu_pd(to + 3 * ld, _mm256_permute2f128_pd(ab1, cd1, 0x31));
}
#else
INLINE void move4x4(const float *from, size_t rs, float *to, size_t ld)
{
    __m128 a = _mm_loadu_ps(from), b = _mm_loadu_ps(from + rs);
    __m128 c = _mm_loadu_ps(from + 2 * rs), d = _mm_loadu_ps(from + 3 * rs);
    __m128 ab0 = _mm_unpacklo_ps(a, b), ab2 = _mm_unpackhi_ps(a, b);
    __m128 cd0 = _mm_unpacklo_ps(c, d), cd2 = _mm_unpackhi_ps(c, d);
    _mm_storeu_ps(to, _mm_movelh_ps(ab0, cd0));
    _mm_storeu_ps(to + ld, _mm_movehl_ps(cd0, ab0));
    _mm_storeu_ps(to + 2 * ld, _mm_movelh_ps(ab2, cd2));
    _mm_storeu_ps(to + 3 * ld, _mm_movehl_ps(cd2, ab2));
}
#endif
#endif
