#ifndef KERNEL_SIMD_TILE_H
#define KERNEL_SIMD_TILE_H
/* The loops of a matrix product in register tiles. The includer defines the elements of a and b:
 *
 *     Factor          one element; FactorV a vector of them, one per sum of V
 *     f_load(p)       VL elements;  f_set(x) one of them in every lane
 *     f_fma(a, b, c)  c and the product(s) of two elements, lane by lane                        */
#include "kernel/simd/vec.h"

enum { WIDTH = COLUMNS * VL };

/* Of a tile's n columns, those from vector j on: all of VL, a constant, except for the last vector. */
INLINE size_t rest(size_t columns, size_t n, size_t j) { return j + 1 < columns ? VL : n - j * VL; }

/* A tile of c: rows x columns vectors, held in registers over all of k; only the first n numbers per row are
 * stored. rows and columns are constants at every call, so that the arrays become registers. `more`: another
 * tile of ROWS rows follows below; its part of c is prefetched meanwhile. */
INLINE void tile(size_t rows, size_t columns, bool more, size_t n, size_t k, const Factor *a, size_t rs,
                 size_t cs, const Factor *b, const real *start, size_t ss, real *c, size_t ldc)
{
    V       sum[ROWS][COLUMNS];
    FactorV line[COLUMNS];
    UNROLL
    for (size_t i = 0; i < rows; i++)
        UNROLL
        for (size_t j = 0; j < columns; j++)
            sum[i][j] = start ? get(start + i * ss + j * VL, rest(columns, n, j)) : v_set(0);
    for (size_t i = 0; more && i < rows; i++)
        UNROLL
        for (size_t j = 0; j < columns; j++)
            __builtin_prefetch(c + (ROWS + i) * ldc + j * VL, 1, 2);
    for (; k > 0; k--, a += cs, b += WIDTH) {
        UNROLL
        for (size_t j = 0; j < columns; j++)
            line[j] = f_load(b + j * VL);
        UNROLL
        for (size_t i = 0; i < rows; i++) {
            FactorV x = f_set(a[i * rs]);
            UNROLL
            for (size_t j = 0; j < columns; j++)
                sum[i][j] = f_fma(x, line[j], sum[i][j]);
        }
    }
    UNROLL
    for (size_t i = 0; i < rows; i++)
        UNROLL
        for (size_t j = 0; j < columns; j++)
            put(c + i * ldc + j * VL, rest(columns, n, j), sum[i][j]);
}

typedef void Tile(bool more, size_t n, size_t k, const Factor *a, size_t rs, size_t cs, const Factor *b,
                  const real *start, size_t ss, real *c, size_t ldc);

#define TILE(rows, columns)                                                                         \
    static void tile_##rows##_##columns(bool more, size_t n, size_t k, const Factor *a, size_t rs,  \
                                        size_t cs, const Factor *b, const real *start, size_t ss,   \
                                        real *c, size_t ldc)                                        \
    {                                                                                               \
        tile(rows, columns, more, n, k, a, rs, cs, b, start, ss, c, ldc);                           \
    }
#define NAME(rows, columns) tile_##rows##_##columns,

/* The tiles: one per number of rows and columns. */
#define SIX(X, columns) X(1, columns) X(2, columns) X(3, columns) X(4, columns) X(5, columns) X(6, columns)
#if defined(ISA_avx512)
#define COLUMN(X, columns) SIX(X, columns) X(7, columns) X(8, columns)
#elif defined(ISA_wasm)
#define COLUMN(X, columns) X(1, columns) X(2, columns) X(3, columns)
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

/* One row of a by several panels at once: one panel alone has fewer sums than the latency of f_fma needs. */
INLINE void line(size_t panels, size_t n, size_t k, const Factor *a, size_t cs, const Factor *b, const real *start,
                 real *c)
{
    V            sum[ROWS][COLUMNS];
    const size_t apart = WIDTH * k;
    UNROLL
    for (size_t p = 0; p < panels; p++)
        UNROLL
        for (size_t j = 0, at = p * WIDTH; j < COLUMNS; j++, at += VL)
            sum[p][j] = start && at < n ? get(start + at, n - at) : v_set(0);
    for (; k > 0; k--, a += cs, b += WIDTH) {
        FactorV x = f_set(*a);
        UNROLL
        for (size_t p = 0; p < panels; p++)
            UNROLL
            for (size_t j = 0; j < COLUMNS; j++)
                sum[p][j] = f_fma(x, f_load(b + p * apart + j * VL), sum[p][j]);
    }
    UNROLL
    for (size_t p = 0; p < panels; p++)
        UNROLL
        for (size_t j = 0, at = p * WIDTH; j < COLUMNS; j++, at += VL)
            if (at < n)
                put(c + at, n - at, sum[p][j]);
}

typedef void Line(size_t n, size_t k, const Factor *a, size_t cs, const Factor *b, const real *start, real *c);

#define LINE(panels, _)                                                                                 \
    static void line_##panels(size_t n, size_t k, const Factor *a, size_t cs, const Factor *b,          \
                              const real *start, real *c)                                               \
    {                                                                                                   \
        line(panels, n, k, a, cs, b, start, c);                                                         \
    }
#define LINE_NAME(panels, _) line_##panels,

COLUMN(LINE, 0)
static Line *const lines[ROWS] = { COLUMN(LINE_NAME, 0) };

/* The panels in equal parts of at most ROWS; of two panels or more, or it would read past the end of one that
 * begins in its middle. */
static void product_of_row(size_t n, size_t k, const Factor *a, size_t cs, const Factor *panels, const real *start,
                           real *c)
{
    size_t left = (n + WIDTH - 1) / WIDTH, parts = (left + ROWS - 1) / ROWS;
    for (; parts > 0; parts--) {
        size_t some = (left + parts - 1) / parts, columns = parts > 1 ? some * WIDTH : n;
        lines[some - 1](columns, k, a, cs, panels, start, c);
        left -= some, n -= columns, panels += some * WIDTH * k, c += columns;
        start = start ? start + columns : NULL;
    }
}

static void product(size_t m, size_t n, size_t k, const Factor *a, size_t rs, size_t cs, const Factor *panels,
                    const real *start, size_t ss, real *c, size_t ldc)
{
    if (m == 1 && n > WIDTH) {
        product_of_row(n, k, a, cs, panels, start, c);
        return;
    }
    for (size_t j = 0; j < n; j += WIDTH, panels += WIDTH * k) {
        size_t       width = n - j < WIDTH ? n - j : WIDTH;
        Tile *const *fit   = tiles[(width - 1) / VL];
        for (size_t i = 0; i < m; i += ROWS) {
            size_t rows = m - i < ROWS ? m - i : ROWS;
            fit[rows - 1](m - i >= 2 * ROWS, width, k, a + i * rs, rs, cs, panels,
                          start ? start + i * ss + j : NULL, ss, c + i * ldc + j, ldc);
        }
    }
}
#endif
