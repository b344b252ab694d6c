#include "files/onnx/build.h"
#include "files/onnx/onnx_counts.h"
#include "files/onnx/ops.h"
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

/* model/gpt.c, line by line. */
typedef struct Building {
    OnnxGraph *g;
    const Gpt *m;
    OnnxValue  length, future;              /* T as a vector of one number; (T,T): the key comes after the query */
    OnnxValue  angles, first;               /* of rotary positions (T,D); the values of layer 0                 */
} Building;

/* Params keeps the tensor inside of its row. */
static OnnxValue param(const Tensor *t)
{
    return onnx_value(((const Param *)(const void *)((const char *)t - offsetof(Param, tensor)))->name);
}

/* Optional parameters: NULL, or *v. */
static const OnnxValue *optional(const Tensor *t, OnnxValue *v)
{
    if (!t)
        return NULL;
    *v = param(t);
    return v;
}

static OnnxValue norm(const Building *b, OnnxValue x, const Tensor *w, const Tensor *bias)
{
    OnnxValue weight = param(w), v;
    if (b->m->config.norm == NORM_RMS)
        return onnx_rms_norm(b->g, x, &weight);
    return onnx_layer_norm(b->g, x, weight, optional(bias, &v));
}

static OnnxValue project(const Building *b, OnnxValue x, const Tensor *w, const Tensor *bias)
{
    OnnxValue v;
    return onnx_linear(b->g, x, param(w), optional(bias, &v));
}

/* ---- what all layers share ---- */

static void measure(Building *b)
{
    OnnxGraph *g = b->g;
    OnnxValue  zero = onnx_integer(g, 0), shape = onnx_one(g, "Shape", onnx_value(ONNX_TOKENS));
    b->length = onnx_slice(g, shape, 1, 2, 0);
    OnnxValue end = onnx_two(g, "Gather", shape, onnx_integer(g, 1));
    OnnxValue at = onnx_node(g, &(OnnxNode){ .op = "Range", .in = { zero, end, onnx_integer(g, 1) } });
    OnnxValue query = onnx_two(g, "Unsqueeze", at, ONNX_LIST(g, 1));
    OnnxValue key = onnx_two(g, "Unsqueeze", at, ONNX_LIST(g, 0));
    b->future = onnx_two(g, "Less", query, key);
}

uint64_t onnx_gpt_bytes(const Config *c, const FlatCounts *counts)
{
    uint64_t angles = 4 * (uint64_t)c->context * (uint64_t)(c->channels / c->heads);
    return (c->positions == POSITIONS_ROTARY ? angles : 0) + (counts ? onnx_counts_bytes(counts) : 0);
}

static bool take_angles(Building *b, Err *err)
{
    const Config *c = &b->m->config;
    size_t        D = (size_t)(c->channels / c->heads), n = (size_t)c->context * D;
    real         *rows = malloc(n * sizeof *rows);
    if (!rows)
        return err_set(err, "out of memory: no room for the angles of %d positions", c->context);
    rotary_angles(D, (size_t)c->context, rows);
    Buffer *to = &b->g->constants;
    size_t  at = onnx_tensor_begin(to, "/angles", ONNX_FLOAT, 2, (int[]){ c->context, (int)D });
    buffer_reserve(to, 4 * n);
    for (size_t i = 0; i < n; i++)
        buffer_f32(to, (float)rows[i]);
    proto_end(to, at);
    free(rows);
    b->angles = onnx_rows(b->g, onnx_value("/angles"), b->length);
    return true;
}

static OnnxValue embed(const Building *b)
{
    OnnxGraph *g = b->g;
    OnnxValue  x = onnx_two(g, "Gather", param(b->m->wte), onnx_value(ONNX_TOKENS));
    if (b->m->wpe)
        x = onnx_two(g, "Add", x, onnx_rows(g, param(b->m->wpe), b->length));
    return b->m->config.embed_norm ? onnx_rms_norm(g, x, NULL) : x;
}

/* ---- a block ---- */

