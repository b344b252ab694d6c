#include "explain/versus/run.h"
#include "kernel/kernel.h"
#include <limits.h>
#include <string.h>

/* Places in the order of computation: the residual stream at the input of layer l, 2l; its heads' outputs, 2l+1. */
enum { CLEAN = INT_MAX };

static Tensor *tensor_at(const VersusRun *r, int place)
{
    return place % 2 ? r->layers[place / 2].mix : versus_residual(r, place / 2);
}

/* Recomputes first..last. */
static void compute(Tensor *first, const Tensor *last)
{
    for (Tensor *y = first; y != last->next; y = y->next)
        y->op->forward(y);
}

/* Makes the values up to `place`, itself included, those of the unpatched pass; later ones count as changed. */
static void settle(VersusRun *r, int place)
{
    int from = r->dirty < place ? r->dirty : place;
    compute(tensor_at(r, from), tensor_at(r, place));
    r->dirty = place;
}

void versus_run_restore(VersusRun *r)
{
    if (r->dirty != CLEAN)
        compute(tensor_at(r, r->dirty), r->logits);
    r->dirty = CLEAN;
}

static double odds(const VersusRun *r)
{
    const double *x = r->logits->val + (size_t)(r->T - 1) * (size_t)r->V;
    return x[r->answer[0]] - x[r->answer[1]];   /* the normalizer cancels */
}

/* The odds after what follows x on the tape is computed again. */
static double finish(VersusRun *r, const Tensor *x)
{
    compute(x->next, r->logits);
    return odds(r);
}

static void set_sizes(VersusRun *r, const Explain *e, int T)
{
    r->T = T, r->L = e->L, r->H = e->H, r->D = e->D, r->C = e->C, r->V = e->V;
    r->dirty = CLEAN;
}

VersusRun versus_run_of(Explain *e)
{
    VersusRun r = { .side = 0, .layers = e->trace.layers, .counts = e->trace.counts, .logits = e->out.logits };
    set_sizes(&r, e, e->T);
    return r;
}

/* What a pass on a tape of its own needs. */
typedef struct Making {
    VersusRun *r;
    Gpt       *g;
    const int *ids;
    GptTrace   trace;
} Making;

static bool run(void *making, Err *err)
{
    Making *m = making;
    GptPass pass = { .B = 1, .T = m->r->T, .ids = m->ids, .trace = &m->trace };
    m->r->nodes.used = m->r->mem.used = 0;
    Tape tape = { .nodes = &m->r->nodes, .mem = &m->r->mem, .err = err };
    m->r->logits = gpt_forward(m->g, &tape, &pass).logits;
    m->r->counts = m->trace.counts;
    return !err_any(err);
}

bool versus_run_open(VersusRun *r, Explain *e, const int *ids, int T)
{
    *r = (VersusRun){ .side = 1 };
    set_sizes(r, e, T);
    if (T < 1 || T > e->g->config.context)
        return err_set(&e->err, "%d characters to compare with, but the model takes 1 to %d", T, e->g->config.context);
    r->layers = explain_alloc(e, (size_t)e->L, sizeof *r->layers);
    Making m = { r, e->g, ids, { .layers = r->layers } };
    return r->layers && arena_init(&r->nodes, gpt_nodes_bytes(&e->g->config), &e->err) &&
           arena_fit(&r->mem, run, &m, &e->err) && run(&m, &e->err);
}

void versus_run_close(VersusRun *r)
{
    arena_free(&r->nodes);
    arena_free(&r->mem);
}

void versus_run_compare(VersusRun *r, int first, int second)
{
    r->answer[0] = first, r->answer[1] = second;
    r->odds = odds(r);
}

/* Copies n numbers; whether any differs. */
static bool put(double *to, const double *from, int n)
{
    bool differs = memcmp(to, from, (size_t)n * sizeof *to) != 0;
    memcpy(to, from, (size_t)n * sizeof *to);
    return differs;
}

