#include "engine/ops.h"
#include "kernel/kernel.h"

static bool shape(Tensor *y, Err *err)
{
    (void)err;
    y->rank = 0;
    return true;
}

static void forward(Tensor *y) { y->val[0] = kernel->sum(tensor_len(y->in[0]), y->in[0]->val); }

static void backward(Tensor *y)
{
    real  *dx = grad_zeroed(y->in[0]);
    size_t n = tensor_len(y->in[0]);
    for (size_t i = 0; i < n; i++)
        dx[i] += y->grad[0];
}

const Op op_sum = {
    .name = "sum", .n_in = 1, .n_needed = 1,
    .math = "y = sum x;  dx = dy",
    .shape = shape, .forward = forward, .backward = backward,
};

Tensor *sum(Tape *t, Tensor *x) { return tape_push(t, &op_sum, (Tensor *[]){ x }, (OpArg){ 0 }); }
