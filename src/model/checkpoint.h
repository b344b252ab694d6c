#ifndef MODEL_CHECKPOINT_H
#define MODEL_CHECKPOINT_H
#include "base/file.h"
#include "engine/params.h"
#include "model/config.h"
#include "model/schedule.h"
#include "model/vocab.h"
#include <stdint.h>

/* The file model.heed: everything that sampling, explaining and resuming need.
 *
 *   offset   bytes
 *   0        8      89 68 65 65 64 0d 0a 1a: "heed" between bytes that a transfer in text mode changes
 *   8        4      u32, version of the format: 1
 *   12       4      u32, N: length of the header
 *   16       N      the header: lines "key value\n" in ASCII (model/record.h), the keys of
 *                   checkpoint.c's table; `head -c 1000 model.heed` shows them. Keys that begin with
 *                   "x-" are for others and are passed over; any other unknown key is an error.
 *   16+N     K      the vocabulary: u32 count, u32 a token (model/vocab.h)
 *   16+N+K   4 P    the parameters in the order of gpt_init's table, each row-major, float32,
 *                   without gaps; P numbers as the shape in the header says
 *            8 P    only with "moments 1" in the header: AdamW's m of all parameters, then v
 *   end-4    4      u32, CRC-32 of all bytes before (base/hash.h)
 *
 * Numbers are little-endian on every host, and float32 in both builds: the double build rounds on
 * saving and widens on loading. Runs that are equal leave equal bytes: the file holds no time of
 * day, no path, no thread count, and elapsed seconds only under a time budget. */

/* What matrices are trained with (the rest is always AdamW's), and what the first values are. */
typedef enum Optimizer { OPTIMIZER_ADAMW, OPTIMIZER_MUON, OPTIMIZERS } Optimizer;
typedef enum Beginning { BEGIN_GPT2, BEGIN_SMALL, BEGINNINGS } Beginning;

/* What the products of linear maps and of attention multiply: floats, or floats rounded to bfloat16
 * (kernel/bf16.h). Their sums, all else that a step computes, and the weights are float in both. */
typedef enum Precision { PRECISION_FLOAT, PRECISION_BF16, PRECISIONS } Precision;

/* How a model is trained; what `train --resume` takes from the file. */
typedef struct TrainSettings {
    long     batch, accumulate;             /* sequences a pass, passes a step                     */
    long     steps, warmup;                 /* the schedule, in steps; 0 steps: the budget decides */
    long     eval_every, patience;          /* in steps; in evaluations, 0 for none                */
    double   lr, min_lr;
    double   beta1, beta2, weight_decay;
    double   clip;                          /* greatest norm of the gradient, 0 for none           */
    double   dropout, val_frac;             /* in [0,1)                                            */
    int      optimizer, schedule, begin;    /* an Optimizer, a ScheduleKind, a Beginning           */
    int      precision;                     /* a Precision                                         */
    double   muon_lr, momentum;             /* of Muon, when lr is at its greatest                 */
    double   embed_rate;                    /* times lr for embeddings; 0 as in older files: 1     */
    double   cooldown;                      /* last share of the run, in which a linear schedule falls */
    double   budget;                        /* seconds of --time, 0 for none                       */
    uint64_t seed;                          /* the random state is (seed, step)                    */
    bool     keep_cr;                       /* how the corpus was read                             */
} TrainSettings;

/* How far training has come. */
typedef struct TrainState {
    long   step, tokens;                    /* steps done, characters trained on                   */
    double seconds;                         /* in the file only when budget > 0, else read as 0    */
    double train_loss, val_loss;            /* the last ones, nats a character; NaN: not measured  */
    double best_loss;                       /* lowest val_loss so far; infinity: none              */
    long   best_step, bad_evals;            /* when that was; evaluations since without a better   */
} TrainState;

/* What a model file says. The vocabulary is the caller's in checkpoint_save, and belongs to the
 * Checkpoint after checkpoint_open. */
typedef struct Checkpoint {
    Config        config;
    Vocab         vocab;
    uint64_t      corpus_hash;              /* Corpus.hash of what it was trained on               */
    TrainSettings settings;
    TrainState    state;
    bool          moments;                  /* read from a file: m and v are there to resume from  */
    FileData      file;                     /* between open and load: the file's bytes             */
    size_t        numbers_at;               /* where in them the parameters begin                  */
} Checkpoint;

/* Writes the file, all or nothing (file_replace). c->config must be the shape that p was made for.
 * m and v are written when p has them (c->moments is not read). No second copy of the numbers is
 * made, except in the double build and on big-endian hosts. */
bool checkpoint_save(const char *path, const Checkpoint *c, const Params *p, Err *err);

/* Reads the file whole and checks all of it: form, checksum, every size against the file's length
 * before anything is made of that size. Then config tells the shape to gpt_init. False with
 * nothing to close and a sentence: no model file (and what it looks like), damaged by a transfer,
 * cut short and by how much, damaged, from a newer version, a header or shape that cannot be. */
bool checkpoint_open(Checkpoint *c, const char *path, Err *err);

/* Copies the parameters to p, which gpt_init made from c->config and params_alloc gave memory, and
 * m and v when both the file and p have them (check c->moments before resuming). Frees the file's
 * bytes: it can be done once. False when p is of another shape. */
bool checkpoint_load(Checkpoint *c, Params *p, Err *err);

/* The header's lines, as other formats carry them: into out, how many characters. "moments" is 0 there, as
 * such files hold none. */
enum { CHECKPOINT_LINES = 8192 };
size_t checkpoint_describe(const Checkpoint *c, char out[CHECKPOINT_LINES]);

/* Takes them back: shape, settings and state, and nothing else of c. False for lines that cannot be. */
bool checkpoint_understand(Checkpoint *c, const char *text, size_t len, Err *err);

/* Frees the vocabulary, and the file's bytes if they were not loaded. */
void checkpoint_close(Checkpoint *c);

/* How many numbers a model of that shape, which config_check allows, has. */
uint64_t checkpoint_numbers(const Config *c);
#endif
