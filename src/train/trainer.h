#ifndef TRAIN_TRAINER_H
#define TRAIN_TRAINER_H
#include "files/checkpoint.h"
#include "text/corpus.h"
#include "model/gpt.h"
#include "train/log.h"

/* What the process holds beside trainer_bytes: code, libraries, stacks, the vocabulary's table. */
enum { PROCESS_BYTES = 10 << 18 };

/* A model in training: parameters, one step's memory, and the validation windows. Everything that
 * a step depends on is in Checkpoint (settings and state), the corpus and the parameters, so that
 * a run that was killed and resumed goes on to the same bytes. */
typedef struct Trainer {
    Gpt           gpt;
    const Corpus *corpus;
    Checkpoint   *run;                      /* settings are read, state.step and tokens are kept up */
    Arena         nodes, mem;
    size_t        nodes_mark, mem_mark;     /* what is in use between steps                         */
    size_t        memory;                   /* bytes that the machine has, 0: not known             */
    int          *ids, *targets;            /* batch x context each                                 */
    size_t        n_windows, n_eval;        /* validation windows in all, and those evaluated       */
    TapeDone     *done;                     /* NULL, or told of every op, for timing (tape.h)       */
    void         *done_context;
} Trainer;

/* Memory for training a model of run->config, and nothing random yet: parameters are 0. A dry run of
 * the same model code has told how much that is; nothing is allocated afterwards. `memory` bytes
 * are what the machine has (0: not known): asking for more is an error that says what would fit.
 * Corpus and run are the caller's and must outlive the trainer. */
bool trainer_init(Trainer *t, Checkpoint *run, const Corpus *corpus, size_t memory, Err *err);
void trainer_free(Trainer *t);

/* Bytes that the trainer, its threads and the corpus hold. */
size_t trainer_bytes(const Trainer *t);

/* The first values of all parameters, a function of the settings (seed and beginning) and the shape alone. */
void trainer_begin(Trainer *t);

/* One step: batches of random windows of the training part (a function of seed and step), forward,
 * backward, clipping, the optimizers. `done` in [0,1] is the share of the run behind it, for the learning
 * rate. Fills row but for seconds and speed. When loss or gradient is not finite, nothing is
 * changed and err names the tensor where it began. */
bool trainer_step(Trainer *t, double done, LogRow *row, Err *err);

/* Whether all parameters are finite; err names the first that is not. */
bool trainer_sound(const Trainer *t, Err *err);

/* Forward and backward without changing anything: for timing. */
bool trainer_rehearse(Trainer *t, Err *err);

/* Mean loss over the validation windows, in nats a character: windows of `context` characters that do
 * not overlap; `all` of them, or the n_eval that are spread evenly. NaN without a validation part. */
bool trainer_validate(Trainer *t, bool all, double *loss, Err *err);
#endif
