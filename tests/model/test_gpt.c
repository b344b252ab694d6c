#include "check_main.h"
#include "kernel/kernel.h"
#include "model/gpt.h"
#include "engine/op_row.h"
#include <math.h>
#include <string.h>

enum { T = 13, V = 17, LAYERS = 3, C = 20, WIDEST = 48 };
static const Config config = { .vocab = V, .context = T + 2, .channels = C, .layers = LAYERS, .heads = 4, .bias = true,
    .tied = false };
static const int    ids[T] = { 3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 16 };

typedef struct Bench {
    Err   err;
    Arena nodes, mem;
    Gpt   g;
    Tape  t;
} Bench;

/* Parameters larger than at initialization, biases and norms included, so that no error is hidden by a zero. */
static void bench_start(Bench *b)
{
    *b = (Bench){ 0 };
    ck_assert(kernel_use(NULL));
    ck_assert(arena_init(&b->nodes, 32 * gpt_nodes_bytes(&config), &b->err));
    ck_assert(arena_init(&b->mem, 4 << 20, &b->err));
    ck_assert(gpt_init(&b->g, &config, &b->nodes, &b->err));
    ck_assert(params_alloc(&b->g.params, PARAMS_VALUES, &b->nodes, &b->mem, &b->err));
    op_fill(b->g.params.val, b->g.params.len, 1, 0.5);
    b->t = (Tape){ .nodes = &b->nodes, .mem = &b->mem, .err = &b->err };
}

static void bench_end(Bench *b)
{
    arena_free(&b->nodes);
    arena_free(&b->mem);
}

static const Tensor *logits(Bench *b, GptPass pass)
{
    GptOut out = gpt_forward(&b->g, &b->t, &pass);
    ck_assert_msg(out.logits != NULL, "%s", b->err.msg);
    ck_assert_ptr_null(out.loss);
    return out.logits;
}

/* Characters one by one, or several at a time, with the cache: the same bits as all at once. */
START_TEST(cache_gives_the_same_logits)
{
    Bench b;
    real  k[LAYERS * (T + WIDEST) * C], v[LAYERS * (T + 2) * 4 * WIDEST];
    bench_start(&b);
    KvCache       cache = { .layers = LAYERS, .context = T + 2, .channels = C, .heads = 4, .k = k, .v = v };
    const Tensor *want = logits(&b, (GptPass){ .B = 1, .T = T, .ids = ids });
    for (int n; cache.n < T; cache.n += n) {
        n = _i < T - cache.n ? _i : T - cache.n;
        const Tensor *got = logits(&b, (GptPass){ .B = 1, .T = n, .ids = ids + cache.n, .cache = &cache });
        ck_assert_msg(memcmp(got->val, want->val + cache.n * V, (size_t)(n * V) * sizeof(real)) == 0,
                      "%d characters after %d", n, cache.n);
    }
    bench_end(&b);
}
END_TEST

/* A character changes the predictions from its position on, and none before it. */
START_TEST(characters_do_not_see_the_future)
{
    Bench b;
    int   other[T];
    bench_start(&b);
    memcpy(other, ids, sizeof other);
    other[_i] = 0;
    const Tensor *x = logits(&b, (GptPass){ .B = 1, .T = T, .ids = ids });
    const Tensor *y = logits(&b, (GptPass){ .B = 1, .T = T, .ids = other });
    for (int i = 0; i < T; i++)
        ck_assert_int_eq(memcmp(x->val + i * V, y->val + i * V, V * sizeof(real)) == 0, i < _i);
    bench_end(&b);
}
END_TEST

