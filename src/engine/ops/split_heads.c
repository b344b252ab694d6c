#include "engine/ops.h"
#include "engine/parallel.h"
#include <string.h>

static bool shape(Tensor *y, Err *err)
{
    const Tensor *x = y->in[0];
    char s[64];
    int  H = y->arg.split_heads.heads;
    if (x->rank != 3 || H < 1 || x->dim[2] % (3 * H))
        return err_set(err, "cannot split %s into query, key and value of %d heads", tensor_str(x, s), H);
    if (y->arg.split_heads.part < 0 || y->arg.split_heads.part > 2)
        return err_set(err, "unknown part %d: 0 is the query, 1 the key, 2 the value", y->arg.split_heads.part);
    y->rank = 4;
    y->dim[0] = x->dim[0];
    y->dim[1] = H;
    y->dim[2] = x->dim[1];
    y->dim[3] = x->dim[2] / 3 / H;
    return true;
}

/* Offset in x, (b, t, part, h), of row r of y, (b, h, t). */
static size_t offset(const Tensor *y, size_t r)
{
    size_t H = (size_t)y->dim[1], T = (size_t)y->dim[2], D = (size_t)y->dim[3];
    size_t b = r / (H * T), h = r / T % H, t = r % T;
    return ((b * T + t) * 3 + (size_t)y->arg.split_heads.part) * H * D + h * D;
}

static void copy_rows(void *context, size_t r, size_t end)
{
    Tensor *y = context;
    size_t  D = tensor_cols(y);
    for (; r < end; r++)
        memcpy(y->val + r * D, y->in[0]->val + offset(y, r), D * sizeof(real));
}

static void forward(Tensor *y) { each_row(y, copy_rows); }

static void add_rows(void *context, size_t r, size_t end)
{
    Tensor *y = context;
    size_t  D = tensor_cols(y);
    for (; r < end; r++) {
        real *d = y->in[0]->grad + offset(y, r);
        kernel->add(D, y->grad + r * D, d, d);
    }
}

static void backward(Tensor *y)
{
    grad_zeroed(y->in[0]);
    each_row(y, add_rows);
}

const Op op_split_heads = {
    .name = "split_heads", .n_in = 1, .n_needed = 1,
    .math = "y[b,h,t,:] = x[b,t,part,h,:];  dx[b,t,part,h,:] = dy[b,h,t,:]",
    .shape = shape, .forward = forward, .backward = backward,
};

Tensor *split_heads(Tape *t, Tensor *qkv, int part, int H)
{
    return tape_push(t, &op_split_heads, (Tensor *[]){ qkv }, (OpArg){ .split_heads = { part, H } });
}
