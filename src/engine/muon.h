#ifndef ENGINE_MUON_H
#define ENGINE_MUON_H
#include "engine/params.h"

/* The optimizer for matrices (Jordan et al. 2024, "Muon: an optimizer for hidden layers in neural
 * networks"): the momentum of the gradient, made orthogonal, is the step:
 *
 *     m = m + (1 - momentum) (g - m);   u = g + momentum (m - g)               (Nesterov's form)
 *     O = the nearest orthogonal matrix to u, roughly (engine/orthogonal.h)
 *     p = p (1 - lr weight_decay) - lr sqrt(max(1, rows / cols)) O */
typedef struct Muon {
    double momentum, weight_decay;
    int    iterations;                      /* 1 to ORTHOGONAL_MOST; 4 do here what Jordan's 5 do
                                               (orthogonal.h: u is divided by less)           */
} Muon;

/* Scratch memory of the threads for the largest matrix of RULE_MUON, and whether each of them is a
 * matrix that its `parts` divide evenly. After kernel_use, before training. */
bool muon_reserve(const Params *p, Err *err);

/* A step on all parameters of RULE_MUON: learning rate lr times the row's rate, gradients multiplied by
 * `scale` first (clipping); decay where the row says so. Reads p->grad, changes p->val and p->m
 * (p->v is not used); on all threads of the pool, one matrix a thread. */
void muon_step(Params *p, const Muon *o, double lr, double scale);
#endif
