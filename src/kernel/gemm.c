/* A product is cut into pieces, a block of rows of c by some panels of b. One thread computes a piece from
 * start to finish: it packs a block of a panel into its own scratch memory, multiplies its rows by it, and
 * moves on. Its data stays in its processor's cache, and no thread waits for another. The price is that a
 * panel is packed once per block of rows, which is small if the blocks are tall. */
#include "kernel/gemm.h"
#include "kernel/bf16.h"
#include "kernel/pool.h"
#include <string.h>

enum {
    K_BLOCK    = 1536 / sizeof(real),  /* rows of b packed at a time: the panel fits the L2 cache */
    ROWS_MOST  = 384,                  /* of c in a piece: K_BLOCK columns of that many rows of a also fit it */
    ROWS_LEAST = 48,                   /* with fewer, packing costs too much */
    ROWS_STEP  = 8,                    /* rows of the largest register tile */
    PIECES     = 3,                    /* wanted per thread, so that all finish together */
    WORTH      = 1 << 20,              /* multiplications worth a thread: about 20 us */
    PAIRS_MOST = 192,                  /* of bfloat16, instead of K_BLOCK: half, to allow ... */
    PAIR_ROWS_MOST = 768,              /* ... twice the rows in a piece, so that packing b costs less */
    GROUP_ROWS = 32,                   /* instead of ROWS_STEP for products in groups of pairs */
    APART      = 16,                   /* padding of copied lines, against power-of-two strides */
};

static size_t least(size_t a, size_t b) { return a < b ? a : b; }
static size_t parts(size_t n, size_t size) { return n / size + (n % size != 0); }

/* Cuts k rows into equal blocks; returns their height. */
static size_t k_block(size_t k) { return k > K_BLOCK ? parts(k, parts(k, K_BLOCK)) : k; }

/* The same in pairs, in whole groups. */
static size_t k_pairs(size_t k, size_t group)
{
    size_t pairs = parts(k, 2);
    return pairs > PAIRS_MOST ? parts(parts(pairs, parts(pairs, PAIRS_MOST)), group) * group : pairs;
}

size_t gemm_panels_len(size_t n, size_t k) { return parts(n, kernel->width) * kernel->width * k; }

size_t gemm_rounded_len(size_t n, size_t k) { return parts(n, kernel->rounded_width) * kernel->rounded_width / 2 * k; }

/* Stride of the columns of a copied block of m rows. */
static size_t apart(size_t m) { return parts(m, APART) * APART + APART; }

bool gemm_reserve(size_t m, size_t n, size_t k, Err *err)
{
    size_t line = kernel->width + (m > 0 ? apart(least(ROWS_MOST, m)) : 0);
    return n == 0 || pool_reserve(line * k_block(k) * sizeof(real), err);
}

bool gemm_bf16_reserve(size_t m, size_t n, size_t k, Err *err)
{
    const Bf16Kernels *bf16 = kernel_bf16(kernel);
    if (!bf16)
        return err_set(err, "the %s kernels cannot multiply in bfloat16 on this processor: avx512 can, where the "
                       "processor has AVX512-BF16; ref can anywhere, slowly", kernel->name);
    size_t rows = least(PAIR_ROWS_MOST, m) + APART;
    return n == 0 || pool_reserve((bf16->width + rows) * (k_pairs(k, bf16->group) + APART) * sizeof(uint32_t), err);
}

/* A product, and the size of its pieces: rows and columns of c, columns in whole panels. */
typedef struct Job {
    size_t      m, n, k;
    Matrix      a, b;
    const real *panels;              /* b already packed, or NULL */
    const uint32_t *rounded;         /* b already packed and rounded, or NULL */
    GemmStart   start;
    real       *c;
    size_t      ldc, rows, columns;
    size_t      step;                /* rows of b packed at a time */
    const Bf16Kernels *bf16;         /* NULL: the product is of reals */
} Job;

