#include "engine/ops.h"
#include "engine/parallel.h"

static bool shape(Tensor *y, Err *err)
{
    const Tensor *x = y->in[0], *g = y->in[1], *c = y->in[2];
    char xs[64], gs[64], cs[64];
    size_t rows = tensor_rows(x);
    if (tensor_rows(g) != rows || tensor_rows(c) != rows || tensor_cols(c) != tensor_cols(g) * tensor_cols(x))
        return err_set(err, "cannot tilt %s by %s times %s: a row of K gains needs K rows of the first one's width",
                       tensor_str(x, xs), tensor_str(g, gs), tensor_str(c, cs));
    return tensor_like(y, x);
}

static void tilt_rows(void *context, size_t i, size_t end)
{
    Tensor *y = context;
    size_t  V = tensor_cols(y), K = tensor_cols(y->in[1]);
    for (; i < end; i++) {
        real       *out = y->val + i * V;
        const real *g = y->in[1]->val + i * K, *c = y->in[2]->val + i * K * V;
        memcpy(out, y->in[0]->val + i * V, V * sizeof(real));
        for (size_t k = 0; k < K; k++)
            kernel->axpy(V, g[k], c + k * V, out);
    }
}

static void forward(Tensor *y) { each_row(y, tilt_rows); }

/* dx = dy */
static void back_x(void *context, size_t i, size_t end)
{
    Back  *b = context;
    size_t V = tensor_cols(b->y);
    pass_row((end - i) * V, b->y->grad + i * V, b->dx + i * V, b->add);
}

/* dg_k = <dy, c_k> */
static void back_gains(void *context, size_t i, size_t end)
{
    Back   *b = context;
    Tensor *y = b->y;
    size_t  V = tensor_cols(y), K = tensor_cols(y->in[1]);
    for (; i < end; i++)
        for (size_t k = 0; k < K; k++) {
            real d = kernel->dot(V, y->grad + i * V, y->in[2]->val + (i * K + k) * V);
            b->dx[i * K + k] = b->add ? b->dx[i * K + k] + d : d;
        }
}

/* dc_k = g_k dy */
static void back_c(void *context, size_t i, size_t end)
{
    Back   *b = context;
    Tensor *y = b->y;
    size_t  V = tensor_cols(y), K = tensor_cols(y->in[1]);
    for (; i < end; i++)
        for (size_t k = 0; k < K; k++) {
            real *d = b->dx + (i * K + k) * V, g = y->in[1]->val[i * K + k];
            if (b->add)
                kernel->axpy(V, g, y->grad + i * V, d);
            else
                kernel->scale(V, g, y->grad + i * V, d);
        }
}

static void backward(Tensor *y)
{
    PoolTask *const tasks[] = { back_x, back_gains, back_c };
    for (int k = 0; k < 3; k++) {
        Back b = back_open(y, y->in[k]);
        if (y->in[k]->op == &op_constant)   /* whose gradient nobody reads */
            continue;
        pool_each(tensor_rows(y), row_grain(tensor_cols(y)), tasks[k], &b);
    }
}

const Op op_tilt = {
    .name = "tilt", .n_in = 3, .n_needed = 3,
    .math = "y = x + sum over k of g_k c_k;  dx = dy, dg_k = <dy, c_k>, dc_k = g_k dy",
    .shape = shape, .forward = forward, .backward = backward,
};

Tensor *tilt(Tape *t, Tensor *x, Tensor *g, Tensor *c)
{
    return tape_push(t, &op_tilt, (Tensor *[]){ x, g, c }, (OpArg){ 0 });
}
