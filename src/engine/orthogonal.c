/* Symmetric matrices are stored in the kernel's panels (kernel.h, "pack"), n rows of `width` columns each. A
 * panel then serves as a right-hand side without packing; read across, columns j .. j+width-1 are the same
 * rows as a left-hand side; and product can write its result as a panel. Of a symmetric product only the
 * blocks on and above the diagonal are computed; the others are mirrored. */
#include "engine/orthogonal.h"
#include "kernel/gemm.h"
#include <math.h>
#include <string.h>

static const real A = (real)3.4445, B = (real)-4.7750, C = (real)2.0315;

/* A u with |u|^2 below this counts as 0. */
static const double LEAST = 1e-30;

enum { STEP = 16 };                         /* a product may start at these columns of a panel (kernel.h) */

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

/* The four matrices of n rows, and u in panels; n is the smaller side of u, m the larger. */
typedef struct Work {
    size_t n, m, len;                       /* len: length of each of the four */
    real  *a, *p, *t, *q, *u;
} Work;

static size_t lines(size_t n) { return (n + 15) / 16 * 16; }

size_t orthogonal_room(size_t rows, size_t cols)
{
    size_t n = least(rows, cols), m = rows + cols - n;
    size_t across = gemm_panels_len(n, m), along = gemm_panels_len(m, n);
    return 4 * lines(gemm_panels_len(n, n)) + (across > along ? across : along);
}

static Work work_make(size_t rows, size_t cols, real *room)
{
    size_t n = least(rows, cols), len = gemm_panels_len(n, n), step = lines(len);
    return (Work){ n, rows + cols - n, len, room, room + step, room + 2 * step, room + 3 * step, room + 4 * step };
}

/* Zeroes the columns past the last, which no product writes. */
static void clear_rest(const Work *r, real *x)
{
    size_t w = kernel->width, used = r->n % w;
    real  *panel = x + r->n / w * w * r->n;
    for (size_t i = 0; used && i < r->n; i++)
        memset(panel + i * w + used, 0, (w - used) * sizeof *x);
}

/* Copies the block of rows i.. and columns j.. above the diagonal to its mirror image below. */
static void mirror(const Work *r, real *x, size_t i, size_t j)
{
    size_t w = kernel->width;
    if (i != j) {
        kernel->pack(least(w, r->n - j), w, x + j * r->n + i * w, 1, w, x + i * r->n + j * w);
        return;
    }
    real *square = x + j * r->n + i * w;
    for (size_t k = 1; k < least(w, r->n - i); k++)
        for (size_t l = 0; l < k; l++)
            square[k * w + l] = square[l * w + k];
}

/* Part of the block of rows i.. and columns j.. of x^T y: `rows` rows, and the columns, from `first` on. */
static void block(const Work *r, size_t k, const real *x, const real *y, real *z, size_t i, size_t j,
                  size_t first, size_t rows)
{
    size_t w = kernel->width;
    kernel->product(least(rows, r->n - i - first), least(w, r->n - j) - first, k, x + i * k + first, 1, w,
                    y + j * k + first, NULL, 0, z + j * r->n + (i + first) * w + first, w);
}

/* z = x^T y, symmetric; x and y are panels of k rows. A block on the diagonal is computed STEP rows at a time,
 * each starting at the diagonal. */
static void multiply(const Work *r, size_t k, const real *x, const real *y, real *z)
{
    size_t w = kernel->width;
    for (size_t j = 0; j < r->n; j += w) {
        for (size_t i = 0; i < j; i += w) {
            block(r, k, x, y, z, i, j, 0, w);
            mirror(r, z, i, j);
        }
        for (size_t first = 0; first < least(w, r->n - j); first += STEP)
            block(r, k, x, y, z, j, j, first, STEP);
        mirror(r, z, j, j);
    }
}

static real *diagonal(const Work *r, real *x, size_t i)
{
    size_t w = kernel->width;
    return x + i / w * w * r->n + i * w + i % w;
}

static void add_to_diagonal(const Work *r, real *x, real a)
{
    for (size_t i = 0; i < r->n; i++)
        *diagonal(r, x, i) += a;
}

static double trace(const Work *r, real *x)
{
    double total = 0;
    for (size_t i = 0; i < r->n; i++)
        total += (double)*diagonal(r, x, i);
    return total;
}

/* Sum of squares, per column and then over the columns: the same order for every panel width. */
static double squares(const Work *r, const real *x, real *sum)
{
    size_t w = kernel->width;
    double total = 0;
    for (const real *end = x + r->len; x < end; x += w * r->n) {
        memset(sum, 0, w * sizeof *sum);
        for (size_t k = 0; k < r->n; k++)
            for (size_t l = 0; l < w; l++)
                sum[l] += x[k * w + l] * x[k * w + l];
        for (size_t l = 0; l < w; l++)
            total += (double)sum[l];
    }
    return total;
}

/* p = a I + b A + c A^2, p holding A^2. */
static void polynomial(const Work *r, real b, real c)
{
    kernel->scale(r->len, c, r->p, r->p);
    kernel->axpy(r->len, b, r->a, r->p);
    add_to_diagonal(r, r->p, A);
}

/* Scales A, computes the first P and Q, and returns s, by which u must be divided. */
static double begin(const Work *r, double norm2)
{
    kernel->scale(r->len, (real)(1 / norm2), r->a, r->a);
    multiply(r, r->n, r->a, r->a, r->p);
    double top = sqrt(sqrt(squares(r, r->p, r->t)));
    polynomial(r, (real)(B / top), (real)(C / (top * top)));
    kernel->scale(r->len, (real)(1 / top), r->a, r->a);
    memcpy(r->q, r->p, r->len * sizeof *r->q);
    return sqrt(norm2 * top);
}

/* A <- P A P, then P from the new A, Q <- P Q */
static void iterate(Work *r)
{
    multiply(r, r->n, r->p, r->a, r->t);
    multiply(r, r->n, r->p, r->t, r->a);
    multiply(r, r->n, r->a, r->a, r->p);
    polynomial(r, B, C);
    multiply(r, r->n, r->p, r->q, r->t);
    real *q = r->q;
    r->q = r->t;
    r->t = q;
}

/* p += Q u */
static void add_wide(const Work *r, const real *u, real *p)
{
    size_t w = kernel->width;
    kernel->pack(r->n, r->m, u, r->m, 1, r->u);
    for (size_t j = 0; j < r->m; j += w)
        for (size_t i = 0; i < r->n; i += w) {
            real *at = p + i * r->m + j;
            kernel->product(least(w, r->n - i), least(w, r->m - j), r->n, r->q + i * r->n, 1, w, r->u + j * r->n, at,
                            r->m, at, r->m);
        }
}

void orthogonal_add(size_t rows, size_t cols, const real *u, int iterations, real factor, real *p, real *room)
{
    Work r = work_make(rows, cols, room);
    bool wide = rows < cols;
    kernel->pack(r.m, r.n, u, wide ? 1 : cols, wide ? cols : 1, r.u);
    for (int i = 0; i < 4; i++)
        clear_rest(&r, (real *[]){ r.a, r.p, r.t, r.q }[i]);
    multiply(&r, r.m, r.u, r.u, r.a);
    double norm2 = trace(&r, r.a);
    if (norm2 < LEAST)
        return;
    double size = begin(&r, norm2);
    for (int i = 1; i < iterations; i++)
        iterate(&r);
    kernel->scale(r.len, (real)((double)factor / size), r.q, r.q);
    if (wide)
        add_wide(&r, u, p);
    else
        kernel->product(rows, cols, cols, u, cols, 1, r.q, p, cols, p, cols);
}
