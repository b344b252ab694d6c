#ifndef EXPLAIN_OUTPUT_DECIDES_H
#define EXPLAIN_OUTPUT_DECIDES_H

/* Which half of a model with counts decides what: pure functions of measured numbers, with all thresholds.
 * The model is asked in four ways: the whole; W h alone ("own"); the counts with the model's gains ("gained"); and
 * counting alone, with no model. The first three are forward passes, so each claim is its own control. */
enum { COUNTS_WHOLE, COUNTS_OWN, COUNTS_GAINED, COUNTS_ALONE, COUNTS_WAYS };

/* "whole", "without_counts", "without_model", "counting" */
extern const char *const explain_counts_ways[COUNTS_WAYS];

typedef enum CountsVerdict {
    COUNTS_EITHER, COUNTS_ATTENTION, COUNTS_COUNTING, COUNTS_TOGETHER, COUNTS_UNCLEAR
} CountsVerdict;
extern const char *const explain_counts_verdicts[]; /* "either", "attention", "counting", "together", "unclear" */

/* Who decides between A, the likelier, and B. odds: D = log p(A) - log p(B) of each way, in nats; D_whole >= 0. Without
 * soft capping the normalizers cancel, and the halves add up:
 *     D_whole = D_own + D_gained,   D_own = (w_A - w_B).h,   D_gained = sum_k g_k (log p_k(A) - log p_k(B))
 * A half decides if D >= COUNTS_LEAST in it: without the other A is at least twice as likely as B. The counts must also
 * have it without the model's gains, D_alone >= COUNTS_LEAST or COUNTS_SHARE of D_gained: gains come from the layers,
 * and can make 0.8 nats of 50.2 % against 49.7 %, which is not counting's doing.
 * EITHER: both do. TOGETHER: neither does, or D_whole < COUNTS_LEAST, where nothing is decided. */
#define COUNTS_LEAST 0.69314718055994531    /* ln 2, as CAUSE_LEAST */
#define COUNTS_SHARE 0.5
CountsVerdict explain_counts_decide(const double odds[COUNTS_WAYS]);

/* Who excludes all characters but one or two. others: the probability of these in each way. A half does if it leaves
 * them COUNTS_LEFT at most, the counts alone and with the gains; it does not if it leaves them COUNTS_MUCH. UNCLEAR:
 * in between, or the whole leaves them more than COUNTS_LEFT. */
#define COUNTS_LEFT 0.1
#define COUNTS_MUCH 0.5
CountsVerdict explain_counts_exclude(const double others[COUNTS_WAYS]);
#endif
