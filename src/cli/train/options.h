#ifndef CLI_TRAIN_OPTIONS_H
#define CLI_TRAIN_OPTIONS_H
#include "cli/flags.h"
#include "files/checkpoint.h"
#include "text/corpus.h"

/* The value of a setting as its flag stores it: an int for ints, switches and named values, an int64_t for longs and
 * the seed, a double for reals. Negative or NaN: not given. */
typedef union Given { int i; int64_t l; double x; } Given;

/* The options of train. What is not given follows from the text and the time, the size and the recipe, or on --resume
 * from the run. */
typedef struct TrainOptions {
    FlagList    files;
    const char *out;
    int         size, recipe;               /* indices, or -1                                      */
    int         target;                     /* of --for: a Target, TARGETS for all of them, or -1  */
    Given       given[SETTINGS];
    int64_t     save_every, log_every, sample_every, receipt_every;     /* 0: not given            */
    int         keep_states;                /* 0: none                                             */
    int         max_vocab, threads;
    const char *kernels, *watch;
    bool        resume, force, quiet, verbose;
} TrainOptions;

extern const Command train_command;

/* Nothing given. Also makes the flags of train_command, so call it before using that. */
TrainOptions train_options(void);
void train_flags(void);

/* The value given for a setting; NaN: not given. And the flag's name, without "--". */
double train_given(const TrainOptions *o, int id);
const char *train_flag(int id);

/* A given setting as it was given: "--channels 16", "--no-tied". Into out, which it returns. */
const char *train_as_flag(const TrainOptions *o, int id, char *out, size_t size);

/* The choices of --for; the recipe that was given, or else that can go there; and whether a model of shape c can (if
 * not, err names what keeps it, and the flag to leave out). */
extern const char *const train_targets[];
int  train_recipe(const TrainOptions *o);
bool train_counts(const TrainOptions *o);   /* will a new model mix n-gram counts in? */
bool train_target_check(const TrainOptions *o, const Config *c, Err *err);

/* The defaults of a new run that depend on its text and time. */
typedef struct TrainFit {
    size_t      below;                      /* characters: for shorter texts                       */
    double      upto;                       /* operations at the processor's peak: for at most that much time */
    ConfigSize  size;
    double      dropout, weight_decay;      /* weight_decay: with Muon only                        */
    long        steps, eval_every;
    bool        enough;                     /* more steps would not help, however long the time    */
    const char *why;                        /* for the start-up screen; NULL: the size was given   */
} TrainFit;

/* The defaults for a text of n characters and a time in which the processor could do that many operations
 * (machine_rate times seconds; 0: no time limit), for GPT-2's recipe or the fast one, with or without counts; and those
 * of a named size, which do not depend on text and time. */
TrainFit train_fit(size_t n, double operations, bool gpt2, bool counts);
TrainFit train_fit_size(const ConfigSize *size);

/* Shape and settings of a new run: recipe, then fit, then what was given. vocab is left 0. */
void train_settings(const TrainOptions *o, const TrainFit *fit, Config *config, TrainSettings *s);

/* On --resume: changes in `run` the given settings that may change. False when another one was given, or is implied by
 * --size or --recipe, and differs from the run's. */
bool train_settings_resumed(const TrainOptions *o, Checkpoint *run, Err *err);
#endif
