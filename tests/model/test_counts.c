#include "model/counts.h"
#include "check_main.h"
#include "engine/op_row.h"
#include "kernel/kernel.h"
#include "model/counted_text.h"
#include <math.h>
#include <string.h>

enum { V = 9, T = 7, B = 2, C = 8 };
static const int ids[B * T] = { 3, 1, 4, 1, 5, 8, 2, 6, 5, 3, 5, 8, 7, 0 };
static const int targets[B * T] = { 1, 4, 1, 5, 8, 2, 6, 5, 3, 5, 8, 7, 0, -1 };
static const size_t starts[B] = { 700, 4100 };

typedef struct Bench {
    Err   err;
    Arena nodes, mem;
    Gpt   g;
    size_t nodes_mark, mem_mark;
} Bench;

static void bench_start(Bench *b, const Config *c)
{
    *b = (Bench){ 0 };
    ck_assert(kernel_use(NULL));
    ck_assert(arena_init(&b->nodes, 2 * gpt_nodes_bytes(c), &b->err) && arena_init(&b->mem, 4 << 20, &b->err));
    ck_assert(gpt_init(&b->g, c, &b->nodes, &b->err));
    ck_assert(params_alloc(&b->g.params, PARAMS_GRADIENTS, &b->nodes, &b->mem, &b->err));
    op_fill(b->g.params.val, b->g.params.len, 1, 0.5);
    b->g.prior = counted_text(V);
    b->nodes_mark = b->nodes.used;
    b->mem_mark = b->mem.used;
}

static void bench_end(Bench *b)
{
    arena_free(&b->nodes);
    arena_free(&b->mem);
}

static const GptPass pass = { .B = B, .T = T, .ids = ids, .targets = targets, .starts = starts };

static Tensor *loss_of(Bench *b, Tape *t)
{
    b->nodes.used = b->nodes_mark;
    b->mem.used = b->mem_mark;
    *t = (Tape){ .nodes = &b->nodes, .mem = &b->mem, .err = &b->err };
    Tensor *loss = gpt_forward(&b->g, t, &pass).loss;
    ck_assert_msg(loss != NULL, "%s", b->err.msg);
    return loss;
}

static const Config shapes[] = {
    { .vocab = V, .context = T, .layers = 2, .heads = 2, .channels = C, .counts = true, .bias = true },
    { .vocab = V, .context = T, .layers = 1, .heads = 1, .channels = C, .counts = true, .tied = true, .soft_cap = 9,
      .norm = NORM_RMS, .positions = POSITIONS_ROTARY },
};

/* Every parameter's gradient against central differences. */
START_TEST(gradients_match_finite_differences)
{
    enum { EVERY = 5 };
    Bench  b;
    Tape   t;
    double h = 1e-5;
    bench_start(&b, &shapes[_i]);
    ck_assert(tape_backward(&t, loss_of(&b, &t)));
    for (int k = 0; k < b.g.params.n; k++) {
        const Param *p = &b.g.params.list[k];
        for (size_t i = p->at; i < p->at + p->len; i += strncmp(p->name, "count", 5) ? EVERY : 1) {
            double was = b.g.params.val[i], grad = b.g.params.grad[i];
            b.g.params.val[i] = was + h;
            double up = loss_of(&b, &t)->val[0];
            b.g.params.val[i] = was - h;
            double down = loss_of(&b, &t)->val[0];
            b.g.params.val[i] = was;
            ck_assert_msg(fabs((up - down) / (2 * h) - grad) < 1e-8, "%s: %g, not %g", p->name, grad,
                          (up - down) / (2 * h));
        }
    }
    bench_end(&b);
}
END_TEST

/* The logits by hand, position by position. */
START_TEST(logits_are_tilted)
{
    Bench   b;
    Tape    t;
    double  logs[PRIOR_CONTEXTS * V];
    char    memory[4096];
    PriorScratch s;
    GptTrace trace = { 0 };
    GptBlockActs layers[2];
    GptPass p = pass;
    bench_start(&b, &shapes[0]);
    p.starts = NULL;
    trace.layers = layers;
    p.trace = &trace;
    t = (Tape){ .nodes = &b.nodes, .mem = &b.mem, .err = &b.err };
    const Tensor *logits = gpt_forward(&b.g, &t, &p).logits;
    ck_assert(prior_scratch_bytes(b.g.prior) <= sizeof memory);
    prior_begin(b.g.prior, memory, &s);
    for (int i = 0; i < B * T; i++) {
        int         n = i % T + 1;
        const real *h = trace.norm_f->val + i * C;
        prior_logs(b.g.prior, &s, ids + i + 1 - n, (size_t)n, NO_FOLD, logs);
        for (int v = 0; v < V; v++) {
            double want = 0;
            for (int c = 0; c < C; c++)
                want += b.g.lm_head->val[v * C + c] * h[c];
            for (int k = 0; k < PRIOR_CONTEXTS; k++) {
                double gain = b.g.count_bias->val[k];
                for (int c = 0; c < C; c++)
                    gain += b.g.count_gain->val[k * C + c] * h[c];
                want += gain / 12 * logs[k * V + v];
            }
            ck_assert_msg(fabs(logits->val[i * V + v] - want) < 1e-12, "row %d, token %d", i, v);
        }
    }
    bench_end(&b);
}
END_TEST

/* A model without its counts is refused, not run as another model. */
START_TEST(missing_counts_are_refused)
{
    Bench b;
    bench_start(&b, &shapes[0]);
    b.g.prior = NULL;
    Tape t = { .nodes = &b.nodes, .mem = &b.mem, .err = &b.err };
    ck_assert_ptr_null(gpt_forward(&b.g, &t, &pass).loss);
    ck_assert_str_eq(b.err.msg, "the model mixes counts of its training text into its logits, and these are missing");
    bench_end(&b);
}
END_TEST

CHECK_MAIN("counts", LOOP(gradients_match_finite_differences, 0, 2), TEST(logits_are_tilted),
           TEST(missing_counts_are_refused))
