#ifndef KERNEL_KERNEL_H
#define KERNEL_KERNEL_H
#include "base/real.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The numbers of one AdamW step that do not depend on the element. */
typedef struct AdamStep {
    real scale;              /* what the gradient is multiplied by first (clipping) */
    real not_beta1;          /* 1 - beta1 */
    real beta2, not_beta2;   /* beta2, 1 - beta2 */
    real rate;               /* learning rate / (1 - beta1^t) */
    real root;               /* 1 / sqrt(1 - beta2^t) */
    real eps;
    real keep;               /* 1 - learning rate * weight decay */
} AdamStep;

/* The inner loops: one table of them per instruction set. kernel_ref (ref.c) says with naive loops
 * what each one means; every other table gives the same bits (tests/kernel/test_kernel.c compares with
 * memcmp). For that, each line below fixes the order of every rounding:
 *
 *   chain   c = fma(a, b, c) over ascending k, one chain an output. Lanes and threads split
 *           outputs, never k, and blocking over k goes on from the c in memory.
 *   lanes   sixteen partial results, element i into lane i mod 16 in ascending order, then one
 *           tree: lane[j] += lane[j + w] for w = 8, 4, 2, 1 and j < w.
 *   element each output from its own inputs by the formula as written: fma() where it is written,
 *           otherwise one rounding an operation, left to right; / and sqrt are IEEE's.
 *   max(a, b) is a > b ? a : b, so that a NaN in b is kept.
 *
 * "add": false overwrites the output (what it held is not read), true adds to it: d += result.
 * Pointers need no alignment; an output may be the same array as an input of equal shape where
 * "in place" is said, otherwise they do not overlap. n = 0 is allowed everywhere (sums are 0). */
typedef struct Kernels {
    const char *name;

    /* --- Matrix product, in two parts so that packing is done once for many uses. ---
     * pack: b is k x n, element (i, j) at b[i*rs + j*cs]. Panel p holds columns
     *       [p*width, (p+1)*width) as k rows of `width` numbers, missing columns as 0;
     *       panels follow one another: ceil(n/width) * k * width numbers.
     * product: c[i*ldc + j] = start[i*ss + j] + sum over k (chain) of a[i*rs + k*cs] * b[k][j].
     *       start NULL begins each chain at 0; ss = 0 with a row begins it at a bias;
     *       start = c, ss = ldc goes on from c. Writes only columns j < n. panels may point to
     *       column 16, 32, ... of a panel, for the columns from there to that panel's end. */
    size_t width;
    void (*pack)(size_t k, size_t n, const real *b, size_t rs, size_t cs, real *panels);
    void (*product)(size_t m, size_t n, size_t k, const real *a, size_t rs, size_t cs,
                    const real *panels, const real *start, size_t ss, real *c, size_t ldc);

    /* The same with b rounded to bfloat16 (kernel/bf16.h, "round"; from double by way of float): half the
     * memory to read, which is what a product of few rows waits for. Its numbers are made reals again
     * before they are multiplied, so that the chains are product's and the bits the same everywhere.
     * Panels have rounded_width columns, two a word; which two is the table's own. */
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

    /* y = exp(x - top), sum (lanes) of y returned. The exponential is kernel/exp.h's. In place. */
    real (*exp_sum)(size_t n, const real *x, real top, real *y);
    /* y = softmax(x): top = max(x), e = exp(x - top), y = e * (1 / sum(e)). In place. */
    void (*softmax)(size_t n, const real *x, real *y);
    /* dx = a * y * (dy - dot(dy, y)), as (a * y) * (dy - mean). Gradient of softmax. dx may be dy. */
    void (*softmax_back)(size_t n, real a, const real *y, const real *dy, real *dx, bool add);

    /* GELU, tanh form (Hendrycks and Gimpel 2016): y = x * s(u), u = 2 sqrt(2/pi) (x + 0.044715 x^3)
     * and s the logistic function, which is 0.5 x (1 + tanh(u/2)).  Roundings: kernel/exp.h. */
    void (*gelu)(size_t n, const real *x, real *y);
    void (*gelu_back)(size_t n, const real *x, const real *dy, real *dx, bool add);

    /* Layer norm of one row (Ba, Kiros, Hinton 2016): mean = sum(x)/n; var = sum (lanes, chain) of
     * (x-mean)^2 / n; r = 1/sqrt(var + eps); y = fma((x-mean)*r, w, b), or ((x-mean)*r) * w with b
     * NULL. stat receives mean and r. In place. */
    void (*norm)(size_t n, const real *x, const real *w, const real *b, real eps, real *y, real stat[2]);
    /* h = (x-mean)*r, g = dy*w, dx = r * ((g - sum(g)/n) - h * (dot(g, h)/n)). dx may be dy. */
    void (*norm_back)(size_t n, const real *x, const real *w, const real stat[2], const real *dy,
                      real *dx, bool add);
    /* Over rows i ascending, one chain a column j < n, continuing dw and db:
     * dw_j = fma(dy_ij, (x_ij - mean_i) * r_i, dw_j), db_j = db_j + dy_ij (db may be NULL).
     * stat holds mean_i, r_i; rows are ld apart in x and dy. */
    void (*norm_back_params)(size_t rows, size_t n, const real *x, const real *stat, const real *dy,
                             size_t ld, real *dw, real *db);
    /* y_j = y_j + x_ij over rows i ascending, rows ld apart: the gradient of a bias. */
    void (*add_rows)(size_t rows, size_t n, const real *x, size_t ld, real *y);

    /* y_i = (x_i * a) where hash(key, first + i) >= cut, else 0, with hash as in kernel/exp.h;
     * add: y_i += that. Dropout's forward and backward. In place. */
    void (*dropout)(size_t n, uint32_t key, uint32_t first, uint32_t cut, real a, const real *x,
                    real *y, bool add);

    /* AdamW (Loshchilov and Hutter 2019, algorithm 2), element by element; see AdamStep:
     * g = scale*g;  m = fma(1-b1, g-m, m);  v = fma(b2, v, (1-b2)*g*g), as ((1-b2)*g)*g;
     * p = p*keep;  p = p - rate * m / (sqrt(v)*root + eps), as p - (rate*m) / (fma(sqrt(v), root, eps)). */
    void (*adamw)(size_t n, const AdamStep *s, const real *g, real *p, real *m, real *v);

    /* Not for computing but for measuring: `rounds` times as many independent fused multiply-adds as
     * there are registers for; a result into *out, so that none is left out. Returns how many
     * operations that was (an fma is two). */
    double (*burn)(size_t rounds, real *out);
} Kernels;

extern const Kernels kernel_ref;

/* The table in use; ref until kernel_use. Set before threads start and not changed while they run. */
extern const Kernels *kernel;

/* The i-th table that this processor can run, best first, ref last; NULL past the end. */
const Kernels *kernel_at(int i);

/* The names of all of these in that order, "avx512, avx2, ref", into out: at most `size` bytes with the final 0. */
void kernel_names(char *out, size_t size);

/* Uses the table of that name ("ref", "avx2", "avx512", "neon"), or the best one for NULL.
 * False when there is none of that name here. */
bool kernel_use(const char *name);
#endif
