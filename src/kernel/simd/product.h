#ifndef KERNEL_SIMD_PRODUCT_H
#define KERNEL_SIMD_PRODUCT_H
/* kernel.h's pack, slices and product. */
#include "kernel/simd/vec.h"

/* The factors of tile.h: reals. */
typedef real Factor;
typedef V    FactorV;
#define f_load(p)       v_load(p)
#define f_set(x)        v_set(x)
#define f_fma(a, b, c)  v_fma(a, b, c)
#include "kernel/simd/tile.h"

/* Packs one panel of `width` columns; three cases: rows of b contiguous, columns contiguous, neither. */
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

/* A store may run past its row of a slice: the next row, stored later, overwrites that. */
static void slices(size_t m, size_t k, const real *a, size_t cs, real *out, size_t apart)
{
    for (size_t j = 0; j < k; j++, a += cs) {
        real *row = out + j * ROWS;
        for (size_t i = 0; i < m; i += ROWS, row += apart)
            UNROLL
            for (size_t part = 0; part < ROWS; part += VL)
                if (i + part < m)
                    v_store(row + part, get(a + i + part, m - i - part));
    }
}
#endif
