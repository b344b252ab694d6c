#include "base/arena.h"
#include "cli/bench/part.h"
#include "cli/term.h"
#include "kernel/gemm.h"
#include "kernel/pool.h"
#include <stdio.h>
#include <string.h>

enum { ROUNDS = 1 << 18, TRIES = 7 };

/* A burn loop, and the operations done by each thread. */
typedef struct Fire {
    Burn  *burn;
    double done[POOL_MAX];
} Fire;

static void burn_each(void *context, size_t i, size_t end)
{
    Fire *f = context;
    for (; i < end; i++) {
        real sink;
        f->done[i] = f->burn(ROUNDS, &sink);
    }
}

double bench_peak_of(Burn *burn, bool all_threads)
{
    Fire   f = { .burn = burn };
    double best = 0;
    size_t n = all_threads ? (size_t)pool_threads() : 1;
    for (int i = 0; i < TRIES; i++) {
        double t = term_seconds(), all = 0;
        pool_each(n, 1, burn_each, &f);
        t = term_seconds() - t;
        for (size_t k = 0; k < n; k++)
            all += f.done[k];
        best = all / t > best ? all / t : best;
    }
    return best / 1e9;
}

/* In float, amx uses the avx512 kernels, which come next in the list: print them once, as avx512. */
static bool as_next(int i) { return kernel_at(i + 1) && kernel_at(i + 1)->burn == kernel_at(i)->burn; }

static void print_peak(const Kernels *table, bool bf16, bool all_threads)
{
    Burn *burn = bf16 ? kernel_bf16(table)->burn : table->burn;
    printf("peak %s%s %d = %.1f\n", table->name, bf16 ? "-bf16" : "", all_threads ? pool_threads() : 1,
           bench_peak_of(burn, all_threads));
}

void bench_print_peak(const BenchOptions *o) { print_peak(kernel, o->precision, true); }

bool bench_peak(const BenchOptions *o, Err *err)
{
    (void)o, (void)err;
    for (int i = 0; kernel_at(i); i++) {
        int kinds = kernel_bf16(kernel_at(i)) ? 2 : 1, counts = pool_threads() > 1 ? 2 : 1;
        for (int bf16 = as_next(i); bf16 < kinds; bf16++)
            for (int all = 0; all < counts; all++)
                print_peak(kernel_at(i), bf16, all);
    }
    return true;
}

/* The products in a linear layer: y = x w^T (nt), dx = dy w (nn), dw = dy^T x (tn). */
typedef struct Shape {
    const char *form;
    size_t      m, n, k;
} Shape;

static const Shape shapes[] = {
    { "nt", 768, 384, 128 },  { "nt", 768, 512, 128 },   { "nt", 768, 128, 512 },   { "nn", 768, 128, 384 },
    { "nn", 768, 512, 128 },  { "nn", 768, 128, 512 },   { "tn", 384, 128, 768 },   { "tn", 512, 128, 768 },
    { "tn", 128, 512, 768 },  { "nt", 4096, 1152, 384 }, { "nt", 4096, 1536, 384 }, { "nt", 4096, 384, 1536 },
    { "nn", 4096, 384, 1152 }, { "nn", 4096, 1536, 384 }, { "tn", 1536, 384, 4096 },
    { "tn", 1152, 384, 4096 },
};

static Matrix operand(const real *p, size_t rows, size_t cols, bool transpose)
{
    return transpose ? transposed(matrix(p, rows)) : matrix(p, cols);
}

static double measure(const Shape *s, bool bf16, const real *a, const real *b, real *c, double seconds)
{
    Matrix x = operand(a, s->m, s->k, s->form[0] == 't'), y = operand(b, s->k, s->n, s->form[1] == 't');
    double best = 0, until = term_seconds() + seconds;
    do {
        double t = term_seconds();
        (bf16 ? gemm_bf16 : gemm)(s->m, s->n, s->k, x, y, (GemmStart){ NULL, 0 }, c, s->n);
        double rate = 2.0 * (double)s->m * (double)s->n * (double)s->k / (term_seconds() - t) / 1e9;
        best = rate > best ? rate : best;
    } while (term_seconds() < until);
    return best;
}

static bool reserve(const Shape *s, bool bf16, Err *err)
{
    return bf16 ? gemm_bf16_reserve(s->m, s->n, s->k, err) : gemm_reserve(s->m, s->n, s->k, err);
}

bool bench_products(const BenchOptions *o, Err *err)
{
    enum { N = sizeof shapes / sizeof *shapes, MOST = 4096 * 1536 };
    Arena arena;                    /* on huge pages if available, like a model's memory */
    if (!arena_init(&arena, 3 * MOST * sizeof(real), err))
        return false;
    real *buffer = arena_new(&arena, real, 3 * MOST);
    for (size_t i = 0; i < 2 * MOST; i++)
        buffer[i] = (real)(i % 7) - 3;
    bool ok = true;
    for (size_t i = 0; ok && i < N; i++)
        ok = reserve(&shapes[i], o->precision, err);
    if (ok)
        bench_print_peak(o);
    for (size_t i = 0; ok && i < N; i++) {
        const Shape *s = &shapes[i];
        double rate = measure(s, o->precision, buffer, buffer + MOST, buffer + 2 * MOST, o->seconds / N);
        printf("product %s %s %zux%zux%zu %d = %.1f\n", bench_precision(o), s->form, s->m, s->n, s->k,
               pool_threads(), rate);
    }
    arena_free(&arena);
    return ok;
}
