#include "cli/sample/options.h"
#include "kernel/pool.h"
#include "model/settings.h"
#include "train/adapt.h"
#include <string.h>

#define T      SampleOptions
#define PROMPT "Prompt"
#define CHOICE "Sampling (filters apply in this order)"
#define OUTPUT "Output"
#define WORK   "Model and machine"

static const char *const unknown[] = { "error", "skip", NULL };
static const char *const precisions[] = { "float", "bf16", NULL };

static const Flag rows[] = {
    { "RUN", 0, ARGS_FLAG(T, args), .metavar = "[RUN] [-]", .max = 2, .existing = true, .otherwise = "the newest run",
      .help = "a run's folder or a model file, as --model; - reads the prompt from standard input" },

    { "prompt", 'p', STRING_FLAG(T, prompt), .metavar = "TEXT",
      .help = "the text to continue",
      .group = PROMPT, .blank = true, .otherwise = "a newline if the model knows it, else its first character" },
    { "prompt-file", 0, STRING_FLAG(T, prompt_file), .metavar = "FILE",
      .help = "read the prompt from a file, - for standard input",
      .group = PROMPT },
    { "unknown", 0, CHOICE_FLAG(T, unknown), .metavar = "WHAT", .choices = unknown,
      .help = "characters that the model does not know: error or skip",
      .group = PROMPT },

    { "top-k", 0, INT_FLAG(T, top_k), .metavar = "K",
      .help = "keep only the K most probable characters, 0 for all",
      .group = CHOICE, .min = 0, .max = 65536 },
    { "top-p", 0, REAL_FLAG(T, top_p), .metavar = "P",
      .help = "of those, keep the most probable until their probabilities sum to P (nucleus)",
      .group = CHOICE, .min = 0, .max = 1 },
    { "min-p", 0, REAL_FLAG(T, min_p), .metavar = "P",
      .help = "of those, keep the ones with at least P times the highest probability",
      .group = CHOICE, .min = 0, .max = 1 },
    { "temp", 0, REAL_FLAG(T, temp), .metavar = "X",
      .help = "temperature: below 1 more predictable, above 1 more varied, 0 always the most probable",
      .group = CHOICE, .min = 0, .max = 1000 },
    { "seed", 's', LONG_FLAG(T, seed), .metavar = "N",
      .help = "random seed; the same seed gives the same text; with --num, further samples use N+1, N+2, …",
      .group = CHOICE, .min = 0, .max = 9e15, .otherwise = "a new one, printed on stderr" },

    { "count", 'n', LONG_FLAG(T, count), .metavar = "N",
      .help = "characters to write",
      .group = OUTPUT, .min = 0, .max = 1e15 },
    { "stop", 0, LIST_FLAG(T, stops), .metavar = "TEXT",
      .help = "stop before this text; may be repeated",
      .group = OUTPUT },
    { "num", 0, LONG_FLAG(T, num), .metavar = "N",
      .help = "number of samples",
      .group = OUTPUT, .min = 1, .max = 1e9 },
    { "echo", 0, BOOL_FLAG(T, echo), .help = "also write the prompt", .group = OUTPUT, .negatable = true },
    { "probs", 0, BOOL_FLAG(T, probs),
      .help = "write a table instead of the text: each character, its probability, the entropy of the "
              "distribution in bits, and the most probable characters",
      .group = OUTPUT },
    { "score", 0, STRING_FLAG(T, score), .metavar = "FILE",
      .help = "generate nothing; measure how well the model predicts this text (- for standard input), in "
              "bits and nats per character and as perplexity; with --probs also per character",
      .group = OUTPUT },
    { "overlap", 0, BOOL_FLAG(T, overlap),
      .help = "with --score: windows overlap by half, so that each character is predicted from at least half a "
              "context; takes twice as long, and its loss is lower than that of train's validation",
      .group = OUTPUT },
    { "adapt", 0, BOOL_FLAG(T, adapt),
      .help = "with --score: after each window the model takes a gradient step on it (dynamic evaluation), in memory "
              "alone; takes four times as long. Another measure: compare it only with others of that kind",
      .group = OUTPUT },
    { "adapt-rate", 0, REAL_FLAG(T, adapt_rate), .metavar = "X", .help = "learning rate of --adapt",
      .group = OUTPUT, .min = 0, .max = 1000, .above = true },
    { "json", 0, BOOL_FLAG(T, json), .help = "one JSON object per sample, one per line", .group = OUTPUT },

    { "model", 'm', STRING_FLAG(T, model), .metavar = "FILE",
      .help = "a model file, or the folder of a run",
      .group = WORK, .otherwise = "the newest of run and the folders in it; best.heed, else model.heed" },
    { "with", 0, LIST_FLAG(T, with), .metavar = "RUN",
      .help = "average the model's probabilities with those of this one; may be repeated. Models of several seeds "
              "(train --seed) predict better together than each alone",
      .group = WORK },
    { "threads", 't', INT_FLAG(T, threads), .metavar = "N",
      .help = "number of threads; it does not change the result",
      .group = WORK, .min = 1, .max = POOL_MAX },
    { "kernels", 0, STRING_FLAG(T, kernels), .metavar = "NAME",
      .help = "instruction set: ref, avx2, avx512, amx, neon; it does not change the result",
      .group = WORK, .otherwise = "the fastest available" },
    { "precision", 0, CHOICE_FLAG(T, precision), .metavar = "KIND", .choices = precisions,
      .help = "precision of the weights: float, or bf16 (rounded to bfloat16), which is 1.5 times as fast and "
              "gives slightly different text, the same on every processor",
      .group = WORK, .otherwise = "float" },
};

