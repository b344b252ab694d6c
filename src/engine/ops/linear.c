#include "engine/ops.h"
#include "engine/parallel.h"
#include "kernel/gemm.h"
#include <string.h>

static bool shape(Tensor *y, Err *err)
{
    const Tensor *x = y->in[0], *w = y->in[1], *b = y->in[2];
    char xs[64], ws[64];
    if (x->rank < 1 || w->rank != 2 || x->dim[x->rank - 1] != w->dim[1])
        return err_set(err, "cannot multiply %s by the transpose of %s", tensor_str(x, xs), tensor_str(w, ws));
    if (b && (b->rank != 1 || b->dim[0] != w->dim[0]))
        return err_set(err, "the bias is %s, but the weight is %s", tensor_str(b, xs), tensor_str(w, ws));
    tensor_like(y, x);
    y->dim[y->rank - 1] = w->dim[0];
    size_t m = tensor_rows(x), n = (size_t)w->dim[0], k = (size_t)w->dim[1];
    if (y->arg.linear.bf16)
        return gemm_bf16_reserve(m, n, k, err) && gemm_bf16_reserve(m, k, n, err) &&
               gemm_bf16_reserve(n, k, m, err);
    return gemm_reserve(0, n, k, err) && gemm_reserve(0, k, n, err) && gemm_reserve(n, k, m, err);
}

/* gemm, in reals or with the factors rounded. */
static void multiply(const Tensor *y, size_t m, size_t n, size_t k, Matrix a, Matrix b, GemmStart start,
                     real *c, size_t ldc)
{
    (y->arg.linear.bf16 ? gemm_bf16 : gemm)(m, n, k, a, b, start, c, ldc);
}

/* y = b + x w^T */
static void forward(Tensor *y)
{
    const Tensor *x = y->in[0], *w = y->in[1], *b = y->in[2];
    size_t    m = tensor_rows(x), n = (size_t)w->dim[0], k = (size_t)w->dim[1];
    GemmStart start = { b ? b->val : NULL, 0 };
    if (w->rounded)
        gemm_rounded(m, n, k, matrix(x->val, k), w->rounded, start, y->val, n);
    else if (w->panels)
        gemm_packed(m, n, k, matrix(x->val, k), w->panels, start, y->val, n);
    else
        multiply(y, m, n, k, matrix(x->val, k), transposed(matrix(w->val, k)), start, y->val, n);
}

static GemmStart add_to(const real *d, size_t ld, bool add) { return (GemmStart){ add ? d : NULL, ld }; }

static void add_columns(void *context, size_t c, size_t end)
{
    Tensor *y = context;
    size_t  n = tensor_cols(y);
    kernel->add_rows(tensor_rows(y), end - c, y->grad + c, n, y->in[2]->grad + c);
}

/* dx += dy w,  dw += dy^T x,  db += the sum of dy's rows */
static void backward(Tensor *y)
{
    Tensor *x = y->in[0], *w = y->in[1], *b = y->in[2];
    size_t  m = tensor_rows(x), n = (size_t)w->dim[0], k = (size_t)w->dim[1];
    Matrix  dy = matrix(y->grad, n);
    bool    added;
    real   *dx = grad_open(x, &added);
    multiply(y, m, k, n, dy, matrix(w->val, k), add_to(dx, k, added), dx, k);
    real   *dw = grad_open(w, &added);
    multiply(y, n, k, m, transposed(dy), matrix(x->val, k), add_to(dw, k, added), dw, k);
    if (b) {
        grad_zeroed(b);
        each_column(y, add_columns);
    }
}

const Op op_linear = {
    .name = "linear", .n_in = 3, .n_needed = 2,
    .math = "y = x w^T + b;  dx = dy w, dw = dy^T x, db = sum dy",
    .shape = shape, .forward = forward, .backward = backward,
};

Tensor *linear(Tape *t, Tensor *x, Tensor *w, Tensor *b)
{
    return tape_push(t, &op_linear, (Tensor *[]){ x, w, b }, (OpArg){ .linear = { t->bf16 } });
}