/* Rows k0 .. k0+k-1 of the panel that starts at column j. */
static const real *panel(const Job *job, size_t j, size_t k0, size_t k)
{
    if (job->panels)
        return job->panels + j * job->k + k0 * kernel->width;
    real *room = pool_scratch();
    kernel->pack(k, least(kernel->width, job->n - j), job->b.p + k0 * job->b.rs + j * job->b.cs, job->b.rs,
                 job->b.cs, room);
    return room;
}

/* The rows of a transposed matrix are columns in memory: a tile that walks along k would read a few numbers
 * from each of many distant lines. Copying a block first brings its lines close together. */
static Matrix gathered(Matrix a, size_t m, size_t k)
{
    real *room = (real *)pool_scratch() + kernel->width * k;
    for (size_t i = 0; i < k; i++)
        memcpy(room + i * apart(m), a.p + i * a.cs, m * sizeof *room);
    return (Matrix){ room, 1, apart(m) };
}

/* Rows i .. i+m-1 of c by columns j .. end-1, over rows k0 .. k0+k-1 of b. */
typedef void Piece(const Job *job, size_t i, size_t m, size_t j, size_t end, size_t k0, size_t k);

static void multiply_reals(const Job *job, size_t i, size_t m, size_t j, size_t end, size_t k0, size_t k)
{
    Matrix    a     = { job->a.p + i * job->a.rs + k0 * job->a.cs, job->a.rs, job->a.cs };
    GemmStart start = k0 == 0 ? job->start : (GemmStart){ job->c, job->ldc };
    if (a.rs == 1 && a.cs > m + APART && end - j > kernel->width && !job->panels)
        a = gathered(a, m, k);
    for (; j < end; j += kernel->width)
        kernel->product(m, least(kernel->width, end - j), k, a.p, a.rs, a.cs, panel(job, j, k0, k),
                        start.p ? start.p + i * start.rs + j : NULL, start.rs, job->c + i * job->ldc + j,
                        job->ldc);
}

/* The same with b already rounded. */
static void multiply_rounded(const Job *job, size_t i, size_t m, size_t j, size_t end, size_t k0, size_t k)
{
    size_t      width = kernel->rounded_width;
    const real *a     = job->a.p + i * job->a.rs + k0 * job->a.cs;
    GemmStart   start = k0 == 0 ? job->start : (GemmStart){ job->c, job->ldc };
    for (; j < end; j += width)
        kernel->product_rounded(m, least(width, end - j), k, a, job->a.rs, job->a.cs,
                                job->rounded + (j * job->k + k0 * width) / 2,
                                start.p ? start.p + i * start.rs + j : NULL, start.rs, job->c + i * job->ldc + j,
                                job->ldc);
}

/* The same with both rounded to bfloat16, a's rows once for all columns. The pairs keep a's layout, by rows or
 * by columns; groups of pairs are always by rows. */
static void multiply_pairs(const Job *job, size_t i, size_t m, size_t j, size_t end, size_t k0, size_t k)
{
    bool      turned = job->a.rs == 1 && job->bf16->group == 1;
    size_t    width = job->bf16->width, pairs = parts(k, 2);
    size_t    rs = turned ? 1 : pairs + APART, cs = turned ? m + APART : 1;
    uint32_t *panel = pool_scratch(), *a = panel + width * pairs;
    GemmStart start = k0 == 0 ? job->start : (GemmStart){ job->c, job->ldc };
    job->bf16->pairs(k, m, job->a.p + i * job->a.rs + k0 * job->a.cs, job->a.cs, job->a.rs, a, cs, rs);
    for (; j < end; j += width) {
        size_t n = least(width, end - j);
        job->bf16->pack(k, n, job->b.p + k0 * job->b.rs + j * job->b.cs, job->b.rs, job->b.cs, panel);
        job->bf16->product(m, n, pairs, a, rs, cs, panel, start.p ? start.p + i * start.rs + j : NULL,
                           start.rs, job->c + i * job->ldc + j, job->ldc);
    }
}

