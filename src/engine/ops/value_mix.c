#include "engine/ops.h"
#include "engine/parallel.h"

static bool shape(Tensor *y, Err *err)
{
    const Tensor *x = y->in[0], *first = y->in[1], *w = y->in[2];
    char xs[64], fs[64];
    if (x->rank != 3 || x->dim[2] % 3 || !tensor_same_shape(x, first))
        return err_set(err, "cannot mix the values of %s with the values of %s", tensor_str(x, xs),
                       tensor_str(first, fs));
    if (w->rank != 1 || w->dim[0] != 2)
        return err_set(err, "the weight is %s: it must have two numbers, one per source of values", tensor_str(w, fs));
    return tensor_like(y, x);
}

static void mix_rows(void *context, size_t i, size_t end)
{
    Tensor *y = context;
    size_t  C = tensor_cols(y) / 3;
    real    w0 = y->in[2]->val[0], w1 = y->in[2]->val[1];
    for (; i < end; i++) {
        const real *x = y->in[0]->val + i * 3 * C, *v = x + 2 * C, *first = y->in[1]->val + i * 3 * C + 2 * C;
        real       *out = y->val + i * 3 * C;
        memcpy(out, x, 2 * C * sizeof(real));
        for (size_t c = 0; c < C; c++)
            out[2 * C + c] = w0 * v[c] + w1 * first[c];
    }
}

static void forward(Tensor *y) { each_row(y, mix_rows); }

/* Queries and keys, which are copied. */
static void back_passed(void *context, size_t i, size_t end)
{
    Back  *b = context;
    size_t C = tensor_cols(b->y) / 3;
    for (; i < end; i++)
        pass_row(2 * C, b->y->grad + i * 3 * C, b->dx + i * 3 * C, b->add);
}

/* The values of input k, with factor w_k. */
static void back_values(const Tensor *y, int k, real *dx, bool add, size_t i, size_t end)
{
    size_t C = tensor_cols(y) / 3;
    real   w = y->in[2]->val[k];
    for (; i < end; i++) {
        size_t at = i * 3 * C + 2 * C;
        if (add)
            kernel->axpy(C, w, y->grad + at, dx + at);
        else
            kernel->scale(C, w, y->grad + at, dx + at);
    }
}

static void back_own(void *context, size_t i, size_t end)
{
    Back *b = context;
    back_passed(context, i, end);
    back_values(b->y, 0, b->dx, b->add, i, end);
}

static void back_first(void *context, size_t i, size_t end)
{
    Back  *b = context;
    size_t C = tensor_cols(b->y) / 3;
    for (size_t k = i; !b->add && k < end; k++)
        memset(b->dx + k * 3 * C, 0, 2 * C * sizeof(real));
    back_values(b->y, 1, b->dx, b->add, i, end);
}

/* dw_k = <dy, values of input k>, summed over ascending rows; one thread per weight. */
static void back_weights(void *context, size_t k, size_t end)
{
    Tensor *y = context;
    size_t  C = tensor_cols(y) / 3, rows = tensor_rows(y);
    for (; k < end; k++)
        for (size_t i = 0; i < rows; i++) {
            size_t at = i * 3 * C + 2 * C;
            y->in[2]->grad[k] += kernel->dot(C, y->grad + at, y->in[k]->val + at);
        }
}

static void backward(Tensor *y)
{
    size_t rows = tensor_rows(y), grain = row_grain(tensor_cols(y));
    grad_zeroed(y->in[2]);
    pool_each(2, 1, back_weights, y);
    Back own = back_open(y, y->in[0]);
    pool_each(rows, grain, back_own, &own);
    Back first = back_open(y, y->in[1]);
    pool_each(rows, grain, back_first, &first);
}

const Op op_value_mix = {
    .name = "value_mix", .n_in = 3, .n_needed = 3,
    .math = "v' = w_0 v + w_1 v_first;  dv = w_0 dv', dv_first = w_1 dv', dw_0 = <dv', v>, dw_1 = <dv', v_first>",
    .shape = shape, .forward = forward, .backward = backward,
};

Tensor *value_mix(Tape *t, Tensor *qkv, Tensor *first, Tensor *w)
{
    return tape_push(t, &op_value_mix, (Tensor *[]){ qkv, first, w }, (OpArg){ 0 });
}
