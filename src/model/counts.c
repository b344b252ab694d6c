#include "model/counts.h"

/* What the constant's rows are made of; it lives as long as the tape's nodes. */
typedef struct CountsPass {
    const Prior  *prior;
    const int    *ids;                      /* behind `earlier` tokens of the same sequence */
    int           T, earlier;
    const size_t *starts;
} CountsPass;

/* The target of row i is the token after it. */
static int fold_of(const CountsPass *p, size_t i)
{
    size_t T = (size_t)p->T;
    return p->starts ? prior_fold(p->prior, p->starts[i / T] + i % T + 1) : NO_FOLD;
}

static void fill(const void *context, size_t i, size_t end, void *memory, real *y)
{
    const CountsPass *p = context;
    size_t       n = (size_t)PRIOR_CONTEXTS * (size_t)p->prior->discounts.V;
    double      *logs = memory;
    PriorScratch s;
    prior_begin(p->prior, logs + n, &s);
    for (; i < end; i++, y += n) {
        size_t before = (size_t)p->earlier + i % (size_t)p->T + 1;
        before = before < SORTED_DEPTH ? before : SORTED_DEPTH;
        prior_logs(p->prior, &s, p->ids + i + 1 - before, before, fold_of(p, i), logs);
        for (size_t k = 0; k < n; k++)
            y[k] = (real)logs[k];
    }
}

size_t counts_nodes_bytes(void) { return arena_bytes(sizeof(CountsPass)); }

Tensor *counts_push(const Gpt *g, Tape *t, const GptPass *p)
{
    if (err_any(t->err))
        return NULL;
    if (!g->prior) {
        err_set(t->err, "the model mixes counts of its training text into its logits, and these are missing");
        return NULL;
    }
    CountsPass *c = arena_new(t->nodes, CountsPass, 1);
    if (!c) {
        err_set(t->err, "out of memory for a pass over the counts");
        return NULL;
    }
    *c = (CountsPass){ g->prior, p->ids, p->T, p->cache ? p->cache->n : 0, p->starts };
    int    columns = PRIOR_CONTEXTS * g->config.vocab;
    size_t scratch = (size_t)columns * sizeof(double) + prior_scratch_bytes(g->prior);
    return constant(t, (ConstantArg){ p->B, p->T, columns, scratch, fill, c });
}

Tensor *counts_tilt(const Gpt *g, Tape *t, Tensor *logits, Tensor *h, Tensor *counts)
{
    Tensor *gains = scale(t, linear(t, h, g->count_gain, g->count_bias), (real)COUNTS_SCALE);
    return tilt(t, logits, gains, counts);
}
