#include "train/nonfinite.h"
#include <math.h>

static bool finite_all(const Tensor *x)
{
    size_t n = tensor_len(x);
    for (size_t i = 0; i < n; i++)
        if (!isfinite(x->val[i]))
            return false;
    return true;
}

/* The name of the parameter that op reads, or NULL. */
static const char *reads(const Gpt *g, const Tensor *y)
{
    for (int k = 0; k < y->op->n_in; k++)
        for (int i = 0; i < g->params.n; i++)
            if (y->in[k] == &g->params.list[i].tensor)
                return g->params.list[i].name;
    return NULL;
}

bool nonfinite_in_forward(const Gpt *g, const Tape *t, Err *err)
{
    const Param *p = params_not_finite(&g->params, g->params.val);
    const char  *last = "the input";
    if (p)
        return err_set(err, "the parameter %s is no longer finite", p->name);
    for (const Tensor *y = t->first; y; y = y->next) {
        last = reads(g, y) ? reads(g, y) : last;
        if (y->val && !finite_all(y))      /* a released tensor shows in what was computed from it */
            return err_set(err, "the loss is not finite, first the result of %s, at or after %s", y->op->name, last);
    }
    return err_set(err, "the loss is not finite");
}

bool nonfinite_in_gradients(const Gpt *g, Err *err)
{
    const Param *p = params_not_finite(&g->params, g->params.grad);
    return err_set(err, "the gradient of %s is not finite",
                   p ? p->name : "the parameters, squared and summed,");
}
