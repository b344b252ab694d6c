#ifndef EXPLAIN_VERSUS_RUN_H
#define EXPLAIN_VERSUS_RUN_H
#include "explain/pass.h"

/* A forward pass into which activations of another one can be patched: "activation patching", after the interventions
 * of Vig et al. 2020 ("Investigating gender bias in language models using causal mediation analysis", section 3: a
 * head's output set to its value under another prompt) and of Meng et al. 2022 ("Locating and editing factual
 * associations in GPT", section 2.1: one position's residual stream, layer by layer). Everything after the patched
 * activation is computed again, so an effect includes what later layers make of it; Wang et al. 2022
 * ("Interpretability in the wild", section 3.1) hold those fixed instead. */

/* A position of A and the one of B aligned with it. */
typedef struct VersusPair {
    int at[2];
} VersusPair;

/* A pass. The one of A borrows its Explain's tape, the one of B has its own, without gradients. */
typedef struct VersusRun {
    int           side;                     /* index into VersusPair.at: 0 A, 1 B                              */
    int           T, L, H, D, C, V;
    GptBlockActs *layers;                   /* (L) the activations                                             */
    Tensor       *counts;                   /* what counting says, a constant; NULL without                           */
    Tensor       *logits;                   /* (1,T,V)                                                         */
    int           answer[2];                /* the tokens compared                                             */
    double        odds;                     /* log p(answer[0]) - log p(answer[1]) after the last token, as the
                                               model computes it                                               */
    int           dirty;                    /* the first place that an earlier patch has changed (run.c)       */
    Arena         nodes, mem;
} VersusRun;

/* The pass that e holds. Its loss is not computed again: end with explain_replay(e, NULL). */
VersusRun versus_run_of(Explain *e);

/* Runs ids (T), 1 <= T <= the model's context, through e's model, forward only; its parameters and their gradients are
 * left alone. Both must outlive r. Call versus_run_close in either case. False with e->err set. */
bool versus_run_open(VersusRun *r, Explain *e, const int *ids, int T);
void versus_run_close(VersusRun *r);

/* Sets the tokens compared, and r->odds. */
void versus_run_compare(VersusRun *r, int first, int second);

/* Makes all values those of the unpatched pass, before they are read. */
void versus_run_restore(VersusRun *r);

/* r->odds with the outputs of heads (n_heads indices layer*H + head, ascending) replaced by those of `from` at n pairs
 * of positions; exactly r->odds if nothing differs. Patches do not add up: each starts from, and takes from, unpatched
 * passes. */
double versus_patch_heads(VersusRun *r, VersusRun *from, const int *heads, int n_heads, const VersusPair *pairs, int n);

/* The same with the residual stream at the input of a layer (L: after the last one) replaced at one pair. */
double versus_patch_residual(VersusRun *r, VersusRun *from, int layer, VersusPair pair);

/* The same with what counting says at one pair replaced; the gains stay those of r. For a model with counts. */
double versus_patch_counts(VersusRun *r, VersusRun *from, VersusPair pair);

/* The same with the output of one head replaced by o (n,D) at this run's positions of n pairs. */
double versus_patch_output(VersusRun *r, int head, const double *o, const VersusPair *pairs, int n);

/* o (n,D): the head's output at n pairs with keys first..end-1 masked for it alone, where the row has another key. */
void versus_masked_output(VersusRun *r, int head, int first, int end, const VersusPair *pairs, int n, double *o);

/* The residual stream at the input of a layer, (1,T,C); with L, after the last one. */
static inline Tensor *versus_residual(const VersusRun *r, int layer)
{
    return layer < r->L ? r->layers[layer].x : r->layers[r->L - 1].out;
}

/* Head h (index layer*H + head) of the pass: its output at position i, D numbers. */
static inline double *versus_output(const VersusRun *r, int h, int i)
{
    return explain_row(r->layers[h / r->H].mix, h % r->H, i);
}
#endif
