#include "engine/ops.h"
#include "engine/parallel.h"

static bool shape(Tensor *y, Err *err)
{
    (void)err;
    return tensor_like(y, y->in[0]);
}

/* A NaN is not below 0, so it passes. */
static void activate(void *context, size_t i, size_t end)
{
    Tensor     *y = context;
    const real *x = y->in[0]->val;
    real       *out = y->val;
    for (; i < end; i++) {
        real z = x[i] < 0 ? 0 : x[i];
        out[i] = z * z;
    }
}

static void forward(Tensor *y) { each_element(y, activate); }

static void pass_on(void *context, size_t i, size_t end)
{
    Back       *b = context;
    const real *x = b->y->in[0]->val, *dy = b->y->grad;
    real       *dx = b->dx;
    for (; i < end; i++) {
        real z = x[i] < 0 ? 0 : x[i];
        dx[i] = (b->add ? dx[i] : 0) + (z + z) * dy[i];
    }
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
