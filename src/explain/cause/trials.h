#ifndef EXPLAIN_CAUSE_TRIALS_H
#define EXPLAIN_CAUSE_TRIALS_H
#include "explain/cause/cause.h"
#include "model/reader.h"

/* Changed prompts, read by a reader that keeps what they share with the prompt: a change at position i costs T - i
 * positions. */
typedef struct CauseTrials {
    Explain     *e;
    const Vocab *v;
    Reader       reader;
    int          kept;                      /* tokens in the reader's window that are the prompt's   */
    int         *text;                      /* (T) the changed prompt                                */
    double      *p;                         /* (V)                                                   */
    int          target, rival;
} CauseTrials;

/* Packs the weights for the reader, so that until cause_trials_close the tape may be replayed but not reopened. False
 * with e->err set; call close in either case. */
bool cause_trials_open(CauseTrials *t, Explain *e, const Vocab *v, int rival);
void cause_trials_close(CauseTrials *t);

/* The answer from logits (V). */
CauseTrial cause_trial(const CauseTrials *t, const double *logits);

/* The span deleted; NaN when nothing is left. False with e->err set. */
bool cause_trial_deleted(CauseTrials *t, CauseSpan u, CauseTrial *x);

/* The span replaced by draw k, counted from 0; *any is false when there is no such draw. The changed prompt is left in
 * t->text. Reads the tape's logits, which must be those of the prompt. False with e->err set. */
bool cause_trial_replaced(CauseTrials *t, CauseSpan u, int k, CauseTrial *x, bool *any);
#endif
