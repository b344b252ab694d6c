#ifndef PLOT_VERDICT_H
#define PLOT_VERDICT_H
#include "plot/run.h"
#include <math.h>

/* The one judgement of a training, used by `train` when it ends and by `plot`. It states facts; what to do about
 * them is the commands' to say. */

/* Losses of models that only count, on the validation text, in the unit of the loss; NaN where unknown. An n-gram
 * model predicts a character from the n - 1 before it. */
typedef struct Levels {
    double uniform, unigram, bigram, trigram;
    double ngram;                           /* the best that counting can do, and its n */
    int    n;
} Levels;

/* All unknown. */
#define LEVELS_UNKNOWN ((Levels){ NAN, NAN, NAN, NAN, NAN, 0 })

typedef enum VerdictKind {
    VERDICT_EMPTY,                          /* no loss yet                                                  */
    VERDICT_NOT_FINITE,                     /* the training loss ended in nan or inf                        */
    VERDICT_RISING,                         /* the training loss rises                                      */
    VERDICT_DIVERGED,                       /* the training loss ends above its beginning                   */
    VERDICT_NO_VALIDATION,                  /* overfitting would go unseen                                  */
    VERDICT_NOTHING,                        /* nothing to learn: a vocabulary of one character              */
    VERDICT_NO_RATE,                        /* the learning rate was 0 throughout                           */
    VERDICT_EARLY,                          /* one or two evaluations, and no rise                          */
    VERDICT_OVERFITTING,                    /* validation rises, training falls                             */
    VERDICT_WORSE,                          /* validation rises, training does not fall                     */
    VERDICT_OTHER_TEXT,                     /* validation is far above training before one pass is complete */
    VERDICT_SOLVED,                         /* hardly anything left to learn                                */
    VERDICT_LEVEL,                          /* the last third brought nothing                               */
    VERDICT_FALLING                         /* better to the end                                            */
} VerdictKind;

typedef enum VerdictLevel {
    LEVEL_NONE, LEVEL_UNIFORM, LEVEL_UNIGRAM, LEVEL_BIGRAM, LEVEL_TRIGRAM, LEVEL_NGRAM
} VerdictLevel;

typedef struct Verdict {
    VerdictKind  kind;
    bool         overfit;                   /* the training loss is far below the best validation loss            */
    VerdictLevel unbeaten;                  /* the first level that the best validation loss is not below         */
    size_t best, last_val, last;            /* rows: best and last validation loss, last training loss; n: none   */
    double train;                           /* the average training loss at the end; NaN: none                    */
    char   text[512];                       /* the facts, without a full stop; what concerns levels comes last    */
} Verdict;

/* Judges a log. `average` (n) is smooth_trailing of the training loss over its smooth_window, NULL where there is none.
 *
 * Two validation losses are the same when they differ by less than 1.2 % of the best one, 0.5 % of the fall so far,
 * 0.01 nats (logs of `train`), or twice the noise, the median distance of a loss from the mean of its neighbours;
 * whatever is largest. Differences that vanish in the printed digits are therefore never reported.
 * Overfit: the training loss is more than 15 % below the best validation loss, and the text was read at least once. */
Verdict verdict_of(const Run *r, const double *average, const Levels *levels);

/* The same for the text of a log, averaged as `plot` does by default. False for what run_read refuses, or without
 * memory. */
bool verdict_of_text(Verdict *v, const char *text, size_t len, const Levels *levels, Err *err);

/* The kind in one word, for programs: "overfitting". */
const char *verdict_word(VerdictKind kind);
#endif
