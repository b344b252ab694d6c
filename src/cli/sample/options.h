#ifndef CLI_SAMPLE_OPTIONS_H
#define CLI_SAMPLE_OPTIONS_H
#include "cli/flags.h"
#include "model/sampler.h"

enum { UNKNOWN_ERROR, UNKNOWN_SKIP };

/* The options of `sample`. NULL and a negative seed mean "not given". */
typedef struct SampleOptions {
    FlagList    args, stops;                /* args: empty or "-" */
    const char *prompt, *prompt_file, *model, *score, *kernels;
    int64_t     count, num, seed;
    double      temp, top_p, min_p;
    int         top_k, unknown, threads, precision;
    bool        probs, json, echo;
} SampleOptions;

extern const Command sample_command;

/* The defaults. */
SampleOptions sample_options(void);

SampleSettings sample_settings(const SampleOptions *o);

/* The file to read the prompt from ("-": standard input), or NULL. */
const char *sample_prompt_file(const SampleOptions *o);

/* Checks for flags that exclude each other; false with a sentence. */
bool sample_options_check(const SampleOptions *o, Err *err);
#endif
