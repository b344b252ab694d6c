#ifndef ENGINE_ADAMW_H
#define ENGINE_ADAMW_H
#include "engine/params.h"

/* AdamW (Loshchilov and Hutter 2019, "Decoupled weight decay regularization", algorithm 2). */
typedef struct AdamW {
    double beta1, beta2, eps, weight_decay;
} AdamW;

/* Step number `step`, counted from 1, on every parameter with RULE_ADAMW. The learning rate is lr times the
 * parameter's rate; gradients are multiplied by `scale` first (clipping); weight decay applies where the
 * parameter's `decay` is set. Reads p->grad; updates p->val, p->m and p->v. Runs on all threads of the pool;
 * cannot fail. */
void adamw_step(Params *p, const AdamW *o, double lr, double scale, long step);
#endif
