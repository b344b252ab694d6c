#include "engine/adamw.h"
#include "base/num.h"
#include "kernel/kernel.h"
#include "kernel/pool.h"
#include <math.h>

typedef struct Update {
    Params  *p;
    AdamStep step;                          /* rate and keep: set per parameter */
    double   lr, seen1, weight_decay;
} Update;

static AdamStep step_of(const Update *u, const Param *x)
{
    AdamStep s = u->step;
    double   lr = u->lr * x->rate;
    s.rate = (real)(lr / u->seen1);
    s.keep = x->decay ? (real)(1 - lr * u->weight_decay) : 1;
    return s;
}

static void update_pieces(void *context, size_t i, size_t end)
{
    const Update *u = context;
    const Params *p = u->p;
    for (; i < end; i++) {
        const Param *x = &p->list[p->pieces[i].param];
        size_t       at = p->pieces[i].at;
        AdamStep     s = step_of(u, x);
        if (x->rule == RULE_ADAMW)
            kernel->adamw(p->pieces[i].len, &s, p->grad + at, p->val + at, p->m + at, p->v + at);
    }
}

void adamw_step(Params *p, const AdamW *o, double lr, double scale, long step)
{
    double   seen1 = 1 - num_pow(o->beta1, (unsigned long long)step);
    double   seen2 = 1 - num_pow(o->beta2, (unsigned long long)step);
    AdamStep s = {
        .scale = (real)scale,
        .not_beta1 = (real)(1 - o->beta1),
        .beta2 = (real)o->beta2,
        .not_beta2 = (real)(1 - o->beta2),
        .root = (real)(1 / sqrt(seen2)),
        .eps = (real)o->eps,
    };
    Update u = { p, s, lr, seen1, o->weight_decay };
    pool_each(p->n_pieces, 2, update_pieces, &u);
}
