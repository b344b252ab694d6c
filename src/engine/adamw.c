#include "engine/adamw.h"
#include "base/num.h"
#include "kernel/kernel.h"
#include "kernel/pool.h"
#include <math.h>

typedef struct Update {
    Params  *p;
    AdamStep plain, decayed;
} Update;

static void update_pieces(void *context, size_t i, size_t end)
{
    const Update *u = context;
    const Params *p = u->p;
    for (; i < end; i++) {
        size_t at = p->pieces[i].at;
        bool   decay = p->list[p->pieces[i].param].decay;
        kernel->adamw(p->pieces[i].len, decay ? &u->decayed : &u->plain, p->grad + at, p->val + at, p->m + at,
                      p->v + at);
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
        .rate = (real)(lr / seen1),
        .root = (real)(1 / sqrt(seen2)),
        .eps = (real)o->eps,
        .keep = 1,
    };
    Update u = { p, s, s };
    u.decayed.keep = (real)(1 - lr * o->weight_decay);
    pool_each(p->n_pieces, 2, update_pieces, &u);
}
