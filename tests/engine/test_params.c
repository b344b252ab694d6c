#include "check_main.h"
#include "model/gpt.h"
#include "engine/op_row.h"
#include <math.h>
#include <string.h>

enum { GROUPS = 3 };

typedef struct Bench {
    Err    err;
    Arena  nodes, mem;
    Params p;
} Bench;

/* Sizes below, at and above a piece of 8192, and a cache line. */
static const struct { const char *name; int rank, dim[2], group; double mean, std; } table[] = {
    { "one", 1, { 1, 1 }, 0, 0, 1 },        { "line", 1, { 64, 1 }, 1, 5, 0 },
    { "odd", 2, { 3, 5 }, 2, -1, 0.5 },     { "piece", 2, { 128, 64 }, 0, 0, 0.1 },
    { "beyond", 2, { 8193, 1 }, 1, 0, 2 },  { "large", 2, { 131, 257 }, 2, 0.5, 0.25 },
};
enum { N = sizeof table / sizeof *table };

static void bench_start(Bench *b, ParamUse use)
{
    *b = (Bench){ 0 };
    ck_assert(arena_init(&b->nodes, 1 << 16, &b->err) && arena_init(&b->mem, 4 << 20, &b->err));
    memset(b->nodes.base, 0xff, b->nodes.size);
    memset(b->mem.base, 0xff, b->mem.size);
    ck_assert(params_init(&b->p, N, &b->nodes, &b->err));
    for (int i = 0; i < N; i++)
        ck_assert(params_add(&b->p, table[i].name, table[i].rank, table[i].dim, table[i].mean, table[i].std, i % 2,
                             table[i].group) != NULL);
    ck_assert(params_alloc(&b->p, use, &b->nodes, &b->mem, &b->err));
}

static void bench_end(Bench *b)
{
    arena_free(&b->nodes);
    arena_free(&b->mem);
}

/* Which parameter element i of the flat arrays belongs to, or -1. */
static int owner(const Params *p, size_t i)
{
    for (int k = 0; k < p->n; k++)
        if (i >= p->list[k].at && i - p->list[k].at < p->list[k].len)
            return k;
    return -1;
}

START_TEST(table_is_laid_out_in_order)
{
    Bench  b;
    size_t count = 0, end = 0;
    bench_start(&b, PARAMS_TRAINING);
    for (int i = 0; i < N; i++) {
        const Param *x = &b.p.list[i];
        ck_assert_str_eq(x->name, table[i].name);
        ck_assert_uint_eq(x->len, (size_t)table[i].dim[0] * (size_t)table[i].dim[1]);
        ck_assert_uint_eq(x->at * sizeof(real) % 64, 0);
        ck_assert(x->at >= end && x->at < end + 64 / sizeof(real));
        ck_assert_ptr_eq(x->tensor.val, b.p.val + x->at);
        ck_assert_ptr_eq(x->tensor.grad, b.p.grad + x->at);
        ck_assert_uint_eq(tensor_len(&x->tensor), x->len);
        ck_assert_int_eq(x->tensor.rank, table[i].rank);
        ck_assert_ptr_eq(params_find(&b.p, table[i].name), x);
        end = x->at + x->len;
        count += x->len;
    }
    ck_assert_uint_eq(b.p.count, count);
    ck_assert(b.p.len >= end && b.p.len < end + 64 / sizeof(real));
    ck_assert_ptr_null(params_find(&b.p, "none"));
    ck_assert_ptr_null(params_add(&b.p, "more", 1, (int[]){ 1, 1 }, 0, 0, false, 0));
    bench_end(&b);
}
END_TEST

