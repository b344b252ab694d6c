#include "explain/why/without.h"
#include <string.h>

/* A leaf on the run's tape with those values; the caller fills it unless the arena only counts. */
static Tensor *leaf(WhyRun *r, int columns)
{
    return tape_leaf(&r->tape, 3, (int[]){ 1, r->side->rows, columns });
}

/* The norm with its factors held, by hand: the engine's would take those of x. */
static Tensor *norm_held(WhyRun *r, const GptBlockParams *b)
{
    const WhySide *s = r->side;
    Tensor        *y = leaf(r, s->e->C);
    for (int k = 0; y && !r->mem.counting && k < s->rows; k++) {
        double *n = y->val + k * s->e->C;
        why_norm_held(s->e, s->at.layer, s->at.row - s->rows + 1 + k, r->x + k * s->e->C, n);
        for (int c = 0; b->ln_1_b && !r->unbiased && c < s->e->C; c++)
            n[c] += b->ln_1_b->val[c];
    }
    return y;
}

static Tensor *norm_free(WhyRun *r, const GptBlockParams *b)
{
    Tensor *x = leaf(r, r->side->e->C);
    if (x && !r->mem.counting)
        memcpy(x->val, r->x, tensor_len(x) * sizeof(double));
    if (r->side->e->g->config.norm == NORM_RMS)
        return rms_norm(&r->tape, x, b->ln_1_w);
    return layer_norm(&r->tape, x, b->ln_1_w, r->unbiased ? NULL : b->ln_1_b);
}

/* QK norm of the last row, the one that is read, with the factor held. */
static Tensor *qk_norm_held(WhyRun *r, const Tensor *projected)
{
    const WhySide *s = r->side;
    Tensor        *y = leaf(r, 3 * s->e->C);
    double         factor = why_qk_factor(s);
    for (size_t c = 0; y && projected && !r->mem.counting && c < tensor_len(y); c++)
        y->val[c] = factor * projected->val[c];
    return y;
}

static bool push(WhyRun *r)
{
    const WhySide        *s = r->side;
    const GptBlockParams *b = &s->e->g->blocks[s->at.layer];
    const Tensor         *rotates = why_op_of(s->e, s->at.layer, &op_rotary);
    Tensor *n = r->held ? norm_held(r, b) : norm_free(r, b);
    if (b->char_mix)
        n = char_mix(&r->tape, n, b->char_mix);
    Tensor *x = linear(&r->tape, n, b->qkv_w, r->unbiased ? NULL : b->qkv_b);
    if (b->qk_gain)
        x = r->held ? qk_norm_held(r, x) : qk_norm(&r->tape, x, b->qk_gain, s->e->H);
    if (rotates && x) {                     /* the last row alone: the others may precede the text */
        Tensor *last = tape_leaf(&r->tape, 3, (int[]){ 1, 1, 3 * s->e->C });
        if (last && !r->mem.counting)
            memcpy(last->val, x->val + (s->rows - 1) * 3 * s->e->C, tensor_len(last) * sizeof(double));
        x = rotary(&r->tape, last, s->e->H, r->position);
    }
    r->out = x;
    return x != NULL;
}

static bool dry_run(void *run, Err *err)
{
    WhyRun *r = run;
    r->nodes.used = 0;
    r->tape = (Tape){ .nodes = &r->nodes, .mem = &r->mem, .err = err };
    r->held = true;
    bool ok = push(r);
    r->held = false;
    return ok && push(r) && !err_any(err);
}

bool why_run_open(WhyRun *r, const WhySide *s)
{
    Explain *e = s->e;
    *r = (WhyRun){ .side = s, .position = s->at.row };
    r->x = explain_alloc(e, (size_t)s->rows * (size_t)e->C, sizeof *r->x);
    return r->x && arena_init(&r->nodes, gpt_nodes_bytes(&e->g->config), &e->err) &&
           arena_fit(&r->mem, dry_run, r, &e->err);
}

void why_run_close(WhyRun *r)
{
    arena_free(&r->nodes);
    arena_free(&r->mem);
}

void why_run_add(WhyRun *r, int back, double factor, const double *u)
{
    double *x = r->x + (r->side->rows - 1 - back) * r->side->e->C;
    for (int c = 0; c < r->side->e->C; c++)
        x[c] += factor * u[c];
}

void why_run_without(WhyRun *r, const bool *gone)
{
    const WhySide *s = r->side;
    size_t         C = (size_t)s->e->C, first = (size_t)(s->at.row - s->rows + 1);
    memcpy(r->x, s->e->trace.layers[s->at.layer].x->val + first * C, (size_t)s->rows * C * sizeof *r->x);
    r->unbiased = false;
    for (int k = 0; gone && k < s->n; k++) {
        if (!gone[k])
            continue;
        if (s->source[k].kind != WHY_BIAS) {
            why_run_add(r, s->source[k].back, -1, s->written + (size_t)k * C);
            continue;
        }
        r->unbiased = true;
        for (int back = 0; back < s->rows; back++)
            why_run_add(r, back, -1, s->bias);
    }
}

const double *why_run(WhyRun *r, bool held)
{
    const WhySide *s = r->side;
    r->nodes.used = r->mem.used = 0;
    r->tape = (Tape){ .nodes = &r->nodes, .mem = &r->mem, .err = &s->e->err };
    r->held = held;
    if (!push(r))
        return NULL;
    size_t row = tensor_rows(r->out) - 1, C = (size_t)s->e->C;
    return r->out->val + row * 3 * C + (s->key ? C : 0) + (size_t)(s->at.head * s->e->D);
}
