#include "model/gpt_params.h"
#include "check_main.h"
#include "kernel/kernel.h"
#include "model/counted_text.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Shapes with each part of Config on and off, in combinations. */
static Config shape(int i)
{
    Config c = { .vocab = 1 + i % 7, .context = 1 + i % 5, .layers = 1 + i % 3, .heads = 1 + i % 2,
                 .channels = (1 + i % 2) * (1 + i % 11), .bias = i & 4, .tied = i & 8,
                 .positions = i % POSITIONS_KINDS, .norm = i >> 4 & 1, .qk_norm = i >> 3 & 1,
                 .qk_gain = i >> 5 & 1, .value_mix = i >> 2 & 1, .char_mix = i % 4, .counts = i >> 1 & 1 };
    if (c.channels / c.heads % 2)
        c.positions %= POSITIONS_ROTARY;
    return c;
}

enum { SHAPES = 64, EVERYTHING = -1 };

/* Everything that Config can add, at once. */
static const Config everything = {
    .vocab = 7, .context = 4, .channels = 4, .layers = 2, .heads = 2, .bias = true, .positions = POSITIONS_ROTARY,
    .embed_norm = true, .qk_norm = true, .value_mix = true, .char_mix = 3, .soft_cap = 30, .counts = true,
};

/* The count written out: V and T embeddings, 12 C^2 a block, and what Config adds. */
static uint64_t formula(const Config *c)
{
    uint64_t V = (uint64_t)c->vocab, T = (uint64_t)c->context, C = (uint64_t)c->channels, L = (uint64_t)c->layers;
    uint64_t norm = c->bias && c->norm == NORM_LAYER ? 2 * C : C;
    uint64_t block = 12 * C * C + (c->bias ? 9 * C : 0) + 2 * norm;
    uint64_t positions = c->positions == POSITIONS_LEARNED ? T : 0;
    block += (uint64_t)c->char_mix * C;
    block += !c->qk_norm ? 0 : c->qk_gain == QK_GAIN_LAYER ? 1 : (uint64_t)c->heads;
    return ((c->tied ? 1 : 2) * V + positions) * C + L * block + (c->value_mix ? 2 * (L - 1) : 0) + norm +
           (c->counts ? PRIOR_CONTEXTS * (C + 1) : 0);
}

typedef struct Made {
    Arena nodes, mem;
    Gpt   g;
    Err   err;
} Made;

/* Makes the model in gpt_nodes_bytes of `nodes`. */
static void make(Made *m, const Config *c)
{
    *m = (Made){ 0 };
    ck_assert(kernel_use(NULL) && arena_init(&m->mem, 4 << 20, &m->err));
    ck_assert(arena_init(&m->nodes, gpt_nodes_bytes(c), &m->err) && gpt_init(&m->g, c, &m->nodes, &m->err));
    ck_assert_msg(params_alloc(&m->g.params, PARAMS_VALUES, &m->nodes, &m->mem, &m->err), "%s", m->err.msg);
}

static void drop(Made *m)
{
    arena_free(&m->nodes);
    arena_free(&m->mem);
}

START_TEST(the_count_matches_the_formula)
{
    const Config c = shape(_i);
    Made         m;
    make(&m, &c);
    ck_assert_uint_eq(gpt_params_count(&c), formula(&c));
    ck_assert_uint_eq(m.g.params.count, formula(&c));
    drop(&m);
}
END_TEST

/* The largest shape that config_check allows: nothing overflows on the way. */
START_TEST(the_largest_shape_is_counted)
{
    const Config c = { .vocab = 1 << 16, .context = 1 << 16, .channels = 1 << 14, .layers = 1 << 10, .heads = 1 << 10,
                       .bias = true, .char_mix = CHAR_MIX_MAX };
    Err err = { 0 };
    ck_assert(config_check(&c, &err));
    ck_assert_uint_eq(gpt_params_count(&c), formula(&c));
}
END_TEST

