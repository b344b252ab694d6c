#include "model/gpt_params.h"
#include "base/rng.h"
#include "model/counts.h"
#include <math.h>
#include <stdio.h>

/* The most tensors that a pass pushes: for each block (attention in steps, all that Config adds, dropout), and
 * besides (embed, dropout, counts, gpt_answer, the loss and its scaling). */
enum { TENSORS_A_BLOCK = 24, TENSORS_BESIDES = 14 };

static Tensor *add_param(Gpt *g, const GptParamsWalk *w)
{
    const GptParam *row = w->row;
    char            name[40], layer[16] = "";
    double          writers = row->flags & GPT_WRITES ? 2.0 * g->config.layers : 1;
    if (row->in_block)
        snprintf(layer, sizeof layer, "h.%d.", w->layer);
    snprintf(name, sizeof name, "%s%s", layer, row->name);
    Tensor *x = params_add(&g->params, name, w->rank, w->dim, row->mean, row->std / sqrt(writers),
                           row->flags & GPT_DECAYS, (int)row->group);
    if (row->flags & GPT_FIRST_ROW)
        g->params.list[g->params.n - 1].lead = (size_t)w->dim[1];
    return x;
}

static int rows_of(const Config *c)
{
    int n = 0;
    for (GptParamsWalk w = gpt_params_walk(c); gpt_params_next(&w);)
        n++;
    return n;
}

bool gpt_init(Gpt *g, const Config *c, Arena *nodes, Err *err)
{
    if (!config_check(c, err))
        return false;
    *g = (Gpt){ .config = *c, .blocks = arena_new(nodes, GptBlockParams, c->layers) };
    if (!g->blocks || !params_init(&g->params, rows_of(c), nodes, err))
        return err_set(err, "out of memory: no room for the table of %d layers", c->layers);
    for (GptParamsWalk w = gpt_params_walk(c); gpt_params_next(&w);)
        gpt_params_set(g, &w, add_param(g, &w));
    if (c->tied)
        g->lm_head = g->wte;
    return true;
}

/* Muon's updates have one size whatever the values are, so initialization matters less than with GPT-2. */
void gpt_begin_small(Gpt *g)
{
    double C = g->config.channels;
    Param *p = g->params.list;
    for (GptParamsWalk w = gpt_params_walk(&g->config); gpt_params_next(&w); p++) {
        bool zero = w.row->flags & GPT_WRITES || p->group == GPT_OUTPUT;
        if (p->std > 0)
            p->std = zero ? 0 : p->group == GPT_EMBEDDING ? 0.5 : 0.5 / sqrt(C);
    }
}

size_t gpt_nodes_bytes(const Config *c)
{
    size_t L = (size_t)c->layers;
    return params_nodes_bytes((size_t)rows_of(c), (size_t)gpt_params_count(c)) +
           arena_bytes(L * sizeof(GptBlockParams)) + arena_bytes(L * sizeof(GptBlockActs)) +
           counts_nodes_bytes() + (TENSORS_BESIDES + TENSORS_A_BLOCK * L) * arena_bytes(sizeof(Tensor));
}

enum { SITES = 4 };                         /* per layer: attention, its output, the MLP; the embedding in layer 0 */

/* The key of dropout at one site of the model. */
static uint64_t site(const GptPass *p, int layer, int which)
{
    return rng_bits(p->key, RNG_DROPOUT, (uint64_t)(SITES * layer + which));
}

static const AttentionChange *changed(const GptPass *p) { return p->change ? &p->change->attention : NULL; }

static bool positioned(const GptPass *p) { return !p->change || !p->change->no_positions; }

