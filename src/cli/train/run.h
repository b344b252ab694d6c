#ifndef CLI_TRAIN_RUN_H
#define CLI_TRAIN_RUN_H
#include "base/lock.h"
#include "cli/command.h"
#include "cli/progress.h"
#include "cli/train/options.h"
#include "files/receipt/receipt.h"
#include "model/sampler.h"
#include "text/counting/counting.h"
#include "text/ngram.h"
#include "train/trainer.h"
#include "train/attention_log.h"

/* receipt.json as it grows. */
typedef struct TrainReceipt {
    char    path[512];
    Receipt all;                            /* without the entry that only a save makes            */
    Blake2b rows;                           /* of the log's rows since its last entry              */
    double  val;                            /* of the last step; NaN: not measured                 */
} TrainReceipt;

/* One run of train: the options, the folder, and the model in training. */
typedef struct TrainRun {
    TrainOptions *o;
    const char   *called;                   /* for "next: ..."                                     */
    Lock          lock;                     /* on the folder                                       */
    Checkpoint    ck;                       /* settings, state and vocabulary                      */
    Corpus        corpus;
    NgramLoss     counting;                 /* the counting baselines; empty with --quiet          */
    CountingBaseline best_counting;         /* and the best of them                                */
    Counting      counted;                  /* what it was measured with, until the model takes it */
    double        counting_seconds;         /* which took so long                                  */
    Trainer       trainer;
    Log           log;
    TrainReceipt  receipt;
    bool          watching;                 /* watch is open                                       */
    AttentionLog  watch;
    Progress      progress;
    char          model[512], best[512], csv[512], frames[512];
    double        before;                   /* seconds of earlier sessions                         */
    double        started;                  /* term_seconds at the first step of this session      */
    long          first;                    /* that step                                           */
    double        step_seconds;             /* of one step, from the rehearsal                     */
    double        rate;                     /* the last step's learning rate, as a fraction of the peak */
    uint64_t      was_text;                 /* resumed: hash of the text so far                    */
    TrainSettings was;                      /* and the settings                                    */
    bool          anew;                     /* it was another text: losses start anew (compare.c)  */
    bool          sampling;                 /* sampler is open: reserved before the first step     */
    Sampler       sampler;
    double        mean_loss, mean_weight;   /* of the last steps' losses, for the progress line    */
    double        window_seconds;           /* of evaluating one window, from the last evaluation  */
    double        began;                    /* term_seconds at the beginning of an evaluation      */
    bool          misused;                  /* the error is in the options: exit code 2            */
} TrainRun;

/* Prints a sentence to stderr after a label ("note", "text"; "" continues the line above), wrapped to the width of the
 * terminal, at most 79 columns. Nothing with --quiet. */
void train_say(const TrainRun *r, const char *label, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Before training: text, model and why this size (NULL: it was given), memory, machine. Then, once r->step_seconds is
 * known, the plan; its last line says which programs the model can be opened in. */
void train_screen(const TrainRun *r, const char *why);
void train_plan(const TrainRun *r);

/* On --resume, once the trainer is made and before its parameters are loaded: forgets the losses in the state that are
 * not comparable with those to come, and measures best.heed again. Then what to say about it; then the log, once it is
 * open. */
void train_compare(TrainRun *r);
void train_compare_note(const TrainRun *r);
bool train_compare_log(TrainRun *r, Err *err);

/* After training: the loss, the verdict with what to do about it, a sample, the next command. whole_loss is the last
 * model's on the whole validation text (NaN: none). Nothing with --quiet. */
void train_verdict(const TrainRun *r, double whole_loss, bool stopped_early, const char *sample);

/* The unit of text and loss: "character", or "token" where rare characters are spelled in bytes. */
const char *train_unit(const TrainRun *r);

/* Can the model encode the text of --watch? True without one. */
bool train_watch_check(const TrainRun *r, Err *err);

/* Opens watch.csv if --watch is given, or if the run to resume has one. */
bool train_watch_open(TrainRun *r, Err *err);

/* Writes a frame if one is due between these fractions of the run. */
bool train_watch_step(TrainRun *r, double before, double after, Err *err);

/* The receipt (receipt.c). Before training, once all settings are known: begins it, or goes on with that of the run.
 * After each step, and before each save. clear removes that of an earlier run, and its states; is_one: is the file
 * one of this program's, or none? */
bool train_receipt_open(TrainRun *r, Err *err);
bool train_receipt_step(TrainRun *r, const LogRow *row, bool logged, Err *err);
bool train_receipt_save(TrainRun *r, Err *err);
bool train_receipt_clear(const TrainRun *r, Err *err);
bool train_receipt_is_one(const TrainRun *r, Err *err);

/* Reserves the memory of samples; its bytes, 0 without. */
bool train_sample_open(TrainRun *r, Err *err);
void train_sample_close(TrainRun *r);
size_t train_sample_bytes(const TrainRun *r);

/* Prints a sample of the model; writes a short one, of one line, to `line`. */
enum { TRAIN_SAMPLE = 1024 };
bool train_sample(TrainRun *r, Err *err);
bool train_sample_line(TrainRun *r, char line[TRAIN_SAMPLE], Err *err);

/* Trains until steps, time or patience run out, or an interrupt; saves. Returns the exit code. */
int train_loop(TrainRun *r, Err *err);
#endif
