/* A product is cut into pieces, some rows of c by some panels of b, and a piece is one thread's from
 * beginning to end: it packs a panel's block into memory of its own, multiplies its rows with it,
 * and goes on, so that what it works with stays in its processor's cache and nobody waits for
 * anybody. A panel is packed once for each block of rows, which costs little for rows enough. */
#include "kernel/gemm.h"
#include "kernel/pool.h"

enum {
    K_BLOCK    = 1536 / sizeof(real),  /* rows of b packed at a time: the panel fits the second-level cache */
    ROWS_MOST  = 384,                  /* of c in a piece: K_BLOCK columns of that many rows of a fit it too */
    ROWS_LEAST = 48,                   /* below, packing costs too much */
    ROWS_STEP  = 8,                    /* the largest tile's rows */
    PIECES     = 3,                    /* wanted for each thread, so that they finish together */
    WORTH      = 1 << 20,              /* multiplications worth handing to a thread: about 20 us */
};

static size_t least(size_t a, size_t b) { return a < b ? a : b; }
static size_t parts(size_t n, size_t size) { return n / size + (n % size != 0); }

/* The height of the blocks that k rows are cut into evenly. */
static size_t k_block(size_t k) { return k > K_BLOCK ? parts(k, parts(k, K_BLOCK)) : k; }

size_t gemm_panels_len(size_t n, size_t k) { return parts(n, kernel->width) * kernel->width * k; }

bool gemm_reserve(size_t n, size_t k, Err *err)
{
    return n == 0 || pool_reserve(kernel->width * k_block(k) * sizeof(real), err);
}

/* A product, and how it is cut: rows and columns of c in a piece, columns in whole panels. */
typedef struct Job {
    size_t      m, n, k;
    Matrix      a, b;
    const real *panels;              /* b packed beforehand, or NULL */
    GemmStart   start;
    real       *c;
    size_t      ldc, rows, columns;
} Job;

/* Rows k0 .. k0+k-1 of the panel that begins with column j. */
static const real *panel(const Job *job, size_t j, size_t k0, size_t k)
{
    if (job->panels)
        return job->panels + j * job->k + k0 * kernel->width;
    real *room = pool_scratch();
    kernel->pack(k, least(kernel->width, job->n - j), job->b.p + k0 * job->b.rs + j * job->b.cs, job->b.rs,
                 job->b.cs, room);
    return room;
}

/* Rows i .. i+m-1 of c by columns j .. end-1, over rows k0 .. k0+k-1 of b. */
static void multiply(const Job *job, size_t i, size_t m, size_t j, size_t end, size_t k0, size_t k)
{
    const real *a     = job->a.p + i * job->a.rs + k0 * job->a.cs;
    GemmStart   start = k0 == 0 ? job->start : (GemmStart){ job->c, job->ldc };
    for (; j < end; j += kernel->width)
        kernel->product(m, least(kernel->width, end - j), k, a, job->a.rs, job->a.cs, panel(job, j, k0, k),
                        start.p ? start.p + i * start.rs + j : NULL, start.rs, job->c + i * job->ldc + j,
                        job->ldc);
}

static void do_pieces(void *context, size_t begin, size_t end)
{
    const Job *job    = context;
    size_t     across = parts(job->n, job->columns), step = k_block(job->k);
    for (size_t p = begin; p < end; p++) {
        size_t i = p / across * job->rows, j = p % across * job->columns, k = 0;
        size_t m = least(job->rows, job->m - i), j_end = least(j + job->columns, job->n);
        do
            multiply(job, i, m, j, j_end, k, least(step, job->k - k));
        while ((k += step) < job->k);
    }
}

/* Cuts rows as far as needed, into as many blocks for one thread as for another, then columns, so
 * that every thread finds several pieces. */
static void run(Job *job)
{
    size_t threads = (size_t)pool_threads(), wanted = threads > 1 ? PIECES * threads : 1;
    size_t panels = parts(job->n, kernel->width), down = parts(parts(job->m, ROWS_MOST), threads) * threads;
    while (down * panels < wanted)
        down += threads;
    while (down > 1 && job->m / down < ROWS_LEAST)
        down--;
    job->rows    = parts(parts(job->m, down), ROWS_STEP) * ROWS_STEP;
    job->columns = parts(panels, least(panels, parts(wanted, down))) * kernel->width;
    size_t work  = least(job->rows, job->m) * least(job->columns, job->n) * job->k;
    pool_each(parts(job->m, job->rows) * parts(job->n, job->columns), parts(WORTH, work + 1), do_pieces, job);
}

void gemm(size_t m, size_t n, size_t k, Matrix a, Matrix b, GemmStart start, real *c, size_t ldc)
{
    Job job = { .m = m, .n = n, .k = k, .a = a, .b = b, .start = start, .c = c, .ldc = ldc };
    if (m > 0 && n > 0)
        run(&job);
}

void gemm_packed(size_t m, size_t n, size_t k, Matrix a, const real *panels, GemmStart start, real *c,
                 size_t ldc)
{
    Job job = { .m = m, .n = n, .k = k, .a = a, .panels = panels, .start = start, .c = c, .ldc = ldc };
    if (m > 0 && n > 0)
        run(&job);
}

void gemm_small(size_t m, size_t n, size_t k, Matrix a, Matrix b, GemmStart start, real *c, size_t ldc,
                real *room)
{
    kernel->pack(k, n, b.p, b.rs, b.cs, room);
    kernel->product(m, n, k, a.p, a.rs, a.cs, room, start.p, start.rs, c, ldc);
}
