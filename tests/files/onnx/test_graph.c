/* The graph of an exported model, computed by run.c, gives the logits of gpt_forward: any recipe, batch and length. */
#include "base/hash.h"
#include "files/export.h"
#include "files/made_model.h"
#include "files/onnx/run.h"
#include "scratch.h"
#include <stdlib.h>

static Model    m;
static RunModel graph;
static FileData file;

/* A shape for each part of a model that Config can change. */
enum { SHAPES = 16, CONTEXT = 7 };

static Config shape(int i)
{
    Config c = made_shape(i == 15 ? RECIPE_PORTABLE : i % 2 ? RECIPE_FAST : RECIPE_GPT2);
    c.context = CONTEXT, c.channels = 12, c.heads = 3, c.layers = 3;
    switch (i) {
    case 2: c.bias = false; break;
    case 3: c.bias = true; break;
    case 4: c.tied = true; break;
    case 5: c.value_mix = true; break;
    case 6: c.positions = POSITIONS_NONE; break;
    case 7: c.soft_cap = 1.5; break;
    case 8: c.positions = POSITIONS_ROTARY, c.activation = ACTIVATION_RELU2; break;
    case 9: c.char_mix = 8, c.norm = NORM_LAYER; break;
    case 10: c.char_mix = 1, c.embed_norm = true, c.norm = NORM_RMS; break;
    case 11: c.char_mix = 0, c.qk_norm = false, c.activation = ACTIVATION_GELU; break;
    case 12: c.qk_norm = c.value_mix = true, c.heads = 1; break;
    case 13: c.positions = POSITIONS_LEARNED, c.embed_norm = false, c.context = 1; break;
    case 14: c.layers = 1, c.value_mix = c.bias = c.tied = true, c.heads = 12, c.soft_cap = 30; break;
    default: break;
    }
    return c;
}

static void open_shape(int i)
{
    Err   err = { 0 };
    char *path = scratch("model.onnx");
    made_model(&m, shape(i));
    ck_assert_msg(export_onnx(&m, path, &err) && file_read(path, &file, &err), "%s", err.msg);
    run_open(&graph, file.p, file.len);
}

static void shut(void)
{
    run_close(&graph);
    file_free(&file);
    model_close(&m);
}

/* gpt_forward's logits (B,T,V), in an arena of the caller. */
static const Tensor *forward(const int *ids, int B, int T, Arena *nodes, Arena *mem)
{
    Err err = { 0 };
    ck_assert(arena_init(nodes, 1 << 20, &err) && arena_init(mem, 4 << 20, &err));
    Tape   t = { .nodes = nodes, .mem = mem, .err = &err };
    GptOut out = gpt_forward(&m.gpt, &t, &(GptPass){ .B = B, .T = T, .ids = ids });
    ck_assert_msg(out.logits != NULL, "%s", err.msg);
    return out.logits;
}

/* Both compute in double from the same floats; ONNX also has its constants in float. */
static void assert_same_logits(const int *ids, int B, int T)
{
    Arena nodes, mem;
    const Tensor   *ours = forward(ids, B, T, &nodes, &mem);
    const RunArray *theirs = run(&graph, ids, B, T);
    ck_assert(theirs->rank == 3 && theirs->dim[0] == B && theirs->dim[1] == T && theirs->dim[2] == 5);
    double largest = 0;
    for (int64_t i = 0; i < theirs->len; i++) {
        ck_assert_double_eq_tol(theirs->x[i], (double)ours->val[i], sizeof(real) == 4 ? 2e-5 : 2e-6);
        largest = fabs(theirs->x[i]) > largest ? fabs(theirs->x[i]) : largest;
    }
    ck_assert_double_gt(largest, 0.5);
    arena_free(&nodes);
    arena_free(&mem);
}

