#ifndef MODEL_SETTINGS_H
#define MODEL_SETTINGS_H
#include "model/config.h"
#include "model/schedule.h"
#include <stdint.h>

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
#endif
