/* Training gives the same bits with all kernels and on any number of threads. */
#include "check_main.h"
#include "engine/adamw.h"
#include "kernel/kernel.h"
#include "kernel/pool.h"
#include "model/counted_text.h"
#include "model/gpt.h"
#include "engine/op_row.h"
#include <math.h>
#include <string.h>

enum { B = 2, T = 37, V = 41, STEPS = 3, MEMORY = 16 << 20, MAX_THREADS = 3 };

#define SIZES(v, t, c, l, h) .vocab = (v), .context = (t), .channels = (c), .layers = (l), .heads = (h)

/* Odd sizes, more than one block of queries, and parameters of more than one piece. */
static const Config configs[] = {
    { SIZES(V, T, 48, 2, 4), .bias = true, .positions = POSITIONS_LEARNED },
    { SIZES(V, T, 35, 1, 5), .tied = true, .positions = POSITIONS_LEARNED },
    { SIZES(V, T, 24, 1, 3), .bias = true, .positions = POSITIONS_NONE },
    { SIZES(V, T, 48, 3, 4), .positions = POSITIONS_ROTARY, .norm = NORM_RMS, .activation = ACTIVATION_RELU2,
      .embed_norm = true,
      .qk_norm = true, .value_mix = true, .char_mix = 3, .counts = true },
};

typedef struct Model {
    Err   err;
    Arena nodes, mem;
    Gpt   gpt;
} Model;

static void step(Model *m, long n, size_t nodes, size_t mem)
{
    static const AdamW adamw = { .beta1 = 0.9, .beta2 = 0.99, .eps = 1e-8, .weight_decay = 0.1 };
    int    ids[B * T], targets[B * T];
    double groups[GPT_GROUPS];
    for (int i = 0; i < B * T; i++) {
        ids[i] = (int)(rng_bits(1, (uint64_t)n, (uint64_t)i) % V);
        targets[i] = (int)(rng_bits(2, (uint64_t)n, (uint64_t)i) % V);
    }
    Tape    t = { .nodes = &m->nodes, .mem = &m->mem, .err = &m->err };
    GptPass pass = { .B = B, .T = T, .ids = ids, .targets = targets, .dropout = (real)0.1, .key = (uint64_t)n,
                     .starts = (const size_t[]){ 1000, 3000 } };
    m->nodes.used = nodes;
    m->mem.used = mem;
    params_forget_gradients(&m->gpt.params);
    ck_assert_msg(tape_backward(&t, gpt_forward(&m->gpt, &t, &pass).loss), "%s", m->err.msg);
    double norm = sqrt(params_grad_squares(&m->gpt.params, groups, GPT_GROUPS));
    adamw_step(&m->gpt.params, &adamw, 1e-2, fmin(1, 1 / (norm + 1e-6)), n);
}

/* Parameters, gradients and moments after STEPS steps, in m->mem. */
static void train(Model *m, const Config *c, const char *table, int threads)
{
    *m = (Model){ 0 };
    ck_assert(kernel_use(table) && pool_start(threads, &m->err));
    ck_assert(arena_init(&m->nodes, gpt_nodes_bytes(c), &m->err) && arena_init(&m->mem, MEMORY, &m->err));
    ck_assert(gpt_init(&m->gpt, c, &m->nodes, &m->err));
    m->gpt.prior = c->counts ? counted_text(V) : NULL;
    ck_assert(params_alloc(&m->gpt.params, PARAMS_TRAINING, &m->nodes, &m->mem, &m->err));
    params_start(&m->gpt.params, 5);
    size_t nodes = m->nodes.used, mem = m->mem.used;
    for (long n = 1; n <= STEPS; n++)
        step(m, n, nodes, mem);
    pool_stop();
}

static void forget(Model *m)
{
    arena_free(&m->nodes);
    arena_free(&m->mem);
}

static void expect_same(const real *x, const real *y, const Params *p, const char *what, const char *table, int threads)
{
    for (int i = 0; i < p->n; i++)
        ck_assert_msg(memcmp(x + p->list[i].at, y + p->list[i].at, p->list[i].len * sizeof *x) == 0,
                      "%s of %s: %s on %d threads differ from ref on one", what, p->list[i].name, table, threads);
}

START_TEST(all_kernels_and_thread_counts)
{
    Model want, got;
    train(&want, &configs[_i], "ref", 1);
    for (int k = 0; kernel_at(k); k++)
        for (int threads = 1; threads <= MAX_THREADS; threads++) {
            const char *table = kernel_at(k)->name;
            train(&got, &configs[_i], table, threads);
            const Params *a = &want.gpt.params, *b = &got.gpt.params;
            expect_same(a->grad, b->grad, a, "gradient", table, threads);
            expect_same(a->val, b->val, a, "value", table, threads);
            expect_same(a->m, b->m, a, "first moment", table, threads);
            expect_same(a->v, b->v, a, "second moment", table, threads);
            forget(&got);
        }
    ck_assert_ptr_null(params_not_finite(&want.gpt.params, want.gpt.params.val));
    forget(&want);
}
END_TEST

/* The test above would pass for a model that does not learn: the steps must change every parameter. */
START_TEST(steps_change_every_parameter)
{
    Model m;
    train(&m, &configs[_i], NULL, 2);
    Params *p = &m.gpt.params;
    real   *trained = malloc(p->len * sizeof *trained);
    memcpy(trained, p->val, p->len * sizeof *trained);
    params_start(p, 5);
    for (int i = 0; i < p->n; i++)
        ck_assert_msg(memcmp(trained + p->list[i].at, p->val + p->list[i].at, p->list[i].len * sizeof *trained) != 0,
                      "%s is what it was", p->list[i].name);
    free(trained);
    forget(&m);
}
END_TEST

CHECK_MAIN("bits", LOOP(all_kernels_and_thread_counts, 0, 4), LOOP(steps_change_every_parameter, 0, 4))