START_TEST(logits_are_those_of_the_model)
{
    int ids[4 * CONTEXT];
    for (int i = 0; i < 4 * CONTEXT; i++)
        ids[i] = (int)(rng_bits(1, 2, (uint64_t)i) % 5);
    open_shape(_i);
    for (int T = 1; T <= m.file.config.context; T++)
        assert_same_logits(ids, 1, T);
    assert_same_logits(ids, 4, m.file.config.context);
    assert_same_logits(ids, 2, 1);
    shut();
}
END_TEST

/* ---- counts ---- */

/* Texts of 5 tokens, of which the last is never counted. The longest context has more tokens than the input in some. */
static const struct { size_t n; int order, recipe; double soft_cap; } counted[] = {
    { 1, 3, RECIPE_FAST, 0 }, { 2, 0, RECIPE_GPT2, 0 }, { 60, 1, RECIPE_FAST, 0 }, { 300, 4, RECIPE_GPT2, 9 },
    { 900, 9, RECIPE_FAST, 0 }, { 900, 12, RECIPE_GPT2, 0 }, { 70000, 5, RECIPE_FAST, 15 },
};
enum { COUNTED = sizeof counted / sizeof *counted, LONG = 20 };

static int counted_token(size_t i, int before)
{
    return rng_bits(7, 0, i) % 3 ? (before * 3 + 1) % 4 : (int)(rng_bits(8, 0, i) % 4);
}

static void open_counted(int i, Prior *prior)
{
    Err       err = { 0 };
    Corpus    own = { .n = counted[i].n, .n_train = counted[i].n, .narrow = malloc(counted[i].n) };
    Discounts d = { .order = counted[i].order, .V = 5 };
    Config    c = shape(counted[i].recipe == RECIPE_FAST);
    char     *path = scratch("model.onnx");
    for (size_t k = 0; k < own.n; k++)
        own.narrow[k] = (uint8_t)counted_token(k, k ? own.narrow[k - 1] : 0);
    for (int k = 0; k < COUNT_LEVELS; k++)
        for (int r = 0; r < 3; r++)
            d.of[k][r] = 0.35 + 0.04 * k + 0.4 * r;
    ck_assert(prior_open(prior, &own, &d));
    c.context = LONG, c.counts = true, c.soft_cap = counted[i].soft_cap;
    made_model(&m, c);
    m.gpt.prior = m.file.prior = prior;
    ck_assert_msg(export_onnx(&m, path, &err) && file_read(path, &file, &err), "%s", err.msg);
    run_open(&graph, file.p, file.len);
}

/* Prompts that the text has, prompts that it has up to some token, and any others. */
static void counted_prompts(const Prior *p, int B, int T, uint64_t seed, int *ids)
{
    for (int b = 0; b < B; b++)
        for (int t = 0; t < T; t++, ids++) {
            size_t at = rng_bits(seed, 1, (uint64_t)b) % p->own.n + (size_t)t;
            bool   other = b % 4 == 3 || (b % 4 > 0 && rng_bits(seed, 2, (uint64_t)(b * T + t)) % 6 == 0);
            *ids = other || at >= p->own.n ? (int)(rng_bits(seed, 3, (uint64_t)(b * T + t)) % 5) : p->own.narrow[at];
        }
}

START_TEST(counts_are_mixed_in)
{
    Prior prior;
    int   ids[4 * LONG];
    open_counted(_i, &prior);
    for (uint64_t seed = 0; seed < 3; seed++) {
        counted_prompts(&prior, 4, LONG, seed, ids);
        assert_same_logits(ids, 4, LONG);
        assert_same_logits(ids, 2, 3);
    }
    for (int T = 1; T <= LONG; T += T < 3 ? 1 : 5)
        assert_same_logits(ids, 1, T);
    shut();
    prior_free(&prior);
}
END_TEST

