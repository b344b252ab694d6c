#ifndef CLI_TRAIN_OPTIONS_H
#define CLI_TRAIN_OPTIONS_H
#include "cli/flags.h"
#include "model/checkpoint.h"
#include "model/corpus.h"

/* What `train` was asked for. A number outside its row's range, NaN or NULL means "not given": then
 * the model's size decides, or on --resume the run itself. */
typedef struct TrainOptions {
    FlagList    files;
    const char *out;
    int         size, layers, heads, channels, context;
    int         recipe, positions, norm, activation, char_mix, begin, optimizer, schedule;
    int         bias, tied, embed_norm, qk_norm, value_mix, precision;
    int64_t     batch, accumulate, steps, warmup, patience, seed;
    int64_t     eval_every, save_every, log_every, sample_every;
    double      time, lr, min_lr, beta1, beta2, weight_decay, clip, dropout, val_frac;
    double      soft_cap, muon_lr, momentum, embed_rate, cooldown;
    int         max_vocab, threads;
    const char *kernels, *watch;
    bool        keep_cr, resume, force, quiet;
} TrainOptions;

extern const Command train_command;

/* Nothing given. */
TrainOptions train_options(void);

/* The size that fits a corpus of n characters, and the reason as a phrase. */
const ConfigSize *train_size_for(size_t n, const char **why);

/* Shape and settings of a new run from what was given and the size; vocab is left 0. */
void train_settings(const TrainOptions *o, const ConfigSize *size, Config *config, TrainSettings *s);

/* On --resume: what may change in a run (steps, time, rates, how often to look) is changed in `run`; false,
 * with a sentence, when what may not (shape, seed, batch …) was given and differs. */
bool train_settings_resumed(const TrainOptions *o, Checkpoint *run, Err *err);
#endif
