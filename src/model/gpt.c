#include "model/gpt.h"
#include "base/rng.h"
#include <math.h>
#include <stdio.h>

enum { PER_BLOCK = 15, OTHERS = 5 };

/* What building the table needs at hand. */
typedef struct Builder {
    Gpt *g;
    char prefix[16];                        /* "h.3." */
} Builder;

static Tensor *matrix_param(Builder *b, const char *name, int out, int in, double std, GptGroup group)
{
    char full[40];
    snprintf(full, sizeof full, "%s%s", b->prefix, name);
    return params_add(&b->g->params, full, 2, (int[]){ out, in }, 0, std, true, (int)group);
}

static Tensor *vector_param(Builder *b, const char *name, int n, double value, GptGroup group)
{
    char full[40];
    snprintf(full, sizeof full, "%s%s", b->prefix, name);
    return params_add(&b->g->params, full, 1, (int[]){ n, 1 }, value, 0, false, (int)group);
}

static Tensor *bias_param(Builder *b, const char *name, int n, GptGroup group)
{
    return b->g->config.bias ? vector_param(b, name, n, 0, group) : NULL;
}

/* A norm of layers has a bias where linear maps have one; a norm of mean squares never. */
static Tensor *norm_bias_param(Builder *b, const char *name)
{
    return b->g->config.norm == NORM_LAYER ? bias_param(b, name, b->g->config.channels, GPT_NORM) : NULL;
}

/* What Config adds to a block. Mixing begins with this character alone, and with both values alike. */
static void build_additions(Builder *b, GptBlockParams *x, int layer)
{
    const Config *c = &b->g->config;
    char name[40];
    if (c->char_mix) {
        snprintf(name, sizeof name, "%sattn.char_mix", b->prefix);
        x->char_mix = params_add(&b->g->params, name, 2, (int[]){ c->char_mix, c->channels }, 1, 0, false, GPT_QKV);
        b->g->params.list[b->g->params.n - 1].lead = (size_t)c->channels;
    }
    if (c->value_mix && layer > 0)
        x->value_mix = vector_param(b, "attn.value_mix", 2, 0.5, GPT_QKV);
    if (c->qk_norm)
        x->qk_gain = vector_param(b, "attn.qk_gain", c->heads, 2.5, GPT_QKV);
}

/* GPT-2's first values: normal with deviation 0.02, divided by sqrt(2 L) where a block writes to the
 * residual stream, so that its variance does not grow with depth (Radford et al. 2019, section 2.3). */
static void build_block(Builder *b, int layer)
{
    int       C = b->g->config.channels;
    double    std = 0.02, std_out = 0.02 / sqrt(2.0 * b->g->config.layers);
    GptBlockParams *x = &b->g->blocks[layer];
    snprintf(b->prefix, sizeof b->prefix, "h.%d.", layer);
    x->ln_1_w = vector_param(b, "ln_1.weight", C, 1, GPT_NORM);
    x->ln_1_b = norm_bias_param(b, "ln_1.bias");
    build_additions(b, x, layer);
    x->qkv_w = matrix_param(b, "attn.c_attn.weight", 3 * C, C, std, GPT_QKV);
    x->qkv_b = bias_param(b, "attn.c_attn.bias", 3 * C, GPT_QKV);
    x->out_w = matrix_param(b, "attn.c_proj.weight", C, C, std_out, GPT_ATTENTION_OUT);
    x->out_b = bias_param(b, "attn.c_proj.bias", C, GPT_ATTENTION_OUT);
    x->ln_2_w = vector_param(b, "ln_2.weight", C, 1, GPT_NORM);
    x->ln_2_b = norm_bias_param(b, "ln_2.bias");
    x->fc_w = matrix_param(b, "mlp.c_fc.weight", 4 * C, C, std, GPT_MLP);
    x->fc_b = bias_param(b, "mlp.c_fc.bias", 4 * C, GPT_MLP);
    x->proj_w = matrix_param(b, "mlp.c_proj.weight", C, 4 * C, std_out, GPT_MLP);
    x->proj_b = bias_param(b, "mlp.c_proj.bias", C, GPT_MLP);
}

