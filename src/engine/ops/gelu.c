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
    kernel->gelu(end - i, y->in[0]->val + i, y->val + i);
}

static void forward(Tensor *y) { each_element(y, activate); }

static void pass_on(void *context, size_t i, size_t end)
{
    Back *b = context;
    kernel->gelu_back(end - i, b->y->in[0]->val + i, b->y->grad + i, b->dx + i, b->add);
}

static void backward(Tensor *y)
{
    Back b = back_open(y, y->in[0]);
    pool_each(tensor_len(y), ELEMENT_GRAIN, pass_on, &b);
}

const Op op_gelu = {
    .name = "gelu", .n_in = 1, .n_needed = 1,
    .math = "y = x s(u), u = 2 sqrt(2/pi) (x + 0.044715 x^3), s logistic;  dx = dy (s + x s (1-s) du/dx)",
    .shape = shape, .forward = forward, .backward = backward,
};

Tensor *gelu(Tape *t, Tensor *x) { return tape_push(t, &op_gelu, (Tensor *[]){ x }, (OpArg){ 0 }); }
