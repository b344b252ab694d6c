#include "engine/ops.h"
#include "engine/parallel.h"
#include <string.h>

static bool shape(Tensor *y, Err *err)
{
    const Tensor *x = y->in[0];
    char s[64];
    if (x->rank != 4)
        return err_set(err, "%s must have four axes: batch, heads, time, head width", tensor_str(x, s));
    y->rank = 3;
    y->dim[0] = x->dim[0];
    y->dim[1] = x->dim[2];
    y->dim[2] = x->dim[1] * x->dim[3];
    return true;
}

/* Offset in y, (b, t, h), of row r of x, (b, h, t). */
static size_t offset(const Tensor *x, size_t r)
{
    size_t H = (size_t)x->dim[1], T = (size_t)x->dim[2], D = (size_t)x->dim[3];
    size_t b = r / (H * T), h = r / T % H, t = r % T;
    return ((b * T + t) * H + h) * D;
}

static void copy_rows(void *context, size_t r, size_t end)
{
    Tensor *y = context, *x = y->in[0];
    size_t  D = tensor_cols(x);
    for (; r < end; r++)
        memcpy(y->val + offset(x, r), x->val + r * D, D * sizeof(real));
}

static void forward(Tensor *y)
{
    pool_each(tensor_rows(y->in[0]), row_grain(tensor_cols(y->in[0])), copy_rows, y);
}

static void add_rows(void *context, size_t r, size_t end)
{
    Tensor *y = context, *x = y->in[0];
    size_t  D = tensor_cols(x);
    for (; r < end; r++)
        kernel->add(D, y->grad + offset(x, r), x->grad + r * D, x->grad + r * D);
}

static void backward(Tensor *y)
{
    grad_zeroed(y->in[0]);
    pool_each(tensor_rows(y->in[0]), row_grain(tensor_cols(y->in[0])), add_rows, y);
}

const Op op_merge_heads = {
    .name = "merge_heads", .n_in = 1, .n_needed = 1,
    .math = "y[b,t,h,:] = x[b,h,t,:];  dx[b,h,t,:] = dy[b,t,h,:]",
    .shape = shape, .forward = forward, .backward = backward,
};

Tensor *merge_heads(Tape *t, Tensor *x)
{
    return tape_push(t, &op_merge_heads, (Tensor *[]){ x }, (OpArg){ 0 });
}