/* Name, shape, mean, standard deviation and group of each parameter, for two layers with all that Config can add. */
static const struct { const char *name; int rank, dim[2]; double mean, std; GptGroup group; bool decay; } rows[] = {
    { "wte.weight", 2, { 7, 4 }, 0, 0.02, GPT_EMBEDDING, true },
    { "h.0.ln_1.weight", 1, { 4, 1 }, 1, 0, GPT_NORM, false },
    { "h.0.ln_1.bias", 1, { 4, 1 }, 0, 0, GPT_NORM, false },
    { "h.0.attn.char_mix", 2, { 3, 4 }, 1, 0, GPT_QKV, false },
    { "h.0.attn.qk_gain", 1, { 2, 1 }, 2.5, 0, GPT_QKV, false },
    { "h.0.attn.c_attn.weight", 2, { 12, 4 }, 0, 0.02, GPT_QKV, true },
    { "h.0.attn.c_attn.bias", 1, { 12, 1 }, 0, 0, GPT_QKV, false },
    { "h.0.attn.c_proj.weight", 2, { 4, 4 }, 0, 0.01, GPT_ATTENTION_OUT, true },
    { "h.0.attn.c_proj.bias", 1, { 4, 1 }, 0, 0, GPT_ATTENTION_OUT, false },
    { "h.0.ln_2.weight", 1, { 4, 1 }, 1, 0, GPT_NORM, false },
    { "h.0.ln_2.bias", 1, { 4, 1 }, 0, 0, GPT_NORM, false },
    { "h.0.mlp.c_fc.weight", 2, { 16, 4 }, 0, 0.02, GPT_MLP, true },
    { "h.0.mlp.c_fc.bias", 1, { 16, 1 }, 0, 0, GPT_MLP, false },
    { "h.0.mlp.c_proj.weight", 2, { 4, 16 }, 0, 0.01, GPT_MLP, true },
    { "h.0.mlp.c_proj.bias", 1, { 4, 1 }, 0, 0, GPT_MLP, false },
    { "h.1.ln_1.weight", 1, { 4, 1 }, 1, 0, GPT_NORM, false },
    { "h.1.ln_1.bias", 1, { 4, 1 }, 0, 0, GPT_NORM, false },
    { "h.1.attn.char_mix", 2, { 3, 4 }, 1, 0, GPT_QKV, false },
    { "h.1.attn.value_mix", 1, { 2, 1 }, 0.5, 0, GPT_QKV, false },
    { "h.1.attn.qk_gain", 1, { 2, 1 }, 2.5, 0, GPT_QKV, false },
    { "h.1.attn.c_attn.weight", 2, { 12, 4 }, 0, 0.02, GPT_QKV, true },
};

enum { ROWS = sizeof rows / sizeof *rows };

START_TEST(the_table_is_gpt2s)
{
    Made m;
    make(&m, &everything);
    ck_assert_int_eq(m.g.params.n, 1 + 14 + 15 + 3 + 2);
    for (int i = 0; i < ROWS; i++) {
        const Param *p = &m.g.params.list[i];
        ck_assert_str_eq(p->name, rows[i].name);
        ck_assert_msg(p->rank == rows[i].rank && memcmp(p->dim, rows[i].dim, sizeof p->dim) == 0, "%s", p->name);
        ck_assert_msg(p->mean == rows[i].mean && fabs(p->std - rows[i].std) < 1e-15, "%s", p->name);
        ck_assert_msg(p->group == (int)rows[i].group && p->decay == rows[i].decay, "%s", p->name);
        ck_assert_uint_eq(p->lead, strstr(p->name, "char_mix") ? 4 : 0);
    }
    ck_assert_str_eq(m.g.params.list[m.g.params.n - 5].name, "ln_f.weight");
    ck_assert_str_eq(m.g.params.list[m.g.params.n - 3].name, "lm_head.weight");
    ck_assert_str_eq(m.g.params.list[m.g.params.n - 1].name, "count.bias");
    drop(&m);
}
END_TEST

