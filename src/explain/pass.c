#include "explain/pass.h"
#include "base/topk.h"
#include "kernel/kernel.h"
#include "model/gpt_pack.h"
#include "model/gpt_params.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

void *explain_alloc(Explain *e, size_t n, size_t size)
{
    ExplainChunk *chunk = calloc(1, sizeof *chunk + n * size);
    if (!chunk) {
        err_set(&e->err, "out of memory for %zu results of %zu bytes", n, size);
        return NULL;
    }
    *chunk = (ExplainChunk){ e->chunks, n * size };
    e->chunks = chunk;
    return chunk + 1;
}

void explain_forget(Explain *e, const ExplainChunk *mark)
{
    while (e->chunks != mark) {
        ExplainChunk *next = e->chunks->next;
        free(e->chunks);
        e->chunks = next;
    }
}

void explain_pack(Explain *e)
{
    if (e->panels)
        gpt_pack(e->g, false, e->panels);
}

void explain_unpack(Explain *e)
{
    if (e->panels)
        gpt_unpack(e->g);
}

void explain_close(Explain *e)
{
    explain_unpack(e);
    explain_forget(e, NULL);
    arena_free(&e->nodes);
    arena_free(&e->mem);
}

static bool sizes(Explain *e, const int *ids, int T, int target)
{
    const Config *c = &e->g->config;
    e->T = T, e->L = c->layers, e->H = c->heads, e->C = c->channels, e->D = c->channels / c->heads,
    e->V = c->vocab;
    if (T < 1 || T > c->context)
        return err_set(&e->err, "%d characters to explain, but the model takes 1 to %d", T, c->context);
    if (target < -1 || target >= e->V)
        return err_set(&e->err, "target %d is outside the vocabulary of %d", target, e->V);
    if (!e->g->params.grad)
        return err_set(&e->err, "the model was loaded without gradients");
    e->ids = explain_alloc(e, (size_t)T, sizeof *e->ids);
    e->targets = explain_alloc(e, (size_t)T, sizeof *e->targets);
    e->trace.layers = explain_alloc(e, (size_t)e->L, sizeof *e->trace.layers);
    if (!e->ids || !e->targets || !e->trace.layers)
        return false;
    memcpy(e->ids, ids, (size_t)T * sizeof *ids);
    for (int i = 0; i < T; i++)
        e->targets[i] = -1;
    e->targets[T - 1] = target < 0 ? 0 : target;
    return true;
}

static bool run(Explain *e)
{
    GptPass pass = { .B = 1, .T = e->T, .ids = e->ids, .targets = e->targets, .trace = &e->trace,
                     .change = e->change };
    e->nodes.used = 0;
    e->tape = (Tape){ .nodes = &e->nodes, .mem = &e->mem, .err = &e->err, .keep = true };
    params_forget_gradients(&e->g->params);
    e->out = gpt_forward(e->g, &e->tape, &pass);
    return !err_any(&e->err);
}

static bool dry_run(void *explain, Err *err)
{
    Explain *e = explain;
    return run(e) && tape_backward(&e->tape, e->out.loss) && !err_any(err);
}

static bool allocate(Explain *e)
{
    e->panels = explain_alloc(e, gpt_pack_bytes(e->g, false), 1);
    return e->panels && arena_init(&e->nodes, gpt_nodes_bytes(&e->g->config), &e->err) &&
           arena_fit(&e->mem, dry_run, e, &e->err);
}

static int most_probable(const Explain *e)
{
    const double *x = e->out.logits->val + (size_t)(e->T - 1) * (size_t)e->V;
    int best = 0;
    topk(x, e->V, 1, false, &best);
    return best;
}

/* As many passes as take seconds, not minutes: one is about two operations per character and weight. */
static int affordable(const Explain *e)
{
    enum { LEAST = 16, MOST = 1 << 20 };
    double        weights = 0;
    GptParamsWalk walk = gpt_params_walk(&e->g->config);
    for (const Tensor *w; (w = gpt_params_next_weight(e->g, &walk));)
        weights += (double)tensor_len(w);
    double n = 4e10 / (2.0 * e->T * weights);
    return n < LEAST ? LEAST : n > MOST ? MOST : (int)n;
}

bool *explain_choose(Explain *e, const double *size, int n)
{
    bool *chosen = explain_alloc(e, (size_t)n, sizeof *chosen);
    int  *order = explain_alloc(e, (size_t)n, sizeof *order);
    if (!chosen || !order)
        return NULL;
    int taken = topk(size, n, e->most < n ? e->most : n, true, order);
    for (int k = 0; k < taken; k++)
        chosen[order[k]] = true;
    return chosen;
}

/* The most probable target or the one asked for, its loss, and the gradients. */
static bool answer(Explain *e, int target)
{
    e->target = target < 0 ? most_probable(e) : target;
    e->targets[e->T - 1] = e->target;
    e->loss = explain_replay(e, e->out.logits);
    if (!isfinite(e->loss))
        return err_set(&e->err, "the model's loss on this prompt is %g: its weights are damaged", e->loss);
    return explain_backward(e);
}

bool explain_open(Explain *e, Gpt *g, const int *ids, int T, int target)
{
    return explain_open_changed(e, g, ids, T, target, NULL);
}

bool explain_open_changed(Explain *e, Gpt *g, const int *ids, int T, int target, const GptChange *change)
{
    *e = (Explain){ .g = g, .change = change };
    if (!sizes(e, ids, T, target) || !allocate(e))
        return false;
    explain_pack(e);
    if (!run(e))
        return false;
    e->most = affordable(e);
    return answer(e, target);
}

bool explain_refresh(Explain *e, int target)
{
    e->err = (Err){ 0 };
    explain_pack(e);
    tape_replay(&e->tape, NULL);
    return answer(e, target);
}

static void replay(Tensor *first, const Tensor *end)
{
    for (Tensor *y = first; y != end; y = y->next)
        if (y->op != &op_constant)
            y->op->forward(y);
}

double explain_replay(Explain *e, Tensor *from)
{
    replay(from ? from->next : e->tape.first, NULL);
    return e->out.loss->val[0];
}

void explain_replay_to(const Tensor *from, Tensor *to) { replay(from->next, to->next); }

bool explain_backward(Explain *e)
{
    params_forget_gradients(&e->g->params);
    return tape_backward(&e->tape, e->out.loss);
}

void explain_next(const Explain *e, double *p)
{
    kernel->softmax((size_t)e->V, 1, e->out.logits->val + (size_t)(e->T - 1) * (size_t)e->V, p);
}
