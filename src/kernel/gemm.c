/* A product is cut into pieces, a block of rows of c by some panels of b. One thread computes a piece from
 * start to finish: it packs a block of b into its own scratch memory, multiplies its rows of a by it, a few at a
 * time, and moves on. Its data stays in its processor's cache, and no thread waits for another. The price is that
 * b is packed once per block of rows and a read once per block of columns, which is small if pieces are large. */
#include "kernel/gemm.h"
#include "kernel/bf16.h"
#include "kernel/pool.h"

enum {
    K_BLOCK    = 1536 / sizeof(real),  /* rows of b packed at a time: a panel of them fits the L1 cache */
    K_TURNED   = 1024 / sizeof(real),  /* the same where a is transposed: a's lines need room there, too */
    GROUP      = 384,                  /* columns of b packed at a time: K_BLOCK rows of them fit the L2 cache */
    SLICE      = 24,                   /* rows of a multiplied by a group at a time: a multiple of every tile */
    ROWS_MOST  = 768,                  /* of c in a piece, where a is copied or rounded */
    ROWS_LEAST = 48,                   /* with fewer, packing costs too much */
    PIECES     = 2,                    /* wanted per thread, so that all finish together */
    WORTH      = 1 << 20,              /* multiplications worth a thread: about 20 us */
    PAIRS_MOST = 192,                  /* of bfloat16, instead of K_BLOCK: half, to allow ROWS_MOST */
    GROUP_ROWS = 32,                   /* rows of a piece come in as many for products in groups of pairs */
    APART      = 16,                   /* padding of copied lines, against power-of-two strides */
};

static size_t least(size_t a, size_t b) { return a < b ? a : b; }
static size_t parts(size_t n, size_t size) { return n / size + (n % size != 0); }

/* Cuts k rows into equal blocks of at most `most`; returns their height. */
static size_t k_block(size_t k, size_t most) { return k > most ? parts(k, parts(k, most)) : k; }

/* The same in pairs, in whole groups. */
static size_t k_pairs(size_t k, size_t group)
{
    size_t pairs = parts(k, 2);
    return pairs > PAIRS_MOST ? parts(parts(pairs, parts(pairs, PAIRS_MOST)), group) * group : pairs;
}

size_t gemm_panels_len(size_t n, size_t k) { return parts(n, kernel->width) * kernel->width * k; }

size_t gemm_rounded_len(size_t n, size_t k) { return parts(n, kernel->rounded_width) * kernel->rounded_width / 2 * k; }

/* Columns of b packed at a time: whole panels. */
static size_t group(size_t n) { return least(GROUP, parts(n, kernel->width) * kernel->width); }

/* Numbers from one slice of a to the next: an odd number of cache lines, so that slices use all the cache's sets. */
static size_t apart(size_t k) { return (k * kernel->height / APART / 2 + 1) * 2 * APART + APART; }

bool gemm_reserve(size_t m, size_t n, size_t k, Err *err)
{
    size_t slices = parts(least(ROWS_MOST, m), kernel->height), copy = slices * apart(k_block(k, K_TURNED));
    return n == 0 || pool_reserve((group(n) * k_block(k, K_BLOCK) + copy) * sizeof(real), err);
}

bool gemm_bf16_reserve(size_t m, size_t n, size_t k, Err *err)
{
    const Bf16Kernels *bf16 = kernel_bf16(kernel);
    if (!bf16)
        return err_set(err, "the %s kernels cannot multiply in bfloat16 on this processor: avx512 can, where the "
                       "processor has AVX512-BF16; ref can anywhere, slowly", kernel->name);
    size_t rows = least(ROWS_MOST, m) + APART;
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
    bool        turned;              /* a's rows are columns in memory ... */
    bool        copied;              /* ... and copied before they are multiplied */
    const Bf16Kernels *bf16;         /* NULL: the product is of reals */
} Job;

/* Rows of a that product takes at once, and where the next ones are. */
typedef struct Slices {
    Matrix a;
    size_t rows, next;
} Slices;

/* The rows of a transposed matrix are columns in memory: a tile that walks along k would read a few numbers
 * from each of many distant lines. Copying them first puts all that one tile reads side by side. It pays unless the
 * lines are close and each is multiplied by few columns. */
static bool worth_copying(const Job *job) { return job->a.cs > GROUP || job->n > GROUP; }

