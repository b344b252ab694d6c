#ifndef EXPLAIN_HALVES_H
#define EXPLAIN_HALVES_H
#include "explain/output/decides.h"
#include "explain/pass.h"
#include "text/counting/prior.h"

#define COUNTS_NONE 0.0005                  /* a probability below is shown as 0.0 % */

/* What counting knew, and what attention and MLPs added, in a model that mixes counts into its logits:
 *     logit_c = w_c.h + sum_k g_k log p_k(c),   p_k: after at most prior_context(k) characters
 * Each half is measured without the other, by running on from there: the gains set to 0, and w_c.h set to 0. */
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
    int     answer, rival;                  /* A: the model's likeliest character; B: the target if it is another one,
                                               else the second likeliest; -1 in a vocabulary of 1                    */
    bool    lone;                           /* p(B) < COUNTS_NONE, or no B, and A is the target: it has no rival     */
    double  odds[COUNTS_WAYS];              /* log p(A) - log p(B), nats; NaN without B                              */
    double  others[COUNTS_WAYS];            /* the probability of all but A and B; if lone, of all but A             */
    CountsVerdict excludes;                 /* of others: decides.h                                                  */
    CountsVerdict verdict;                  /* of odds, never UNCLEAR; if lone, that of others where that is clear   */
} ExplainCounts;

/* For a model with counts. Arrays live until explain_close; values and gradients stay. False with e->err set: out of
 * memory. */
bool explain_counts(Explain *e, ExplainCounts *x);
#endif
