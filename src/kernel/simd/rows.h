#ifndef KERNEL_SIMD_ROWS_H
#define KERNEL_SIMD_ROWS_H
/* The kernels of kernel.h for rows of a tensor: the gradients of RMS norm and QK norm, rotary positions, convolution,
 * and sums over rows. Sums over rows go row by row, in the order of memory, and keep the sums in memory: reading a few
 * columns of all rows at a time takes longer than the loads and stores of the sums. */
#include "kernel/simd/vec.h"

static void weigh(size_t n, real a, const real *x, const real *w, real *y)
{
    for (size_t i = 0; i < n; i += VL)
        put(y + i, n - i, v_mul(v_mul(v_set(a), get(x + i, n - i)), get(w + i, n - i)));
}

static void rms_back(size_t n, real a, real share, const real *x, const real *dy, real *dx, bool add_to)
{
    for (size_t i = 0; i < n; i += VL) {
        V d = v_sub(get(dy + i, n - i), v_mul(v_set(share), get(x + i, n - i)));
        give(dx + i, n - i, v_mul(v_set(a), d), add_to);
    }
}

static void rotate(size_t n, size_t half, const real *cs, real sign, const real *x, real *y, bool add_to)
{
    for (const real *end = x + n; x < end; x += 2 * half, y += 2 * half)
        for (size_t i = 0; i < half; i += VL) {
            size_t left = half - i;
            V      a = get(x + i, left), b = get(x + half + i, left);
            V      c = get(cs + i, left), s = v_mul(v_set(sign), get(cs + half + i, left));
            give(y + i, left, v_sub(v_mul(a, c), v_mul(b, s)), add_to);
            give(y + half + i, left, v_add(v_mul(b, c), v_mul(a, s)), add_to);
        }
}

static void mix(size_t n, size_t taps, const real *w, const real *x, ptrdiff_t step, real *y, bool add_to)
{
    for (size_t i = 0; i < n; i += VL) {
        size_t      left = n - i;
        const real *at   = x + i;
        V           sum  = v_mul(get(w + i, left), get(at, left));
        sum = add_to ? v_add(get(y + i, left), sum) : sum;
        for (size_t k = 1; k < taps; k++) {
            at += step;
            sum = v_add(sum, v_mul(get(w + k * n + i, left), get(at, left)));
        }
        put(y + i, left, sum);
    }
}

static void mix_back(size_t n, size_t taps, const real *dy, const real *x, ptrdiff_t step, real *dw, size_t ld)
{
    for (size_t i = 0; i < n; i += VL) {
        const real *at = x + i;
        V           d  = get(dy + i, n - i);
        for (size_t k = 0; k < taps; k++, at += step)
            give(dw + k * ld + i, n - i, v_mul(d, get(at, n - i)), true);
    }
}

static void norm_back_params(size_t rows, size_t n, const real *x, const real *stat, const real *dy, size_t ld,
                             real *dw, real *db)
{
    for (size_t i = 0; i < rows; i++, x += ld, dy += ld, stat += 2)
        for (size_t j = 0; j < n; j += VL) {
            size_t left = n - j;
            V      d = get(dy + j, left), h = v_mul(v_sub(get(x + j, left), v_set(stat[0])), v_set(stat[1]));
            put(dw + j, left, v_fma(d, h, get(dw + j, left)));
            if (db)
                give(db + j, left, d, true);
        }
}

static void add_rows(size_t rows, size_t n, const real *x, size_t ld, real *y)
{
    for (size_t i = 0; i < rows; i++, x += ld)
        for (size_t j = 0; j < n; j += VL)
            give(y + j, n - j, get(x + j, n - j), true);
}
#endif
