#include "engine/ops.h"
#include "engine/parallel.h"

static const real EPS = (real)1e-5;

/* save: mean and 1/standard deviation of each row. */
static bool shape(Tensor *y, Err *err)
{
    const Tensor *x = y->in[0], *w = y->in[1], *b = y->in[2];
    char xs[64], ws[64];
    if (x->rank < 1 || w->rank != 1 || w->dim[0] != x->dim[x->rank - 1] || (b && !tensor_same_shape(w, b)))
        return err_set(err, "cannot scale the last axis of %s by %s", tensor_str(x, xs), tensor_str(w, ws));
    y->n_save = 2 * tensor_rows(x);
    return tensor_like(y, x);
}

static void norm_rows(void *context, size_t i, size_t end)
{
    Tensor     *y = context;
    const real *b = y->in[2] ? y->in[2]->val : NULL;
    size_t      C = tensor_cols(y);
    for (; i < end; i++)
        kernel->norm(C, y->in[0]->val + i * C, y->in[1]->val, b, EPS, y->val + i * C, y->save + 2 * i);
}

static void forward(Tensor *y) { each_row(y, norm_rows); }

static void back_rows(void *context, size_t i, size_t end)
{
    Back   *b = context;
    Tensor *y = b->y;
    size_t  C = tensor_cols(y);
    for (; i < end; i++)
        kernel->norm_back(C, y->in[0]->val + i * C, y->in[1]->val, y->save + 2 * i, y->grad + i * C,
                          b->dx + i * C, b->add);
}

/* The kernel needs dw and db to be distinct; if w and b are the same tensor, db is added separately. */
static void back_columns(void *context, size_t c, size_t end)
{
    Tensor *y = context, *w = y->in[1], *b = y->in[2];
    size_t  C = tensor_cols(y), rows = tensor_rows(y);
    kernel->norm_back_params(rows, end - c, y->in[0]->val + c, y->save, y->grad + c, C, w->grad + c,
                             b && b != w ? b->grad + c : NULL);
    if (b == w)
        kernel->add_rows(rows, end - c, y->grad + c, C, b->grad + c);
}

/* With h = (x - mean) r and g = dy w:  dx = r (g - mean(g) - h mean(g h)),  dw = sum dy h,  db = sum dy. */
static void backward(Tensor *y)
{
    grad_zeroed(y->in[1]);
    if (y->in[2])
        grad_zeroed(y->in[2]);
    each_column(y, back_columns);
    Back b = back_open(y, y->in[0]);
    pool_each(tensor_rows(y), row_grain(tensor_cols(y)), back_rows, &b);
}

const Op op_layer_norm = {
    .name = "layer_norm", .n_in = 3, .n_needed = 2,
    .math = "y = h w + b, h = (x - mean) r, r = 1/sqrt(var + eps);  "
            "dx = r (g - mean(g) - h mean(g h)), g = dy w, dw = sum dy h, db = sum dy",
    .shape = shape, .forward = forward, .backward = backward,
};

Tensor *layer_norm(Tape *t, Tensor *x, Tensor *w, Tensor *b)
{
    return tape_push(t, &op_layer_norm, (Tensor *[]){ x, w, b }, (OpArg){ 0 });
}
