#include "cli/verify/options.h"
#include "kernel/pool.h"

#define T     VerifyOptions
#define WHICH "What is recomputed"
#define WORK  "Machine"

static const Flag rows[] = {
    { "RUN", 0, ARGS_FLAG(T, args), .metavar = "RUN CORPUS", .min = 2, .existing = true,
      .help = "the folder of a run, then the text it was trained on, as for train: files, folders of them, or - for "
              "standard input" },

    { "check", 0, LONG_FLAG(T, check), .metavar = "K", .group = WHICH, .min = 1, .max = 1e12,
      .help = "stretches to recompute, chosen at random; all if there are no more" },
    { "seed", 0, LONG_FLAG(T, seed), .metavar = "S", .group = WHICH, .min = 0, .max = 9e15,
      .help = "seed of that choice", .otherwise = "a new one, which no forger could know, printed" },

    { "threads", 0, INT_FLAG(T, threads), .metavar = "N", .group = WORK, .min = 1, .max = POOL_MAX,
      .help = "threads; any number gives the same result", .otherwise = "as many as this process may use" },
    { "kernels", 0, STRING_FLAG(T, kernels), .metavar = "NAME", .group = WORK,
      .help = "instruction set: ref, avx2, avx512, amx, neon; all give the same result, except bfloat16 matmuls on amx",
      .otherwise = "the fastest available" },
};

const Command verify_command = {
    .name = "verify",
    .does = "Recomputes random stretches of a training and compares every bit of the model's state.",
    .notes = "Example: heed verify run book.txt --check 20\n"
             "train writes receipt.json: digests of the text, the settings, the log, and the model's whole state after "
             "every evaluation. verify refuses files that are not those of the receipt. Then it trains from one "
             "digest to the next, for K random stretches, and says PASS, or the first step that differs.\n"
             "A stretch starts from a state that train --keep-states N kept, or else from the first step.\n"
             "A PASS shows that these stretches follow from the text and the settings by this program. Of a run with "
             "5 % forged stretches, 20 random checks catch 64 %, 60 catch 95 %. It does not show when the run was "
             "made or by whom, nor how many other runs there were.",
    .flags = rows,
    .n = sizeof rows / sizeof *rows,
};

VerifyOptions verify_options(void) { return (VerifyOptions){ .check = 20, .seed = -1 }; }
