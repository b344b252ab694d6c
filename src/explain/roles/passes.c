#include "explain/roles/passes.h"
#include "model/gpt_pack.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool forward(void *run, Err *err)
{
    RolesRun *r = run;
    GptPass   pass = { .B = 1, .T = r->T, .ids = r->ids, .targets = r->targets, .trace = &r->trace };
    r->nodes.used = 0;
    r->tape = (Tape){ .nodes = &r->nodes, .mem = &r->mem, .err = err };
    r->out = gpt_forward(r->g, &r->tape, &pass);
    return !err_any(err);
}

bool roles_run_open(RolesRun *r, Gpt *g, int T)
{
    const Config *c = &g->config;
    *r = (RolesRun){ .g = g, .T = T, .L = c->layers, .H = c->heads, .D = c->channels / c->heads, .stale = c->layers };
    r->ids = calloc((size_t)T, sizeof *r->ids);
    r->targets = calloc((size_t)T, sizeof *r->targets);
    r->trace.layers = calloc((size_t)r->L, sizeof *r->trace.layers);
    r->panels = malloc(gpt_pack_bytes(g, false) + 1);
    if (!r->ids || !r->targets || !r->trace.layers || !r->panels)
        return err_set(&r->err, "out of memory for a window of %d characters", T);
    if (!arena_init(&r->nodes, gpt_nodes_bytes(c), &r->err) || !arena_fit(&r->mem, forward, r, &r->err))
        return false;
    gpt_pack(g, false, r->panels);
    return forward(r, &r->err);
}

void roles_run_close(RolesRun *r)
{
    gpt_unpack(r->g);
    arena_free(&r->nodes);
    arena_free(&r->mem);
    free(r->panels);
    free(r->trace.layers);
    free(r->targets);
    free(r->ids);
}

double roles_run_window(RolesRun *r)
{
    tape_replay(&r->tape, NULL);
    r->stale = r->L;
    return r->out.loss->val[0];
}

static Tensor *mix_of(const RolesRun *r, int layer) { return r->trace.layers[layer].mix; }

/* The lowest layer with a marked head; L: none. */
static int lowest(const RolesRun *r, const bool *heads)
{
    int k = 0;
    while (k < r->L * r->H && !heads[k])
        k++;
    return k / r->H;
}

/* o = 0 for every row of the marked heads, layer by layer, because outputs depend on the ablated layers below. */
double roles_run_without(RolesRun *r, const bool *heads)
{
    int first = lowest(r, heads), from = r->stale < first ? r->stale : first;
    if (from < r->L)                        /* what an earlier ablation left, up to the first mix that changes */
        explain_replay_to(mix_of(r, from)->prev, first < r->L ? mix_of(r, first) : r->out.loss);
    for (int l = first; l < r->L; l++) {
        Tensor *mix = mix_of(r, l);
        size_t  n = (size_t)r->T * (size_t)r->D;
        for (int h = 0; h < r->H; h++)
            if (heads[l * r->H + h])
                memset(mix->val + (size_t)h * n, 0, n * sizeof *mix->val);
        explain_replay_to(mix, l + 1 < r->L ? mix_of(r, l + 1) : r->out.loss);
    }
    r->stale = first;
    return r->out.loss->val[0];
}
