#ifndef PLOT_VERDICT_H
#define PLOT_VERDICT_H
#include "plot/run.h"

/* What counting alone reaches on the text, in the unit of the loss; NaN where that is not known. */
typedef struct Levels {
    double uniform, unigram, bigram;
} Levels;

typedef enum VerdictKind {
    VERDICT_EMPTY,                          /* no loss yet                                              */
    VERDICT_NOT_FINITE,                     /* the training loss ended in nan or inf                    */
    VERDICT_RISING,                         /* the training loss itself rises                           */
    VERDICT_NO_VALIDATION,                  /* nothing to tell learning from learning by heart          */
    VERDICT_EARLY,                          /* fewer than three evaluations                             */
    VERDICT_OVERFITTING,                    /* validation rises, training falls                         */
    VERDICT_WORSE,                          /* validation rises, training does not fall                 */
    VERDICT_LEVEL,                          /* the last third brought nothing                           */
    VERDICT_FALLING                         /* better to the end                                        */
} VerdictKind;

/* What came of a run so far. */
typedef struct Verdict {
    VerdictKind kind;
    size_t best, last_val, last;            /* rows: least and last validation loss, last training loss; n: none */
    double train;                           /* the average training loss at the end; NaN: none                   */
    char   text[512];                       /* a sentence, without a full stop                                   */
} Verdict;

/* `average` (n) is smooth_average of the training loss, NULL where there is none. Two validation losses are the
 * same when they differ by less than 1.2 % (train's own verdict takes 0.02 nats, which is that at 1.7), or by
 * less than twice the usual distance of a loss from the middle of its neighbours. */
Verdict verdict_of(const Run *r, const double *average, const Levels *levels);

/* The kind in one word, for programs: "overfitting". */
const char *verdict_word(VerdictKind kind);
#endif