static Slices slices(const Job *job, Matrix a, size_t m, size_t k)
{
    if (!job->copied)
        return job->turned ? (Slices){ a, m, 0 } : (Slices){ a, SLICE, SLICE * a.rs };
    real *room = (real *)pool_scratch() + group(job->n) * k;
    kernel->slices(m, k, a.p, a.cs, room, apart(k));
    return (Slices){ { room, 1, kernel->height }, kernel->height, apart(k) };
}

/* Rows i .. i+m-1 of c by columns j .. end-1, over rows k0 .. k0+k-1 of b. */
typedef void Piece(const Job *job, size_t i, size_t m, size_t j, size_t end, size_t k0, size_t k);

static void multiply_reals(const Job *job, size_t i, size_t m, size_t j, size_t end, size_t k0, size_t k)
{
    GemmStart start  = k0 == 0 ? job->start : (GemmStart){ job->c, job->ldc };
    real     *panels = pool_scratch();
    Slices    s = slices(job, (Matrix){ job->a.p + i * job->a.rs + k0 * job->a.cs, job->a.rs, job->a.cs }, m, k);
    for (; j < end; j += GROUP) {
        size_t      n = least(GROUP, end - j);
        const real *a = s.a.p;
        kernel->pack(k, n, job->b.p + k0 * job->b.rs + j * job->b.cs, job->b.rs, job->b.cs, panels);
        for (size_t r = 0; r < m; r += s.rows, a += s.next)
            kernel->product(least(s.rows, m - r), n, k, a, s.a.rs, s.a.cs, panels,
                            start.p ? start.p + (i + r) * start.rs + j : NULL, start.rs,
                            job->c + (i + r) * job->ldc + j, job->ldc);
    }
}

/* The same with b already packed. */
static void multiply_packed(const Job *job, size_t i, size_t m, size_t j, size_t end, size_t k0, size_t k)
{
    const real *a     = job->a.p + i * job->a.rs + k0 * job->a.cs;
    GemmStart   start = k0 == 0 ? job->start : (GemmStart){ job->c, job->ldc };
    for (; j < end; j += kernel->width)
        kernel->product(m, least(kernel->width, end - j), k, a, job->a.rs, job->a.cs,
                        job->panels + j * job->k + k0 * kernel->width,
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
    Piece     *multiply = job->bf16 ? multiply_pairs : job->rounded ? multiply_rounded :
                           job->panels ? multiply_packed : multiply_reals;
    size_t     across   = parts(job->n, job->columns);
    for (size_t p = begin; p < end; p++) {
        size_t i = p / across * job->rows, j = p % across * job->columns, k = 0;
        size_t m = least(job->rows, job->m - i), j_end = least(j + job->columns, job->n);
        do
            multiply(job, i, m, j, j_end, k, least(job->step, job->k - k));
        while ((k += job->step) < job->k);
    }
}

/* Rows of b that a thread packs at a time. */
static size_t step_of(const Job *job)
{
    if (job->bf16)
        return 2 * k_pairs(job->k, job->bf16->group);
    return k_block(job->k, job->turned ? K_TURNED : K_BLOCK);
}

/* Cuts c into `down` blocks of rows, each into `across` blocks of columns, the same number of pieces for each thread.
 * What is read or copied more than once is down * n columns of b and across * m rows of a: the least of that. */
static void cut(Job *job, size_t width, size_t step)
{
    size_t threads = (size_t)pool_threads(), panels = parts(job->n, width), best = SIZE_MAX;
    size_t most = job->m / ROWS_LEAST + 1, fewest = job->turned || job->bf16 ? parts(job->m, ROWS_MOST) : 1;
    size_t wanted = threads == 1 || job->turned ? threads : threads * PIECES;
    wanted = parts(fewest > wanted ? fewest : wanted, threads) * threads;
    for (size_t down = fewest; down <= wanted && down <= most; down++) {
        size_t across = least(panels, parts(wanted, down)), cost = down * job->n + across * job->m;
        if ((wanted % down == 0 || down == fewest) && cost < best) {
            best         = cost;
            job->rows    = parts(parts(job->m, down), step) * step;
            job->columns = parts(panels, across) * width;
        }
    }
}

static void run(Job *job)
{
    if (job->m == 0 || job->n == 0)
        return;
    size_t width = job->bf16 ? job->bf16->width : job->rounded ? kernel->rounded_width : kernel->width;
    job->turned  = !job->bf16 && !job->rounded && !job->panels && job->a.rs == 1 && job->a.cs > 1 &&
                   job->n > width;
    job->copied  = job->turned && worth_copying(job);
    job->step    = step_of(job);
    cut(job, width, job->bf16 && job->bf16->group > 1 ? GROUP_ROWS : kernel->height);
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
