/* The whole model, in double, against values and gradients that PyTorch computed from the same parameters.
 * HEED_GOLDEN=FILE checks another file of that form. */
#include "check_main.h"
#include "engine/adamw.h"
#include "model/golden.h"
#include "kernel/kernel.h"
#include "model/gpt.h"
#include <math.h>
#include <string.h>

static const double EXACT = 1e-10, AFTER_STEPS = 1e-9;
enum { STEPS = 20 };

static const char *const files[] = { "tests/model/golden/gpt2_tiny.safetensors",
    "tests/model/golden/gpt2_tied.safetensors" };

static const char *path(int i)
{
    const char *other = getenv("HEED_GOLDEN");
    return other ? other : files[i];
}

/* A file, and the model it describes. */
typedef struct Bench {
    Golden   file;
    Err      err;
    Arena    nodes, mem;
    size_t   nodes_used, mem_used;          /* without a tape */
    Config   config;
    int      B, T, *ids, *targets;
    Gpt      gpt;
    Tape     t;
    GptTrace trace;
} Bench;

static const GoldenTensor *want(const Bench *b, const char *kind, const char *name)
{
    const GoldenTensor *x = golden_find(&b->file, "%s%s", kind, name);
    ck_assert_msg(x != NULL, "the file has no %s%s", kind, name);
    return x;
}

/* The shape of the model, from the names and shapes in the file. */
static void read_config(Bench *b)
{
    const GoldenTensor *wte = want(b, "param.", "wte.weight"), *wpe = want(b, "param.", "wpe.weight");
    Config *c = &b->config;
    *c = (Config){ .vocab = wte->dim[0], .context = wpe->dim[0], .channels = wte->dim[1] };
    while (golden_find(&b->file, "param.h.%d.ln_1.weight", c->layers))
        c->layers++;
    c->heads = want(b, "attn.0.q", "")->dim[1];
    c->bias = golden_find(&b->file, "param.ln_f.bias") != NULL;
    c->tied = golden_find(&b->file, "param.lm_head.weight") == NULL;
    b->B = want(b, "tokens", "")->dim[0];
    b->T = want(b, "tokens", "")->dim[1];
}

static int *read_tokens(const Bench *b, const char *name)
{
    const GoldenTensor *x = want(b, name, "");
    int *ids = malloc(x->len * sizeof *ids);
    for (size_t i = 0; i < x->len; i++)
        ids[i] = (int)x->i64[i];
    return ids;
}

static void make_model(Bench *b)
{
    ck_assert_msg(gpt_init(&b->gpt, &b->config, &b->nodes, &b->err) &&
                  params_alloc(&b->gpt.params, PARAMS_TRAINING, &b->nodes, &b->mem, &b->err), "%s", b->err.msg);
    b->trace = (GptTrace){ .layers = arena_new(&b->nodes, GptBlockActs, b->config.layers) };
    b->nodes_used = b->nodes.used;
    b->mem_used = b->mem.used;
}

static GptOut forward_back(Bench *b, bool in_steps)
{
    GptPass pass = { .B = b->B, .T = b->T, .ids = b->ids, .targets = b->targets, .trace = in_steps ? &b->trace : NULL };
    b->nodes.used = b->nodes_used;
    b->mem.used = b->mem_used;
    b->t = (Tape){ .nodes = &b->nodes, .mem = &b->mem, .err = &b->err, .keep = in_steps };
    params_forget_gradients(&b->gpt.params);
    GptOut out = gpt_forward(&b->gpt, &b->t, &pass);
    ck_assert_msg(tape_backward(&b->t, out.loss), "%s", b->err.msg);
    return out;
}

/* A dry run of the longest computation measures the memory it needs. */
static void bench_start(Bench *b, const char *file)
{
    *b = (Bench){ 0 };
    ck_assert(kernel_use(NULL));
    ck_assert_msg(golden_open(&b->file, file, &b->err), "%s", b->err.msg);
    read_config(b);
    b->ids = read_tokens(b, "tokens");
    b->targets = read_tokens(b, "targets");
    ck_assert(arena_init(&b->nodes, gpt_nodes_bytes(&b->config), &b->err));
    arena_count(&b->mem);
    make_model(b);
    forward_back(b, true);
    size_t size = b->mem.used;
    b->nodes.used = 0;
    ck_assert_msg(arena_init(&b->mem, size, &b->err), "%s", b->err.msg);
    make_model(b);
}

static void bench_end(Bench *b)
{
    golden_close(&b->file);
    free(b->ids);
    free(b->targets);
    arena_free(&b->nodes);
    arena_free(&b->mem);
}

static void expect_numbers(const GoldenTensor *y, const real *x, double bound)
{
    for (size_t i = 0; i < y->len; i++)
        ck_assert_msg(fabs((double)x[i] - y->f64[i]) <= bound * fmax(1, fabs(y->f64[i])),
                      "%s: number %zu is %.15g, should be %.15g", y->name, i, (double)x[i], y->f64[i]);
}

