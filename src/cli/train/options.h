#ifndef CLI_TRAIN_OPTIONS_H
#define CLI_TRAIN_OPTIONS_H
#include "cli/flags.h"
#include "files/checkpoint.h"
#include "text/corpus.h"

/* What `train` was asked for. A number outside its row's range, NaN or NULL means "not given": then
 * the length of the text decides, or the model's size, or on --resume the run itself. */
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

/* What a new run takes unless it is given: shape and batch, dropout and decay, length. */
typedef struct TrainFit {
    size_t      below;                      /* characters: for texts shorter than that             */
    double      upto;                       /* operations at the processor's peak: for at most that much time */
    ConfigSize  size;
    double      dropout, weight_decay;      /* decay where Muon trains; AdamW's is the recipe's    */
    long        steps, eval_every;
    bool        enough;                     /* more steps would not help, however much time there is */
    const char *why;                        /* a phrase for the start screen; NULL: it was asked for */
} TrainFit;

/* The one that fits a text of n characters and a time in which the processor could do so many operations
 * (machine_rate times seconds; 0: no time was given, the steps are), with GPT-2's recipe or the fast
 * one; and the one of a size that was asked for, which text and time then have no say in. */
TrainFit train_fit(size_t n, double operations, bool gpt2);
TrainFit train_fit_size(const ConfigSize *size);

/* Shape and settings of a new run from what was given and what fits; vocab is left 0. */
void train_settings(const TrainOptions *o, const TrainFit *fit, Config *config, TrainSettings *s);

/* On --resume: what may change in a run (steps, time, rates, how often to look) is changed in `run`; false,
 * with a sentence, when what may not (shape, seed, batch …) was given and differs. */
bool train_settings_resumed(const TrainOptions *o, Checkpoint *run, Err *err);
#endif
