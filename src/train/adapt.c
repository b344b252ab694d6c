#include "train/adapt.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Forward and backward over the window. */
static bool pass(Adapter *a, double *loss, Err *err)
{
    a->nodes.used = a->mem.used = 0;
    Tape    tape = { .nodes = &a->nodes, .mem = &a->mem, .err = err };
    GptPass p = { .B = 1, .T = a->n, .ids = a->ids, .targets = a->targets };
    params_forget_gradients(&a->gpt->params);
    Tensor *l = gpt_forward(a->gpt, &tape, &p).loss;
    if (!l)
        return false;
    *loss = a->mem.counting ? 0 : (double)l->val[0];
    return tape_backward(&tape, l) && !err_any(err);
}

static bool dry_run(void *adapter, Err *err)
{
    double loss;
    return pass(adapter, &loss, err);
}

bool adapter_open(Adapter *a, Gpt *g, double rate, Err *err)
{
    *a = (Adapter){ .gpt = g, .rate = rate, .T = g->config.context, .n = g->config.context };
    a->ids = calloc((size_t)a->T, sizeof *a->ids);
    a->targets = calloc((size_t)a->T, sizeof *a->targets);
    if (!a->ids || !a->targets)
        return err_set(err, "out of memory for a window of %d characters", a->T);
    return arena_init(&a->nodes, gpt_nodes_bytes(&g->config), err) && arena_fit(&a->mem, dry_run, a, err);
}

void adapter_close(Adapter *a)
{
    arena_free(&a->nodes);
    arena_free(&a->mem);
    free(a->ids);
    free(a->targets);
}

size_t adapter_bytes(const Adapter *a) { return a->nodes.size + a->mem.size; }

bool adapter_step(Adapter *a, const int *ids, int n, Err *err)
{
    Params *p = &a->gpt->params;
    double  loss, squares[GPT_GROUPS];
    a->n = n;
    memcpy(a->ids, ids, (size_t)n * sizeof *ids);
    memcpy(a->targets, ids + 1, (size_t)n * sizeof *ids);
    if (!pass(a, &loss, err))
        return false;
    double norm = sqrt(params_grad_squares(p, squares, GPT_GROUPS));
    if (!isfinite(loss) || !isfinite(norm))
        return err_set(err, "the loss or the gradient of a window is not finite: a lower rate than %g may help",
                       a->rate);
    real step = (real)(a->rate * (norm > 1 ? 1 / norm : 1));
    for (size_t i = 0; i < p->len; i++)
        p->val[i] -= step * p->grad[i];
    return true;
}