static void do_pieces(void *context, size_t begin, size_t end)
{
    const Job *job      = context;
    Piece     *multiply = job->bf16 ? multiply_pairs : job->rounded ? multiply_rounded : multiply_reals;
    size_t     across   = parts(job->n, job->columns);
    for (size_t p = begin; p < end; p++) {
        size_t i = p / across * job->rows, j = p % across * job->columns, k = 0;
        size_t m = least(job->rows, job->m - i), j_end = least(j + job->columns, job->n);
        do
            multiply(job, i, m, j, j_end, k, least(job->step, job->k - k));
        while ((k += job->step) < job->k);
    }
}

/* Cuts the rows first, into the same number of blocks for each thread, then the columns, until every thread
 * has several pieces. */
static void run(Job *job)
{
    if (job->m == 0 || job->n == 0)
        return;
    size_t width = job->bf16 ? job->bf16->width : job->rounded ? kernel->rounded_width : kernel->width;
    size_t rows_most = job->bf16 ? PAIR_ROWS_MOST : ROWS_MOST;
    size_t threads = (size_t)pool_threads(), wanted = threads > 1 ? PIECES * threads : 1;
    size_t panels = parts(job->n, width), down = parts(parts(job->m, rows_most), threads) * threads;
    while (down * panels < wanted)
        down += threads;
    while (down > 1 && job->m / down < ROWS_LEAST)
        down--;
    size_t step  = job->bf16 && job->bf16->group > 1 ? GROUP_ROWS : ROWS_STEP;
    job->rows    = parts(parts(job->m, down), step) * step;
    job->columns = parts(panels, least(panels, parts(wanted, down))) * width;
    job->step    = job->bf16 ? 2 * k_pairs(job->k, job->bf16->group) : k_block(job->k);
    size_t work  = least(job->rows, job->m) * least(job->columns, job->n) * job->k;
    pool_each(parts(job->m, job->rows) * parts(job->n, job->columns), parts(WORTH, work + 1), do_pieces, job);
}

void gemm(size_t m, size_t n, size_t k, Matrix a, Matrix b, GemmStart start, real *c, size_t ldc)
{
    Job job = { .m = m, .n = n, .k = k, .a = a, .b = b, .start = start, .c = c, .ldc = ldc };
    run(&job);
}

/* A product too small for a second thread is one call: with few rows the time goes into reading the panels. */
void gemm_packed(size_t m, size_t n, size_t k, Matrix a, const real *panels, GemmStart start, real *c,
                 size_t ldc)
{
    if (m * n * k <= WORTH) {
        kernel->product(m, n, k, a.p, a.rs, a.cs, panels, start.p, start.rs, c, ldc);
        return;
    }
    Job job = { .m = m, .n = n, .k = k, .a = a, .panels = panels, .start = start, .c = c, .ldc = ldc };
    run(&job);
}

void gemm_rounded(size_t m, size_t n, size_t k, Matrix a, const uint32_t *panels, GemmStart start, real *c,
                  size_t ldc)
{
    if (m * n * k <= WORTH) {
        kernel->product_rounded(m, n, k, a.p, a.rs, a.cs, panels, start.p, start.rs, c, ldc);
        return;
    }
    Job job = { .m = m, .n = n, .k = k, .a = a, .rounded = panels, .start = start, .c = c, .ldc = ldc };
    run(&job);
}

void gemm_bf16(size_t m, size_t n, size_t k, Matrix a, Matrix b, GemmStart start, real *c, size_t ldc)
{
    Job job = { .m = m, .n = n, .k = k, .a = a, .b = b, .start = start, .c = c, .ldc = ldc,
                .bf16 = kernel_bf16(kernel) };
    run(&job);
}

void gemm_small(size_t m, size_t n, size_t k, Matrix a, Matrix b, GemmStart start, real *c, size_t ldc,
                real *room)
{
    kernel->pack(k, n, b.p, b.rs, b.cs, room);
    kernel->product(m, n, k, a.p, a.rs, a.cs, room, start.p, start.rs, c, ldc);
}