/* Query, key and value (B,H,T,D). */
static void queries_keys_values(Building *b, const GptBlockParams *p, OnnxValue x, int layer, OnnxValue qkv[3])
{
    const Config *c = &b->m->config;
    OnnxGraph    *g = b->g;
    if (p->char_mix)
        x = onnx_char_mix(g, x, param(p->char_mix), c->char_mix);
    x = project(b, x, p->qkv_w, p->qkv_b);
    for (int i = 0; i < 3; i++)
        qkv[i] = onnx_slice(g, x, (int64_t)i * c->channels, (int64_t)(i + 1) * c->channels, 2);
    if (layer == 0)
        b->first = qkv[2];
    if (p->value_mix)
        qkv[2] = onnx_value_mix(g, qkv[2], b->first, param(p->value_mix));
    for (int i = 0; i < 3; i++)
        qkv[i] = onnx_split_heads(g, qkv[i], c->heads, c->channels / c->heads);
    if (p->qk_gain) {
        qkv[0] = onnx_gain(g, qkv[0], param(p->qk_gain));
        qkv[1] = onnx_rms_norm(g, qkv[1], NULL);
    }
    for (int i = 0; i < 2 && c->positions == POSITIONS_ROTARY; i++)
        qkv[i] = onnx_rotate(g, qkv[i], b->angles, c->channels / c->heads);
}

static OnnxValue attend(Building *b, const GptBlockParams *p, OnnxValue x, int layer)
{
    const Config *c = &b->m->config;
    OnnxValue     qkv[3];
    queries_keys_values(b, p, x, layer, qkv);
    OnnxValue mix = onnx_attention(b->g, qkv, b->future, c->channels / c->heads);
    return project(b, onnx_merge_heads(b->g, mix, c->channels), p->out_w, p->out_b);
}

static OnnxValue mlp(const Building *b, const GptBlockParams *p, OnnxValue x)
{
    OnnxValue fc = project(b, x, p->fc_w, p->fc_b);
    OnnxValue act = b->m->config.activation == ACTIVATION_RELU2 ? onnx_relu2(b->g, fc) : onnx_gelu(b->g, fc);
    return project(b, act, p->proj_w, p->proj_b);
}

/* x += attention(norm(x)); x += mlp(norm(x)) */
static OnnxValue block(Building *b, OnnxValue x, int layer)
{
    const GptBlockParams *p = &b->m->blocks[layer];
    snprintf(b->g->scope, sizeof b->g->scope, "h.%d", layer);
    x = onnx_two(b->g, "Add", x, attend(b, p, norm(b, x, p->ln_1_w, p->ln_1_b), layer));
    return onnx_two(b->g, "Add", x, mlp(b, p, norm(b, x, p->ln_2_w, p->ln_2_b)));
}

/* The last norm's output to the logits: gpt_answer. */
static OnnxValue answer(const Building *b, const FlatCounts *counts, OnnxValue h)
{
    const Gpt *m = b->m;
    OnnxValue  y = project(b, h, m->lm_head, NULL);
    if (counts) {
        snprintf(b->g->scope, sizeof b->g->scope, "counts");
        y = onnx_counts(b->g, counts, y, h, param(m->count_gain), param(m->count_bias));
        b->g->scope[0] = '\0';
    }
    return m->config.soft_cap > 0 ? onnx_soft_cap(b->g, y, (float)m->config.soft_cap) : y;
}

bool onnx_gpt(OnnxGraph *g, const Gpt *m, const FlatCounts *counts, Err *err)
{
    Building b = { .g = g, .m = m };
    measure(&b);
    if (m->config.positions == POSITIONS_ROTARY && !take_angles(&b, err))
        return false;
    OnnxValue x = embed(&b);
    for (int i = 0; i < m->config.layers; i++)
        x = block(&b, x, i);
    g->scope[0] = '\0';
    x = answer(&b, counts, norm(&b, x, m->ln_f_w, m->ln_f_b));
    onnx_node_named(g, &(OnnxNode){ .op = "Identity", .in = { x } }, ONNX_LOGITS);
    return true;
}
