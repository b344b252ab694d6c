#include "base/num.h"
#include "engine/ops.h"
#include "engine/parallel.h"

/* save: the loss of each row. */
static bool shape(Tensor *y, Err *err)
{
    const Tensor *x = y->in[0];
    if (x->rank < 1)
        return err_set(err, "the logits are a scalar: their last axis must be the vocabulary");
    size_t rows = tensor_rows(x), V = tensor_cols(x);
    CrossEntropyArg *a = &y->arg.cross_entropy;
    a->counted = 0;
    for (size_t i = 0; a->targets && i < rows; i++) {
        if (a->targets[i] < -1 || a->targets[i] >= (int)V)
            return err_set(err, "target %d is outside the vocabulary of %zu", a->targets[i], V);
        a->counted += a->targets[i] >= 0;
    }
    y->rank = 0;
    y->n_save = rows;
    return pool_reserve(V * sizeof(real), err);
}

/* Rows that count; 1 where none does, for a loss of 0. */
static real count(const Tensor *y)
{
    int n = y->arg.cross_entropy.counted;
    return (real)(n ? n : 1);
}

/* loss = log sum exp(x - max) + max - x[target] */
static void losses(void *context, size_t i, size_t end)
{
    Tensor *y = context;
    size_t  V = tensor_cols(y->in[0]);
    for (; i < end; i++) {
        const real *x = y->in[0]->val + i * V;
        int  target = y->arg.cross_entropy.targets[i];
        real top = kernel->max(V, x);
        real total = kernel->exp_sum(V, x, top, pool_scratch());
        y->save[i] = target < 0 ? 0 : (real)num_log((double)total) + (top - x[target]);
    }
}

static void forward(Tensor *y)
{
    size_t rows = tensor_rows(y->in[0]);
    pool_each(rows, row_grain(tensor_cols(y->in[0])), losses, y);
    y->val[0] = kernel->sum(rows, y->save) / count(y);
}

/* dx = (softmax(x) - [target]) dy / count */
static void back_rows(void *context, size_t i, size_t end)
{
    Back   *b = context;
    Tensor *y = b->y;
    size_t  V = tensor_cols(y->in[0]);
    real    g = y->grad[0] / count(y);
    for (; i < end; i++) {
        int   target = y->arg.cross_entropy.targets[i];
        real *dx = b->dx + i * V, *p = pool_scratch();
        kernel->softmax(V, 1, y->in[0]->val + i * V, p);
        if (target >= 0)
            p[target] -= 1;
        if (b->add)
            kernel->axpy(V, target < 0 ? 0 : g, p, dx);
        else
            kernel->scale(V, target < 0 ? 0 : g, p, dx);
    }
}

static void backward(Tensor *y)
{
    Back b = back_open(y, y->in[0]);
    pool_each(tensor_rows(y->in[0]), row_grain(tensor_cols(y->in[0])), back_rows, &b);
}

const Op op_cross_entropy = {
    .name = "cross_entropy", .n_in = 1, .n_needed = 1,
    .math = "y = mean of -log softmax(x)[target];  dx = (softmax(x) - [target]) dy / count",
    .shape = shape, .forward = forward, .backward = backward,
};

Tensor *cross_entropy(Tape *t, Tensor *logits, const int *targets)
{
    return tape_push(t, &op_cross_entropy, (Tensor *[]){ logits }, (OpArg){ .cross_entropy = { .targets = targets } });
}
