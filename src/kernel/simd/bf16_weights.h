#ifndef KERNEL_SIMD_BF16_WEIGHTS_H
#define KERNEL_SIMD_BF16_WEIGHTS_H
/* kernel.h's pack_rounded and product_rounded: tiles as in tile.h, with the rows of b unpacked from words. */
#include "kernel/bf16_weights.h"
#include "kernel/simd/tile.h"

/* A panel row is GROUPS vectors of words, each two vectors of numbers; a tile has as many sums as tile.h's. */
enum { GROUPS = 2, ROUNDED_WIDTH = GROUPS * 2 * VL, ROUNDED_ROWS = ROWS * COLUMNS / (2 * GROUPS) };

/* c (rows x n) += a b, for the first n <= 2 * groups * VL columns. */
INLINE void rounded_tile(size_t rows, size_t groups, size_t n, size_t k, const real *a, size_t rs, size_t cs,
                         const uint32_t *b, const real *start, size_t ss, real *c, size_t ldc)
{
    V sum[ROUNDED_ROWS][2 * GROUPS];
    UNROLL
    for (size_t i = 0; i < rows; i++)
        UNROLL
        for (size_t j = 0; j < 2 * groups; j++)
            sum[i][j] = start && j * VL < n ? get(start + i * ss + j * VL, n - j * VL) : v_set(0);
    for (; k > 0; k--, a += cs, b += GROUPS * VL)
        UNROLL
        for (size_t g = 0; g < groups; g++) {
            V low = v_low(b + g * VL), high = v_high(b + g * VL);
            UNROLL
            for (size_t i = 0; i < rows; i++) {
                sum[i][2 * g] = v_fma(v_set(a[i * rs]), low, sum[i][2 * g]);
                sum[i][2 * g + 1] = v_fma(v_set(a[i * rs]), high, sum[i][2 * g + 1]);
            }
        }
    UNROLL
    for (size_t i = 0; i < rows; i++)
        UNROLL
        for (size_t j = 0; j < 2 * groups; j++)
            if (j * VL < n)
                put(c + i * ldc + j * VL, n - j * VL, sum[i][j]);
}

typedef void RoundedTile(size_t n, size_t k, const real *a, size_t rs, size_t cs, const uint32_t *b,
                         const real *start, size_t ss, real *c, size_t ldc);

#define ROUNDED_TILE(rows, groups)                                                                           \
    static void rounded_tile_##rows##_##groups(size_t n, size_t k, const real *a, size_t rs, size_t cs,      \
                                               const uint32_t *b, const real *start, size_t ss, real *c,     \
                                               size_t ldc)                                                   \
    {                                                                                                        \
        rounded_tile(rows, groups, n, k, a, rs, cs, b, start, ss, c, ldc);                                   \
    }
#define ROUNDED_NAME(rows, groups) rounded_tile_##rows##_##groups,

/* The tiles: one per number of rows and groups. */
#if defined(ISA_wasm)
#define EACH_ROUNDED(X, groups) X(1, groups) X(2, groups)
#elif defined(ISA_avx2)
#define EACH_ROUNDED(X, groups) X(1, groups) X(2, groups) X(3, groups)
#elif defined(ISA_neon)
#define EACH_ROUNDED(X, groups) X(1, groups) X(2, groups) X(3, groups) X(4, groups)
#else
#define EACH_ROUNDED(X, groups) SIX(X, groups)
#endif

EACH_ROUNDED(ROUNDED_TILE, 1)
EACH_ROUNDED(ROUNDED_TILE, 2)
static RoundedTile *const rounded_tiles[GROUPS][ROUNDED_ROWS] = { { EACH_ROUNDED(ROUNDED_NAME, 1) },
                                                                  { EACH_ROUNDED(ROUNDED_NAME, 2) } };

static void product_rounded(size_t m, size_t n, size_t k, const real *a, size_t rs, size_t cs,
                            const uint32_t *panels, const real *start, size_t ss, real *c, size_t ldc)
{
    for (size_t j = 0; j < n; j += ROUNDED_WIDTH, panels += GROUPS * VL * k) {
        size_t              width = n - j < ROUNDED_WIDTH ? n - j : ROUNDED_WIDTH;
        RoundedTile *const *fit   = rounded_tiles[(width - 1) / (2 * VL)];
        for (size_t i = 0; i < m; i += ROUNDED_ROWS) {
            size_t rows = m - i < ROUNDED_ROWS ? m - i : ROUNDED_ROWS;
            fit[rows - 1](width, k, a + i * rs, rs, cs, panels, start ? start + i * ss + j : NULL, ss,
                          c + i * ldc + j, ldc);
        }
    }
}

static void pack_rounded(size_t k, size_t n, const real *b, size_t rs, size_t cs, uint32_t *panels)
{
    rounded_pack(VL, GROUPS, k, n, b, rs, cs, panels);
}
#endif
