#include "engine/drop.h"
#include "engine/ops.h"
#include "engine/parallel.h"

static bool shape(Tensor *y, Err *err)
{
    if (!(y->arg.dropout.p >= 0 && y->arg.dropout.p < 1))
        return err_set(err, "the probability is %g: it must be at least 0 and below 1", (double)y->arg.dropout.p);
    return tensor_like(y, y->in[0]);
}

static void drop_values(void *context, size_t i, size_t end)
{
    Tensor *y = context;
    drop_elements(&y->arg.dropout, i, end - i, y->in[0]->val + i, y->val + i, false);
}

static void forward(Tensor *y) { each_element(y, drop_values); }

static void drop_gradients(void *context, size_t i, size_t end)
{
    Back *b = context;
    drop_elements(&b->y->arg.dropout, i, end - i, b->y->grad + i, b->dx + i, b->add);
}

static void backward(Tensor *y)
{
    Back b = back_open(y, y->in[0]);
    pool_each(tensor_len(y), ELEMENT_GRAIN, drop_gradients, &b);
}

const Op op_dropout = {
    .name = "dropout", .n_in = 1, .n_needed = 1,
    .math = "y = x / (1-p) where hash(key, i) >= p, else 0;  dx = dy / (1-p) at the same i, else 0",
    .shape = shape, .forward = forward, .backward = backward, .backward_ignores_inputs = true,
};

Tensor *dropout(Tape *t, Tensor *x, real p, uint64_t key)
{
    return p == 0 ? x : tape_push(t, &op_dropout, (Tensor *[]){ x }, (OpArg){ .dropout = { p, key } });
}
