#include "cli/bench/part.h"
#include "cli/term.h"
#include "kernel/bf16.h"
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
