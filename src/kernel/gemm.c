#include "kernel/gemm.h"
#include <stdlib.h>

static real  *buffer;
static size_t buffer_len;

size_t gemm_panels_len(size_t n, size_t k)
{
    size_t w = kernel->width;
    return (n + w - 1) / w * w * k;
}

bool gemm_reserve(size_t n, size_t k, Err *err)
{
    size_t len = gemm_panels_len(n, k);
    if (len <= buffer_len)
        return true;
    real *more = malloc(len * sizeof *more);
    if (!more)
        return err_set(err, "no memory to pack a matrix of %zu x %zu numbers", k, n);
    free(buffer);
    buffer     = more;
    buffer_len = len;
    return true;
}

size_t gemm_bytes(void) { return buffer_len * sizeof *buffer; }

void gemm_release(void)
{
    free(buffer);
    buffer     = NULL;
    buffer_len = 0;
}

void gemm(size_t m, size_t n, size_t k, Matrix a, Matrix b, GemmStart start, real *c, size_t ldc)
{
    gemm_small(m, n, k, a, b, start, c, ldc, buffer);
}

void gemm_packed(size_t m, size_t n, size_t k, Matrix a, const real *panels, GemmStart start, real *c,
                 size_t ldc)
{
    kernel->product(m, n, k, a.p, a.rs, a.cs, panels, start.p, start.rs, c, ldc);
}

void gemm_small(size_t m, size_t n, size_t k, Matrix a, Matrix b, GemmStart start, real *c, size_t ldc,
                real *room)
{
    kernel->pack(k, n, b.p, b.rs, b.cs, room);
    kernel->product(m, n, k, a.p, a.rs, a.cs, room, start.p, start.rs, c, ldc);
}
