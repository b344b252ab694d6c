#include "explain/why/parts.h"
#include "explain/dot.h"
#include <string.h>

const char *const explain_why_kinds[WHY_KINDS] = { "token", "position", "head", "mlp", "bias" };

const Tensor *why_op_of(const Explain *e, int layer, const Op *op)
{
    const GptBlockActs *y = &e->trace.layers[layer];
    for (const Tensor *x = y->qkv; x != y->projected; x = x->in[0])
        if (x->op == op)
            return x;
    return NULL;
}

double why_qk_factor(const WhySide *s)
{
    const Tensor *norm = why_op_of(s->e, s->at.layer, &op_qk_norm);
    size_t        H = (size_t)s->e->H, h = (size_t)s->at.head;
    if (!norm)
        return 1;
    double r = norm->save[(size_t)s->at.row * 2 * H + (s->key ? H : 0) + h];
    return s->key ? r : r * norm->in[1]->val[tensor_len(norm->in[1]) > 1 ? h : 0];
}

void why_norm_held(const Explain *e, int layer, int t, const double *u, double *n)
{
    const double *w = e->g->blocks[layer].ln_1_w->val, r = e->trace.layers[layer].norm_1->save[2 * t + 1];
    double        mean = 0;
    for (int c = 0; c < e->C && e->g->config.norm == NORM_LAYER; c++)
        mean += u[c] / e->C;
    for (int c = 0; c < e->C; c++)
        n[c] = (u[c] - mean) * r * w[c];
}

void why_written_by_head(const Explain *e, int layer, int head, const double *o, double *u)
{
    const double *w = e->g->blocks[layer].out_w->val + (size_t)head * (size_t)e->D;
    for (int c = 0; c < e->C; c++, w += e->C)
        u[c] = explain_dot(w, o, (size_t)e->D);
}

/* n (C) of one position as char_mix adds it to the row read `back` positions later. */
static void mix(const WhySide *s, int back, double *n)
{
    const Tensor *w = s->e->g->blocks[s->at.layer].char_mix;
    for (int c = 0; w && c < s->e->C; c++)
        n[c] *= w->val[back * s->e->C + c];
}

static int first_row(const WhySide *s) { return (s->key ? s->e->C : 0) + s->at.head * s->e->D; }

/* out (D) = g W n */
static void project(const WhySide *s, const double *n, double *out)
{
    size_t        C = (size_t)s->e->C;
    const double *w = s->e->g->blocks[s->at.layer].qkv_w->val + (size_t)first_row(s) * C;
    double        factor = why_qk_factor(s);
    for (int d = 0; d < s->e->D; d++)
        out[d] = factor * explain_dot(w + (size_t)d * C, n, C);
}

void why_side_through(const WhySide *s, const double *u, int back, double *room, double *out)
{
    why_norm_held(s->e, s->at.layer, s->at.row - back, u, room);
    mix(s, back, room);
    project(s, room, out);
}

/* The part of all biases: those of attention outputs below and of this norm, through each position, and b_q. */
static void bias_part(const WhySide *s, double *room, double *out)
{
    const GptBlockParams *b = &s->e->g->blocks[s->at.layer];
    double               *one = room + s->e->C, factor = why_qk_factor(s);
    for (int d = 0; d < s->e->D; d++)
        out[d] = b->qkv_b ? factor * b->qkv_b->val[first_row(s) + d] : 0;
    for (int k = 0; k < s->rows; k++) {
        why_norm_held(s->e, s->at.layer, s->at.row - k, s->bias, room);
        for (int c = 0; b->ln_1_b && c < s->e->C; c++)
            room[c] += b->ln_1_b->val[c];
        mix(s, k, room);
        project(s, room, one);
        for (int d = 0; d < s->e->D; d++)
            out[d] += one[d];
    }
}

/* x (C) times what embed_norm multiplies the embeddings of position t by */
static void embedded(const Explain *e, const Tensor *x, int t, double *u)
{
    double factor = e->g->config.embed_norm ? e->trace.layers[0].x->save[2 * t + 1] : 1;
    for (int c = 0; c < e->C; c++)
        u[c] = factor * x->val[t * e->C + c];
}

static void write(const WhySide *s, const WhySource *p, double *u)
{
    const Explain *e = s->e;
    int            t = s->at.row - p->back;
    switch (p->kind) {
    case WHY_TOKEN: embedded(e, e->trace.token, t, u); break;
    case WHY_POSITION: embedded(e, e->trace.position, t, u); break;
    case WHY_HEAD:
        why_written_by_head(e, p->layer, p->head, explain_row(e->trace.layers[p->layer].mix, p->head, t), u);
        break;
    case WHY_MLP:
        memcpy(u, e->trace.layers[p->layer].mlp->val + t * e->C, (size_t)e->C * sizeof *u);
        break;
    default: break;
    }
}

static void add_source(WhySide *s, WhyKind kind, int layer, int head, int back)
{
    s->source[s->n++] = (WhySource){ kind, layer, head, back };
}

/* In this order: sources as they are written, each at the nearest position first; biases last. */
static void list_sources(WhySide *s)
{
    for (int k = 0; k < s->rows; k++)
        add_source(s, WHY_TOKEN, 0, 0, k);
    for (int k = 0; s->e->trace.position && k < s->rows; k++)
        add_source(s, WHY_POSITION, 0, 0, k);
    for (int l = 0; l < s->at.layer; l++)
        for (int h = 0; h <= s->e->H; h++)
            for (int k = 0; k < s->rows; k++)
                add_source(s, h < s->e->H ? WHY_HEAD : WHY_MLP, l, h < s->e->H ? h : 0, k);
    if (s->e->g->config.bias)
        add_source(s, WHY_BIAS, 0, 0, -1);
}

static bool allocate(WhySide *s)
{
    size_t most = (size_t)s->rows * (size_t)(2 + s->at.layer * (s->e->H + 1)) + 1, C = (size_t)s->e->C;
    s->source = explain_alloc(s->e, most, sizeof *s->source);
    s->written = explain_alloc(s->e, most * C, sizeof *s->written);
    s->bias = explain_alloc(s->e, C, sizeof *s->bias);
    s->part = explain_alloc(s->e, most * (size_t)s->e->D, sizeof *s->part);
    return s->source && s->written && s->bias && s->part;
}

bool why_side_open(WhySide *s, Explain *e, ExplainRow at, bool key)
{
    const Tensor *taps = e->g->blocks[at.layer].char_mix;
    int           K = taps ? taps->dim[0] : 1;
    *s = (WhySide){ .e = e, .at = at, .key = key, .rows = K < at.row + 1 ? K : at.row + 1 };
    double *room = explain_alloc(e, 2 * (size_t)e->C, sizeof *room);
    if (!room || !allocate(s))
        return false;
    for (int l = 0; l < at.layer; l++)
        for (int c = 0; e->g->blocks[l].out_b && c < e->C; c++)
            s->bias[c] += e->g->blocks[l].out_b->val[c];
    list_sources(s);
    for (int k = 0; k < s->n; k++) {
        double *u = s->written + (size_t)k * (size_t)e->C, *part = s->part + (size_t)k * (size_t)e->D;
        if (s->source[k].kind == WHY_BIAS) {
            bias_part(s, room, part);
            continue;
        }
        write(s, &s->source[k], u);
        why_side_through(s, u, s->source[k].back, room, part);
    }
    return true;
}

const double *why_side_whole(const WhySide *s)
{
    const GptBlockActs *y = &s->e->trace.layers[s->at.layer];
    return explain_row(s->key ? y->k : y->q, s->at.head, s->at.row);
}
