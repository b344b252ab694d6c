#include "base/arena.h"
#include "cli/bench/part.h"
#include "cli/term.h"
#include "kernel/gemm.h"
#include "kernel/pool.h"
#include <math.h>
#include <stdio.h>

/* The products in a linear layer: y = x w^T (nt), dx = dy w (nn), dw = dy^T x (tn). */
static const BenchShape shapes[] = {
    { "nt", 768, 384, 128 },  { "nt", 768, 512, 128 },   { "nt", 768, 128, 512 },   { "nn", 768, 128, 384 },
    { "nn", 768, 512, 128 },  { "nn", 768, 128, 512 },   { "tn", 384, 128, 768 },   { "tn", 512, 128, 768 },
    { "tn", 128, 512, 768 },  { "nt", 4096, 1152, 384 }, { "nt", 4096, 1536, 384 }, { "nt", 4096, 384, 1536 },
    { "nn", 4096, 384, 1152 }, { "nn", 4096, 1536, 384 }, { "tn", 1536, 384, 4096 },
    { "tn", 1152, 384, 4096 },
};

bool bench_shape(const char *text, BenchShape *s)
{
    enum { LONGEST = 65536 };
    char end;
    int  parts = sscanf(text, "%2[nt]:%5zux%5zux%5zu%c", s->form, &s->m, &s->n, &s->k, &end);
    return parts == 4 && s->form[1] && s->m - 1 < LONGEST && s->n - 1 < LONGEST && s->k - 1 < LONGEST;
}

static Matrix operand(const real *p, size_t rows, size_t cols, bool transpose)
{
    return transpose ? transposed(matrix(p, rows)) : matrix(p, cols);
}

/* a, b and c, and the seconds for each product. */
typedef struct Product {
    bool   bf16;
    double seconds;
    real  *a, *b, *c;
} Product;

static double measure(const Product *p, const BenchShape *s)
{
    Matrix x = operand(p->a, s->m, s->k, s->form[0] == 't'), y = operand(p->b, s->k, s->n, s->form[1] == 't');
    double best = 0, until = term_seconds() + p->seconds;
    do {
        double t = term_seconds();
        (p->bf16 ? gemm_bf16 : gemm)(s->m, s->n, s->k, x, y, (GemmStart){ NULL, 0 }, p->c, s->n);
        double rate = 2.0 * (double)s->m * (double)s->n * (double)s->k / (term_seconds() - t) / 1e9;
        best = fmax(best, rate);
    } while (term_seconds() < until);
    return best;
}

/* Lays out p and reserves what the products need. */
static bool lay_out(Product *p, const BenchShape *of, size_t shapes_n, Arena *arena, Err *err)
{
    size_t a = 0, b = 0, c = 0;
    bool   ok = true;
    for (const BenchShape *s = of; ok && s < of + shapes_n; s++) {
        a = s->m * s->k > a ? s->m * s->k : a;
        b = s->k * s->n > b ? s->k * s->n : b;
        c = s->m * s->n > c ? s->m * s->n : c;
        ok = (p->bf16 ? gemm_bf16_reserve : gemm_reserve)(s->m, s->n, s->k, err);
    }
    if (!ok || !arena_init(arena, arena_bytes(a * sizeof(real)) + arena_bytes(b * sizeof(real)) +
                           arena_bytes(c * sizeof(real)), err))
        return false;
    p->a = arena_new(arena, real, a);
    p->b = arena_new(arena, real, b);
    p->c = arena_new(arena, real, c);
    for (size_t i = 0; i < a; i++)
        p->a[i] = (real)(i % 7) - 3;
    for (size_t i = 0; i < b; i++)
        p->b[i] = (real)(i % 7) - 3;
    return true;
}

bool bench_products(const BenchOptions *o, Err *err)
{
    BenchShape one;
    bool   all = !o->shape || !bench_shape(o->shape, &one);
    size_t n = all ? sizeof shapes / sizeof *shapes : 1;
    Arena  arena = { 0 };           /* on huge pages if available, like a model's memory */
    Product p = { .bf16 = o->precision, .seconds = o->seconds / (double)n };
    bool   ok = lay_out(&p, all ? shapes : &one, n, &arena, err);
    if (ok)
        bench_print_peak(o);
    for (const BenchShape *s = all ? shapes : &one; ok && n > 0; s++, n--)
        printf("product %s %s %zux%zux%zu %d = %.1f\n", bench_precision(o), s->form, s->m, s->n, s->k,
               pool_threads(), measure(&p, s));
    arena_free(&arena);
    return ok;
}