bool gpt_init(Gpt *g, const Config *c, Arena *nodes, Err *err)
{
    if (!config_check(c, err))
        return false;
    *g = (Gpt){ .config = *c, .blocks = arena_new(nodes, GptBlockParams, c->layers) };
    if (!g->blocks || !params_init(&g->params, OTHERS + PER_BLOCK * c->layers, nodes, err))
        return err_set(err, "out of memory: no room for the table of %d layers", c->layers);
    Builder b = { g, "" };
    g->wte = matrix_param(&b, "wte.weight", c->vocab, c->channels, 0.02, GPT_EMBEDDING);
    if (c->positions == POSITIONS_LEARNED)
        g->wpe = matrix_param(&b, "wpe.weight", c->context, c->channels, 0.02, GPT_EMBEDDING);
    for (int i = 0; i < c->layers; i++)
        build_block(&b, i);
    b.prefix[0] = '\0';
    g->ln_f_w = vector_param(&b, "ln_f.weight", c->channels, 1, GPT_NORM);
    g->ln_f_b = norm_bias_param(&b, "ln_f.bias");
    g->lm_head = g->wte;
    if (!c->tied)
        g->lm_head = matrix_param(&b, "lm_head.weight", c->vocab, c->channels, 0.02, GPT_OUTPUT);
    return true;
}

/* Muon's updates have one size whatever the values are, so first values matter less than with GPT-2. */
void gpt_begin_small(Gpt *g)
{
    double C = g->config.channels;
    for (int i = 0; i < g->params.n; i++) {
        Param *p = &g->params.list[i];
        bool   writes = &p->tensor == g->lm_head;
        for (int l = 0; l < g->config.layers; l++)
            writes |= &p->tensor == g->blocks[l].out_w || &p->tensor == g->blocks[l].proj_w;
        if (p->std > 0)
            p->std = writes && &p->tensor != g->wte ? 0 : p->group == GPT_EMBEDDING ? 0.5 : 0.5 / sqrt(C);
    }
}

size_t gpt_nodes_bytes(const Config *c)
{
    size_t C = (size_t)c->channels, L = (size_t)c->layers;
    size_t numbers = ((size_t)c->vocab * 2 + (size_t)c->context + 2) * C +
                     L * ((12 * C + 13 + CHAR_MIX_MOST) * C + (size_t)c->heads + 2);
    size_t rows = OTHERS + PER_BLOCK * L, pieces = numbers / 8192 + rows + 1;
    size_t tensors = 16 + 28 * L;
    return rows * sizeof(Param) + L * (sizeof(GptBlockParams) + sizeof(GptBlockActs)) +
           pieces * (sizeof(ParamPiece) + sizeof(double)) + tensors * (sizeof(Tensor) + 64) + 4096;
}

/* Key for the dropout at one place of the model. */
static uint64_t site(const GptPass *p, int layer, int place)
{
    return rng_bits(p->key, RNG_DROPOUT, (uint64_t)(4 * layer + place));
}

/* What a head looks at and what it takes from there, step by step, for those who want to see it. */
static Tensor *attention_in_steps(Tape *t, const GptPass *p, GptBlockActs *y, Tensor *qkv, const Config *c,
                                  int layer)
{
    real factor = 1 / (real)sqrt((double)(c->channels / c->heads));
    y->q = split_heads(t, qkv, 0, c->heads);
    y->k = split_heads(t, qkv, 1, c->heads);
    y->v = split_heads(t, qkv, 2, c->heads);
    y->scores = scale(t, matmul_nt(t, y->q, y->k), factor);
    y->weights = causal_softmax(t, y->scores);
    y->mix = matmul(t, dropout(t, y->weights, p->dropout, site(p, layer, 0)), y->v);
    return merge_heads(t, y->mix);
}

static Tensor *norm(const Gpt *g, Tape *t, Tensor *x, Tensor *w, Tensor *b)
{
    return g->config.norm == NORM_RMS ? rms_norm(t, x, w) : layer_norm(t, x, w, b);
}

/* Query, key and value of every character, as attention takes them; *first is the first layer's before it is
 * normed and turned. */
