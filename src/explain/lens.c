#include "explain/lens.h"
#include "base/topk.h"
#include "kernel/kernel.h"
#include "explain/output/output.h"
#include "explain/trace.h"
#include <math.h>
#include <string.h>

static void read_lens(const Explain *e, const double *p, ExplainLens *x)
{
    *x = (ExplainLens){ .p = p[e->target], .loss = -log(p[e->target]), .rank = 1 };
    x->entropy = explain_trace_entropy(p, e->V);
    for (int c = 0; c < e->V; c++)
        x->rank += p[c] > p[e->target] || (p[c] == p[e->target] && c < e->target);
    x->n = topk(p, e->V, LENS_TOP, false, x->top);
    for (int k = 0; k < x->n; k++)
        x->top_p[k] = p[x->top[k]];
}

/* The end of the model, on a separate tape: the last norm, the output matrix, and the counts. */
typedef struct Ending {
    Explain      *e;
    Tape          tape;
    Arena         nodes, mem;
    const double *x;                        /* (C) the residual stream */
    Tensor       *logits;                   /* (1,1,V)                 */
} Ending;

/* What counting knows after the last character, (1,1,K V); NULL without counts. */
static Tensor *last_counts(Ending *n)
{
    const Tensor *all = n->e->trace.counts;
    if (!all)
        return NULL;
    int     columns = all->dim[2];
    Tensor *x = tape_leaf(&n->tape, 3, (int[]){ 1, 1, columns });
    if (x && !n->mem.counting)
        memcpy(x->val, explain_counted(n->e, n->e->T - 1, 0), (size_t)columns * sizeof *x->val);
    return x;
}

static bool run_ending(void *ending, Err *err)
{
    Ending *n = ending;
    n->nodes.used = n->mem.used = 0;
    n->tape = (Tape){ .nodes = &n->nodes, .mem = &n->mem, .err = err };
    Tensor *x = tape_leaf(&n->tape, 3, (int[]){ 1, 1, n->e->C });
    if (x && !n->mem.counting)
        memcpy(x->val, n->x, (size_t)n->e->C * sizeof *n->x);
    n->logits = gpt_answer(n->e->g, &n->tape, x, NULL, last_counts(n));
    return n->logits && !err_any(err);
}

static const Tensor *stream_after(const Explain *e, int layers)
{
    return layers < e->L ? e->trace.layers[layers].x : e->trace.layers[e->L - 1].out;
}

bool explain_lens(Explain *e, ExplainLens *lens)
{
    Ending  n = { .e = e };
    double *p = explain_alloc(e, (size_t)e->V, sizeof *p);
    bool    ok = p && arena_init(&n.nodes, gpt_nodes_bytes(&e->g->config), &e->err) &&
              arena_fit(&n.mem, run_ending, &n, &e->err);
    for (int l = 0; ok && l <= e->L; l++) {
        n.x = stream_after(e, l)->val + (size_t)(e->T - 1) * (size_t)e->C;
        ok = run_ending(&n, &e->err);
        if (ok) {
            kernel->softmax((size_t)e->V, 1, n.logits->val, p);
            read_lens(e, p, &lens[l]);
        }
    }
    arena_free(&n.nodes);
    arena_free(&n.mem);
    return ok;
}

/* Contribution of a part u (C) of the residual stream to the target's logit: sum_c (u_c - mean(u)) r n_c w_c, with w
 * the target's row (output/output.h), n the last norm's weight and r its 1/deviation. RMS norm does not subtract the
 * mean. */
static double adds(const Explain *e, const double *w, const double *u)
{
    const double *n = e->g->ln_f_w->val;
    double r = e->trace.norm_f->save[2 * (e->T - 1) + 1], mean = 0, sum = 0;
    for (int c = 0; c < e->C && e->g->config.norm == NORM_LAYER; c++)
        mean += u[c] / e->C;
    for (int c = 0; c < e->C; c++)
        sum += (u[c] - mean) * r * n[c] * w[c];
    return sum;
}

/* u (C): head h's o at the last character through its columns of the output projection. */
static void written_by_head(const Explain *e, int layer, int h, double *u)
{
    const double *o = explain_row(e->trace.layers[layer].mix, h, e->T - 1);
    const double *w = e->g->blocks[layer].out_w->val + (size_t)h * (size_t)e->D;
    for (int c = 0; c < e->C; c++, w += e->C) {
        u[c] = 0;
        for (int d = 0; d < e->D; d++)
            u[c] += w[d] * o[d];
    }
}

static double final_bias(const Explain *e, const double *w)
{
    double sum = 0;
    for (int c = 0; e->g->ln_f_b && c < e->C; c++)
        sum += e->g->ln_f_b->val[c] * w[c];
    return sum;
}

/* Factor applied to the embeddings before the first layer. */
static double embedding_scale(const Explain *e)
{
    const Tensor *x = e->trace.layers[0].x;
    return e->g->config.embed_norm ? x->save[2 * (e->T - 1) + 1] : 1;
}

/* Fills in the parts of layer l and returns their sum. w: the target's row; u: (C). */
static double split_layer(const Explain *e, int l, ExplainLogit *x, const double *w, double *u)
{
    const GptBlockParams *b = &e->g->blocks[l];
    x->bias[l] = b->out_b ? adds(e, w, b->out_b->val) : 0;
    x->mlp[l] = adds(e, w, e->trace.layers[l].mlp->val + (size_t)(e->T - 1) * (size_t)e->C);
    double sum = x->bias[l] + x->mlp[l];
    for (int h = 0; h < e->H; h++) {
        written_by_head(e, l, h, u);
        sum += x->head[l * e->H + h] = adds(e, w, u);
    }
    return sum;
}

bool explain_lens_logit(Explain *e, ExplainLogit *x)
{
    size_t last = (size_t)(e->T - 1);
    x->head = explain_alloc(e, (size_t)e->L * (size_t)e->H, sizeof *x->head);
    x->bias = explain_alloc(e, (size_t)e->L, sizeof *x->bias);
    x->mlp = explain_alloc(e, (size_t)e->L, sizeof *x->mlp);
    double *u = explain_alloc(e, 2 * (size_t)e->C, sizeof *u), *w = u ? u + e->C : NULL;
    if (!x->head || !x->bias || !x->mlp || !u)
        return false;
    explain_output_row(e, e->target, w);
    x->value = explain_uncapped(e)->val[last * (size_t)e->V + (size_t)e->target];
    double scale = embedding_scale(e);
    x->token = scale * adds(e, w, e->trace.token->val + last * (size_t)e->C);
    x->position = e->trace.position ? scale * adds(e, w, e->trace.position->val + last * (size_t)e->C) : 0;
    x->final = final_bias(e, w);
    x->counts = explain_output_constant(e, e->target);
    x->error = x->value - x->token - x->position - x->final - x->counts;
    for (int l = 0; l < e->L; l++)
        x->error -= split_layer(e, l, x, w, u);
    return true;
}