START_TEST(use_decides_the_arrays)
{
    Bench b;
    bench_start(&b, (ParamUse)_i);
    ck_assert(b.p.val != NULL);
    ck_assert_int_eq(b.p.grad != NULL, _i >= PARAMS_GRADIENTS);
    ck_assert_int_eq(b.p.m != NULL && b.p.v != NULL, _i == PARAMS_TRAINING);
    ck_assert_int_eq(b.p.m == NULL && b.p.v == NULL, _i < PARAMS_TRAINING);
    for (size_t i = 0; i < b.p.len; i++)
        ck_assert(b.p.val[i] == 0 && (!b.p.grad || b.p.grad[i] == 0) && (!b.p.m || (b.p.m[i] == 0 && b.p.v[i] == 0)));
    bench_end(&b);
}
END_TEST

/* Every element of every parameter is in exactly one piece, without gaps; no piece exceeds the limit. */
START_TEST(pieces_cover_each_number_once)
{
    Bench b;
    bench_start(&b, PARAMS_VALUES);
    unsigned char *seen = calloc(b.p.len, 1);
    for (size_t k = 0; k < b.p.n_pieces; k++) {
        const ParamPiece *piece = &b.p.pieces[k];
        ck_assert(piece->len > 0 && piece->len <= 8192);
        ck_assert_uint_eq(piece->at * sizeof(real) % 64, 0);
        for (size_t i = piece->at; i < piece->at + piece->len; i++) {
            ck_assert_int_eq(owner(&b.p, i), piece->param);
            seen[i]++;
        }
    }
    for (size_t i = 0; i < b.p.len; i++)
        ck_assert_int_eq(seen[i], owner(&b.p, i) >= 0);
    free(seen);
    bench_end(&b);
}
END_TEST

START_TEST(initialization_is_a_function_of_the_seed)
{
    Bench a, b;
    bench_start(&a, PARAMS_VALUES);
    bench_start(&b, PARAMS_VALUES);
    params_start(&a.p, 7);
    params_start(&b.p, 7);
    ck_assert(memcmp(a.p.val, b.p.val, a.p.len * sizeof(real)) == 0);
    params_start(&b.p, 8);
    for (size_t i = 0; i < a.p.len; i++) {
        int k = owner(&a.p, i);
        if (k < 0)
            ck_assert(a.p.val[i] == 0);
        else
            ck_assert_int_eq(a.p.val[i] == b.p.val[i], table[k].std == 0);
    }
    bench_end(&a);
    bench_end(&b);
}
END_TEST

/* Mean and standard deviation of x within five standard errors. */
static void expect_normal(const char *name, const real *x, size_t n, double mean, double std)
{
    double m = 0, v = 0, root = sqrt((double)n);
    for (size_t i = 0; i < n; i++)
        m += (double)x[i];
    m /= (double)n;
    for (size_t i = 0; i < n; i++)
        v += ((double)x[i] - m) * ((double)x[i] - m) / (double)n;
    ck_assert_msg(fabs(m - mean) <= 5 * std / root, "%s: mean %g, should be %g", name, m, mean);
    ck_assert_msg(fabs(sqrt(v) - std) <= 5 * std / root, "%s: deviation %g, should be %g", name, sqrt(v), std);
}

/* GPT-2's: matrices 0.02, those that write to the residual stream 0.02 / sqrt(2 L), biases 0, norms 1. */
START_TEST(initialization_of_a_model)
{
    static const Config config = { .vocab = 65, .context = 40, .channels = 48, .layers = 3, .heads = 4, .bias = true };
    Bench b = { 0 };
    Gpt   g;
    ck_assert(arena_init(&b.nodes, gpt_nodes_bytes(&config), &b.err) && arena_init(&b.mem, 1 << 20, &b.err));
    ck_assert(gpt_init(&g, &config, &b.nodes, &b.err));
    ck_assert(params_alloc(&g.params, PARAMS_VALUES, &b.nodes, &b.mem, &b.err));
    ck_assert_int_eq(g.params.n, 5 + 12 * 3);
    params_start(&g.params, 4);
    for (int i = 0; i < g.params.n; i++) {
        const Param *x = &g.params.list[i];
        bool matrix = x->rank == 2, out = strstr(x->name, "c_proj.weight") != NULL;
        double mean = !matrix && strstr(x->name, ".weight") ? 1 : 0;
        expect_normal(x->name, g.params.val + x->at, x->len, mean, !matrix ? 0 : out ? 0.02 / sqrt(6) : 0.02);
        ck_assert_int_eq(x->decay, matrix);
    }
    ck_assert(g.wte->val[0] != g.wpe->val[0] && g.wte->val[0] != g.lm_head->val[0]);
    bench_end(&b);
}
END_TEST

