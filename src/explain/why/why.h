#ifndef EXPLAIN_WHY_WHY_H
#define EXPLAIN_WHY_WHY_H
#include "explain/why/without.h"

/* Why a query scores a key as it does. With the query q_i = sum_a q_a and the key k_j = sum_b k_b in parts (parts.h),
 *     s_ij = q_i.k_j / sqrt(D) = sum_ab c_ab,    c_ab = (q_a.k_b) / sqrt(D)
 * is a table of query parts by key parts, its cells summing to the score.
 *
 * What is checked by real removal. A part is taken out of the residual stream from which this query (or this key)
 * alone is computed, at this layer's input; the engine's operations then compute the query or key again (without.h).
 * With s, s_a, s_b, s_ab the score with nothing, query part a, key part b, and both removed,
 * c_ab = s - s_a - s_b + s_ab holds
 *   held: with the factors of norm and QK norm held at the values of the pass. Exact up to rounding: `checked` is the
 *         largest difference of any cell.
 *   free: with the norms computed from what is left, as the model would. This is what a removal really does; it
 *         differs, because the norms rescale what is left, and it is given beside, never instead.
 *
 * A part that adds the same to all scores of a row moves no attention, so causes are named by the weight a of key j in
 * the row, as log-odds, which do not saturate: o = ln(a / (1-a)) = s_ij - ln sum_(k /= j) exp s_ik. Removing a part
 * from the query changes all scores of the row, from this key only s_ij. */
#define WHY_NAMED 0.69314718055994531       /* least |o' - o| of a cause: a factor of 2 in the odds       */
#define WHY_ALONE 0.8                       /* in layer 0: one character is named instead of all that the convolution
                                               mixes if it has at least this much of their effect               */
#define WHY_READS 0.5                       /* least fraction of a head's effect that what it reads must carry */

enum { WHY_SET = 3 };                       /* most units named together                                         */

typedef struct WhyRemoval {
    double score, weight;                   /* s' and a'                                       */
    double effect;                          /* o' - o: below 0, the part raises the weight; NaN
                                               if the row has no other key                     */
} WhyRemoval;

/* A part, or all the parts of one source together (source.back -1). */
typedef struct WhyUnit {
    WhySource  source;
    double     sum;                         /* of its cells                                    */
    double     over;                        /* query: the same less the mean over the row's other keys, by their
                                               weights: to first order what it adds to o; key: sum            */
    double     content;                     /* of its cells: mean over distances; NaN without rotation           */
    WhyRemoval held, freed;
} WhyUnit;

/* What a named head reads: positions first..last, masked for that head alone in the rows in question (`after` more,
 * too, into which char_mix carries them), its output put back, norms free. */
typedef struct WhyReads {
    bool   survives;                        /* |effect| >= WHY_READS of the whole head's, same sign  */
    int    first, last, after;
    double weight;                          /* a' with them masked                                   */
    double effect;                          /* o' - o                                                */
} WhyReads;

typedef struct WhyHalf {
    WhySide  side;
    int      n, n_units;                    /* the parts first, then each source as a whole where it has several  */
    WhyUnit *units;                         /* (n_units)                                                           */
    int      named;                         /* index of the cause, or -1: of the whole sources (in layer 0 also of the
                                               parts) that with the largest |freed.effect| whose freed and held effects
                                               agree in sign and are both WHY_NAMED at least                       */
    WhyReads reads;                         /* if that is a head                                                   */
    int      n_set, set[WHY_SET];           /* where no unit halves the weight by itself: units that do together, found
                                               one by one, each the one that takes away most; 0: none              */
    WhyRemoval together;                    /* all of them removed, norms free; held, effect <= -WHY_NAMED too      */
} WhyHalf;

typedef struct ExplainWhy {
    ExplainRow at;
    int        key;
    double     score, weight;               /* s_ij, a_ij                                                          */
    double     error;                       /* s_ij minus the sum of all cells                                     */
    double     checked;                     /* largest |c_ab - (s - s_a - s_b + s_ab)|, norms held                 */
    WhyHalf    half[2];                     /* of the query, of the key                                            */
    double    *cell, *freed;                /* (half[0].n, half[1].n): c_ab; s - s_a - s_b + s_ab, norms free      */
    bool       rotary;                      /* the rest is NaN or NULL without                                     */
    double    *content;                     /* (half[0].n, half[1].n): c_ab as the mean over all distances 0..i that
                                               the row has, contents unchanged                                     */
    double     mean, zero;                  /* the score as that mean ("content"; s - mean is "distance"), and at
                                               distance 0                                                          */
} ExplainWhy;

/* Measures the score of query at.row and key `key` of that head. letter (V): tokens that words consist of. Arrays live
 * until explain_close; values and gradients stay. False with e->err set: no such score, a changed pass, memory. */
bool explain_why(Explain *e, ExplainRow at, int key, const bool *letter, ExplainWhy *x);

/* Whether a unit is all of its source. */
static inline bool why_is_whole(const WhyHalf *h, int unit)
{
    return unit >= h->n || h->side.rows == 1 || h->units[unit].source.back < 0;
}

/* Whether a unit of the half contains the part; the sum of the cells of a query's unit and a key's. */
bool why_covers(const WhyHalf *h, int unit, int part);
double why_cell(const ExplainWhy *x, int query, int key);

/* Whether that head has such a score; false with e->err set. */
bool why_exists(Explain *e, ExplainRow at, int key);

/* The score and weight if the query (or, key: this key) were v (D), rotated. room: T numbers. */
WhyRemoval why_instead(const ExplainWhy *x, bool key, const double *v, double *room);

/* k_j less the mean of the row's other keys by their weights, to d (D): what turns a query's part into its first-order
 * effect on o. */
void why_above_others(const ExplainWhy *x, double *d);

/* Finds the units of a half that halve the weight together: together.c. False with e->err set. */
bool why_together(ExplainWhy *x, bool key, WhyRun *run, double *room);

/* Finds what the named head of a half reads: reads.c. False with e->err set. */
bool why_read(ExplainWhy *x, bool key, const bool *letter, WhyRun *run, double *room);
#endif
