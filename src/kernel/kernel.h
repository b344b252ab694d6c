#ifndef KERNEL_KERNEL_H
#define KERNEL_KERNEL_H
#include "base/real.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Constants of one AdamW step, the same for every element of a parameter. */
typedef struct AdamStep {
    real scale;              /* multiplies the gradient first (clipping) */
    real not_beta1;          /* 1 - beta1 */
    real beta2, not_beta2;   /* beta2, 1 - beta2 */
    real rate;               /* learning rate / (1 - beta1^t) */
    real root;               /* 1 / sqrt(1 - beta2^t) */
    real eps;
    real keep;               /* 1 - learning rate * weight decay */
} AdamStep;

/* The inner loops: one table of functions per instruction set. kernel_ref (ref.c) is the specification, in
 * naive loops; every other table gives the same bits (tests/kernel/test_kernel.c compares with memcmp). To
 * make that possible the contracts below fix the order of every rounding, in these terms:
 *
 *   chain    c = fma(a, b, c) over ascending k, one chain per output. Vector lanes and threads split
 *            outputs, never k; blocking over k resumes from the c in memory.
 *   lanes    sixteen partial results: element i goes to lane i mod 16, in ascending order; then one
 *            tree: lane[j] += lane[j + w] for w = 8, 4, 2, 1 and j < w.
 *   element  each output depends on its own inputs only, by the formula as written: fma() where written,
 *            otherwise one rounding per operation, left to right; / and sqrt are IEEE's.
 *   max(a, b) is a > b ? a : b, so that a NaN in b survives.
 *
 * add: false overwrites the output without reading it; true adds to it: d += result.
 * Pointers need no alignment. Arrays do not overlap, except that where "in place" is written an output may
 * be an input of the same shape. n = 0 is allowed everywhere; sums are then 0. No function allocates or
 * fails. */
