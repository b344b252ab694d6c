/* The program behind scripts/bench: one measurement per call, one line per figure, so that the script can alternate
 * with other programs. Built, but not installed. */
#include "cli/bench/part.h"
#include "cli/command.h"
#include "cli/machine.h"
#include "kernel/kernel.h"
#include "kernel/pool.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const sizes[] = { "tiny", "small", "base", NULL };

static const char *const precisions[] = { "float", "bf16", NULL };

static const Flag rows[] = {
    { "PART", 0, ARGS_FLAG(BenchOptions, part),
      .help = "peak, limits, products, step, profile or sample", .min = 1, .max = 1 },
    { "shape", 0, STRING_FLAG(BenchOptions, shape), .metavar = "FORM:MxNxK",
      .help = "one product instead of all, such as nt:768x384x128", .otherwise = "those of the sizes' linear layers" },
    { "size", 0, CHOICE_FLAG(BenchOptions, size), .metavar = "NAME", .choices = sizes, .help = "model size" },
    { "recipe", 0, CHOICE_FLAG(BenchOptions, recipe), .metavar = "KIND", .choices = recipe_names,
      .help = "architecture and training recipe" },
    { "precision", 0, CHOICE_FLAG(BenchOptions, precision), .metavar = "KIND", .choices = precisions,
      .help = "matmul precision of step and profile, weights of sample" },
    { "batch", 0, LONG_FLAG(BenchOptions, batch), .metavar = "N",
      .help = "sequences per step", .min = 1, .max = 1e6, .otherwise = "12 for tiny and small, 16 for base" },
    { "context", 0, INT_FLAG(BenchOptions, context), .metavar = "N",
      .help = "context length", .min = 1, .max = 65536, .otherwise = "by size" },
    { "channels", 0, INT_FLAG(BenchOptions, channels), .metavar = "N",
      .help = "width of the residual stream", .min = 1, .max = 16384, .otherwise = "by size" },
    { "layers", 0, INT_FLAG(BenchOptions, layers), .metavar = "N",
      .help = "transformer blocks", .min = 1, .max = 1024, .otherwise = "by size" },
    { "heads", 0, INT_FLAG(BenchOptions, heads), .metavar = "N",
      .help = "attention heads", .min = 1, .max = 1024, .otherwise = "by size" },
    { "vocab", 0, INT_FLAG(BenchOptions, vocab), .metavar = "N",
      .help = "vocabulary size", .min = 2, .max = 65536, .otherwise = "65" },
    { "corpus", 0, LONG_FLAG(BenchOptions, corpus), .metavar = "N",
      .help = "tokens in the corpus", .min = 1000, .max = 1e12, .otherwise = "a million" },
    { "seconds", 0, DURATION_FLAG(BenchOptions, seconds), .metavar = "TIME",
      .help = "how long to measure; peak makes seven short runs instead", .min = 0.01, .max = 3600 },
    { "threads", 0, INT_FLAG(BenchOptions, threads), .metavar = "N",
      .help = "number of threads", .min = 1, .max = POOL_MAX, .otherwise = "all processors available" },
    { "kernels", 0, STRING_FLAG(BenchOptions, kernels), .metavar = "NAME",
      .help = "instruction set", .otherwise = "the fastest available" },
};

static const Command command = {
    .name = "bench",
    .does = "Measures the speed of one part of heed; scripts/bench runs all parts.",
    .flags = rows,
    .n = sizeof rows / sizeof *rows,
};

typedef struct Part {
    const char *name;
    BenchPart  *run;
} Part;

static const Part parts[] = {
    { "peak", bench_peak }, { "limits", bench_limits }, { "products", bench_products },
    { "step", bench_step }, { "profile", bench_profile }, { "sample", bench_sample },
};

static int run(void *options, const char *called, Err *err)
{
    const BenchOptions *o = options;
    (void)called;
    if (machine_start("bench", o->kernels, o->threads, err) != COMMAND_DONE ||
        (strcmp(o->part.items[0], "sample") != 0 && !machine_has_precision(o->precision, err)))
        return COMMAND_MISUSED;
    BenchShape product;
    if (o->shape && !bench_shape(o->shape, &product)) {
        err_set(err, "--shape %s is no product: write nn, nt or tn, then m, n and k from 1 to 65536, as in "
                "nt:768x384x128", o->shape);
        return COMMAND_MISUSED;
    }
    long   batch;
    Config shape = bench_config(o, &batch);
    if (!config_check(&shape, err))
        return COMMAND_MISUSED;
    int end = COMMAND_MISUSED;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (strcmp(parts[i].name, o->part.items[0]) == 0)
            end = parts[i].run(o, err) ? COMMAND_DONE : COMMAND_FAILED;
    pool_stop();
    if (end == COMMAND_MISUSED)
        err_set(err, "unknown part '%s': choose peak, limits, products, step, profile or sample", o->part.items[0]);
    return end;
}

int main(int argc, char **argv)
{
    BenchOptions o = { .size = 1, .seconds = 2 };
    return command_main(&command, &o, run, kernel_names, argc, argv);
}
