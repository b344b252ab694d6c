#include "base/arena.h"
#include "cli/bench/loops.h"
#include "cli/bench/part.h"
#include "cli/term.h"
#include "kernel/kernel.h"
#include "kernel/pool.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

/* The loops for the kernels in use; NULL without vectors. */
static const BenchLoop *loops_in_use(void)
{
#if defined(__x86_64__)
    extern const BenchLoop bench_loops_avx2[LOOPS], bench_loops_avx512[LOOPS];
    if (strcmp(kernel->name, "ref") != 0)
        return strcmp(kernel->name, "avx2") == 0 ? bench_loops_avx2 : bench_loops_avx512;
#elif defined(__aarch64__)
    extern const BenchLoop bench_loops_neon[LOOPS];
    if (strcmp(kernel->name, "neon") == 0)
        return bench_loops_neon;
#endif
    return NULL;
}

enum { SMALLEST = 16 << 10, LARGEST = 256 << 20, GROWTH = 2, SIZES = 15, MOVED = 16 << 20, APART = 1088 };

/* A loop on some threads, each on a part of the memory of its own. */
typedef struct Flow {
    const BenchLoop *loop;
    char            *memory;
    size_t           part, n, rounds;       /* bytes of a part, numbers of an array, rounds of a run */
    real             sink[POOL_MAX];
} Flow;

static void run_each(void *context, size_t i, size_t end)
{
    Flow *f = context;
    for (; i < end; i++) {
        real *x = (real *)(void *)(f->memory + i * f->part), *y = x;
        if (f->loop->arrays == 2)           /* not a power of two apart: a store would hold up loads 4 KiB away */
            y += f->n + APART / sizeof(real);
        for (size_t round = 0; round < f->rounds; round++)
            f->sink[i] = f->loop->run(f->n, x, y);
    }
}

/* The most numbers per second of one loop over `bytes`, divided among the threads. */
static double fastest(const BenchLoop *loop, char *memory, size_t bytes, size_t threads, double seconds)
{
    size_t part = bytes / threads, n = part / sizeof(real) / (size_t)loop->arrays / LOOP_UNIT * LOOP_UNIT;
    Flow   f = { .loop = loop, .memory = memory, .part = part + 2 * APART, .n = n > 0 ? n : LOOP_UNIT };
    double best = 0, until = term_seconds() + seconds;
    f.rounds = MOVED / bytes + 1;
    do {
        double t = term_seconds();
        pool_each(threads, 1, run_each, &f);
        best = fmax(best, (double)(threads * f.n * f.rounds) / (term_seconds() - t));
    } while (term_seconds() < until);
    return best;
}

static void measure(const BenchLoop *loops, char *memory, size_t threads, double seconds)
{
    for (const BenchLoop *l = loops; l < loops + LOOPS; l++) {
        size_t most = l->moves ? LARGEST : SMALLEST;
        for (size_t bytes = SMALLEST; bytes <= most; bytes *= GROWTH) {
            size_t spread = l->moves ? bytes : bytes * threads;
            double rate = fastest(l, memory, spread, threads, seconds) / 1e9;
            if (l->moves)
                printf("bandwidth %s %zu %zu = %.2f\n", l->name, bytes, threads,
                       rate * l->arrays * (double)sizeof(real));
            else
                printf("throughput %s %zu = %.3f\n", l->name, threads, rate);
        }
    }
}

bool bench_limits(const BenchOptions *o, Err *err)
{
    const BenchLoop *loops = loops_in_use();
    size_t threads = (size_t)pool_threads(), bytes = LARGEST + threads * (SMALLEST + 4 * APART);
    Arena  arena;
    if (!loops)
        return err_set(err, "no limits are measured without vector instructions: the kernels in use are '%s'",
                       kernel->name);
    if (!arena_init(&arena, bytes, err))
        return false;
    char *memory = arena_new(&arena, char, bytes - SMALLEST);
    double each = o->seconds / (threads > 1 ? 2 : 1) / (3 * SIZES + 3);
    measure(loops, memory, 1, each);
    if (threads > 1)
        measure(loops, memory, threads, each);
    arena_free(&arena);
    return true;
}
