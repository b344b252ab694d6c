/* Muon against naive loops in double: step size, parts, decay; the same bits for every table and thread count. */
#include "check_main.h"
#include "engine/muon.h"
#include "engine/orthogonal.h"
#include "kernel/kernel.h"
#include "kernel/pool.h"
#include "engine/op_row.h"
#include <math.h>
#include <string.h>

enum { MOST = 150 * 150, N = 5, STEPS = 3, MAX_THREADS = 3 };
static const double NEAR = sizeof(real) == 4 ? 2e-3 : 1e-9;

/* --- Orthogonalization --- */

static double product_at(const double *x, const double *y, size_t n, size_t k, size_t i, size_t j)
{
    double total = 0;
    for (size_t l = 0; l < k; l++)
        total += x[i * k + l] * y[l * n + j];
    return total;
}

/* z = x y, x being m x k and y k x n */
static void times(size_t m, size_t n, size_t k, const double *x, const double *y, double *z)
{
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++)
            z[i * n + j] = product_at(x, y, n, k, i, j);
}

static void transpose(size_t m, size_t n, const double *x, double *y)
{
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++)
            y[j * m + i] = x[i * n + j];
}

/* Sum of the eigenvalues of a = x x^T to the fourth power, the singular values of x to the eighth. */
static double eighth_powers(size_t m, const double *a, double *a2)
{
    double total = 0;
    times(m, m, m, a, a, a2);
    for (size_t i = 0; i < m * m; i++)
        total += a2[i] * a2[i];
    return total;
}

/* X <- 3.4445 X + (-4.775 A + 2.0315 A^2) X, A = X X^T, as in the paper; x is m x n, m <= n. */
static void textbook(size_t m, size_t n, double *x, int iterations)
{
    static double xt[MOST], a[MOST], a2[MOST], step[MOST];
    for (int it = 0; it < iterations; it++) {
        transpose(m, n, x, xt);
        times(m, m, n, x, xt, a);
        double s = it ? 1 : pow(eighth_powers(m, a, a2), 0.125);
        times(m, m, m, a, a, a2);
        for (size_t i = 0; i < m * m; i++)
            a[i] = -4.775 * a[i] / (s * s) + 2.0315 * a2[i] / pow(s, 4);
        times(m, n, m, a, x, step);
        for (size_t i = 0; i < m * n; i++)
            x[i] = (3.4445 * x[i] + step[i]) / s;
    }
}

/* The expected result for u. */
static void expected(size_t rows, size_t cols, const real *u, int iterations, double *o)
{
    static double x[MOST], xt[MOST];
    for (size_t i = 0; i < rows * cols; i++)
        x[i] = (double)u[i];
    if (rows > cols) {
        transpose(rows, cols, x, xt);
        textbook(cols, rows, xt, iterations);
        transpose(cols, rows, xt, o);
        return;
    }
    textbook(rows, cols, x, iterations);
    memcpy(o, x, rows * cols * sizeof *o);
}

static real u[MOST], p[MOST];

static void add_orthogonal(size_t rows, size_t cols, int iterations, real factor)
{
    real *room = malloc(orthogonal_room(rows, cols) * sizeof *room);
    memset(room, 0xff, orthogonal_room(rows, cols) * sizeof *room);
    orthogonal_add(rows, cols, u, iterations, factor, p, room);
    free(room);
}

static const size_t shapes[][2] = { { 1, 1 }, { 1, 7 }, { 7, 1 }, { 3, 5 }, { 5, 3 }, { 16, 16 }, { 48, 48 },
                                   { 50, 50 },
                                    { 97, 49 }, { 49, 97 }, { 17, 130 }, { 130, 17 }, { 101, 100 }, { 128, 128 } };
enum { N_SHAPES = sizeof shapes / sizeof *shapes };

static void expect_textbook(size_t rows, size_t cols, int iterations)
{
    static double want[MOST];
    op_fill(p, rows * cols, 8, 1);
    expected(rows, cols, u, iterations, want);
    add_orthogonal(rows, cols, iterations, (real)-0.5);
    for (size_t i = 0; i < rows * cols; i++) {
        double got = ((double)p[i] - (double)op_noise(8, i)) / -0.5;
        ck_assert_msg(fabs(got - want[i]) < NEAR, "%zux%zu, %d iterations: [%zu] is %g, should be %g", rows, cols,
                      iterations, i, got, want[i]);
    }
}

START_TEST(orthogonal_add_equals_the_naive_loops)
{
    ck_assert(kernel_use(NULL));
    for (size_t s = 0; s < N_SHAPES; s++) {
        op_fill(u, shapes[s][0] * shapes[s][1], s, 1e-4);
        expect_textbook(shapes[s][0], shapes[s][1], _i);
    }
}
END_TEST

