#include "engine/ops.h"
#include "engine/parallel.h"
#include <math.h>

static const real EPS = (real)1e-5;

/* save: r = 1/rms of each row's H queries and H keys. */
static bool shape(Tensor *y, Err *err)
{
    const Tensor *x = y->in[0], *gain = y->in[1];
    char xs[64], gs[64];
    int  H = y->arg.qk_norm.heads;
    if (x->rank != 3 || H < 1 || x->dim[2] % (3 * H))
        return err_set(err, "cannot split %s into query, key and value of %d heads", tensor_str(x, xs), H);
    if (gain->rank != 1 || (gain->dim[0] != H && gain->dim[0] != 1))
        return err_set(err, "%d heads need a gain each, or share one, but the gains are %s", H, tensor_str(gain, gs));
    y->n_save = 2 * tensor_rows(x) * (size_t)H;
    return tensor_like(y, x);
}

static size_t heads(const Tensor *y) { return (size_t)y->arg.qk_norm.heads; }
static size_t gains(const Tensor *y) { return (size_t)y->in[1]->dim[0]; }

/* Heads 0 .. H-1 are the queries; H .. 2H-1 the keys, with gain 1. */
static real gain_of(const Tensor *y, size_t h)
{
    return h >= heads(y) ? 1 : y->in[1]->val[gains(y) > 1 ? h : 0];
}

static void norm_rows(void *context, size_t i, size_t end)
{
    Tensor *y = context;
    size_t  W = tensor_cols(y), H = heads(y), D = W / 3 / H;
    for (; i < end; i++) {
        const real *x = y->in[0]->val + i * W;
        for (size_t h = 0; h < 2 * H; h++) {
            const real *q = x + h * D;
            real        r = (real)(1 / sqrt(kernel->dot(D, q, q) / (real)D + EPS));
            y->save[i * 2 * H + h] = r;
            kernel->scale(D, r * gain_of(y, h), q, y->val + i * W + h * D);
        }
        memcpy(y->val + i * W + 2 * H * D, x + 2 * H * D, H * D * sizeof(real));
    }
}

static void forward(Tensor *y) { each_row(y, norm_rows); }

/* dq = gain r (dy - h mean(dy h)), h = q r */
static void back_rows(void *context, size_t i, size_t end)
{
    Back   *b = context;
    Tensor *y = b->y;
    size_t  W = tensor_cols(y), H = heads(y), D = W / 3 / H;
    for (; i < end; i++) {
        size_t at = i * W;
        for (size_t h = 0; h < 2 * H; h++, at += D) {
            const real *q = y->in[0]->val + at, *dy = y->grad + at;
            real        r = y->save[i * 2 * H + h], share = r * r * (kernel->dot(D, dy, q) / (real)D);
            kernel->rms_back(D, r * gain_of(y, h), share, q, dy, b->dx + at, b->add);
        }
        pass_row(H * D, y->grad + at, b->dx + at, b->add);
    }
}

/* dgain_h = sum of r <dy, q> over ascending rows, and over all heads if they share it. Rows in order: they are read as
 * they lie in memory. */
static void back_gains(void *context, size_t first, size_t end)
{
    Tensor *y = context;
    size_t  W = tensor_cols(y), H = heads(y), D = W / 3 / H, rows = tensor_rows(y), each = H / gains(y);
    for (size_t i = 0; i < rows; i++)
        for (size_t h = first * each; h < end * each; h++) {
            size_t at = i * W + h * D;
            y->in[1]->grad[h / each] += y->save[i * 2 * H + h] * kernel->dot(D, y->grad + at, y->in[0]->val + at);
        }
}

static void backward(Tensor *y)
{
    size_t n = gains(y), threads = (size_t)pool_threads();
    grad_zeroed(y->in[1]);
    pool_each(n, (n + threads - 1) / threads, back_gains, y);
    Back b = back_open(y, y->in[0]);
    pool_each(tensor_rows(y), row_grain(tensor_cols(y)), back_rows, &b);
}

const Op op_qk_norm = {
    .name = "qk_norm", .n_in = 2, .n_needed = 2,
    .math = "q' = g h, k' = k / rms(k), h = q r, r = 1 / rms(q);  dq = g r (dq' - h mean(dq' h)), "
            "dk the same with g = 1, dg = sum dq' h",
    .shape = shape, .forward = forward, .backward = backward,
};

Tensor *qk_norm(Tape *t, Tensor *qkv, Tensor *gain, int H)
{
    return tape_push(t, &op_qk_norm, (Tensor *[]){ qkv, gain }, (OpArg){ .qk_norm = { H } });
}
