#include "engine/batch.h"
#include "engine/ops.h"

static bool shape(Tensor *y, Err *err) { return batch_shape(y, true, err); }

static void forward(Tensor *y)
{
    Batch s = batch_sizes(y);
    s.a = matrix(y->in[0]->val, s.k);
    s.b = transposed(matrix(y->in[1]->val, s.k));
    s.c = y->val;
    batch_product(&s);
}

/* dx += dy z,  dz += dy^T x */
static void backward(Tensor *y)
{
    Batch  s = batch_sizes(y), dx = { .items = s.items, .m = s.m, .n = s.k, .k = s.n },
           dz = { .items = s.items, .m = s.n, .n = s.k, .k = s.m };
    dx.a = matrix(y->grad, s.n);
    dx.b = matrix(y->in[1]->val, s.k);
    dx.c = grad_open(y->in[0], &dx.add);
    batch_product(&dx);
    dz.a = transposed(matrix(y->grad, s.n));
    dz.b = matrix(y->in[0]->val, s.k);
    dz.c = grad_open(y->in[1], &dz.add);
    batch_product(&dz);
}

const Op op_matmul_nt = {
    .name = "matmul_nt", .n_in = 2, .n_needed = 2,
    .math = "y = x z^T;  dx = dy z, dz = dy^T x",
    .shape = shape, .forward = forward, .backward = backward,
};

Tensor *matmul_nt(Tape *t, Tensor *x, Tensor *y)
{
    return tape_push(t, &op_matmul_nt, (Tensor *[]){ x, y }, (OpArg){ 0 });
}