/* Jacobi rotations leave the eigenvalues of a symmetric matrix on its diagonal. */
static void eigenvalues(size_t n, double *a)
{
    for (int sweep = 0; sweep < 12; sweep++)
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < i; j++) {
                double angle = 0.5 * atan2(2 * a[i * n + j], a[i * n + i] - a[j * n + j]);
                double c = cos(angle), s = sin(angle);
                for (size_t k = 0; k < n; k++) {
                    double x = a[i * n + k], y = a[j * n + k];
                    a[i * n + k] = c * x + s * y;
                    a[j * n + k] = c * y - s * x;
                }
                for (size_t k = 0; k < n; k++) {
                    double x = a[k * n + i], y = a[k * n + j];
                    a[k * n + i] = c * x + s * y;
                    a[k * n + j] = c * y - s * x;
                }
            }
}

/* Singular values of O lie between 0.6 and 1.25, while those of u span a factor of 50. */
START_TEST(singular_values_are_near_one)
{
    enum { ROWS = 24, COLS = 40 };
    static double x[ROWS * COLS], xt[ROWS * COLS], a[ROWS * ROWS];
    ck_assert(kernel_use(NULL));
    op_fill(u, ROWS * COLS, 3, 1);
    for (size_t i = 0; i < ROWS * COLS; i++)
        u[i] *= (real)pow(0.02, (double)(i / COLS) / (ROWS - 1));
    memset(p, 0, sizeof p);
    add_orthogonal(ROWS, COLS, 5, 1);
    for (size_t i = 0; i < ROWS * COLS; i++)
        x[i] = (double)p[i];
    transpose(ROWS, COLS, x, xt);
    times(ROWS, ROWS, COLS, x, xt, a);
    eigenvalues(ROWS, a);
    for (size_t i = 0; i < ROWS; i++)
        ck_assert_msg(sqrt(a[i * ROWS + i]) > 0.6 && sqrt(a[i * ROWS + i]) < 1.25, "a singular value is %g",
                      sqrt(a[i * ROWS + i]));
}
END_TEST

/* A gradient of 0, or so small that its squares vanish, changes nothing; otherwise the scale of u is irrelevant. */
START_TEST(size_of_the_gradient)
{
    static real first[30];
    ck_assert(kernel_use(NULL));
    for (int i = 0; i < 4; i++) {
        static const double size[] = { 1, 1e8, 1e-12, 0 };
        op_fill(u, 30, 5, size[i]);
        memset(p, 0, sizeof p);
        add_orthogonal(5, 6, 5, 1);
        if (i == 0)
            memcpy(first, p, sizeof first);
        for (int j = 0; j < 30; j++)
            ck_assert(fabs((double)p[j] - (size[i] > 0 ? (double)first[j] : 0)) < NEAR);
    }
}
END_TEST

/* --- The optimizer --- */

static const int dims[N][2] = { { 30, 20 }, { 9, 1 }, { 20, 61 }, { 147, 49 }, { 64, 64 } };

typedef struct Bench {
    Err    err;
    Arena  nodes, mem;
    Params p;
} Bench;

/* Parameter 1 is a vector with RULE_ADAMW; 3 is three matrices; 2 and 4 do not decay. */
static void bench_start(Bench *b, const char *table, int threads)
{
    *b = (Bench){ 0 };
    ck_assert(kernel_use(table) && pool_start(threads, &b->err));
    ck_assert(arena_init(&b->nodes, 16384, &b->err) && arena_init(&b->mem, 1 << 20, &b->err));
    ck_assert(params_init(&b->p, N, &b->nodes, &b->err));
    for (int i = 0; i < N; i++) {
        params_add(&b->p, "x", i == 1 ? 1 : 2, dims[i], 0.5, 1, i % 2 || i == 0, 0);
        b->p.list[i].rule = i == 1 ? RULE_ADAMW : RULE_MUON;
    }
    b->p.list[3].parts = 3;
    ck_assert(params_alloc(&b->p, PARAMS_TRAINING, &b->nodes, &b->mem, &b->err));
    params_start(&b->p, 3);
    ck_assert_msg(muon_reserve(&b->p, &b->err), "%s", b->err.msg);
}

static void bench_end(Bench *b)
{
    arena_free(&b->nodes);
    arena_free(&b->mem);
    pool_stop();
}

static const Muon muon = { .momentum = 0.9, .weight_decay = 0.2, .iterations = 5 };