static bool put_head(VersusRun *r, const VersusRun *from, int h, const VersusPair *pairs, int n)
{
    bool differs = false;
    for (int k = 0; k < n; k++)
        differs |= put(versus_output(r, h, pairs[k].at[r->side]), versus_output(from, h, pairs[k].at[from->side]),
                       r->D);
    return differs;
}

/* Layer by layer, because the outputs of later heads follow from those of earlier ones. */
double versus_patch_heads(VersusRun *r, VersusRun *from, const int *heads, int n_heads, const VersusPair *pairs,
                          int n)
{
    bool    differs = false;
    Tensor *mix = NULL;
    settle(from, 2 * (heads[n_heads - 1] / r->H) + 1);
    for (int k = 0; k < n_heads; k++) {
        int l = heads[k] / r->H;
        if (!mix)
            settle(r, 2 * l + 1);
        else if (mix != r->layers[l].mix)
            compute(mix->next, r->layers[l].mix);
        mix = r->layers[l].mix;
        differs |= put_head(r, from, heads[k], pairs, n);
    }
    return differs ? finish(r, mix) : r->odds;
}

double versus_patch_residual(VersusRun *r, VersusRun *from, int layer, VersusPair pair)
{
    size_t C = (size_t)r->C;
    settle(r, 2 * layer), settle(from, 2 * layer);
    bool differs = put(versus_residual(r, layer)->val + (size_t)pair.at[r->side] * C,
                       versus_residual(from, layer)->val + (size_t)pair.at[from->side] * C, r->C);
    return differs ? finish(r, versus_residual(r, layer)) : r->odds;
}

/* A run that starts again from its last residual stream computes the constant again, too. */
double versus_patch_counts(VersusRun *r, VersusRun *from, VersusPair pair)
{
    int columns = r->counts->dim[2];
    versus_run_restore(r), versus_run_restore(from);
    r->dirty = 2 * r->L;
    bool differs = put(r->counts->val + pair.at[r->side] * columns, from->counts->val + pair.at[from->side] * columns,
                       columns);
    return differs ? finish(r, r->counts) : r->odds;
}

double versus_patch_output(VersusRun *r, int head, const double *o, const VersusPair *pairs, int n)
{
    bool differs = false;
    settle(r, 2 * (head / r->H) + 1);
    for (int k = 0; k < n; k++)
        differs |= put(versus_output(r, head, pairs[k].at[r->side]), o + k * r->D, r->D);
    return differs ? finish(r, r->layers[head / r->H].mix) : r->odds;
}

/* a (i+1): softmax of s over the keys outside first..end-1, 0 for those. Unchanged if that leaves no key. */
static void mask_row(const double *s, int i, int first, int end, double *a)
{
    int stop = end < i + 1 ? end : i + 1, n = 0;
    if (first >= stop || stop - first == i + 1)
        return;
    for (int k = 0; k <= i; k++)
        if (k < first || k >= stop)
            a[n++] = s[k];
    kernel->softmax((size_t)n, 1, a, a);
    for (int k = i; k >= 0; k--)
        a[k] = k < first || k >= stop ? a[--n] : 0;
}

void versus_masked_output(VersusRun *r, int head, int first, int end, const VersusPair *pairs, int n, double *o)
{
    const GptBlockActs *y = &r->layers[head / r->H];
    settle(r, 2 * (head / r->H) + 1);
    for (int k = 0; k < n; k++) {
        int i = pairs[k].at[r->side];
        mask_row(explain_row(y->scores, head % r->H, i), i, first, end, explain_row(y->weights, head % r->H, i));
    }
    y->mix->op->forward(y->mix);
    for (int k = 0; k < n; k++)
        memcpy(o + k * r->D, versus_output(r, head, pairs[k].at[r->side]), (size_t)r->D * sizeof *o);
    y->weights->op->forward(y->weights);
    y->mix->op->forward(y->mix);
}
