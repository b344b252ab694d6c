#include "engine/ops.h"
#include "engine/parallel.h"
#include "engine/taps.h"

static bool shape(Tensor *y, Err *err) { return taps_fit(y->in[0], y->in[1], err) && tensor_like(y, y->in[0]); }

static void mix_rows(void *context, size_t i, size_t end)
{
    Tensor *y = context;
    size_t  C = tensor_cols(y), T = (size_t)y->dim[1], K = (size_t)y->in[1]->dim[0];
    for (; i < end; i++)
        taps_mix(C, K, i % T, y->in[1]->val, y->in[0]->val + i * C, y->val + i * C);
}

static void forward(Tensor *y) { each_row(y, mix_rows); }

/* dx_t = sum over k < K of w_k dy_(t+k) */
static void back_rows(void *context, size_t i, size_t end)
{
    Back   *b = context;
    Tensor *y = b->y;
    size_t  C = tensor_cols(y), T = (size_t)y->dim[1], K = (size_t)y->in[1]->dim[0];
    for (; i < end; i++) {
        size_t after = T - 1 - i % T;
        kernel->mix(C, K <= after ? K : after + 1, y->in[1]->val, y->grad + i * C, (ptrdiff_t)C, b->dx + i * C, b->add);
    }
}

/* dw_k = sum over rows of dy_t x_(t-k); threads split the columns. */
static void back_columns(void *context, size_t c, size_t end)
{
    Tensor *y = context;
    size_t  C = tensor_cols(y), T = (size_t)y->dim[1], K = (size_t)y->in[1]->dim[0], rows = tensor_rows(y);
    for (size_t i = 0; i < rows; i++)
        kernel->mix_back(end - c, K <= i % T ? K : i % T + 1, y->grad + i * C + c, y->in[0]->val + i * C + c,
                         -(ptrdiff_t)C, y->in[1]->grad + c, C);
}

static void backward(Tensor *y)
{
    grad_zeroed(y->in[1]);
    each_column(y, back_columns);
    Back b = back_open(y, y->in[0]);
    pool_each(tensor_rows(y), row_grain(tensor_cols(y)), back_rows, &b);
}

const Op op_char_mix = {
    .name = "char_mix", .n_in = 2, .n_needed = 2,
    .math = "y_t = sum_k w_k x_(t-k);  dx_t = sum_k w_k dy_(t+k), dw_k = sum_t dy_t x_(t-k)",
    .shape = shape, .forward = forward, .backward = backward,
};

Tensor *char_mix(Tape *t, Tensor *x, Tensor *w)
{
    return tape_push(t, &op_char_mix, (Tensor *[]){ x, w }, (OpArg){ 0 });
}