START_TEST(the_file_says_what_it_is)
{
    open_shape(_i);
    const RunArray *in = &graph.ports[0], *out = &graph.ports[1];
    ck_assert(graph.ir == 8 && graph.opset == 17 && run_text_is(graph.producer, "heed"));
    ck_assert(run_text_is(in->name, "tokens") && in->type == 7 && in->rank == 2);
    ck_assert(in->dim[0] == -1 && in->dim[1] == -1);
    ck_assert(run_text_is(out->name, "logits") && out->type == 1 && out->rank == 3);
    ck_assert(out->dim[0] == -1 && out->dim[1] == -1 && out->dim[2] == 5);
    shut();
}
END_TEST

/* The parameters are there under their own names, in their own shapes. */
START_TEST(parameters_keep_their_names)
{
    open_shape(_i);
    int seen = 0;
    for (int k = 0; k < graph.n_initializers; k++) {
        const RunArray *a = &graph.values[k];
        char            name[64] = "";
        memcpy(name, a->name.s, a->name.n < 63 ? a->name.n : 63);
        const Param *p = params_find(&m.gpt.params, name);
        ck_assert_msg(p || strchr(name, '/'), "%s", name);
        seen += p != NULL;
        ck_assert(!p || (a->type == 1 && a->rank == p->rank && a->dim[0] == p->dim[0]));
        for (size_t j = 0; p && j < p->len; j++)
            ck_assert((real)a->x[j] == p->tensor.val[j]);
    }
    ck_assert_int_eq(seen, m.gpt.params.n);
    shut();
}
END_TEST

START_TEST(metadata_have_vocabulary_and_tokenizer)
{
    static const char *const keys[] = { "heed", "heed.vocab", "tokenizer.json", "heed.crc32" };
    char  sum[9], json[4096] = "";
    open_shape(0);
    ck_assert_int_eq(graph.n_notes, 4);
    for (int i = 0; i < 4; i++)
        ck_assert(run_text_is(graph.notes[i][0], keys[i]));
    ck_assert_mem_eq(graph.notes[0][1].s, "vocab 5\ncontext 7\n", 18);
    ck_assert(run_text_is(graph.notes[1][1], "a 5c 61 1f600 <80>"));
    ck_assert_uint_lt(graph.notes[2][1].n, sizeof json);
    memcpy(json, graph.notes[2][1].s, graph.notes[2][1].n);
    ck_assert(strstr(json, "\"\\\\\":1,") && strstr(json, "\"\xf0\x9f\x98\x80\":3,") && strstr(json, "\"<0x80>\":4"));
    snprintf(sum, sizeof sum, "%08x", (unsigned)hash_crc32(0, file.p, file.len - 8));
    ck_assert(run_text_is(graph.notes[3][1], sum) && graph.notes[3][1].s == file.p + file.len - 8);
    shut();
}
END_TEST

/* 6.4 billion parameters without memory for them: refused before anything is written. */
START_TEST(more_than_2_gib_are_refused)
{
    Model big = { .file.config = shape(_i) };
    Err   err = { 0 };
    big.file.config.channels = 16384, big.file.config.heads = 64;
    ck_assert(arena_init(&big.nodes, gpt_nodes_bytes(&big.file.config), &err) &&
              gpt_init(&big.gpt, &big.file.config, &big.nodes, &err));
    ck_assert(vocab_from_tokens(&big.file.vocab, (uint32_t[]){ 10, 97 }, 2, &err));
    ck_assert(!export_onnx(&big, scratch("big.onnx"), &err) && !file_exists(scratch("big.onnx")));
    ck_assert_msg(strstr(err.msg, "at most 2 GiB") && strstr(err.msg, "safetensors can hold it"), "%s", err.msg);
    model_close(&big);
}
END_TEST

CHECK_MAIN("onnx_graph", LOOP(logits_are_those_of_the_model, 0, SHAPES),
           LOOP(counts_are_mixed_in, 0, COUNTED), LOOP(the_file_says_what_it_is, 0, 2),
           LOOP(parameters_keep_their_names, 0, SHAPES), LOOP(more_than_2_gib_are_refused, 0, 2),
           TEST(metadata_have_vocabulary_and_tokenizer))
