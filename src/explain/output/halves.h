#ifndef EXPLAIN_HALVES_H
#define EXPLAIN_HALVES_H
#include "explain/pass.h"
#include "text/counting/prior.h"

/* What counting knew, and what attention and MLPs added, in a model that mixes counts into its logits:
 *     logit_c = w_c.h + sum_k g_k log p_k(c),   p_k: after at most prior_context(k) characters
 * Each half is measured without the other, by running on from there: the gains set to 0, and w_c.h set to 0. */
enum { COUNTS_WHOLE, COUNTS_OWN, COUNTS_GAINED, COUNTS_ALONE, COUNTS_WAYS };

/* "whole", "without_counts", "without_model", "counting": the model; w_c.h alone; the counts with these gains alone;
 * and no model, the counts after the longest context, which are probabilities. */
extern const char *const explain_counts_ways[COUNTS_WAYS];

/* Which half decides by itself: with the other set to 0, the model's likeliest character keeps a lead over the
 * likeliest other one, log p - log p', of at least COUNTS_DECIDES of its lead in the whole. A half that leaves two
 * characters nearly even does not decide between them, though one of them is its likeliest. */
#define COUNTS_DECIDES 0.5
typedef enum CountsVerdict {
    COUNTS_EITHER, COUNTS_ATTENTION, COUNTS_COUNTING, COUNTS_TOGETHER
} CountsVerdict;
extern const char *const explain_counts_verdicts[]; /* "either", "attention", "counting", "together" */

typedef struct ExplainCounts {
    int     order, known;                   /* characters of the longest context that is counted; how many of the last
                                               ones of the prompt the counted text has somewhere, at most `order`    */
    size_t  times;                          /* how often                                                              */
    double  gain[PRIOR_CONTEXTS];           /* g_k at the last position                                               */
    double *p[COUNTS_WAYS];                 /* (V) of the next character                                              */
    double *by_counts, *by_model;           /* (V) nats: the sum over k, and w_c.h; they add up to the logit, before
                                               soft capping                                                           */
    double *loss[COUNTS_WAYS];              /* (T) -log p in nats of character i of the prompt after those before it;
                                               of the first, which has none, NaN                                      */
    double  mean[COUNTS_WAYS];              /* over characters 1 to T-1; NaN if T = 1                                 */
    double  error;                          /* largest |by_counts + by_model - logit|                                 */
    int     answer, rival;                  /* the model's two likeliest characters; rival -1 in a vocabulary of 1    */
    CountsVerdict verdict;
} ExplainCounts;

/* For a model with counts. Arrays live until explain_close; values and gradients stay. False with e->err set: out of
 * memory. */
bool explain_counts(Explain *e, ExplainCounts *x);
#endif
