/* b is packed a block of K_BLOCK rows and N_BLOCK columns at a time, by all threads, into one shared
 * buffer. The product with that block is cut into pieces, some rows of c by some panels, which the
 * threads take as they come. Rows that are turned (transposed) are first copied together. */
#include "kernel/gemm.h"
#include "kernel/pool.h"
#include <stdint.h>
#include <stdlib.h>

enum {
    K_BLOCK = 2048 / sizeof(real),   /* a panel of this height stays in the second-level cache */
    N_BLOCK = 6144 / sizeof(real),   /* and a block of panels in the third */
    GROUP   = 24,                    /* rows copied together: a multiple of every tile's rows */
    M_BLOCK = 4 * GROUP,
    PIECES  = 4,                     /* wanted for each thread, so that they finish together */
    WORTH   = 1 << 20,               /* multiplications that a thread may be bothered with: 20 us */
    PACKED  = 1 << 14,               /* numbers to pack, likewise */
};

static real  *buffer;
static size_t buffer_len;

static size_t least(size_t a, size_t b) { return a < b ? a : b; }
static size_t parts(size_t n, size_t size) { return n / size + (n % size != 0); }

/* The height of the blocks that k rows are cut into evenly. */
static size_t k_block(size_t k) { return k > K_BLOCK ? parts(k, parts(k, K_BLOCK)) : k; }

static size_t n_block(void) { return N_BLOCK / kernel->width * kernel->width; }

/* --- Memory --- */

size_t gemm_panels_len(size_t n, size_t k) { return parts(n, kernel->width) * kernel->width * k; }

bool gemm_reserve(size_t n, size_t k, Err *err)
{
    size_t len = gemm_panels_len(least(n, n_block()), k_block(k));
    if (!pool_reserve(M_BLOCK * k_block(k) * sizeof(real), err))
        return false;
    if (len <= buffer_len)
        return true;
    real *more = aligned_alloc(64, parts(len * sizeof(real), 64) * 64);
    if (!more)
        return err_set(err, "no memory to pack %zu numbers of a matrix for its product", len);
    free(buffer);
    buffer     = more;
    buffer_len = len;
    return true;
}

size_t gemm_bytes(void) { return parts(buffer_len * sizeof(real), 64) * 64; }

void gemm_release(void)
{
    free(buffer);
    buffer     = NULL;
    buffer_len = 0;
}

/* --- Pieces --- */

/* A product with packed panels, `height` rows of b each, and how it is cut. */
typedef struct Job {
    size_t      m, n, k, height;
    Matrix      a;
    const real *panels;
    GemmStart   start;
    real       *c;
    size_t      ldc;
    size_t      rows, columns;       /* of c in a piece; columns in whole panels */
} Job;

/* Rows of a as the kernel takes them: `group` at a time, `step` numbers from one group to the next. */
typedef struct Rows {
    Matrix a;
    size_t group, step;
} Rows;

/* Copies k columns of m rows so that GROUP rows of one column lie together, columns in order. */
static Rows copy_rows(Matrix a, size_t m, size_t k, real *to)
{
    for (size_t i = 0; i < m; i += GROUP)
        for (size_t l = 0; l < k; l++) {
            const real *from = a.p + i * a.rs + l * a.cs;
            real       *put  = to + i * k + l * GROUP;
            if (a.rs == 1 && m - i >= GROUP)
                for (size_t r = 0; r < GROUP; r++)
                    put[r] = from[r];
            else
                for (size_t r = 0; r < least(GROUP, m - i); r++)
                    put[r] = from[r * a.rs];
        }
    return (Rows){ { to, 1, GROUP }, GROUP, GROUP * k };
}

