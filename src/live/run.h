#ifndef LIVE_RUN_H
#define LIVE_RUN_H
#include "live/past.h"
#include "train/trainer.h"

/* A training that can be stopped, looked at, changed and copied after every step. Until it is changed it does what the
 * program `train` does with the same text and settings, bit for bit. */

/* What a run does otherwise. */
typedef struct LiveChange {
    double factor;                          /* of all scores: 1, none; infinity, hard attention                 */
    bool   no_positions;                    /* GptChange                                                        */
    int   *word, word_n;                    /* later characters never attend to where the text spells these
                                               tokens, malloc'd; word_n 0: none                                 */
    bool  *frozen;                          /* (L*H) heads whose own parameters are not updated; NULL: none     */
} LiveChange;

typedef struct LiveRun {
    Checkpoint        ck;                   /* settings, state; its vocabulary is the session's                 */
    Trainer           trainer;
    LiveChange        change;
    GptChange         pass;                 /* the change as each pass takes it                                 */
    bool             *hidden;               /* (batch x context) for it                                         */
    real             *kept;                 /* the frozen heads' parameters during an update                    */
    bool              evaluating;           /* an evaluation is under way                                       */
    TrainerEvaluation evaluation;
    LivePast          past;
} LiveRun;

/* What live_run_advance has done. */
typedef struct LiveStep {
    bool   stepped;                         /* a training step; otherwise a part of an evaluation               */
    long   step;                            /* steps so far                                                     */
    double loss;                            /* of that step, nats per character                                 */
    double val_loss;                        /* NaN unless an evaluation has just ended                          */
    bool   done;                            /* nothing is left to do                                            */
} LiveStep;

/* Starts a run with the shape, settings and vocabulary in run->ck, which the caller has set, all else zero; corpus
 * and vocabulary are the caller's and must outlive it, and *run must not move. `memory`: bytes that training may take,
 * 0 unknown; `past`: bytes for snapshots. False with nothing to free. */
bool live_run_begin(LiveRun *run, const Corpus *corpus, size_t memory, size_t past, Err *err);
void live_run_free(LiveRun *run);

/* A copy of `from`, or of its snapshot `at` (NULL: the present), with its optimizer, random state and change; its past
 * is empty. False with nothing to free. */
bool live_run_fork(LiveRun *run, const LiveRun *from, const LiveSnapshot *at, size_t memory, size_t past, Err *err);

/* One training step, or one batch of the evaluation that is due, so that it never takes longer than a step. When done,
 * nothing. False with a sentence when numbers are no longer finite. */
bool live_run_advance(LiveRun *run, LiveStep *step, Err *err);

/* Plans `steps` >= 0 more steps, as `train --resume --steps` does: the learning rate is that of the longer run. */
void live_run_extend(LiveRun *run, long steps);

/* The changes. Each replaces an earlier one of its kind. False with a sentence for a head or a character that the
 * model lacks, an empty word, a factor that is not allowed (live/factor.h), or out of memory. */
bool live_run_soften(LiveRun *run, double factor, Err *err);
void live_run_positions(LiveRun *run, bool on);
bool live_run_mask(LiveRun *run, const char *word, size_t len, Err *err);
bool live_run_freeze(LiveRun *run, int layer, int head, Err *err);

/* Writes model.heed: with the moments that continuing needs, or without. */
bool live_run_save(const LiveRun *run, const char *path, bool moments, Err *err);

/* Bytes that the run holds, snapshots included. */
size_t live_run_bytes(const LiveRun *run);
#endif
