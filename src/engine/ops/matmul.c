#include "engine/batch.h"
#include "engine/ops.h"

static size_t items(const Tensor *y) { return tensor_rows(y) / (size_t)y->dim[y->rank - 2]; }

/* (...,M,K) (...,K,N): all axes but the last two are equal. */
static bool shape(Tensor *y, Err *err)
{
    const Tensor *a = y->in[0], *b = y->in[1];
    int  r = a->rank;
    char as[64], bs[64];
    bool fits = r >= 2 && b->rank == r && a->dim[r - 1] == b->dim[r - 2];
    for (int i = 0; fits && i < r - 2; i++)
        fits = a->dim[i] == b->dim[i];
    if (!fits)
        return err_set(err, "cannot multiply %s by %s", tensor_str(a, as), tensor_str(b, bs));
    tensor_like(y, a);
    y->dim[r - 1] = b->dim[r - 1];
    size_t m = (size_t)y->dim[r - 2], n = (size_t)y->dim[r - 1], k = (size_t)a->dim[r - 1];
    return batch_reserve(n, k, err) && batch_reserve(k, n, err) && batch_reserve(n, m, err);
}

static void forward(Tensor *y)
{
    const Tensor *a = y->in[0], *b = y->in[1];
    size_t m = (size_t)y->dim[y->rank - 2], n = tensor_cols(y), k = tensor_cols(a);
    batch_product(&(Batch){ items(y), m, n, k, matrix(a->val, k), matrix(b->val, n), y->val, false });
}

/* dx += dy z^T,  dz += x^T dy */
static void backward(Tensor *y)
{
    Tensor *a = y->in[0], *b = y->in[1];
    size_t  m = (size_t)y->dim[y->rank - 2], n = tensor_cols(y), k = tensor_cols(a);
    Matrix  dy = matrix(y->grad, n);
    bool    added;
    real   *d = grad_open(a, &added);
    batch_product(&(Batch){ items(y), m, k, n, dy, transposed(matrix(b->val, n)), d, added });
    d = grad_open(b, &added);
    batch_product(&(Batch){ items(y), k, n, m, transposed(matrix(a->val, k)), dy, d, added });
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
