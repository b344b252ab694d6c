#include "engine/batch.h"
#include "engine/ops.h"

static bool shape(Tensor *y, Err *err) { return batch_shape(y, false, err); }

static void forward(Tensor *y)
{
    Batch s = batch_sizes(y);
    s.a = matrix(y->in[0]->val, s.k);
    s.b = matrix(y->in[1]->val, s.n);
    s.c = y->val;
    batch_product(&s);
}

/* dx += dy z^T,  dz += x^T dy */
static void backward(Tensor *y)
{
    Batch  s = batch_sizes(y), dx = { .items = s.items, .m = s.m, .n = s.k, .k = s.n },
           dz = { .items = s.items, .m = s.k, .n = s.n, .k = s.m };
    dx.a = dz.b = matrix(y->grad, s.n);
    dx.b = transposed(matrix(y->in[1]->val, s.n));
    dx.c = grad_open(y->in[0], &dx.add);
    batch_product(&dx);
    dz.a = transposed(matrix(y->in[0]->val, s.k));
    dz.c = grad_open(y->in[1], &dz.add);
    batch_product(&dz);
}

const Op op_matmul = {
    .name = "matmul", .n_in = 2, .n_needed = 2,
    .math = "y = x z;  dx = dy z^T, dz = x^T dy",
    .shape = shape, .forward = forward, .backward = backward,
};

Tensor *matmul(Tape *t, Tensor *x, Tensor *y)
{
    return tape_push(t, &op_matmul, (Tensor *[]){ x, y }, (OpArg){ 0 });
}