/* The same key drops the same elements, another key others; each dropout of the model has a different key. */
START_TEST(dropout_depends_on_the_key)
{
    Bench b;
    bench_start(&b);
    const Tensor *x = logits(&b, (GptPass){ .B = 1, .T = T, .ids = ids, .dropout = (real)0.2, .key = 1 });
    const Tensor *y = logits(&b, (GptPass){ .B = 1, .T = T, .ids = ids, .dropout = (real)0.2, .key = 1 });
    const Tensor *z = logits(&b, (GptPass){ .B = 1, .T = T, .ids = ids, .dropout = (real)0.2, .key = 2 });
    ck_assert(memcmp(x->val, y->val, T * V * sizeof(real)) == 0);
    ck_assert(memcmp(x->val, z->val, T * V * sizeof(real)) != 0);
    uint64_t keys[64];
    int      n = 0;
    for (const Tensor *a = b.t.first; a != x; a = a->next) {
        if (a->op != &op_dropout && a->op != &op_attention)
            continue;
        keys[n] = a->op == &op_dropout ? a->arg.dropout.key : a->arg.attention.dropout.key;
        for (int i = 0; i < n; i++)
            ck_assert(keys[i] != keys[n]);
        n++;
    }
    ck_assert_int_eq(n, 1 + 3 * LAYERS);
    bench_end(&b);
}
END_TEST

/* Attention in steps computes what the fused one does, and drops the same weights. */
START_TEST(the_trace_changes_nothing)
{
    Bench    b;
    GptBlockActs layers[LAYERS];
    GptTrace trace = { .layers = layers };
    GptPass  pass = { .B = 1, .T = T, .ids = ids, .dropout = (real)(0.3 * _i), .key = 5 };
    bench_start(&b);
    const Tensor *x = logits(&b, pass);
    pass.trace = &trace;
    const Tensor *y = logits(&b, pass);
    double bound = sizeof(real) == sizeof(double) ? 1e-12 : 1e-4;
    for (int i = 0; i < T * V; i++)
        ck_assert(fabs((double)(x->val[i] - y->val[i])) < bound);
    ck_assert(layers[1].x == layers[0].out && trace.token && trace.position && trace.norm_f);
    bench_end(&b);
}
END_TEST

/* Each parameter belongs to one column of the log. */
START_TEST(parameters_are_in_their_groups)
{
    static const struct { const char *part; GptGroup group; } groups[] = {
        { "wte.", GPT_EMBEDDING }, { "wpe.", GPT_EMBEDDING }, { ".c_attn.", GPT_QKV },
        { ".attn.c_proj.", GPT_ATTENTION_OUT }, { ".mlp.", GPT_MLP }, { "lm_head.", GPT_OUTPUT }, { "ln_", GPT_NORM },
    };
    Bench b;
    bench_start(&b);
    for (int i = 0; i < b.g.params.n; i++)
        for (size_t k = 0; k < sizeof groups / sizeof *groups; k++)
            if (strstr(b.g.params.list[i].name, groups[k].part))
                ck_assert_msg(b.g.params.list[i].group == (int)groups[k].group, "%s", b.g.params.list[i].name);
    ck_assert_int_eq(b.g.params.n, 5 + 12 * LAYERS);
    bench_end(&b);
}
END_TEST

START_TEST(too_long_or_unknown_is_refused)
{
    static const int beyond[] = { 0, V };
    Bench b;
    bench_start(&b);
    GptPass unknown = { .B = 1, .T = 2, .ids = beyond };
    GptPass wide = { .B = 1, .T = T + 3, .ids = (int[T + 3]){ 0 } };
    ck_assert_ptr_null(gpt_forward(&b.g, &b.t, _i ? &wide : &unknown).logits);
    ck_assert_str_eq(b.err.msg, _i ? "embedding: positions 0 to 15 are outside the table of 15"
                                   : "embedding: row 17 is outside the table of 17 rows");
    bench_end(&b);
}
END_TEST

CHECK_MAIN("gpt", LOOP(cache_gives_the_same_logits, 1, T + 1), LOOP(characters_do_not_see_the_future, 0, T),
           TEST(dropout_depends_on_the_key), LOOP(the_trace_changes_nothing, 0, 2),
           TEST(parameters_are_in_their_groups), LOOP(too_long_or_unknown_is_refused, 0, 2))