/* Rows i0 .. i0+m-1 of c by columns j0 .. j0+n-1, over rows k0 .. k0+k-1 of b. */
static void multiply(const Job *job, size_t i0, size_t m, size_t j0, size_t n, size_t k0, size_t k)
{
    Matrix    a     = { job->a.p + i0 * job->a.rs + k0 * job->a.cs, job->a.rs, job->a.cs };
    Rows      rows  = a.cs == 1 ? (Rows){ a, m, 0 } : copy_rows(a, m, k, pool_scratch());
    GemmStart start = k0 == 0 ? job->start : (GemmStart){ job->c, job->ldc };
    size_t    w     = kernel->width;
    for (size_t j = j0; j < j0 + n; j += w) {
        const real *panel = job->panels + j * job->height + k0 * w;
        for (size_t i = 0; i < m; i += rows.group)
            kernel->product(least(rows.group, m - i), least(w, j0 + n - j), k, rows.a.p + i / rows.group * rows.step,
                            rows.a.rs, rows.a.cs, panel, start.p ? start.p + (i0 + i) * start.rs + j : NULL,
                            start.rs, job->c + (i0 + i) * job->ldc + j, job->ldc);
    }
}

static void do_pieces(void *context, size_t begin, size_t end)
{
    const Job *job    = context;
    size_t     across = parts(job->n, job->columns), step = k_block(job->k);
    for (size_t p = begin; p < end; p++) {
        size_t i = p / across * job->rows, j = p % across * job->columns;
        size_t m = least(job->rows, job->m - i), n = least(job->columns, job->n - j), k = 0;
        do
            multiply(job, i, m, j, n, k, least(step, job->k - k));
        while ((k += step) < job->k);
    }
}

/* Cuts so that every thread finds several pieces, rows first, and hands them out. */
static void run(Job *job)
{
    size_t wanted = pool_threads() > 1 ? PIECES * (size_t)pool_threads() : 1;
    job->rows     = M_BLOCK;
    while (job->rows > GROUP && parts(job->m, job->rows) < wanted)
        job->rows /= 2;
    size_t down = parts(job->m, job->rows), panels = parts(job->n, kernel->width);
    job->columns = parts(panels, least(panels, parts(wanted, down))) * kernel->width;
    size_t work = least(job->rows, job->m) * least(job->columns, job->n) * job->k;
    pool_each(down * parts(job->n, job->columns), parts(WORTH, work + 1), do_pieces, job);
}

/* --- The products --- */

/* One block of b, to be packed panel by panel. */
typedef struct Block {
    Matrix b;
    size_t n, k;
} Block;

static void pack_panels(void *context, size_t begin, size_t end)
{
    const Block *t = context;
    size_t       j = begin * kernel->width, n = least(end * kernel->width, t->n) - j;
    kernel->pack(t->k, n, t->b.p + j * t->b.cs, t->b.rs, t->b.cs, buffer + j * t->k);
}

static void pack_block(Matrix b, size_t n, size_t k)
{
    Block t = { b, n, k };
    pool_each(parts(n, kernel->width), parts(PACKED, kernel->width * k + 1), pack_panels, &t);
}

void gemm(size_t m, size_t n, size_t k, Matrix a, Matrix b, GemmStart start, real *c, size_t ldc)
{
    size_t step = k_block(k);
    for (size_t j = 0; m > 0 && j < n; j += n_block()) {
        size_t    width = least(n_block(), n - j), l = 0;
        GemmStart from = { start.p ? start.p + j : NULL, start.rs };
        do {
            size_t height = least(step, k - l);
            pack_block((Matrix){ b.p + l * b.rs + j * b.cs, b.rs, b.cs }, width, height);
            Job job = { .m = m, .n = width, .k = height, .height = height, .panels = buffer, .start = from,
                        .a = { a.p + l * a.cs, a.rs, a.cs }, .c = c + j, .ldc = ldc };
            run(&job);
            from = (GemmStart){ c + j, ldc };
        } while ((l += step) < k);
    }
}

void gemm_packed(size_t m, size_t n, size_t k, Matrix a, const real *panels, GemmStart start, real *c,
                 size_t ldc)
{
    Job job = { .m = m, .n = n, .k = k, .height = k, .a = a, .panels = panels, .start = start, .c = c, .ldc = ldc };
    if (m > 0 && n > 0)
        run(&job);
}

void gemm_small(size_t m, size_t n, size_t k, Matrix a, Matrix b, GemmStart start, real *c, size_t ldc,
                real *room)
{
    kernel->pack(k, n, b.p, b.rs, b.cs, room);
    kernel->product(m, n, k, a.p, a.rs, a.cs, room, start.p, start.rs, c, ldc);
}
