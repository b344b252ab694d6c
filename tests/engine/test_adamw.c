/* AdamW against the formula, element by element. */
#include "check_main.h"
#include "engine/adamw.h"
#include "kernel/kernel.h"
#include "kernel/pool.h"
#include "engine/op_row.h"
#include <math.h>
#include <string.h>

enum { STEPS = 5, N = 4 };
static const int sizes[N] = { 1, 37, 8192, 9001 };

typedef struct Bench {
    Err    err;
    Arena  nodes, mem;
    Params p;
} Bench;

/* Parameters 1 and 3 decay. */
static void bench_start(Bench *b, int threads)
{
    *b = (Bench){ 0 };
    ck_assert(kernel_use(NULL) && pool_start(threads, &b->err));
    ck_assert(arena_init(&b->nodes, 8192, &b->err) && arena_init(&b->mem, 1 << 20, &b->err));
    ck_assert(params_init(&b->p, N, &b->nodes, &b->err));
    for (int i = 0; i < N; i++)
        params_add(&b->p, "x", 1, (int[]){ sizes[i], 1 }, 0.5, 1, i % 2, 0);
    ck_assert(params_alloc(&b->p, PARAMS_TRAINING, &b->nodes, &b->mem, &b->err));
    params_start(&b->p, 3);
}

static void bench_end(Bench *b)
{
    arena_free(&b->nodes);
    arena_free(&b->mem);
    pool_stop();
}

static void set_gradients(Params *p, long step)
{
    for (int i = 0; i < p->n; i++)
        op_fill(p->grad + p->list[i].at, p->list[i].len, (uint64_t)(100 * step + i), 0.01);
}

/* Steps of one number, by Loshchilov and Hutter 2019, algorithm 2, with the decay times the rate. */
typedef struct Number {
    double x, m, v;
} Number;

static void step_of(Number *n, double g, double lr, double decay, const AdamW *o, long step)
{
    n->m = o->beta1 * n->m + (1 - o->beta1) * g;
    n->v = o->beta2 * n->v + (1 - o->beta2) * g * g;
    double m = n->m / (1 - pow(o->beta1, (double)step)), v = n->v / (1 - pow(o->beta2, (double)step));
    n->x -= lr * decay * n->x + lr * m / (sqrt(v) + o->eps);
}

static double rate(long step) { return 0.01 / (double)step; }
static double clip(long step) { return step % 2 ? 1 : 0.3; }

/* The same steps on element j of parameter i. */
static void expect_number(const Params *p, const AdamW *o, double start, int i, size_t j)
{
    size_t at = p->list[i].at + j;
    Number n = { start, 0, 0 };
    for (long step = 1; step <= STEPS; step++)
        step_of(&n, clip(step) * 0.01 * op_noise((uint64_t)(100 * step + i), j), rate(step),
                i % 2 ? o->weight_decay : 0,
                o, step);
    ck_assert_msg(fabs(p->val[at] - n.x) < 1e-13 * fmax(1, fabs(n.x)),
                  "parameter %d, number %zu is %.17g, should be %.17g",
                  i, j, p->val[at], n.x);
    ck_assert(fabs(p->m[at] - n.m) < 1e-14 && fabs(p->v[at] - n.v) < 1e-14 * n.v + 1e-20);
}

static void expect_zero_gaps(const Params *p)
{
    for (int i = 0; i < N; i++) {
        size_t end = i + 1 < N ? p->list[i + 1].at : p->len;
        for (size_t j = p->list[i].at + p->list[i].len; j < end; j++)
            ck_assert(p->val[j] == 0 && p->m[j] == 0 && p->v[j] == 0);
    }
}

START_TEST(steps_follow_the_formula)
{
    static const AdamW o = { .beta1 = 0.9, .beta2 = 0.99, .eps = 1e-6, .weight_decay = 0.3 };
    Bench b;
    bench_start(&b, _i);
    real *start = malloc(b.p.len * sizeof *start);
    memcpy(start, b.p.val, b.p.len * sizeof *start);
    for (long step = 1; step <= STEPS; step++) {
        set_gradients(&b.p, step);
        adamw_step(&b.p, &o, rate(step), clip(step), step);
    }
    for (int i = 0; i < N; i++)
        for (size_t j = 0; j < b.p.list[i].len; j++)
            expect_number(&b.p, &o, start[b.p.list[i].at + j], i, j);
    expect_zero_gaps(&b.p);
    free(start);
    bench_end(&b);
}
END_TEST

/* With a gradient of 0 only decay changes a value, and only where `decay` is set. */
START_TEST(decay_applies_where_it_is_set)
{
    static const AdamW o = { .beta1 = 0.9, .beta2 = 0.99, .eps = 1e-8, .weight_decay = 0.5 };
    Bench b;
    bench_start(&b, 1);
    real *start = malloc(b.p.len * sizeof *start);
    memcpy(start, b.p.val, b.p.len * sizeof *start);
    adamw_step(&b.p, &o, 0.1, 1, 1);
    for (int i = 0; i < N; i++)
        for (size_t j = b.p.list[i].at; j < b.p.list[i].at + b.p.list[i].len; j++)
            ck_assert(fabs(b.p.val[j] - start[j] * (i % 2 ? 0.95 : 1)) <= 1e-15 * fabs(start[j]));
    free(start);
    bench_end(&b);
}
END_TEST

/* For any gradient, however small, the first step has the length of the learning rate. */
START_TEST(first_step_is_the_learning_rate)
{
    static const AdamW o = { .beta1 = 0.9, .beta2 = 0.999, .eps = 1e-30, .weight_decay = 0 };
    Bench b;
    bench_start(&b, 1);
    real x0 = b.p.val[0];
    b.p.grad[0] = (real)-1e-9;
    adamw_step(&b.p, &o, 0.25, 1, 1);
    ck_assert_double_eq_tol(b.p.val[0] - x0, 0.25, 1e-12);
    bench_end(&b);
}
END_TEST

/* Parameters of Muon stay unchanged; a parameter's rate multiplies the learning rate, also in the decay. */
START_TEST(rule_and_rate_apply)
{
    static const AdamW o = { .beta1 = 0.9, .beta2 = 0.99, .eps = 1e-8, .weight_decay = 0.5 };
    Bench a, b;
    bench_start(&a, 1);
    bench_start(&b, 1);
    for (int i = 0; i < N; i++)
        a.p.list[i].rate = 4;
    a.p.list[2].rule = b.p.list[2].rule = RULE_MUON;
    real *start = malloc(a.p.len * sizeof *start);
    memcpy(start, a.p.val, a.p.len * sizeof *start);
    for (long step = 1; step <= STEPS; step++) {
        set_gradients(&a.p, step);
        set_gradients(&b.p, step);
        adamw_step(&a.p, &o, 0.01, 1, step);
        adamw_step(&b.p, &o, 0.04, 1, step);
    }
    ck_assert(memcmp(a.p.val, b.p.val, a.p.len * sizeof *start) == 0);
    size_t at = a.p.list[2].at, end = at + a.p.list[2].len;
    ck_assert(memcmp(a.p.val + at, start + at, (end - at) * sizeof *start) == 0);
    ck_assert(a.p.m[at] == 0 && a.p.v[end - 1] == 0 && a.p.val[end + 100] != start[end + 100]);
    free(start);
    bench_end(&a);
    bench_end(&b);
}
END_TEST

CHECK_MAIN("adamw", LOOP(steps_follow_the_formula, 1, 4), TEST(decay_applies_where_it_is_set),
           TEST(first_step_is_the_learning_rate), TEST(rule_and_rate_apply))
