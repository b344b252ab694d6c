#ifndef KERNEL_SIMD_AMX_TILES_H
#define KERNEL_SIMD_AMX_TILES_H
/* The loops of a matrix product in AMX's tiles of sixteen rows of sixteen 32-bit numbers. The includer defines the
 * tile operations below, where t, c, a, b are digits and `apart` is the stride of rows in bytes:
 *
 *     tiles_shape(s)            sets the shapes of all eight and zeroes them;  tiles_end() releases them
 *     tile_zero(t)  tile_load(t, p, apart)  tile_store(t, p, apart)
 *     tile_dot(c, a, b)         c += a b for one group of kernel/bf16.h; rows of a are pairs of one output row,
 *                               rows of b the same pair of all columns
 *
 * A block of c is up to 32 x 32: four tiles, with two of a to their left and two of b above:
 *
 *               6 7
 *             4 0 1
 *             5 2 3
 *
 * At the edges tiles are smaller; nothing is read or written past them. */
#include "base/real.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SIDE = 16, GROUP = SIDE, HEIGHT = 2 * SIDE, WIDTH = 2 * SIDE };

/* The operand of LDTILECFG (Intel SDM, volume 1, "Intel AMX"). */
typedef struct TileShapes {
    uint8_t  palette, start_row, unused[14];
    uint16_t bytes[16];                             /* per row */
    uint8_t  rows[16];
} TileShapes;

_Static_assert(sizeof(TileShapes) == 64, "the processor reads 64 bytes");

/* Rows or columns of c in the first of two tiles, and in the second. */
static size_t first(size_t n) { return n < SIDE ? n : SIDE; }
static size_t second(size_t n) { return n - first(n); }

/* A tile without rows or without columns must have neither. */
static void shape(TileShapes *s, int t, size_t rows, size_t columns)
{
    s->rows[t]  = (uint8_t)(columns > 0 ? rows : 0);
    s->bytes[t] = (uint16_t)(rows > 0 ? 4 * columns : 0);
}

/* The shapes for m x n of c, at most 32 x 32, and k pairs at a time. */
static void shape_all(size_t m, size_t n, size_t k)
{
    TileShapes s = { .palette = 1 };
    shape(&s, 0, first(m), first(n));
    shape(&s, 1, first(m), second(n));
    shape(&s, 2, second(m), first(n));
    shape(&s, 3, second(m), second(n));
    shape(&s, 4, first(m), k);
    shape(&s, 5, second(m), k);
    shape(&s, 6, k, first(n));
    shape(&s, 7, k, second(n));
    tiles_shape(&s);
}

/* Which tiles of c a block uses besides the first. */
static void begin(bool low, bool right, const real *start, size_t ss)
{
    if (start) {
        tile_load(0, start, ss * sizeof *start);
        if (right)
            tile_load(1, start + SIDE, ss * sizeof *start);
        if (low)
            tile_load(2, start + SIDE * ss, ss * sizeof *start);
        if (low && right)
            tile_load(3, start + SIDE * ss + SIDE, ss * sizeof *start);
        return;
    }
    tile_zero(0);
    if (right)
        tile_zero(1);
    if (low)
        tile_zero(2);
    if (low && right)
        tile_zero(3);
}

static void finish(bool low, bool right, real *c, size_t ldc)
{
    tile_store(0, c, ldc * sizeof *c);
    if (right)
        tile_store(1, c + SIDE, ldc * sizeof *c);
    if (low)
        tile_store(2, c + SIDE * ldc, ldc * sizeof *c);
    if (low && right)
        tile_store(3, c + SIDE * ldc + SIDE, ldc * sizeof *c);
}

static void add_groups(bool low, bool right, size_t groups, const uint32_t *a, size_t rs, const uint32_t *b)
{
    for (; groups > 0; groups--, a += GROUP, b += GROUP * WIDTH) {
        tile_load(6, b, WIDTH * sizeof *b);
        tile_load(4, a, rs * sizeof *a);
        tile_dot(0, 4, 6);
        if (right) {
            tile_load(7, b + SIDE, WIDTH * sizeof *b);
            tile_dot(1, 4, 7);
        }
        if (low) {
            tile_load(5, a + SIDE * rs, rs * sizeof *a);
            tile_dot(2, 5, 6);
        }
        if (low && right)
            tile_dot(3, 5, 7);
    }
}

/* m x n of c, n at most WIDTH, over `groups` of k pairs each. */
static void strip(size_t m, size_t n, size_t groups, size_t k, const uint32_t *a, size_t rs, const uint32_t *b,
                  const real *start, size_t ss, real *c, size_t ldc)
{
    for (size_t i = 0; i < m; i += HEIGHT) {
        size_t rows = m - i < HEIGHT ? m - i : HEIGHT;
        bool   low = rows > SIDE, right = n > SIDE;
        if (i == 0 || rows < HEIGHT)
            shape_all(rows, n, k);
        begin(low, right, start ? start + i * ss : NULL, ss);
        add_groups(low, right, groups, a + i * rs, rs, b);
        finish(low, right, c + i * ldc, ldc);
    }
}

/* Whole groups first; the remainder of k has tiles of another shape and continues from c. */
static void product(size_t m, size_t n, size_t k, const uint32_t *a, size_t rs, size_t cs, const uint32_t *panels,
                    const real *start, size_t ss, real *c, size_t ldc)
{
    const size_t whole = k / GROUP * GROUP, rest = k - whole;
    (void)cs;
    for (size_t j = 0; j < n; j += WIDTH, panels += WIDTH * k) {
        size_t      width = n - j < WIDTH ? n - j : WIDTH, apart = start ? ss : 0;
        const real *from  = start ? start + j : NULL;
        if (whole || !rest) {
            strip(m, width, whole / GROUP, GROUP, a, rs, panels, from, apart, c + j, ldc);
            from = c + j, apart = ldc;
        }
        if (rest)
            strip(m, width, 1, rest, a + whole, rs, panels + WIDTH * whole, from, apart, c + j, ldc);
    }
    tiles_end();
}
#endif
