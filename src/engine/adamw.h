#ifndef ENGINE_ADAMW_H
#define ENGINE_ADAMW_H
#include "engine/params.h"

/* The optimizer's settings (Loshchilov and Hutter 2019, "Decoupled weight decay regularization"). */
typedef struct AdamW {
    double beta1, beta2, eps, weight_decay;
} AdamW;

/* Step number `step` (from 1) on all parameters of RULE_ADAMW: learning rate lr times the row's rate,
 * gradients multiplied by `scale` first (clipping). Decay applies to the parameters whose row says so. Reads p->grad, changes
 * p->val, p->m, p->v; on all threads of the pool. */
void adamw_step(Params *p, const AdamW *o, double lr, double scale, long step);
#endif