typedef struct Kernels {
    const char *name;

    /* --- Matrix product, in two parts so that one packing serves many products. ---
     * pack: b is k x n, element (i, j) at b[i*rs + j*cs]. Panel p holds columns
     *       [p*width, (p+1)*width) as k rows of `width` numbers, zero-padded past n;
     *       panels are contiguous: ceil(n/width) * k * width numbers.
     * product: c[i*ldc + j] = start[i*ss + j] + sum over k (chain) of a[i*rs + k*cs] * b[k][j].
     *       start NULL: chains start at 0; ss = 0: at one row, a bias; start = c, ss = ldc: at c.
     *       Writes only columns j < n. panels may point to column 16, 32, ... of a panel, and then
     *       covers the columns up to the end of that panel. */
    size_t width;
    void (*pack)(size_t k, size_t n, const real *b, size_t rs, size_t cs, real *panels);
    /* slices: the m x k matrix a, element (i, j) at a[i + j*cs], in slices of `height` rows, as many as product
     *       works on at a time: element (i, j) goes to out[i/height*apart + i%height + j*height]. A slice is an a of
     *       product with rs 1 and cs height. apart >= k*height + 16; numbers between the slices are undefined. */
    size_t height;
    void (*slices)(size_t m, size_t k, const real *a, size_t cs, real *out, size_t apart);
    void (*product)(size_t m, size_t n, size_t k, const real *a, size_t rs, size_t cs,
                    const real *panels, const real *start, size_t ss, real *c, size_t ldc);

    /* The same with b rounded to bfloat16 (kernel/bf16.h, "round"; a double is rounded to float first). A
     * product of few rows is bound by reading b, and this halves it. The numbers are widened to reals before
     * they are multiplied: the chains are product's, and so are the guarantees on bits.
     * Panels have rounded_width columns, two per word; which two is private to the table. */
    size_t rounded_width;
    void (*pack_rounded)(size_t k, size_t n, const real *b, size_t rs, size_t cs, uint32_t *panels);
    void (*product_rounded)(size_t m, size_t n, size_t k, const real *a, size_t rs, size_t cs,
                            const uint32_t *panels, const real *start, size_t ss, real *c, size_t ldc);

    /* --- Sums (lanes) --- */
    real (*sum)(size_t n, const real *x);                    /* lane += x                        */
    real (*dot)(size_t n, const real *x, const real *y);     /* lane = fma(x, y, lane)           */
    real (*max)(size_t n, const real *x);                    /* lane = max(x, lane), from -inf   */

    /* --- Element by element, in place allowed --- */
    void (*add)(size_t n, const real *x, const real *y, real *z);       /* z = x + y             */
    void (*axpy)(size_t n, real a, const real *x, real *y);             /* y = fma(a, x, y)      */
    void (*scale)(size_t n, real a, const real *x, real *y);            /* y = a * x             */

    /* y = exp(x - top) by kernel/exp.h; returns the sum (lanes) of y. In place. */
    real (*exp_sum)(size_t n, const real *x, real top, real *y);
    /* y = softmax(a x), a > 0: top = a * max(x), e = exp(a * x - top), y = e * (1 / sum(e)). In place. */
    void (*softmax)(size_t n, real a, const real *x, real *y);
    /* dx = a * y * (dy - dot(dy, y)), as (a * y) * (dy - mean). Gradient of softmax. dx may be dy. */
    void (*softmax_back)(size_t n, real a, const real *y, const real *dy, real *dx, bool add);

    /* GELU, tanh form (Hendrycks and Gimpel 2016): y = x * s(u), u = 2 sqrt(2/pi) (x + 0.044715 x^3)
     * and s the logistic function; equal to 0.5 x (1 + tanh(u/2)). Roundings: kernel/exp.h. */
    void (*gelu)(size_t n, const real *x, real *y);
    void (*gelu_back)(size_t n, const real *x, const real *dy, real *dx, bool add);

    /* Squared ReLU (So et al. 2021, "Primer"): z = x < 0 ? 0 : x; y = z * z; dx = (z + z) * dy. In place. */
    void (*relu2)(size_t n, const real *x, real *y);
    void (*relu2_back)(size_t n, const real *x, const real *dy, real *dx, bool add);

    /* Layer norm of one row (Ba, Kiros, Hinton 2016): mean = sum(x)/n; var = sum (lanes, chain) of
     * (x-mean)^2 / n; r = 1/sqrt(var + eps); y = fma((x-mean)*r, w, b), or ((x-mean)*r) * w if b
     * is NULL. stat receives mean and r. In place. */
    void (*norm)(size_t n, const real *x, const real *w, const real *b, real eps, real *y, real stat[2]);
    /* h = (x-mean)*r, g = dy*w, dx = r * ((g - sum(g)/n) - h * (dot(g, h)/n)). dx may be dy. */
    void (*norm_back)(size_t n, const real *x, const real *w, const real stat[2], const real *dy,
                      real *dx, bool add);
    /* Over rows i ascending, one chain per column j < n, starting from dw and db:
     * dw_j = fma(dy_ij, (x_ij - mean_i) * r_i, dw_j), db_j = db_j + dy_ij (db may be NULL).
     * stat holds mean_i, r_i; rows are ld apart in x and dy. */
    void (*norm_back_params)(size_t rows, size_t n, const real *x, const real *stat, const real *dy,
                             size_t ld, real *dw, real *db);
    /* y_j = y_j + x_ij over rows i ascending, rows ld apart: the gradient of a bias. */
    void (*add_rows)(size_t rows, size_t n, const real *x, size_t ld, real *y);

    /* RMS norm: y = (a * x) * w; its gradient dx = a * (dy - share * x). In place. */
    void (*weigh)(size_t n, real a, const real *x, const real *w, real *y);
    void (*rms_back)(size_t n, real a, real share, const real *x, const real *dy, real *dx, bool add);
    /* Rotary positions, for heads of 2 half numbers, n in all: of each pair a = x_i, b = x_(half+i), with cosine
     * c = cs_i and sine s = sign * cs_(half+i): a * c - b * s and b * c + a * s. In place. */
    void (*rotate)(size_t n, size_t half, const real *cs, real sign, const real *x, real *y, bool add);
    /* Convolution of a row with those before or after it in memory, `step` numbers on: y_i = the sum over k < taps
     * ascending of w_ki * x_(i + k step), w having rows of n. add: to y_i, before the first. taps > 0.
     * mix_back: dw_ki = dw_ki + dy_i * x_(i + k step), dw having rows ld apart. */
    void (*mix)(size_t n, size_t taps, const real *w, const real *x, ptrdiff_t step, real *y, bool add);
    void (*mix_back)(size_t n, size_t taps, const real *dy, const real *x, ptrdiff_t step, real *dw, size_t ld);

    /* y_i = (x_i * a) where hash(key, first + i) >= cut, else 0; hash as in kernel/exp.h.
     * add: y_i += that. Forward and backward of dropout. In place. */
    void (*dropout)(size_t n, uint32_t key, uint32_t first, uint32_t cut, real a, const real *x,
                    real *y, bool add);

    /* AdamW (Loshchilov and Hutter 2019, algorithm 2), element by element; see AdamStep:
     * g = scale*g;  m = fma(1-b1, g-m, m);  v = fma(b2, v, (1-b2)*g*g), as ((1-b2)*g)*g;
     * p = p*keep;  p = p - rate * m / (sqrt(v)*root + eps), as p - (rate*m) / (fma(sqrt(v), root, eps)). */
    void (*adamw)(size_t n, const AdamStep *s, const real *g, real *p, real *m, real *v);

    /* For measuring peak throughput: `rounds` rounds of as many independent fused multiply-adds as fit in
     * registers. Returns the number of floating-point operations (an fma is two); *out depends on all of
     * them, so that the compiler drops none. */
    double (*burn)(size_t rounds, real *out);
} Kernels;

extern const Kernels kernel_ref;

/* The table in use; ref until kernel_use. Must not change while the pool works. */
extern const Kernels *kernel;

/* The i-th table that this processor can run, fastest first, ref last; NULL past the end. */
const Kernels *kernel_at(int i);

/* Writes their names in that order, such as "avx512, avx2, ref", into out: at most `size` bytes, including the 0. */
void kernel_names(char *out, size_t size);

/* Selects a table by name ("ref", "avx2", "avx512", "amx", "neon", "wasm"), or the fastest for NULL. False, and the
 * selection unchanged, if this build or processor has no such table. */
bool kernel_use(const char *name);
#endif