/* Each pointer of the model is the parameter of its name. */
START_TEST(pointers_match_their_names)
{
    Made m;
    make(&m, &everything);
    const GptBlockParams *b = m.g.blocks;
    const struct { const char *name; const Tensor *x; } places[] = {
        { "wte.weight", m.g.wte }, { "ln_f.weight", m.g.ln_f_w }, { "ln_f.bias", m.g.ln_f_b },
        { "lm_head.weight", m.g.lm_head }, { "count.gain", m.g.count_gain }, { "count.bias", m.g.count_bias },
        { "h.0.ln_1.weight", b->ln_1_w }, { "h.0.ln_1.bias", b->ln_1_b }, { "h.0.attn.char_mix", b->char_mix },
        { "h.0.attn.qk_gain", b->qk_gain },
        { "h.0.attn.c_attn.weight", b->qkv_w }, { "h.0.attn.c_attn.bias", b->qkv_b },
        { "h.0.attn.c_proj.weight", b->out_w }, { "h.0.attn.c_proj.bias", b->out_b }, { "h.0.ln_2.weight", b->ln_2_w },
        { "h.0.ln_2.bias", b->ln_2_b }, { "h.0.mlp.c_fc.weight", b->fc_w }, { "h.0.mlp.c_fc.bias", b->fc_b },
        { "h.0.mlp.c_proj.weight", b->proj_w }, { "h.0.mlp.c_proj.bias", b->proj_b },
        { "h.1.attn.value_mix", b[1].value_mix }, { "h.1.mlp.c_proj.bias", b[1].proj_b },
    };
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        ck_assert_msg(&params_find(&m.g.params, places[i].name)->tensor == places[i].x, "%s", places[i].name);
    ck_assert(!b[0].value_mix && !m.g.wpe);
    drop(&m);
}
END_TEST

/* Zero-initialized output projections, and larger values elsewhere. */
START_TEST(zero_initialized_projections)
{
    Config c = everything;
    Made   m;
    c.tied = _i;
    make(&m, &c);
    gpt_begin_small(&m.g);
    for (int i = 0; i < m.g.params.n; i++) {
        const Param *p = &m.g.params.list[i];
        bool   zero = strstr(p->name, "c_proj.weight") || strstr(p->name, "lm_head");
        double std = zero || !p->decay ? 0 : strcmp(p->name, "wte.weight") == 0 ? 0.5 : 0.25;
        ck_assert_msg(p->std == std, "%s: %g", p->name, p->std);
    }
    drop(&m);
}
END_TEST

/* Four weights a block, and the output matrix, which may be the embedding. */
START_TEST(weights_of_linear_maps)
{
    Config c = everything;
    Made   m;
    int    n = 0, last = 0;
    c.tied = _i;
    make(&m, &c);
    GptParamsWalk w = gpt_params_walk(&c);
    for (const Tensor *x; (x = gpt_params_next_weight(&m.g, &w)); n++)
        last = x == m.g.lm_head ? n : last;
    ck_assert_int_eq(n, 4 * c.layers + 1);
    ck_assert_int_eq(last, c.tied ? 0 : 4 * c.layers);
    drop(&m);
}
END_TEST

/* gpt_nodes_bytes is enough for a pass with dropout, a trace and a loss, and little more: what a shape cannot have
 * at once are learned and rotary positions, and layer 0 mixes no values. */
START_TEST(nodes_are_counted)
{
    static const int ids[1] = { 0 }, targets[1] = { 0 };
    const Config c = _i == EVERYTHING ? everything : shape(_i);
    Made         m;
    make(&m, &c);
    GptTrace trace = { .layers = arena_new(&m.nodes, GptBlockActs, c.layers) };
    GptPass  pass = { .B = 1, .T = 1, .ids = ids, .targets = targets, .dropout = (real)0.5, .trace = &trace };
    Tape t = { .nodes = &m.nodes, .mem = &m.mem, .err = &m.err };
    m.g.prior = c.counts ? counted_text(c.vocab) : NULL;
    ck_assert_msg(scale(&t, gpt_forward(&m.g, &t, &pass).loss, 2), "%s", m.err.msg);
    size_t spare = m.nodes.size - m.nodes.used;
    ck_assert_msg(_i != EVERYTHING || spare < 4 * arena_bytes(sizeof(Tensor)), "%zu bytes are not used", spare);
    drop(&m);
}
END_TEST

CHECK_MAIN("gpt_params", LOOP(the_count_matches_the_formula, 0, SHAPES), TEST(the_largest_shape_is_counted),
           TEST(the_table_is_gpt2s), TEST(pointers_match_their_names), LOOP(zero_initialized_projections, 0, 2),
           LOOP(weights_of_linear_maps, 0, 2), LOOP(nodes_are_counted, EVERYTHING, SHAPES))
