#include "cli/train/options.h"
#include "model/recipe.h"
#include "kernel/pool.h"

#define T TrainOptions
#define MODEL "Model (default: a size that fits the corpus)"
#define RUN   "Length and batch"
#define MAKE  "Recipe: how a block is built, and trained"
#define OPT   "Optimizer"
#define LOOK  "Looking and saving"
#define TEXT  "Text"
#define WORK  "Machine and run"

/* The sizes' names in the order of config_sizes. */
static const char *const sizes[] = { "tiny", "small", "base", NULL };

static const char *const positions[] = { "learned", "none", "rotary", NULL };   /* as enum Positions ... */
static const char *const norms[] = { "layer", "rms", NULL };
static const char *const activations[] = { "gelu", "relu2", NULL };
static const char *const optimizers[] = { "adamw", "muon", NULL };
static const char *const schedules[] = { "cosine", "linear", NULL };
static const char *const precisions[] = { "float", "bf16", NULL };
static const char *const beginnings[] = { "gpt2", "small", NULL };

static const Flag rows[] = {
    { "CORPUS", 0, ARGS_FLAG(T, files), .help = "text files, or - for standard input", .min = 1 },

    { "size", 0, CHOICE_FLAG(T, size), .metavar = "NAME", .choices = sizes, .group = MODEL,
      .help = "tiny (2 layers, 2 heads, 32 channels, context 32), small (4, 4, 128, 64) or base "
              "(6, 6, 384, 256)" },
    { "layers", 0, INT_FLAG(T, layers), .metavar = "N",
      .elsewhere = "n-layer num-layers",
      .help = "blocks", .group = MODEL, .min = 1, .max = 1024 },
    { "heads", 0, INT_FLAG(T, heads), .metavar = "N",
      .elsewhere = "n-head num-heads",
      .help = "attention heads, a divisor of the channels", .group = MODEL, .min = 1, .max = 1024 },
    { "channels", 0, INT_FLAG(T, channels), .metavar = "N",
      .elsewhere = "n-embd hidden-size d-model",
      .help = "width of the residual stream", .group = MODEL, .min = 1, .max = 16384 },
    { "context", 0, INT_FLAG(T, context), .metavar = "N",
      .elsewhere = "block-size seq-len ctx-size",
      .help = "characters in view", .group = MODEL, .min = 1, .max = 65536 },
    { "tied", 0, SWITCH_FLAG(T, tied), .help = "the output matrix is the embedding", .group = MODEL,
      .negatable = true, .otherwise = "off" },

    { "recipe", 0, CHOICE_FLAG(T, recipe), .choices = recipe_names, .group = MAKE,
      .help = "the defaults of what follows: GPT-2's, or what learns most in the same time", .otherwise = "fast" },
    { "positions", 0, CHOICE_FLAG(T, positions), .metavar = "KIND", .choices = positions, .group = MAKE,
      .help = "how the model knows where a character stands: learned, rotary or none",
      .otherwise = "rotary; gpt2: learned" },
    { "norm", 0, CHOICE_FLAG(T, norm), .choices = norms, .group = MAKE,
      .help = "what the residual stream is divided by before it is read", .otherwise = "rms; gpt2: layer" },
    { "activation", 0, CHOICE_FLAG(T, activation), .choices = activations, .group = MAKE,
      .help = "what stands between the two matrices of an MLP", .otherwise = "relu2; gpt2: gelu" },
    { "embed-norm", 0, SWITCH_FLAG(T, embed_norm), .group = MAKE, .negatable = true,
      .help = "norm the embeddings, too", .otherwise = "on; gpt2: off" },
    { "qk-norm", 0, SWITCH_FLAG(T, qk_norm), .group = MAKE, .negatable = true,
      .help = "bring queries and keys to one length, times a gain a head", .otherwise = "on; gpt2: off" },
    { "value-mix", 0, SWITCH_FLAG(T, value_mix), .group = MAKE, .negatable = true,
      .help = "mix each layer's values with the first layer's", .otherwise = "off" },
    { "char-mix", 0, INT_FLAG(T, char_mix), .metavar = "N", .group = MAKE, .min = 0, .max = CHAR_MIX_MAX,
      .help = "queries, keys and values are made from the last N characters; 0: from the last one alone",
      .otherwise = "4; gpt2: 0" },
    { "soft-cap", 0, REAL_FLAG(T, soft_cap), .metavar = "X", .group = MAKE, .min = 0, .max = 1e6,
      .help = "keep the logits within +-X, softly; 0: any", .otherwise = "0" },
    { "bias", 0, SWITCH_FLAG(T, bias), .help = "biases in linear maps and norms", .group = MAKE,
      .negatable = true, .otherwise = "off; gpt2: on" },
    { "begin", 0, CHOICE_FLAG(T, begin), .choices = beginnings, .group = MAKE,
      .help = "first values: GPT-2's, or nothing written to the residual stream", .otherwise = "small; gpt2: gpt2" },
    { "optimizer", 0, CHOICE_FLAG(T, optimizer), .choices = optimizers, .group = MAKE,
      .help = "for the matrices of the blocks; all else is AdamW's", .otherwise = "muon; gpt2: adamw" },
    { "schedule", 0, CHOICE_FLAG(T, schedule), .choices = schedules, .group = MAKE,
      .help = "half a cosine, or level and then a straight line to --min-lr", .otherwise = "linear; gpt2: cosine" },

    { "steps", 0, LONG_FLAG(T, steps), .metavar = "N",
      .elsewhere = "epochs max-iters iters iterations",
      .help = "steps to train", .group = RUN, .min = 1, .max = 1e12,
      .otherwise = "700 to 2000, by the text; with --size 2000" },
    { "time", 0, DURATION_FLAG(T, time), .metavar = "TIME",
      .help = "train for this long instead (90s, 10m, 2h); the learning rate follows",
      .group = RUN, .min = 0.1, .max = 1e9 },
    { "batch", 0, LONG_FLAG(T, batch), .metavar = "N",
      .help = "sequences a pass", .group = RUN, .min = 1, .max = 1e6, .otherwise = "by size: 8, 12, 64" },
    { "accumulate", 0, LONG_FLAG(T, accumulate), .metavar = "N",
      .elsewhere = "gradient-accumulation-steps",
      .help = "passes a step: a larger batch in the same memory",
      .group = RUN, .min = 1, .max = 1e6, .otherwise = "1" },
    { "patience", 0, LONG_FLAG(T, patience), .metavar = "N",
      .help = "stop after N evaluations without a better one",
      .group = RUN, .min = 1, .max = 1e9, .otherwise = "never" },

    { "lr", 0, REAL_FLAG(T, lr), .metavar = "X",
      .elsewhere = "learning-rate",
      .help = "greatest learning rate", .group = OPT, .min = 0, .max = 1e9, .otherwise = "0.01; gpt2: 0.001" },
    { "min-lr", 0, REAL_FLAG(T, min_lr), .metavar = "X",
      .help = "learning rate at the end",
      .group = OPT, .min = 0, .max = 1e9, .otherwise = "0; gpt2: a tenth of --lr" },
    { "warmup", 0, LONG_FLAG(T, warmup), .metavar = "N",
      .help = "steps of linear warm-up",
      .group = OPT, .min = 0, .max = 1e12, .otherwise = "0; gpt2: 100, at most a tenth of the steps" },
    { "beta1", 0, REAL_FLAG(T, beta1), .metavar = "X",
      .help = "decay of the mean gradient",
      .group = OPT, .min = 0, .max = 1, .below = true, .otherwise = "0.8; gpt2: 0.9" },
    { "beta2", 0, REAL_FLAG(T, beta2), .metavar = "X",
      .help = "decay of the mean square",
      .group = OPT, .min = 0, .max = 1, .below = true, .otherwise = "0.95; gpt2: 0.99" },
    { "weight-decay", 0, REAL_FLAG(T, weight_decay), .metavar = "X",
      .help = "decay of matrices", .group = OPT, .min = 0, .max = 1e6,
      .otherwise = "0; for a short text, or much time, up to 0.15; gpt2: 0.1" },
    { "clip", 0, REAL_FLAG(T, clip), .metavar = "X",
      .help = "greatest norm of the gradient, 0 for any",
      .group = OPT, .min = 0, .max = 1e9, .otherwise = "0; gpt2: 1" },
    { "embed-rate", 0, REAL_FLAG(T, embed_rate), .metavar = "X",
      .help = "what --lr is multiplied by for embeddings",
      .group = OPT, .min = 0, .max = 1e6, .above = true, .otherwise = "5; gpt2: 1" },
    { "muon-lr", 0, REAL_FLAG(T, muon_lr), .metavar = "X",
      .help = "greatest learning rate of Muon's matrices", .group = OPT, .min = 0, .max = 1e9, .otherwise = "0.02" },
    { "momentum", 0, REAL_FLAG(T, momentum), .metavar = "X",
      .help = "decay of Muon's mean gradient",
      .group = OPT, .min = 0, .max = 1, .below = true, .otherwise = "0.9" },
    { "cooldown", 0, REAL_FLAG(T, cooldown), .metavar = "X",
      .help = "last share of the run, over which a linear schedule falls",
      .group = OPT, .min = 0, .max = 1, .otherwise = "0.6" },
    { "dropout", 0, REAL_FLAG(T, dropout), .metavar = "P",
      .help = "share of activations dropped",
      .group = OPT, .min = 0, .max = 1, .below = true,
      .otherwise = "0; for a short text, or much time, 0.05 to 0.2" },

    { "val-frac", 0, REAL_FLAG(T, val_frac), .metavar = "X",
      .help = "last part of the text, for validation; 0 for none",
      .group = LOOK, .min = 0, .max = 1, .below = true, .otherwise = "0.1" },
    { "eval-every", 0, LONG_FLAG(T, eval_every), .metavar = "N",
      .help = "steps between evaluations: of the whole validation part, or of an even sample when "
              "that would take more than a tenth of the time",
      .group = LOOK, .min = 1, .max = 1e12, .otherwise = "250; 50 or 100 for a short text" },
    { "save-every", 0, LONG_FLAG(T, save_every), .metavar = "N",
      .help = "steps between saves", .group = LOOK, .min = 1, .max = 1e12, .otherwise = "as --eval-every" },
    { "log-every", 0, LONG_FLAG(T, log_every), .metavar = "N",
      .help = "steps between lines of log.csv", .group = LOOK, .min = 1, .max = 1e12, .otherwise = "1" },
    { "sample-every", 0, LONG_FLAG(T, sample_every), .metavar = "N",
      .help = "steps between samples shown", .group = LOOK, .min = 1, .max = 1e12, .otherwise = "never" },
    { "watch", 0, STRING_FLAG(T, watch), .metavar = "TEXT",
      .help = "write what its last character is guessed from to watch.csv, about forty times; "
              "explain --replay shows it",
      .group = LOOK },
    { "quiet", 0, BOOL_FLAG(T, quiet), .help = "say nothing but errors", .group = LOOK },

    { "max-vocab", 0, INT_FLAG(T, max_vocab), .metavar = "N",
      .help = "most characters to learn; rarer ones are spelled as bytes",
      .group = TEXT, .min = 2, .max = 65536 },
    { "keep-cr", 0, BOOL_FLAG(T, keep_cr),
      .help = "leave CRLF and CR line ends as they are", .group = TEXT },

    { "out", 0, STRING_FLAG(T, out), .metavar = "DIR",
      .elsewhere = "output-dir",
      .help = "folder of the run: model.heed, best.heed, log.csv", .group = WORK },
    { "resume", 0, BOOL_FLAG(T, resume), .elsewhere = "continue", .help = "go on with the run in --out", .group = WORK },
    { "force", 0, BOOL_FLAG(T, force),
      .help = "replace a run that is there; resume on another corpus", .group = WORK },
    { "seed", 0, LONG_FLAG(T, seed), .metavar = "N",
      .help = "of everything random", .group = WORK, .min = 0, .max = 9e15, .otherwise = "1" },
    { "threads", 0, INT_FLAG(T, threads), .metavar = "N",
      .help = "threads; the result is the same for any number",
      .group = WORK, .min = 1, .max = POOL_MAX, .otherwise = "as many as this process may use" },
    { "kernels", 0, STRING_FLAG(T, kernels), .metavar = "NAME",
      .help = "instruction set: ref, avx2, avx512, amx, neon; the result is the same for any, but for "
              "products of bfloat16 by amx",
      .group = WORK, .otherwise = "the best one here" },
    { "precision", 0, CHOICE_FLAG(T, precision), .metavar = "KIND", .choices = precisions,
      .elsewhere = "dtype",
      .help = "what products multiply: floats, or floats rounded to bfloat16, which a processor with "
              "AVX512-BF16 or AMX does faster; sums and weights stay float", .group = WORK,
      .otherwise = "float" },
};

const Command train_command = {
    .name = "train",
    .does = "Trains a character-level transformer on text files.",
    .notes = "Example: heed train book.txt --time 10m, then heed sample --prompt \"Once\"\n"
             "Ctrl-C finishes the step, saves and ends with 130; --resume goes on from there.",
    .flags = rows,
    .n = sizeof rows / sizeof *rows,
};
