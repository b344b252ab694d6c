#ifndef TRAIN_TRAINER_H
#define TRAIN_TRAINER_H
#include "files/checkpoint.h"
#include "text/corpus.h"
#include "text/counting/prior.h"
#include "model/gpt.h"
#include "train/log.h"

/* Memory of the process beyond trainer_bytes: code, libraries, stacks, the vocabulary's table. */
enum { PROCESS_BYTES = 10 << 18 };

/* A model in training: parameters, the memory of one step, and the validation windows. A step depends only on the
 * Checkpoint (settings and state), the corpus and the parameters, so a run that was killed and resumed ends with the
 * same bytes. */
typedef struct Trainer {
    Gpt           gpt;
    const Corpus *corpus;
    Checkpoint   *run;                      /* settings are read, state.step and tokens updated     */
    Arena         nodes, mem;
    size_t        nodes_mark, mem_mark;     /* in use between steps                                 */
    size_t        memory;                   /* bytes that the machine has, 0: not known             */
    int          *ids, *targets;            /* batch x context each                                 */
    size_t       *starts;                   /* (batch) where the sequences begin in the corpus      */
    Prior         prior;                    /* its counts, if the model mixes them in               */
    size_t        n_windows, n_eval;        /* validation windows, and those evaluated during a run */
    bool          too_large;                /* trainer_init failed for lack of memory               */
    void        (*validated)(void *context, size_t windows, size_t of);     /* NULL, or called after each batch of an */
    void         *validated_context;        /* evaluation                                           */
    const GptChange *change;                /* NULL, or how all passes depart from the model, for experiments       */
    void        (*drawn)(void *context, const int *ids, size_t n);  /* NULL, or called with the n tokens of each pass */
    void         *drawn_context;            /* before it, to fill in what change->attention hides                   */
    TapeDone     *done;                     /* NULL, or called after every op, for timing (tape.h)  */
    void         *done_context;
} Trainer;

/* Allocates all memory for training a model of run->config, counted by a dry run of the same model code; nothing is
 * allocated afterwards. Parameters are 0. `memory` is what the machine has, in bytes (0: unknown); needing more is an
 * error that sets too_large. Corpus and run are the caller's and must outlive the trainer. */
bool trainer_init(Trainer *t, Checkpoint *run, const Corpus *corpus, size_t memory, Err *err);

/* The same, with counts of the corpus that were made before, for windows of the model's context. A model that mixes
 * them in takes them over (counted is then empty); empty ones are made. What it leaves is the caller's to free. */
bool trainer_init_counted(Trainer *t, Checkpoint *run, const Corpus *corpus, Counting *counted, size_t memory,
                          Err *err);
void trainer_free(Trainer *t);

/* Bytes held by the trainer, its threads and the corpus. */
size_t trainer_bytes(const Trainer *t);

/* Initializes the parameters: a function of the settings (seed, initialization) and the shape alone. */
void trainer_begin(Trainer *t);

/* The completed share of the run, for trainer_step: of the steps after warm-up, or of the time, whichever is larger.
 * May be below 0 or above 1. */
double trainer_done(const TrainSettings *s, const TrainState *state);

/* One step: batches of random windows of the training part (a function of seed and step), forward, backward,
 * clipping, optimizers. `done` in [0,1] is the completed share of the run, for the learning rate. Fills row except
 * seconds and speed. When the loss or a gradient is not finite, nothing is changed and err names the tensor where it
 * first showed. */
bool trainer_step(Trainer *t, double done, LogRow *row, Err *err);

/* Are all parameters finite? err names the first that is not. */
bool trainer_sound(const Trainer *t, Err *err);

/* Forward and backward without changing anything: for timing. */
bool trainer_rehearse(Trainer *t, Err *err);

/* How many validation windows an evaluation during a run may use with these settings. trainer_init takes
 * run->state.eval_windows instead, unless 0: losses can be compared only with those on the same windows. */
size_t trainer_windows(const Trainer *t, const TrainSettings *s);

/* Mean loss in nats per character over validation windows of `context` characters that do not overlap: `all` of them,
 * or n_eval spread evenly. NaN without a validation part. */
bool trainer_validate(Trainer *t, bool all, double *loss, Err *err);

/* An evaluation as trainer_validate makes it, a batch at a time: until done == of, after which the loss is total / of.
 * Training steps in between are allowed, but then it measures several models. */
typedef struct TrainerEvaluation {
    size_t done, of;                        /* windows                                                              */
    double total;                           /* sum of their losses                                                  */
} TrainerEvaluation;

TrainerEvaluation trainer_evaluation(const Trainer *t, bool all);
bool trainer_evaluate_next(Trainer *t, TrainerEvaluation *e, Err *err);

/* The logits (V) of the token after the n <= context tokens ids, in the memory of a step; valid until the next call of
 * any of these functions. NULL on error. Changes nothing that a step reads. */
const real *trainer_logits(Trainer *t, const int *ids, int n, Err *err);
#endif
