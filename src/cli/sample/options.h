#ifndef CLI_SAMPLE_OPTIONS_H
#define CLI_SAMPLE_OPTIONS_H
#include "cli/flags.h"
#include "model/sampler.h"

enum { UNKNOWN_ERROR, UNKNOWN_SKIP };

/* What `sample` was asked for. NULL and a seed below 0 mean "not given". */
typedef struct SampleOptions {
    FlagList    args, stops;                /* args: nothing or "-" */
    const char *prompt, *prompt_file, *model, *score, *kernels;
    int64_t     count, num, seed;
    double      temp, top_p, min_p;
    int         top_k, unknown, threads, precision;
    bool        probs, json, echo;
} SampleOptions;

extern const Command sample_command;

/* Nothing given. */
SampleOptions sample_options(void);

SampleSettings sample_settings(const SampleOptions *o);

/* The file that the prompt is to be read from ("-": standard input), or NULL. */
const char *sample_prompt_file(const SampleOptions *o);

/* Flags that exclude one another, and arguments that are none. */
bool sample_options_check(const SampleOptions *o, Err *err);
#endif