static void steps(Bench *b, double lr)
{
    for (int step = 1; step <= STEPS; step++) {
        for (int i = 0; i < N; i++)
            op_fill(b->p.grad + b->p.list[i].at, b->p.list[i].len, (uint64_t)(100 * step + i), 0.01);
        muon_step(&b->p, &muon, lr, step % 2 ? 1 : 0.25);
    }
}

/* One matrix of rows x cols from element `first` of the parameter; its gradients are op_fill's. */
static void expect_matrix(const Bench *b, const real *start, int i, size_t first, size_t rows, size_t cols, double lr)
{
    static double m[MOST], o[MOST], x[MOST];
    const Param *par = &b->p.list[i];
    for (size_t j = 0; j < rows * cols; j++)
        m[j] = 0, x[j] = (double)start[par->at + first + j];
    for (int step = 1; step <= STEPS; step++) {
        for (size_t j = 0; j < rows * cols; j++) {
            double g = (step % 2 ? 1 : 0.25) * 0.01 * (double)op_noise((uint64_t)(100 * step + i), first + j);
            m[j] = 0.9 * m[j] + 0.1 * g;
            u[j] = (real)(0.1 * g + 0.9 * m[j]);
        }
        expected(rows, cols, u, 5, o);
        for (size_t j = 0; j < rows * cols; j++)
            x[j] = x[j] * (par->decay ? 1 - lr * 0.2 : 1) -
                   lr * sqrt(rows > cols ? (double)rows / (double)cols : 1) * o[j];
    }
    for (size_t j = 0; j < rows * cols; j++) {
        double got = (double)b->p.val[par->at + first + j];
        ck_assert_msg(fabs(got - x[j]) < NEAR, "parameter %d, number %zu is %g, should be %g", i, first + j, got, x[j]);
        ck_assert(fabs((double)b->p.m[par->at + first + j] - m[j]) < 1e-8);
    }
}

START_TEST(steps_follow_the_formula)
{
    Bench b;
    bench_start(&b, NULL, 2);
    real *start = malloc(b.p.len * sizeof *start);
    memcpy(start, b.p.val, b.p.len * sizeof *start);
    b.p.list[2].rate = 2.5;
    steps(&b, 0.1);
    expect_matrix(&b, start, 0, 0, 30, 20, 0.1);
    expect_matrix(&b, start, 2, 0, 20, 61, 0.25);
    expect_matrix(&b, start, 4, 0, 64, 64, 0.1);
    for (size_t part = 0; part < 3; part++)
        expect_matrix(&b, start, 3, part * 49 * 49, 49, 49, 0.1);
    for (size_t j = 0; j < 9; j++)
        ck_assert(b.p.val[b.p.list[1].at + j] == start[b.p.list[1].at + j]);
    for (size_t j = 0; j < b.p.len; j++)
        ck_assert(b.p.v[j] == 0);
    free(start);
    bench_end(&b);
}
END_TEST

START_TEST(every_table_and_thread_count)
{
    Bench want, got;
    bench_start(&want, "ref", 1);
    steps(&want, 0.1);
    for (int k = 0; kernel_at(k); k++)
        for (int threads = 1; threads <= MAX_THREADS; threads++) {
            const char *table = kernel_at(k)->name;
            bench_start(&got, table, threads);
            steps(&got, 0.1);
            ck_assert_msg(memcmp(got.p.val, want.p.val, want.p.len * sizeof(real)) == 0 &&
                          memcmp(got.p.m, want.p.m, want.p.len * sizeof(real)) == 0,
                          "%s on %d threads", table, threads);
            bench_end(&got);
        }
    bench_end(&want);
}
END_TEST

START_TEST(only_matrices_that_split_evenly_are_accepted)
{
    Bench b;
    bench_start(&b, NULL, 1);
    b.p.list[0].parts = 4;
    ck_assert(!muon_reserve(&b.p, &b.err));
    ck_assert_str_eq(b.err.msg, "Muon cannot split x (rank 2, 30 x 20) into 4 matrices");
    b.err = (Err){ 0 };
    b.p.list[0].parts = 1;
    b.p.list[1].rule = RULE_MUON;
    ck_assert(!muon_reserve(&b.p, &b.err));
    ck_assert_str_eq(b.err.msg, "Muon cannot split x (rank 1, 9 x 1) into 1 matrices");
    bench_end(&b);
}
END_TEST

CHECK_MAIN("muon", LOOP(orthogonal_add_equals_the_naive_loops, 1, 6), TEST(singular_values_are_near_one),
           TEST(size_of_the_gradient), TEST(steps_follow_the_formula), TEST(every_table_and_thread_count),
           TEST(only_matrices_that_split_evenly_are_accepted))
