#include "engine/ops.h"
#include "engine/parallel.h"

static bool shape(Tensor *y, Err *err)
{
    (void)err;
    return tensor_like(y, y->in[0]);
}

static void activate(void *context, size_t i, size_t end)
{
    Tensor *y = context;
    kernel->relu2(end - i, y->in[0]->val + i, y->val + i);
}

static void forward(Tensor *y) { each_element(y, activate); }

static void pass_on(void *context, size_t i, size_t end)
{
    Back *b = context;
    kernel->relu2_back(end - i, b->y->in[0]->val + i, b->y->grad + i, b->dx + i, b->add);
}

static void backward(Tensor *y)
{
    Back b = back_open(y, y->in[0]);
    pool_each(tensor_len(y), ELEMENT_GRAIN, pass_on, &b);
}

const Op op_relu2 = {
    .name = "relu2", .n_in = 1, .n_needed = 1,
    .math = "y = max(x, 0)^2;  dx = 2 max(x, 0) dy",
    .shape = shape, .forward = forward, .backward = backward,
};

Tensor *relu2(Tape *t, Tensor *x) { return tape_push(t, &op_relu2, (Tensor *[]){ x }, (OpArg){ 0 }); }