START_TEST(squares_go_to_their_groups)
{
    Bench  b;
    double want[GROUPS] = { 0 }, got[GROUPS] = { 9, 9, 9 };
    bench_start(&b, PARAMS_GRADIENTS);
    for (int k = 0; k < N; k++) {
        op_fill(b.p.grad + b.p.list[k].at, b.p.list[k].len, (uint64_t)k, 1);
        for (size_t i = 0; i < b.p.list[k].len; i++)
            want[table[k].group] += (double)b.p.list[k].tensor.grad[i] * (double)b.p.list[k].tensor.grad[i];
    }
    double total = params_grad_squares(&b.p, got, GROUPS);
    ck_assert_double_eq_tol(total, want[0] + want[1] + want[2], 1e-12 * total);
    for (int k = 0; k < GROUPS; k++)
        ck_assert_double_eq_tol(got[k], want[k], 1e-12 * want[k]);
    bench_end(&b);
}
END_TEST

START_TEST(forgotten_gradients_hold_nothing)
{
    Bench b;
    bench_start(&b, PARAMS_GRADIENTS);
    for (int k = 0; k < N; k++)
        b.p.list[k].tensor.has_grad = true;
    params_forget_gradients(&b.p);
    for (int k = 0; k < N; k++)
        ck_assert(!b.p.list[k].tensor.has_grad);
    bench_end(&b);
}
END_TEST

/* The last element of each parameter as NaN and as infinity; and no parameter if all are finite. */
START_TEST(not_finite_is_found)
{
    Bench b;
    bench_start(&b, PARAMS_GRADIENTS);
    params_start(&b.p, 1);
    ck_assert_ptr_null(params_not_finite(&b.p, b.p.val));
    for (int k = N - 1; k >= 0; k--) {
        b.p.grad[b.p.list[k].at + b.p.list[k].len - 1] = (real)(k % 2 ? NAN : -INFINITY);
        ck_assert_ptr_eq(params_not_finite(&b.p, b.p.grad), &b.p.list[k]);
    }
    ck_assert_ptr_null(params_not_finite(&b.p, b.p.val));
    bench_end(&b);
}
END_TEST

START_TEST(no_room_is_an_error_in_words)
{
    Bench b;
    bench_start(&b, PARAMS_VALUES);
    Arena nodes = { 0 }, mem = { 0 }, enough = b.nodes;
    b.nodes.used = b.mem.used = 0;
    ck_assert(!params_alloc(&b.p, PARAMS_TRAINING, &enough, &mem, &b.err));
    ck_assert_ptr_nonnull(strstr(b.err.msg, "out of memory: no room for 50132 parameters"));
    b.err = (Err){ 0 };
    ck_assert(!params_alloc(&b.p, PARAMS_VALUES, &nodes, &b.mem, &b.err));
    b.err = (Err){ 0 };
    ck_assert(!params_init(&b.p, 3, &nodes, &b.err));
    ck_assert_str_eq(b.err.msg, "out of memory: no room for a table of 3 parameters");
    bench_end(&b);
}
END_TEST

CHECK_MAIN("params", TEST(table_is_laid_out_in_order), LOOP(use_decides_the_arrays, 0, 3),
           TEST(pieces_cover_each_number_once), TEST(initialization_is_a_function_of_the_seed),
           TEST(initialization_of_a_model), TEST(squares_go_to_their_groups), TEST(forgotten_gradients_hold_nothing),
           TEST(not_finite_is_found), TEST(no_room_is_an_error_in_words))
