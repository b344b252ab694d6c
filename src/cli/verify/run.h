#ifndef CLI_VERIFY_RUN_H
#define CLI_VERIFY_RUN_H
#include "cli/progress.h"
#include "cli/verify/options.h"
#include "files/receipt/receipt.h"
#include "text/corpus.h"
#include "train/log_rows.h"
#include "train/trainer.h"

/* From entry `entry` of a segment to the next one. */
typedef struct VerifyStretch {
    size_t segment, entry;
    long   from, to;                        /* after step `from`, up to step `to`                   */
    bool   starts;                          /* its first state is at hand: step 0, or a kept state  */
    bool   possible;                        /* this text can recompute it                           */
    bool   chosen, done;
} VerifyStretch;

/* A training that is done again, between two entries of the receipt. */
typedef struct VerifyWalk {
    bool       open;
    Checkpoint ck;                          /* settings of the segment, state                       */
    Trainer    trainer;
    size_t     segment, next;               /* where it is: in the first state of stretch `next`    */
} VerifyWalk;

/* One call of verify. */
typedef struct VerifyRun {
    const VerifyOptions *o;
    const char    *dir;                     /* the run                                              */
    Receipt        receipt;
    Checkpoint     model;                   /* model.heed: header and vocabulary                    */
    Corpus         corpus;
    LogRows       *read;                    /* (segments) the logs, each where it was first needed  */
    const LogRows **logs;                   /* (segments) the log of each segment                   */
    VerifyStretch *stretches;               /* (n)                                                  */
    size_t         n;
    uint64_t       seed;
    VerifyWalk     walk;
    Progress       progress;
    long           steps_done;
} VerifyRun;

enum { VERIFY_PATH = 600 };

/* "DIR/NAME"; returns path. */
const char *verify_path(const VerifyRun *v, const char *name, char path[VERIFY_PATH]);
/* The state that train --keep-states kept after a step. */
const char *verify_state(const VerifyRun *v, long step, char path[VERIFY_PATH]);

/* Reads receipt, model, text and logs. False with a sentence: one is missing or damaged, the receipt does not agree
 * with itself, or the text is not the one of any segment. */
bool verify_read(VerifyRun *v, Err *err);
void verify_free(VerifyRun *v);

/* Are the log, model.heed and best.heed those of the receipt? False with a sentence that names what differs. */
bool verify_files(VerifyRun *v, Err *err);

/* Are two losses the same, as the log shows them? */
bool verify_same_loss(double a, double b);

/* Lists the stretches and chooses k of those that are possible. False with a sentence if none is. */
bool verify_choose(VerifyRun *v, size_t k, Err *err);

/* The probability that k of n stretches, drawn at random, include one of f: 1 - C(n - f, k) / C(n, k). */
double verify_caught(size_t n, size_t f, size_t k);

/* Recomputes the chosen stretches, and those between them and their start. False with a sentence that names the first
 * step that differs. */
bool verify_recompute(VerifyRun *v, Err *err);
#endif
