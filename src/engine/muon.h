#ifndef ENGINE_MUON_H
#define ENGINE_MUON_H
#include "engine/params.h"

/* Muon, an optimizer for matrices (Jordan et al. 2024, "Muon: an optimizer for hidden layers in neural
 * networks"): the step is the gradient's momentum, orthogonalized:
 *
 *     m = m + (1 - momentum) (g - m);   u = g + momentum (m - g)               (Nesterov's form)
 *     O = approximately the nearest orthogonal matrix to u (engine/orthogonal.h)
 *     p = p (1 - lr weight_decay) - lr sqrt(max(1, rows / cols)) O */
typedef struct Muon {
    double momentum, weight_decay;
    int    iterations;                      /* 1 to ORTHOGONAL_MOST; 4 here equal Jordan's 5,
                                               because orthogonal.h divides u by less         */
} Muon;

/* Reserves the threads' scratch memory for the largest matrix with RULE_MUON. False, with err set, if memory is
 * exhausted or a parameter is not a matrix whose rows `parts` divides. Call after kernel_use, before training. */
bool muon_reserve(const Params *p, Err *err);

/* One step on every parameter with RULE_MUON. The learning rate is lr times the parameter's rate; gradients are
 * multiplied by `scale` first (clipping); weight decay applies where the parameter's `decay` is set. Reads
 * p->grad; updates p->val and p->m, not p->v. Runs on all threads of the pool, one matrix per task. */
void muon_step(Params *p, const Muon *o, double lr, double scale);
#endif
