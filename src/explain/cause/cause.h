#ifndef EXPLAIN_CAUSE_CAUSE_H
#define EXPLAIN_CAUSE_CAUSE_H
#include "explain/cause/units.h"

/* What an answer depends on, measured by real changes of the prompt. A is the target, B its rival: the likeliest other
 * token, so that if A is not the likeliest, B is. The quantity is their log-odds
 *     D = log p(A) - log p(B),  in nats: 0.69 when A is twice as likely as B.
 * Each word and each character is changed in three ways, every time in a forward pass of its own:
 *     deleted    the characters after it move up; a word goes with one adjoining blank (cause_delete)
 *     replaced   by others of the same length and kind (text/letters.h): what the model expects there. The first
 *                character becomes each of the CAUSE_DRAWS likeliest other ones of its kind (if the vocabulary has too
 *                few, of a related kind); those after it in a word are the likeliest of their kind given what
 *                stands before them. At position 0, where nothing stands before, the order is that of the
 *                vocabulary, from the character on. So draws are deterministic, distinct, and plausible to the model,
 *                as in Kim et al. 2020, "Interpretation of NLP models through input marginalization".
 *     masked     no later position attends to any of its characters, in any head (EDIT_MASK); neighbours can still
 *                carry them where the model has char_mix, and the last character has no later position
 * and beside these stand integrated gradients of D (explain_attribution_contrast), summed over the unit. */
enum { CAUSE_DRAWS = 3, CAUSE_POINTS = 32 };

/* The answer after one change. All NaN: not tried. */
typedef struct CauseTrial {
    double odds;                            /* D                                                            */
    double margin;                          /* log p(A) - log p of the likeliest other token, B or another:
                                               below 0 another answer is likelier                           */
    double p, rival;                        /* p(A), p(B)                                                   */
} CauseTrial;

typedef struct CauseUnit {
    CauseSpan  at;
    CauseTrial deleted, replaced, masked;   /* replaced: means over the draws                               */
    double     low, high;                   /* smallest and largest odds of the draws                       */
    int        draws;
    double     integrated;                  /* nats of D; > 0 favours A                                     */
} CauseUnit;

/* A unit of which something can be said: verdict.h. */
typedef struct CauseFound {
    int    unit;
    int    role;                            /* a CauseRole                                                  */
    int    side;                            /* +1: for A; -1: for B                                         */
    double strength;                        /* nats of D that its deletion and its replacement cost at least */
} CauseFound;

typedef struct ExplainCause {
    int        target, rival;               /* A, B                                                         */
    CauseTrial now;                         /* of the unchanged prompt                                      */
    CauseUnit *units;                       /* (n) words in order, then all characters in order             */
    int        n, words;
    int        last;                        /* the unit that ends the prompt: a word, or a character that is
                                               not in one                                                   */
    int        words_tried, tried;          /* units that were to be deleted and replaced: words; all. Fewer than
                                               words and n in a large model                                 */
    CauseFound *found;                      /* (n_found) by role, then by falling strength                  */
    int        n_found;
    int        closest;                     /* the earlier word without a role that costs the leading answer
                                               most, by CAUSE_CLOSE or more; or -1                          */
    double     error;                       /* of the integral: its sum minus D's change from the baseline  */
} ExplainCause;

/* Measures all units of the prompt and judges them; v is the model's vocabulary. In a large model only as many as
 * Explain.most passes allow for each way: the last unit, then words, then characters, those with the largest gradient
 * first. In a vocabulary of one token there is no rival: rival = -1, n = 0. Arrays live until explain_close. False with
 * e->err set. */
bool explain_cause(Explain *e, const Vocab *v, ExplainCause *c);
#endif
