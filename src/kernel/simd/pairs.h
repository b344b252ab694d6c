#ifndef KERNEL_SIMD_PAIRS_H
#define KERNEL_SIMD_PAIRS_H
/* Rounding to bfloat16 and packing in pairs (kernel/bf16.h) for AVX512-BF16. The includer defines the panel width
 * WIDTH, a multiple of 8. */
#include "kernel/simd/vec.h"

static void store_first(uint32_t *p, size_t left, __m512i v)
{
    if (left >= VL)
        _mm512_storeu_si512(p, v);
    else
        _mm512_mask_storeu_epi32(p, m_first(left), v);
}

/* Rounds both: x into the lower half of the result, z into the upper. */
INLINE __m512i both(V x, V z) { return (__m512i)_mm512_cvtne2ps_pbh(z, x); }

/* The pairs (x_j, z_j). */
INLINE __m512i zip(V x, V z)
{
    const __m512i places = _mm512_set_epi32(0x1f000f, 0x1e000e, 0x1d000d, 0x1c000c, 0x1b000b, 0x1a000a,
                                            0x190009, 0x180008, 0x170007, 0x160006, 0x150005, 0x140004,
                                            0x130003, 0x120002, 0x110001, 0x100000);
    return _mm512_permutexvar_epi16(places, both(x, z));
}

/* Rows of b are contiguous, and so are the pairs of one p in y. */
static void pair_rows(size_t k, size_t n, const real *b, size_t rs, uint32_t *y, size_t prs)
{
    for (size_t i = 0; i < k; i += 2, b += 2 * rs, y += prs)
        for (size_t j = 0; j < n; j += VL) {
            V z = i + 1 < k ? get(b + rs + j, n - j) : v_set(0);
            store_first(y + j, n - j, zip(get(b + j, n - j), z));
        }
}

/* Columns of b are contiguous, and so are the pairs of one j in y. */
static void pair_columns(size_t k, size_t n, const real *b, size_t cs, uint32_t *y, size_t pcs)
{
    for (size_t j = 0; j < n; j++, b += cs, y += pcs)
        for (size_t i = 0; i < k; i += 2 * VL) {
            V z = i + VL < k ? get(b + i + VL, k - i - VL) : v_set(0);
            store_first(y + i / 2, (k - i + 1) / 2, both(get(b + i, k - i), z));
        }
}

/* Rows of b are contiguous, and the pairs of one j in y: transposes VL pairs of VL columns at a time. */
static void pair_turning(size_t k, size_t n, const real *b, size_t rs, uint32_t *y, size_t pcs)
{
    real block[VL * VL], turned[VL * VL];               /* 32 raw bits each */
    for (size_t i = 0; i < k; i += 2 * VL)
        for (size_t j = 0; j < n; j += VL) {
            const real *from = b + i * rs + j;
            size_t      rows = k - i < 2 * VL ? k - i : 2 * VL, columns = n - j < VL ? n - j : VL;
            for (size_t row = 0; row < VL; row++) {
                V x = 2 * row < rows ? get(from + 2 * row * rs, columns) : v_set(0);
                V z = 2 * row + 1 < rows ? get(from + (2 * row + 1) * rs, columns) : v_set(0);
                v_store(block + row * VL, _mm512_castsi512_ps(zip(x, z)));
            }
            for (size_t row = 0; row < VL; row += 4)
                for (size_t column = 0; column < columns; column += 4)
                    move4x4(block + row * VL + column, VL, turned + column * VL + row, VL);
            for (size_t column = 0; column < columns; column++)
                store_first(y + (j + column) * pcs + i / 2, (rows + 1) / 2,
                            _mm512_castps_si512(v_load(turned + column * VL)));
        }
}

static void pair_any(size_t k, size_t n, const real *b, size_t rs, size_t cs, uint32_t *y, size_t prs,
                     size_t pcs)
{
    for (size_t i = 0; i < k; i += 2)
        for (size_t j = 0; j < n; j++) {
            const real *x = b + i * rs + j * cs;
            store_first(y + i / 2 * prs + j * pcs, 1, zip(v_set(*x), v_set(i + 1 < k ? x[rs] : 0)));
        }
}

static void pairs(size_t k, size_t n, const real *b, size_t rs, size_t cs, uint32_t *y, size_t prs,
                  size_t pcs)
{
    if (cs == 1 && pcs == 1)
        pair_rows(k, n, b, rs, y, prs);
    else if (rs == 1 && prs == 1)
        pair_columns(k, n, b, cs, y, pcs);
    else if (cs == 1 && prs == 1)
        pair_turning(k, n, b, rs, y, pcs);
    else
        pair_any(k, n, b, rs, cs, y, prs, pcs);
}

/* The four pairs of eight numbers. */
INLINE __m128i four(const real *p) { return (__m128i)_mm256_cvtneps_pbh(_mm256_loadu_ps(p)); }

/* Eight rows of four columns; each column is contiguous. */
INLINE void turn(const real *b, size_t cs, uint32_t *panel)
{
    __m128i v = four(b), w = four(b + cs), x = four(b + 2 * cs), y = four(b + 3 * cs);
    __m128i vw0 = _mm_unpacklo_epi32(v, w), vw2 = _mm_unpackhi_epi32(v, w);
    __m128i xy0 = _mm_unpacklo_epi32(x, y), xy2 = _mm_unpackhi_epi32(x, y);
    _mm_storeu_si128((__m128i *)panel, _mm_unpacklo_epi64(vw0, xy0));
    _mm_storeu_si128((__m128i *)(panel + WIDTH), _mm_unpackhi_epi64(vw0, xy0));
    _mm_storeu_si128((__m128i *)(panel + 2 * WIDTH), _mm_unpacklo_epi64(vw2, xy2));
    _mm_storeu_si128((__m128i *)(panel + 3 * WIDTH), _mm_unpackhi_epi64(vw2, xy2));
}

/* Reads whole cache lines of b, sixteen numbers of eight columns, and the remainder one by one. */
static void pack_columns(size_t k, size_t width, const real *b, size_t cs, uint32_t *panel)
{
    size_t inner = k & ~(size_t)15, columns = width & ~(size_t)7;
    for (size_t j = 0; j < columns; j += 8)
        for (size_t i = 0; i < inner; i += 16)
            for (size_t part = 0; part < 4; part++) {
                size_t row = i + part / 2 * 8, column = j + part % 2 * 4;
                turn(b + column * cs + row, cs, panel + row / 2 * WIDTH + column);
            }
    pair_any(k - inner, columns, b + inner, 1, cs, panel + inner / 2 * WIDTH, WIDTH, 1);
    pair_any(k, width - columns, b + columns * cs, 1, cs, panel + columns, WIDTH, 1);
}

static void pack(size_t k, size_t n, const real *b, size_t rs, size_t cs, uint32_t *panels)
{
    const size_t len = (k + 1) / 2 * WIDTH;
    for (size_t j = 0; j < n; j += WIDTH, b += WIDTH * cs, panels += len) {
        size_t width = n - j < WIDTH ? n - j : WIDTH;
        for (size_t i = 0; width < WIDTH && i < len; i += VL)
            store_first(panels + i, VL, _mm512_setzero_si512());
        if (rs == 1 && cs != 1)
            pack_columns(k, width, b, cs, panels);
        else
            pairs(k, width, b, rs, cs, panels, WIDTH, 1);
    }
}
#endif