static void expect_shape(const GoldenTensor *y, const Tensor *x)
{
    char s[64];
    ck_assert_msg(y->f64 && y->rank == x->rank && memcmp(y->dim, x->dim, (size_t)x->rank * sizeof *x->dim) == 0,
                  "%s: ours is %s", y->name, tensor_str(x, s));
}

static void expect_tensor(const GoldenTensor *y, const Tensor *x)
{
    expect_shape(y, x);
    expect_numbers(y, x->val, EXACT);
}

/* All parameters of the file, and no others. */
static void load_parameters(Bench *b)
{
    const Params *p = &b->gpt.params;
    int           n = 0;
    for (int i = 0; i < b->file.n; i++)
        n += strncmp(b->file.list[i].name, "param.", 6) == 0;
    ck_assert_int_eq(n, p->n);
    for (int i = 0; i < p->n; i++) {
        const GoldenTensor *y = want(b, "param.", p->list[i].name);
        expect_shape(y, &p->list[i].tensor);
        for (size_t j = 0; j < y->len; j++)
            p->val[p->list[i].at + j] = (real)y->f64[j];
    }
}

static void expect_parameters(const Bench *b, const char *kind, const real *x, double bound)
{
    const Params *p = &b->gpt.params;
    for (int i = 0; i < p->n; i++)
        expect_numbers(want(b, kind, p->list[i].name), x + p->list[i].at, bound);
}

static void expect_attention(const Bench *b, int layer, const char *name, const Tensor *x)
{
    const GoldenTensor *y = golden_find(&b->file, "attn.%d.%s", layer, name);
    const GoldenTensor *dy = golden_find(&b->file, "dattn.%d.%s", layer, name);
    ck_assert_msg(y && dy, "the file has no %s of layer %d", name, layer);
    expect_tensor(y, x);
    ck_assert(x->grad && x->has_grad);
    expect_numbers(dy, x->grad, EXACT);
}

static void expect_out(const Bench *b, GptOut out)
{
    expect_tensor(want(b, "logits", ""), out.logits);
    expect_tensor(want(b, "loss", ""), out.loss);
    expect_parameters(b, "grad.", b->gpt.params.grad, EXACT);
}

/* As `explain` computes it: attention in steps, everything kept. */
START_TEST(in_steps_with_every_gradient)
{
    Bench b;
    bench_start(&b, path(_i));
    load_parameters(&b);
    expect_out(&b, forward_back(&b, true));
    for (int i = 0; i < b.config.layers; i++) {
        const GptBlockActs *x = &b.trace.layers[i];
        expect_attention(&b, i, "q", x->q);
        expect_attention(&b, i, "k", x->k);
        expect_attention(&b, i, "v", x->v);
        expect_attention(&b, i, "scores", x->scores);
        expect_attention(&b, i, "weights", x->weights);
    }
    bench_end(&b);
}
END_TEST

/* As `train` computes it: fused attention, gradients' memory reused. */
START_TEST(fused)
{
    Bench b;
    bench_start(&b, path(_i));
    load_parameters(&b);
    expect_out(&b, forward_back(&b, false));
    bench_end(&b);
}
END_TEST

/* Clipped as PyTorch's clip_grad_norm_ does it. */
static void train_one_step(Bench *b, long step)
{
    static const AdamW adamw = { .beta1 = 0.9, .beta2 = 0.99, .eps = 1e-8, .weight_decay = 0.1 };
    double groups[GPT_GROUPS];
    double norm = sqrt(params_grad_squares(&b->gpt.params, groups, GPT_GROUPS));
    adamw_step(&b->gpt.params, &adamw, 1e-2, fmin(1, 1 / (norm + 1e-6)), step);
}

START_TEST(twenty_steps)
{
    Bench b;
    bench_start(&b, path(_i));
    load_parameters(&b);
    const GoldenTensor *losses = want(&b, "adamw.losses", "");
    ck_assert_uint_eq(losses->len, STEPS);
    for (int step = 1; step <= STEPS; step++) {
        double loss = (double)forward_back(&b, false).loss->val[0], should = losses->f64[step - 1];
        ck_assert_msg(fabs(loss - should) <= AFTER_STEPS * fmax(1, fabs(should)),
                      "step %d: loss %.15g, should be %.15g",
                      step, loss, should);
        train_one_step(&b, step);
    }
    expect_parameters(&b, "adamw.final.", b.gpt.params.val, AFTER_STEPS);
    bench_end(&b);
}
END_TEST

int main(void)
{
    int            n = getenv("HEED_GOLDEN") ? 1 : sizeof files / sizeof *files;
    const CheckRow rows[] = { LOOP(in_steps_with_every_gradient, 0, n), LOOP(fused, 0, n), LOOP(twenty_steps, 0, n) };
    return check_run("golden", rows, sizeof rows / sizeof *rows);
}
