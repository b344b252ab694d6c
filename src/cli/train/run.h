#ifndef CLI_TRAIN_RUN_H
#define CLI_TRAIN_RUN_H
#include "base/lock.h"
#include "cli/command.h"
#include "cli/progress.h"
#include "cli/train/options.h"
#include "text/ngram.h"
#include "train/trainer.h"
#include "train/attention_log.h"

/* A run of `train`: what was asked for, the folder, and the model in training. */
typedef struct TrainRun {
    TrainOptions *o;
    const char *called;                     /* for "next: …"                                       */
    Lock        lock;                       /* of the folder, from before it is looked at          */
    Checkpoint  ck;                         /* settings, state and vocabulary                      */
    Corpus      corpus;
    NgramLoss   counting;                   /* the counting baselines, unless --quiet              */
    Trainer     trainer;
    Log         log;
    bool        watching;                   /* --watch: then                                       */
    AttentionLog watch;
    Progress    progress;
    char        model[512], best[512], csv[512], frames[512];
    double      before;                     /* seconds of earlier sessions                         */
    double      started;                    /* term_seconds at the first step of this session      */
    long        first;                      /* that step                                           */
    double      step_seconds;               /* of one step, from the rehearsal                     */
    double      rate;                       /* of the last step, as a share of the greatest        */
    bool        misused;                    /* what failed is what was asked for: another exit code */
} TrainRun;

/* A sentence to stderr behind a word ("note", "text"; "" for a line that goes on), broken at the width of
 * the terminal, 79 columns at most; nothing with --quiet. */
void train_say(const TrainRun *r, const char *label, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* The screen before training: text, model, memory; why this size and this dropout (NULL: asked for). Then, with
 * r->step_seconds known, what is ahead. */
void train_screen(const TrainRun *r, const char *why);
void train_plan(const TrainRun *r);

/* The sentences after training: how good, what came of it and what to do about that, what next. whole_loss is
 * the last model's on the whole validation part (NaN: there is none). Nothing with --quiet. */
void train_verdict(const TrainRun *r, double whole_loss, bool stopped_early);

/* What the model's characters and the loss are counted in: "character", or "token" where rare ones are spelled. */
const char *train_unit(const TrainRun *r);

/* Can the text of --watch be watched? True without one. */
bool train_watch_check(const TrainRun *r, Err *err);

/* Opens watch.csv when --watch asks for it, or when the run to resume has one. */
bool train_watch_open(TrainRun *r, Err *err);

/* A frame, when one is due between these shares of the run. */
bool train_watch_step(TrainRun *r, double before, double after, Err *err);

/* Shows what the model writes now. */
bool train_sample(TrainRun *r, Err *err);

/* Trains until the steps, the time or the patience are used up, or an interrupt; saves. Returns how the
 * command ends. */
int train_loop(TrainRun *r, Err *err);
#endif
