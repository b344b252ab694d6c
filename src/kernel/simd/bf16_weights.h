#ifndef KERNEL_SIMD_BF16_WEIGHTS_H
#define KERNEL_SIMD_BF16_WEIGHTS_H
/* kernel.h's pack_rounded and product_rounded: tiles as in tile.h, with the rows of b unpacked from words. */
#include "kernel/bf16_weights.h"
#include "kernel/simd/tile.h"

/* A panel row is GROUPS vectors of words, each two vectors of numbers. */
enum { GROUPS = 2, ROUNDED_WIDTH = GROUPS * 2 * VL, ROUNDED_PANELS = ROWS * COLUMNS / (2 * GROUPS) };

/* c (rows x n) += a b, for the first n <= 2 * VL columns of one group: what is unpacked serves ROWS rows. */
INLINE void rounded_tile(size_t rows, size_t n, size_t k, const real *a, size_t rs, size_t cs, const uint32_t *b,
                         const real *start, size_t ss, real *c, size_t ldc)
{
    V sum[ROWS][2];
    UNROLL
    for (size_t i = 0; i < rows; i++)
        UNROLL
        for (size_t j = 0; j < 2; j++)
            sum[i][j] = start && j * VL < n ? get(start + i * ss + j * VL, n - j * VL) : v_set(0);
    for (; k > 0; k--, a += cs, b += GROUPS * VL) {
        V low = v_low(b), high = v_high(b);
        UNROLL
        for (size_t i = 0; i < rows; i++) {
            V x = v_set(a[i * rs]);
            sum[i][0] = v_fma(x, low, sum[i][0]);
            sum[i][1] = v_fma(x, high, sum[i][1]);
        }
    }
    UNROLL
    for (size_t i = 0; i < rows; i++)
        UNROLL
        for (size_t j = 0; j < 2; j++)
            if (j * VL < n)
                put(c + i * ldc + j * VL, n - j * VL, sum[i][j]);
}

typedef void RoundedTile(size_t n, size_t k, const real *a, size_t rs, size_t cs, const uint32_t *b,
                         const real *start, size_t ss, real *c, size_t ldc);

#define ROUNDED_TILE(rows, _)                                                                                \
    static void rounded_tile_##rows(size_t n, size_t k, const real *a, size_t rs, size_t cs,                 \
                                    const uint32_t *b, const real *start, size_t ss, real *c, size_t ldc)    \
    {                                                                                                        \
        rounded_tile(rows, n, k, a, rs, cs, b, start, ss, c, ldc);                                           \
    }
#define ROUNDED_NAME(rows, _) rounded_tile_##rows,

COLUMN(ROUNDED_TILE, 0)
static RoundedTile *const rounded_tiles[ROWS] = { COLUMN(ROUNDED_NAME, 0) };

/* One row of a by several panels at once, as line of tile.h. */
INLINE void rounded_line(size_t panels, size_t n, size_t k, const real *a, size_t cs, const uint32_t *b,
                         const real *start, real *c)
{
    enum { VECTORS = 2 * GROUPS };
    V            sum[ROUNDED_PANELS][VECTORS];
    const size_t apart = GROUPS * VL * k;
    UNROLL
    for (size_t p = 0; p < panels; p++)
        UNROLL
        for (size_t j = 0, at = p * ROUNDED_WIDTH; j < VECTORS; j++, at += VL)
            sum[p][j] = start && at < n ? get(start + at, n - at) : v_set(0);
    for (; k > 0; k--, a += cs, b += GROUPS * VL) {
        V x = v_set(*a);
        UNROLL
        for (size_t p = 0; p < panels; p++)
            UNROLL
            for (size_t g = 0; g < GROUPS; g++) {
                const uint32_t *words = b + p * apart + g * VL;
                sum[p][2 * g]     = v_fma(x, v_low(words), sum[p][2 * g]);
                sum[p][2 * g + 1] = v_fma(x, v_high(words), sum[p][2 * g + 1]);
            }
    }
    UNROLL
    for (size_t p = 0; p < panels; p++)
        UNROLL
        for (size_t j = 0, at = p * ROUNDED_WIDTH; j < VECTORS; j++, at += VL)
            if (at < n)
                put(c + at, n - at, sum[p][j]);
}

typedef void RoundedLine(size_t n, size_t k, const real *a, size_t cs, const uint32_t *b, const real *start, real *c);

#define ROUNDED_LINE(panels, _)                                                                              \
    static void rounded_line_##panels(size_t n, size_t k, const real *a, size_t cs, const uint32_t *b,       \
                                      const real *start, real *c)                                            \
    {                                                                                                        \
        rounded_line(panels, n, k, a, cs, b, start, c);                                                      \
    }
#define ROUNDED_LINE_NAME(panels, _) rounded_line_##panels,

#if defined(ISA_wasm)
#define EACH_ROUNDED(X) X(1, 0) X(2, 0)
#elif defined(ISA_avx2)
#define EACH_ROUNDED(X) X(1, 0) X(2, 0) X(3, 0)
#elif defined(ISA_neon)
#define EACH_ROUNDED(X) X(1, 0) X(2, 0) X(3, 0) X(4, 0)
#else
#define EACH_ROUNDED(X) SIX(X, 0)
#endif

EACH_ROUNDED(ROUNDED_LINE)
static RoundedLine *const rounded_lines[ROUNDED_PANELS] = { EACH_ROUNDED(ROUNDED_LINE_NAME) };

static void rounded_product_of_row(size_t n, size_t k, const real *a, size_t cs, const uint32_t *panels,
                                   const real *start, real *c)
{
    size_t left = (n + ROUNDED_WIDTH - 1) / ROUNDED_WIDTH, parts = (left + ROUNDED_PANELS - 1) / ROUNDED_PANELS;
    for (; parts > 0; parts--) {
        size_t some = (left + parts - 1) / parts, columns = parts > 1 ? some * ROUNDED_WIDTH : n;
        rounded_lines[some - 1](columns, k, a, cs, panels, start, c);
        left -= some, n -= columns, panels += some * GROUPS * VL * k, c += columns;
        start = start ? start + columns : NULL;
    }
}

static void product_rounded(size_t m, size_t n, size_t k, const real *a, size_t rs, size_t cs,
                            const uint32_t *panels, const real *start, size_t ss, real *c, size_t ldc)
{
    if (m == 1) {
        rounded_product_of_row(n, k, a, cs, panels, start, c);
        return;
    }
    for (size_t j = 0, g = 0; j < n; j += 2 * VL, g++) {
        const uint32_t *b = panels + (g / GROUPS * k * GROUPS + g % GROUPS) * VL;
        for (size_t i = 0; i < m; i += ROWS)
            rounded_tiles[(m - i < ROWS ? m - i : ROWS) - 1](n - j < 2 * VL ? n - j : 2 * VL, k, a + i * rs, rs, cs, b,
                                                             start ? start + i * ss + j : NULL, ss,
                                                             c + i * ldc + j, ldc);
    }
}

static void pack_rounded(size_t k, size_t n, const real *b, size_t rs, size_t cs, uint32_t *panels)
{
    rounded_pack(VL, GROUPS, k, n, b, rs, cs, panels);
}
#endif
