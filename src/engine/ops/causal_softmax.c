#include "engine/attend.h"
#include "engine/ops.h"
#include "engine/parallel.h"
#include <string.h>

static bool shape(Tensor *y, Err *err)
{
    const Tensor *x = y->in[0];
    char s[64];
    if (x->rank < 2 || x->dim[x->rank - 1] != x->dim[x->rank - 2])
        return err_set(err, "%s is not square: each position needs a score for each position",
                       tensor_str(x, s));
    const AttentionChange *change = y->arg.causal_softmax.change;
    if (change && change->hidden && x->rank != 4)
        return err_set(err, "keys can be hidden from scores (B,H,T,T) only, not from %s", tensor_str(x, s));
    return tensor_like(y, x);
}

/* Row i attends to columns 0..i only. */
static void softmax_rows(void *context, size_t i, size_t end)
{
    Tensor *y = context;
    size_t  T = tensor_cols(y), rows = tensor_rows(y) / (size_t)y->dim[0];
    for (; i < end; i++) {
        size_t n = i % T + 1;
        attend_row(y->arg.causal_softmax.change, i / rows, T, n - 1, y->in[0]->val + i * T, y->val + i * T);
        memset(y->val + i * T + n, 0, (T - n) * sizeof(real));
    }
}

static void forward(Tensor *y) { each_row(y, softmax_rows); }

/* dx = y (dy - <dy, y>) over the columns that the row attends to, 0 elsewhere. */
static void back_rows(void *context, size_t i, size_t end)
{
    Back   *b = context;
    Tensor *y = b->y;
    size_t  T = tensor_cols(y);
    real    soft = attend_hard(y->arg.causal_softmax.change) ? 0 : 1;
    for (; i < end; i++) {
        size_t n = i % T + 1;
        kernel->softmax_back(n, soft, y->val + i * T, y->grad + i * T, b->dx + i * T, b->add);
        if (!b->add)
            memset(b->dx + i * T + n, 0, (T - n) * sizeof(real));
    }
}

static void backward(Tensor *y)
{
    Back b = back_open(y, y->in[0]);
    pool_each(tensor_rows(y), row_grain(tensor_cols(y)), back_rows, &b);
}

const Op op_causal_softmax = {
    .name = "causal_softmax", .n_in = 1, .n_needed = 1,
    .math = "a_ij = exp(s_ij) / sum_{j'<=i} exp(s_ij') for j <= i, else 0;  ds = a (da - <da,a>)",
    .shape = shape, .forward = forward, .backward = backward,
};

Tensor *causal_softmax(Tape *t, Tensor *x) { return causal_softmax_changed(t, x, NULL); }

Tensor *causal_softmax_changed(Tape *t, Tensor *x, const AttentionChange *change)
{
    return tape_push(t, &op_causal_softmax, (Tensor *[]){ x }, (OpArg){ .causal_softmax = { change } });
}
