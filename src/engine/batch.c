#include "engine/batch.h"
#include "kernel/pool.h"

static bool reserve(size_t n, size_t k, Err *err)
{
    return pool_reserve(gemm_panels_len(n, k) * sizeof(real), err);
}

bool batch_shape(Tensor *y, bool transpose, Err *err)
{
    const Tensor *a = y->in[0], *b = y->in[1];
    int  r = a->rank, inner = transpose ? r - 1 : r - 2, outer = transpose ? r - 2 : r - 1;
    char as[64], bs[64];
    bool fits = r >= 2 && b->rank == r && a->dim[r - 1] == b->dim[inner];
    for (int i = 0; fits && i < r - 2; i++)
        fits = a->dim[i] == b->dim[i];
    if (!fits)
        return err_set(err, "cannot multiply %s by %s%s", tensor_str(a, as), transpose ? "the transpose of " : "",
                       tensor_str(b, bs));
    tensor_like(y, a);
    y->dim[r - 1] = b->dim[outer];
    Batch s = batch_sizes(y);
    return reserve(s.n, s.k, err) && reserve(s.k, s.n, err) && reserve(s.n, s.m, err) && reserve(s.k, s.m, err);
}

Batch batch_sizes(const Tensor *y)
{
    size_t m = (size_t)y->dim[y->rank - 2];
    return (Batch){ .items = tensor_rows(y) / m, .m = m, .n = tensor_cols(y), .k = tensor_cols(y->in[0]) };
}

static void product_of_items(void *context, size_t e, size_t end)
{
    const Batch *s = context;
    for (; e < end; e++) {
        Matrix a = s->a, b = s->b;
        real  *c = s->c + e * s->m * s->n;
        a.p += e * s->m * s->k;
        b.p += e * s->k * s->n;
        gemm_small(s->m, s->n, s->k, a, b, (GemmStart){ s->add ? c : NULL, s->n }, c, s->n, pool_scratch());
    }
}

void batch_product(const Batch *batch)
{
    Batch s = *batch;
    pool_each(s.items, 1, product_of_items, &s);
}
