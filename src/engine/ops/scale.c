#include "engine/ops.h"
#include "engine/parallel.h"

static bool shape(Tensor *y, Err *err)
{
    (void)err;
    return tensor_like(y, y->in[0]);
}

static void multiply(void *context, size_t i, size_t end)
{
    Tensor *y = context;
    kernel->scale(end - i, y->arg.scale.factor, y->in[0]->val + i, y->val + i);
}

static void forward(Tensor *y) { each_element(y, multiply); }

static void pass_on(void *context, size_t i, size_t end)
{
    Back       *b = context;
    const real *dy = b->y->grad + i;
    if (b->add)
        kernel->axpy(end - i, b->y->arg.scale.factor, dy, b->dx + i);
    else
        kernel->scale(end - i, b->y->arg.scale.factor, dy, b->dx + i);
}

static void backward(Tensor *y)
{
    Back b = back_open(y, y->in[0]);
    pool_each(tensor_len(y), ELEMENT_GRAIN, pass_on, &b);
}

const Op op_scale = {
    .name = "scale", .n_in = 1, .n_needed = 1,
    .math = "y = a x;  dx = a dy",
    .shape = shape, .forward = forward, .backward = backward,
};

Tensor *scale(Tape *t, Tensor *x, real a)
{
    return tape_push(t, &op_scale, (Tensor *[]){ x }, (OpArg){ .scale = { a } });
}
