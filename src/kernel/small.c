#include "kernel/small.h"

enum { APART = 16 };                        /* padding of rounded lines, against power-of-two strides */

static size_t half(size_t k) { return (k + 1) / 2; }
static size_t width(const Small *s) { return s->bf16 ? s->bf16->width : kernel->width; }
static size_t rows(const Small *s, size_t k) { return s->bf16 ? half(k) : k; }

size_t small_panels_len(const Small *s, size_t n, size_t k)
{
    return (n + width(s) - 1) / width(s) * width(s) * rows(s, k);
}

size_t small_room_len(const Small *s, size_t m, size_t k)
{
    return s->bf16 ? (half(k) + APART) * (m + APART) : 0;
}

void small_pack(const Small *s, size_t k, size_t n, Matrix b, real *panels)
{
    if (s->bf16)
        s->bf16->pack(k, n, b.p, b.rs, b.cs, (uint32_t *)panels);
    else
        kernel->pack(k, n, b.p, b.rs, b.cs, panels);
}

/* The pairs keep a's layout, by rows or by columns; groups of pairs are always by rows. */
static void multiply_pairs(const Small *s, size_t m, size_t n, size_t k, size_t K, Matrix a,
                           const real *panels, const real *start, real *c, size_t ldc)
{
    bool      turned = a.rs == 1 && s->bf16->group == 1;
    size_t    rs = turned ? 1 : half(k) + APART, cs = turned ? m + APART : 1, w = s->bf16->width;
    uint32_t *x = (uint32_t *)s->room;
    s->bf16->pairs(k, m, a.p, a.cs, a.rs, x, cs, rs);
    for (size_t j = 0; j < n; j += w)
        s->bf16->product(m, n - j < w ? n - j : w, half(k), x, rs, cs, (const uint32_t *)panels + j * half(K),
                         start ? start + j : NULL, ldc, c + j, ldc);
}

void small_product(const Small *s, size_t m, size_t n, size_t k, size_t K, Matrix a, const real *panels,
                   const real *start, real *c, size_t ldc)
{
    if (s->bf16) {
        multiply_pairs(s, m, n, k, K, a, panels, start, c, ldc);
        return;
    }
    for (size_t j = 0, w = kernel->width; j < n; j += w)
        kernel->product(m, n - j < w ? n - j : w, k, a.p, a.rs, a.cs, panels + j * K,
                        start ? start + j : NULL, ldc, c + j, ldc);
}
