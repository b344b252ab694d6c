#ifndef KERNEL_SIMD_PRODUCT_H
#define KERNEL_SIMD_PRODUCT_H
/* kernel.h's pack and product. */
#include "kernel/simd/vec.h"

enum { WIDTH = COLUMNS * VL };

/* A tile of c: rows x columns vectors, held in registers over all of k, of which the first n
 * numbers a row are wanted. rows and columns are constants wherever this is called, so that the
 * arrays become registers. */
INLINE void tile(size_t rows, size_t columns, size_t n, size_t k, const real *a, size_t rs, size_t cs,
                 const real *b, const real *start, size_t ss, real *c, size_t ldc)
{
    V sum[ROWS][COLUMNS], line[COLUMNS];
    UNROLL
    for (size_t i = 0; i < rows; i++)
        UNROLL
        for (size_t j = 0; j < columns; j++)
            sum[i][j] = start ? get(start + i * ss + j * VL, n - j * VL) : v_set(0);
    for (; k > 0; k--, a += cs, b += WIDTH) {
        UNROLL
        for (size_t j = 0; j < columns; j++)
            line[j] = v_load(b + j * VL);
        UNROLL
        for (size_t i = 0; i < rows; i++) {
            V x = v_set(a[i * rs]);
            UNROLL
            for (size_t j = 0; j < columns; j++)
                sum[i][j] = v_fma(x, line[j], sum[i][j]);
        }
    }
    UNROLL
    for (size_t i = 0; i < rows; i++)
        UNROLL
        for (size_t j = 0; j < columns; j++)
            put(c + i * ldc + j * VL, n - j * VL, sum[i][j]);
}

typedef void Tile(size_t n, size_t k, const real *a, size_t rs, size_t cs, const real *b, const real *start,
                  size_t ss, real *c, size_t ldc);

#define TILE(rows, columns)                                                                         \
    static void tile_##rows##_##columns(size_t n, size_t k, const real *a, size_t rs, size_t cs,    \
                                        const real *b, const real *start, size_t ss, real *c,       \
                                        size_t ldc)                                                 \
    {                                                                                               \
        tile(rows, columns, n, k, a, rs, cs, b, start, ss, c, ldc);                                 \
    }
#define NAME(rows, columns) tile_##rows##_##columns,

/* The list of tiles: every number of rows, for each number of columns. */
#define SIX(X, columns) X(1, columns) X(2, columns) X(3, columns) X(4, columns) X(5, columns) X(6, columns)
#if defined(ISA_avx512)
#define COLUMN(X, columns) SIX(X, columns) X(7, columns) X(8, columns)
#else
#define COLUMN(X, columns) SIX(X, columns)
#endif
#if defined(ISA_avx2)
#define EACH_COLUMN(X) X(1) X(2)
#else
#define EACH_COLUMN(X) X(1) X(2) X(3)
#endif
#define TILES(columns) COLUMN(TILE, columns)
#define NAMES(columns) { COLUMN(NAME, columns) },

EACH_COLUMN(TILES)
static Tile *const tiles[COLUMNS][ROWS] = { EACH_COLUMN(NAMES) };

static void product(size_t m, size_t n, size_t k, const real *a, size_t rs, size_t cs, const real *panels,
                    const real *start, size_t ss, real *c, size_t ldc)
{
    for (size_t j = 0; j < n; j += WIDTH, panels += WIDTH * k) {
        size_t       width = n - j < WIDTH ? n - j : WIDTH;
        Tile *const *fit   = tiles[(width - 1) / VL];
        for (size_t i = 0; i < m; i += ROWS) {
            size_t rows = m - i < ROWS ? m - i : ROWS;
            fit[rows - 1](width, k, a + i * rs, rs, cs, panels, start ? start + i * ss + j : NULL, ss,
                          c + i * ldc + j, ldc);
        }
    }
}

/* One panel of `width` columns, in three ways: rows of b lie together, its columns do, neither. */
static void pack_rows(size_t k, size_t width, const real *b, size_t rs, real *panel)
{
    for (size_t i = 0; i < k; i++, b += rs, panel += WIDTH)
        UNROLL
        for (size_t j = 0; j < COLUMNS; j++)
            v_store(panel + j * VL, j * VL < width ? get(b + j * VL, width - j * VL) : v_set(0));
}

static void pack_any(size_t k, size_t width, const real *b, size_t rs, size_t cs, real *panel)
{
    for (size_t i = 0; i < k; i++)
        for (size_t j = 0; j < width; j++)
            panel[i * WIDTH + j] = b[i * rs + j * cs];
}

static void pack_columns(size_t k, size_t width, const real *b, size_t cs, real *panel)
{
    size_t j = 0, inner = k & ~(size_t)3;
    for (; j + 4 <= width; j += 4) {
        for (size_t i = 0; i < inner; i += 4)
            move4x4(b + j * cs + i, cs, panel + i * WIDTH + j, WIDTH);
        pack_any(k - inner, 4, b + j * cs + inner, 1, cs, panel + inner * WIDTH + j);
    }
    pack_any(k, width - j, b + j * cs, 1, cs, panel + j);
}

static void pack_zeros(size_t k, size_t width, real *panel)
{
    for (size_t i = 0; i < k; i++)
        for (size_t j = width; j < WIDTH; j++)
            panel[i * WIDTH + j] = 0;
}

static void pack(size_t k, size_t n, const real *b, size_t rs, size_t cs, real *panels)
{
    for (size_t j = 0; j < n; j += WIDTH, b += WIDTH * cs, panels += WIDTH * k) {
        size_t width = n - j < WIDTH ? n - j : WIDTH;
        if (cs == 1) {
            pack_rows(k, width, b, rs, panels);
            continue;
        }
        if (rs == 1)
            pack_columns(k, width, b, cs, panels);
        else
            pack_any(k, width, b, rs, cs, panels);
        if (width < WIDTH)
            pack_zeros(k, width, panels);
    }
}
#endif