static Tensor *queries_keys_values(const Gpt *g, Tape *t, const GptPass *p, GptBlockActs *y, int layer, Tensor **first)
{
    const GptBlockParams *b = &g->blocks[layer];
    const Config   *c = &g->config;
    y->read = y->norm_1;
    if (b->char_mix && p->cache)
        y->read = cached_char_mix(t, y->norm_1, b->char_mix, p->cache, layer);
    else if (b->char_mix)
        y->read = char_mix(t, y->norm_1, b->char_mix);
    Tensor *qkv = y->projected = linear(t, y->read, b->qkv_w, b->qkv_b);
    tape_release(t, y->norm_1);
    if (layer == 0)
        *first = qkv;
    if (b->value_mix)
        qkv = value_mix(t, qkv, *first, b->value_mix);
    if (b->qk_gain)
        qkv = qk_norm(t, qkv, b->qk_gain);
    if (c->positions != POSITIONS_ROTARY)
        return qkv;
    Tensor *straight = qkv;
    qkv = rotary(t, straight, c->heads, p->cache ? p->cache->n : 0);
    if (straight != *first)                 /* which later layers mix in */
        tape_release(t, straight);
    return qkv;
}

static Tensor *attend(Tape *t, const GptPass *p, GptBlockActs *y, Tensor *qkv, const Config *c, int layer)
{
    if (p->cache)
        return cached_attention(t, qkv, p->cache, layer);
    if (p->trace)
        return attention_in_steps(t, p, y, qkv, c, layer);
    return attention(t, qkv, c->heads, p->dropout, site(p, layer, 0));
}

/* x + y after dropout; neither y's value nor what is left of it after dropout is needed again. */
static Tensor *add_to(Tape *t, Tensor *x, Tensor *y, const GptPass *p, int layer, int place)
{
    Tensor *kept = dropout(t, y, p->dropout, site(p, layer, place));
    if (kept != y)
        tape_release(t, y);
    Tensor *sum = add(t, x, kept);
    tape_release(t, kept);
    return sum;
}

/* x += attention(norm(x)); x += mlp(norm(x)) */
static Tensor *block(const Gpt *g, Tape *t, const GptPass *p, GptBlockActs *y, Tensor *x, int layer, Tensor **first)
{
    const GptBlockParams *b = &g->blocks[layer];
    y->x = x;
    y->norm_1 = norm(g, t, x, b->ln_1_w, b->ln_1_b);
    y->qkv = queries_keys_values(g, t, p, y, layer, first);
    y->attention = linear(t, attend(t, p, y, y->qkv, &g->config, layer), b->out_w, b->out_b);
    y->mid = add_to(t, x, y->attention, p, layer, 1);
    y->norm_2 = norm(g, t, y->mid, b->ln_2_w, b->ln_2_b);
    y->fc = linear(t, y->norm_2, b->fc_w, b->fc_b);
    tape_release(t, y->norm_2);
    y->act = g->config.activation == ACTIVATION_RELU2 ? relu2(t, y->fc) : gelu(t, y->fc);
    y->mlp = linear(t, y->act, b->proj_w, b->proj_b);
    tape_release(t, y->act);
    return y->out = add_to(t, y->mid, y->mlp, p, layer, 2);
}

/* What a character is, plus where it stands. */
static Tensor *embed(Gpt *g, Tape *t, const GptPass *p, GptTrace *trace)
{
    trace->token = embedding(t, g->wte, p->ids, p->B, p->T);
    trace->position = NULL;
    Tensor *x = trace->token;
    if (g->wpe) {
        trace->position = embedding_of_positions(t, g->wpe, p->cache ? p->cache->n : 0, p->B, p->T);
        x = add(t, x, trace->position);
    }
    return g->config.embed_norm ? rms_norm(t, x, NULL) : x;
}

Tensor *gpt_answer(const Gpt *g, Tape *t, Tensor *x, Tensor **normed)
{
    Tensor *y = norm(g, t, x, g->ln_f_w, g->ln_f_b);
    if (normed)
        *normed = y;
    Tensor *logits = linear(t, y, g->lm_head, NULL);
    return g->config.soft_cap > 0 ? soft_cap(t, logits, (real)g->config.soft_cap) : logits;
}

GptOut gpt_forward(Gpt *g, Tape *t, const GptPass *p)
{
    GptTrace unseen = { 0 }, *trace = p->trace ? p->trace : &unseen;
    GptBlockActs nobody;
    GptOut   out = { 0 };
    Tensor  *first = NULL, *x = dropout(t, embed(g, t, p, trace), p->dropout, site(p, 0, 3));
    for (int i = 0; i < g->config.layers; i++)
        x = block(g, t, p, trace->layers ? &trace->layers[i] : &nobody, x, i, &first);
    out.logits = gpt_answer(g, t, x, &trace->norm_f);
    if (p->targets)
        out.loss = cross_entropy(t, out.logits, p->targets);
    return out;
}
