#ifndef CLI_SAMPLE_OPTIONS_H
#define CLI_SAMPLE_OPTIONS_H
#include "cli/flags.h"
#include "model/sampler.h"

enum { UNKNOWN_ERROR, UNKNOWN_SKIP };

/* The options of `sample`. NULL and a negative seed mean "not given". */
typedef struct SampleOptions {
    FlagList    args, stops, with;          /* args: "-", a model */
    const char *prompt, *prompt_file, *model, *score, *kernels;
    int64_t     count, num, seed;
    double      temp, top_p, min_p, adapt_rate;
    int         top_k, unknown, threads, precision;
    bool        probs, json, echo, overlap, adapt;
} SampleOptions;

extern const Command sample_command;

/* The defaults. */
SampleOptions sample_options(void);

SampleSettings sample_settings(const SampleOptions *o);

/* Moves the arguments to the flags that they stand for, and refuses what excludes each other; false with a sentence. */
bool sample_options_check(SampleOptions *o, Err *err);
#endif