const Command sample_command = {
    .name = "sample",
    .does = "Generates text with a model, character by character, or scores a text.",
    .notes = "Example: heed sample --prompt \"ROMEO:\" -n 300 --temp 0.7 --stop \"JULIET:\"\n"
             "The model sees at most one context of characters. When the context is full, the model rereads its last "
             "quarter and continues from there. If the prompt is longer, the model sees its end.\n"
             "--score splits the text into non-overlapping windows of one context, as train does for validation; the "
             "first character is not scored. Compare a score with --overlap only with others of that kind.\n"
             "The text goes to standard output, everything else to standard error. On a terminal, and with --num, a "
             "sample that does not end with a newline gets one.",
    .flags = rows,
    .n = sizeof rows / sizeof *rows,
};

SampleOptions sample_options(void)
{
    return (SampleOptions){ .count = 500, .num = 1, .seed = -1, .temp = 0.8, .top_p = 1, .threads = 1, .echo = true,
                            .adapt_rate = ADAPT_RATE };
}

SampleSettings sample_settings(const SampleOptions *o)
{
    return (SampleSettings){ .temp = o->temp, .top_k = o->top_k, .top_p = o->top_p, .min_p = o->min_p };
}

/* Sorts the arguments: "-" is a prompt file, anything else the model. */
static bool sort_arguments(SampleOptions *o, int *dashes, Err *err)
{
    for (int i = 0; i < o->args.n; i++) {
        const char *word = o->args.items[i];
        if (strcmp(word, "-") == 0)
            ++*dashes;
        else if (o->model)
            return err_set(err, "two models, %s and %s: give one", o->model, word);
        else
            o->model = word;
    }
    return true;
}

bool sample_options_check(SampleOptions *o, Err *err)
{
    int dashes = 0;
    if (!sort_arguments(o, &dashes, err))
        return false;
    int starts = (o->prompt != NULL) + (o->prompt_file != NULL) + dashes + (o->score != NULL);
    if (starts > 1)
        return err_set(err, "give only one of --prompt, --prompt-file, - and --score");
    if (o->overlap && !o->score)
        return err_set(err, "--overlap requires --score");
    if (o->adapt && !o->score)
        return err_set(err, "--adapt requires --score");
    if (o->adapt_rate != ADAPT_RATE && !o->adapt)
        return err_set(err, "--adapt-rate requires --adapt");
    if (o->adapt && (o->overlap || o->with.n || o->precision == PRECISION_BF16))
        return err_set(err, "--adapt changes one model's own weights, window by window: leave out --overlap, --with "
                       "and --precision bf16");
    o->prompt_file = dashes ? "-" : o->prompt_file;
    return true;
}
