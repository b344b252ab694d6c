#include "engine/ops.h"
#include "engine/parallel.h"
#include <math.h>

static bool shape(Tensor *y, Err *err)
{
    if (!(y->arg.soft_cap.cap > 0 && isfinite(y->arg.soft_cap.cap)))
        return err_set(err, "the cap is %g: it must be finite and above 0", (double)y->arg.soft_cap.cap);
    return tensor_like(y, y->in[0]);
}

/* tanh(u) = 1 - 2 / (1 + exp(2u)), by the kernel's exponential */
static void cap_values(void *context, size_t i, size_t end)
{
    Tensor     *y = context;
    const real *x = y->in[0]->val;
    real       *out = y->val, cap = y->arg.soft_cap.cap;
    kernel->scale(end - i, 2 / cap, x + i, out + i);
    kernel->exp_sum(end - i, out + i, 0, out + i);
    for (; i < end; i++)
        out[i] = cap * (1 - 2 / (1 + out[i]));
}

static void forward(Tensor *y) { each_element(y, cap_values); }

/* dx = dy (1 - t^2), t = y / cap */
static void pass_on(void *context, size_t i, size_t end)
{
    Back       *b = context;
    const real *y = b->y->val, *dy = b->y->grad;
    real       *dx = b->dx, part = 1 / b->y->arg.soft_cap.cap;
    for (; i < end; i++) {
        real t = y[i] * part;
        dx[i] = (b->add ? dx[i] : 0) + dy[i] * ((1 - t) * (1 + t));
    }
}

static void backward(Tensor *y)
{
    Back b = back_open(y, y->in[0]);
    pool_each(tensor_len(y), ELEMENT_GRAIN, pass_on, &b);
}

const Op op_soft_cap = {
    .name = "soft_cap", .n_in = 1, .n_needed = 1,
    .math = "y = cap tanh(x / cap);  dx = dy (1 - (y / cap)^2)",
    .shape = shape, .forward = forward, .backward = backward,
};

Tensor *soft_cap(Tape *t, Tensor *x, real cap)
{
    return tape_push(t, &op_soft_cap, (Tensor *[]){ x }, (OpArg){ .soft_cap = { cap } });
}
