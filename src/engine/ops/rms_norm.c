#include "engine/ops.h"
#include "engine/parallel.h"
#include <math.h>

static const real EPS = (real)1e-5;

/* save: 0 and r of each row, in the form of layer norm's statistics, whose kernel backward uses. */
static bool shape(Tensor *y, Err *err)
{
    const Tensor *x = y->in[0], *w = y->in[1];
    char xs[64], ws[64];
    if (x->rank < 1)
        return err_set(err, "a scalar has no row to normalize");
    if (w && (w->rank != 1 || w->dim[0] != x->dim[x->rank - 1]))
        return err_set(err, "cannot scale the last axis of %s by %s", tensor_str(x, xs), tensor_str(w, ws));
    y->n_save = 2 * tensor_rows(x);
    return tensor_like(y, x) && pool_reserve(tensor_cols(x) * sizeof(real), err);
}

/* y = (r x) w */
static void norm_rows(void *context, size_t i, size_t end)
{
    Tensor *y = context;
    size_t  C = tensor_cols(y);
    for (; i < end; i++) {
        const real *x = y->in[0]->val + i * C, *w = y->in[1] ? y->in[1]->val : NULL;
        real       *out = y->val + i * C, r = (real)(1 / sqrt(kernel->dot(C, x, x) / (real)C + EPS));
        y->save[2 * i] = 0;
        y->save[2 * i + 1] = r;
        if (w)
            kernel->weigh(C, r, x, w, out);
        else
            kernel->scale(C, r, x, out);
    }
}

static void forward(Tensor *y) { each_row(y, norm_rows); }

/* g = dy w, or dy without w */
static const real *weighted(size_t C, const real *dy, const Tensor *w)
{
    if (!w)
        return dy;
    real *g = pool_scratch();
    kernel->weigh(C, 1, dy, w->val, g);
    return g;
}

static void back_rows(void *context, size_t i, size_t end)
{
    Back   *b = context;
    Tensor *y = b->y;
    size_t  C = tensor_cols(y);
    for (; i < end; i++) {
        const real *x = y->in[0]->val + i * C, *g = weighted(C, y->grad + i * C, y->in[1]);
        real        r = y->save[2 * i + 1], share = r * r * (kernel->dot(C, g, x) / (real)C);
        kernel->rms_back(C, r, share, x, g, b->dx + i * C, b->add);
    }
}

static void back_columns(void *context, size_t c, size_t end)
{
    Tensor *y = context;
    size_t  C = tensor_cols(y);
    kernel->norm_back_params(tensor_rows(y), end - c, y->in[0]->val + c, y->save, y->grad + c, C,
                             y->in[1]->grad + c, NULL);
}

/* With h = x r and g = dy w:  dx = r (g - h mean(g h)),  dw = sum dy h. */
static void backward(Tensor *y)
{
    if (y->in[1]) {
        grad_zeroed(y->in[1]);
        each_column(y, back_columns);
    }
    Back b = back_open(y, y->in[0]);
    pool_each(tensor_rows(y), row_grain(tensor_cols(y)), back_rows, &b);
}

const Op op_rms_norm = {
    .name = "rms_norm", .n_in = 2, .n_needed = 1,
    .math = "y = h w, h = x r, r = 1/sqrt(mean(x^2) + eps);  dx = r (g - h mean(g h)), g = dy w, dw = sum dy h",
    .shape = shape, .forward = forward, .backward = backward,
};

Tensor *rms_norm(Tape *t, Tensor *x, Tensor *w)
{
    return tape_push(t, &op_rms_norm, (Tensor *[]){ x, w }, (OpArg){ 0 });
}
