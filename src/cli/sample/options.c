#include "cli/sample/options.h"
#include "kernel/pool.h"
#include <string.h>

#define T      SampleOptions
#define PROMPT "What to start from"
#define CHOICE "How to choose (in this order)"
#define OUTPUT "Output"
#define WORK   "Model and machine"

static const char *const unknown[] = { "error", "skip", NULL };
static const char *const precisions[] = { "float", "bf16", NULL };

static const Flag rows[] = {
    { "-", 0, ARGS_FLAG(T, args), .help = "read the prompt from standard input", .min = 0, .max = 1 },

    { "prompt", 0, STRING_FLAG(T, prompt), .metavar = "TEXT",
      .help = "the text to go on from",
      .group = PROMPT, .blank = true, .otherwise = "a newline if the model knows it, else its first character" },
    { "prompt-file", 0, STRING_FLAG(T, prompt_file), .metavar = "FILE",
      .help = "the same from a file, - for standard input",
      .group = PROMPT },
    { "unknown", 0, CHOICE_FLAG(T, unknown), .metavar = "WHAT", .choices = unknown,
      .help = "characters that the model does not know: error or skip",
      .group = PROMPT },

    { "top-k", 0, INT_FLAG(T, top_k), .metavar = "K",
      .help = "only the K likeliest characters, 0 for all",
      .group = CHOICE, .min = 0, .max = 65536 },
    { "top-p", 0, REAL_FLAG(T, top_p), .metavar = "P",
      .help = "of those, the likeliest that together have the share P",
      .group = CHOICE, .min = 0, .max = 1 },
    { "min-p", 0, REAL_FLAG(T, min_p), .metavar = "P",
      .help = "of those, the ones with at least P times the probability of the likeliest",
      .group = CHOICE, .min = 0, .max = 1 },
    { "temp", 0, REAL_FLAG(T, temp), .metavar = "X",
      .help = "temperature: below 1 surer, above 1 wilder, 0 always the likeliest",
      .group = CHOICE, .min = 0, .max = 1000 },
    { "seed", 0, LONG_FLAG(T, seed), .metavar = "N",
      .help = "of the draws; the same seed gives the same text; with --num the next samples take "
              "N+1, N+2, …",
      .group = CHOICE, .min = 0, .max = 9e15, .otherwise = "a new one, told on stderr" },

    { "count", 'n', LONG_FLAG(T, count), .metavar = "N",
      .elsewhere = "length max-tokens max-new-tokens n-predict",
      .help = "characters to write",
      .group = OUTPUT, .min = 0, .max = 1e15 },
    { "stop", 0, LIST_FLAG(T, stops), .metavar = "TEXT",
      .help = "end before this text; may be given again",
      .group = OUTPUT },
    { "num", 0, LONG_FLAG(T, num), .metavar = "N",
      .help = "samples to write",
      .group = OUTPUT, .min = 1, .max = 1e9 },
    { "echo", 0, BOOL_FLAG(T, echo), .help = "write the prompt too", .group = OUTPUT, .negatable = true },
    { "probs", 0, BOOL_FLAG(T, probs),
      .help = "instead of the text a table: each character, the probability that the model gave it, "
              "how undecided it was (entropy in bits), and the likeliest ones",
      .group = OUTPUT },
    { "score", 0, STRING_FLAG(T, score), .metavar = "FILE",
      .help = "draw nothing: how well the model predicts this text (- for standard input), in bits "
              "and nats a character and as perplexity; with --probs character by character",
      .group = OUTPUT },
    { "json", 0, BOOL_FLAG(T, json), .help = "one JSON object a sample, a line each", .group = OUTPUT },

    { "model", 0, STRING_FLAG(T, model), .metavar = "FILE",
      .help = "a model that train has written, or the folder of a run",
      .group = WORK, .otherwise = "run/best.heed, else run/model.heed" },
    { "threads", 0, INT_FLAG(T, threads), .metavar = "N",
      .help = "threads; the result is the same for any number",
      .group = WORK, .min = 1, .max = POOL_MAX },
    { "kernels", 0, STRING_FLAG(T, kernels), .metavar = "NAME",
      .help = "instruction set: ref, avx2, avx512, amx, neon; the result is the same for any",
      .group = WORK, .otherwise = "the best one here" },
    { "precision", 0, CHOICE_FLAG(T, precision), .metavar = "KIND", .choices = precisions,
      .help = "of the weights: float, or rounded to bfloat16, which is half as fast again and writes "
              "slightly other texts, the same on any processor",
      .group = WORK, .otherwise = "float" },
};

const Command sample_command = {
    .name = "sample",
    .does = "Writes text with a model, character by character.",
    .notes = "Example: heed sample --prompt \"ROMEO:\" -n 300 --temp 0.7 --stop \"JULIET:\"\n"
             "The model sees as many characters as its context is long. When they are used up, the last quarter "
             "of them is read again and the text goes on from there. Of a longer prompt it sees the end.\n"
             "--score reads the text in pieces of one context that do not overlap, as train does for validation; "
             "the first character is not scored.\n"
             "The text goes to standard output, everything else to standard error. On a terminal, and with --num, "
             "a newline ends a sample that has none.",
    .flags = rows,
    .n = sizeof rows / sizeof *rows,
};

SampleOptions sample_options(void)
{
    return (SampleOptions){ .count = 500, .num = 1, .seed = -1, .temp = 0.8, .top_p = 1, .threads = 1, .echo = true };
}

SampleSettings sample_settings(const SampleOptions *o)
{
    return (SampleSettings){ .temp = o->temp, .top_k = o->top_k, .top_p = o->top_p, .min_p = o->min_p };
}

const char *sample_prompt_file(const SampleOptions *o) { return o->args.n ? o->args.items[0] : o->prompt_file; }

bool sample_options_check(const SampleOptions *o, Err *err)
{
    int starts = (o->prompt != NULL) + (o->prompt_file != NULL) + (o->args.n > 0) + (o->score != NULL);
    return starts <= 1 || err_set(err, "give only one of --prompt, --prompt-file, - and --score");
}