/* Attention composed of single ops, for GptTrace; op_attention gives the same. */
static Tensor *attention_in_steps(Tape *t, const GptPass *p, GptBlockActs *y, Tensor *qkv, const Config *c,
                                  int layer)
{
    const AttentionChange *change = changed(p);
    real factor = 1 / (real)sqrt((double)(c->channels / c->heads));
    factor *= change && !isinf(change->factor) ? change->factor : 1;
    y->q = split_heads(t, qkv, 0, c->heads);
    y->k = split_heads(t, qkv, 1, c->heads);
    y->v = split_heads(t, qkv, 2, c->heads);
    y->scores = scale(t, matmul_nt(t, y->q, y->k), factor);
    y->weights = causal_softmax_changed(t, y->scores, change);
    y->mix = matmul(t, dropout(t, y->weights, p->dropout, site(p, layer, 0)), y->v);
    return merge_heads(t, y->mix);
}

static Tensor *norm(const Gpt *g, Tape *t, Tensor *x, Tensor *w, Tensor *b)
{
    return g->config.norm == NORM_RMS ? rms_norm(t, x, w) : layer_norm(t, x, w, b);
}

/* Queries, keys and values as attention takes them. *first becomes layer 0's before QK norm and rotation. */
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
        qkv = qk_norm(t, qkv, b->qk_gain, c->heads);
    if (c->positions != POSITIONS_ROTARY || !positioned(p))
        return qkv;
    Tensor *straight = qkv;
    qkv = rotary(t, straight, c->heads, p->cache ? p->cache->n : 0);
    if (straight != *first)                 /* later layers need it */
        tape_release(t, straight);
    return qkv;
}

static Tensor *attend(Tape *t, const GptPass *p, GptBlockActs *y, Tensor *qkv, const Config *c, int layer)
{
    if (p->cache)
        return cached_attention(t, qkv, p->cache, layer);
    if (p->trace)
        return attention_in_steps(t, p, y, qkv, c, layer);
    return attention_changed(t, qkv, c->heads, p->dropout, site(p, layer, 0), changed(p));
}

/* x + dropout(y); y's value is not needed again. */
static Tensor *add_to(Tape *t, Tensor *x, Tensor *y, const GptPass *p, int layer, int which)
{
    Tensor *kept = dropout(t, y, p->dropout, site(p, layer, which));
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

/* Token embedding plus position embedding. */
static Tensor *embed(Gpt *g, Tape *t, const GptPass *p, GptTrace *trace)
{
    trace->token = embedding(t, g->wte, p->ids, p->B, p->T);
    trace->position = NULL;
    Tensor *x = trace->token;
    if (g->wpe && positioned(p)) {
        trace->position = embedding_of_positions(t, g->wpe, p->cache ? p->cache->n : 0, p->B, p->T);
        x = add(t, x, trace->position);
    }
    return g->config.embed_norm ? rms_norm(t, x, NULL) : x;
}

Tensor *gpt_answer(const Gpt *g, Tape *t, Tensor *x, Tensor **normed, Tensor *counts)
{
    Tensor *y = norm(g, t, x, g->ln_f_w, g->ln_f_b);
    if (normed)
        *normed = y;
    Tensor *logits = linear(t, y, g->lm_head, NULL);
    if (counts)
        logits = counts_tilt(g, t, logits, y, counts);
    return g->config.soft_cap > 0 ? soft_cap(t, logits, (real)g->config.soft_cap) : logits;
}

GptOut gpt_forward(Gpt *g, Tape *t, const GptPass *p)
{
    GptTrace unused = { 0 }, *trace = p->trace ? p->trace : &unused;
    GptBlockActs scratch;
    GptOut   out = { 0 };
    Tensor  *first = NULL, *x = dropout(t, embed(g, t, p, trace), p->dropout, site(p, 0, 3));
    for (int i = 0; i < g->config.layers; i++)
        x = block(g, t, p, trace->layers ? &trace->layers[i] : &scratch, x, i, &first);
    trace->counts = g->config.counts ? counts_push(g, t, p) : NULL;
    out.logits = gpt_answer(g, t, x, &trace->norm_f, trace->counts);
    if (p->targets)
        out.loss = cross_entropy(t, out.logits, p->targets);
    return out;
}
