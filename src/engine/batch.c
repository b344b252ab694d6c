#include "engine/batch.h"
#include "kernel/pool.h"

bool batch_reserve(size_t n, size_t k, Err *err)
{
    return pool_reserve(gemm_panels_len(n, k) * sizeof(real), err);
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
