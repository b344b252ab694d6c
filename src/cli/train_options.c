#include "cli/train_options.h"
#include "kernel/pool.h"
#include <math.h>

#define T TrainOptions
#define MODEL "Model (default: a size that fits the corpus)"
#define RUN   "Length and batch"
#define OPT   "Optimizer (AdamW, warm-up, then half a cosine)"
#define LOOK  "Looking and saving"
#define TEXT  "Text"
#define WORK  "Machine and run"

/* The sizes' names in the order of config_sizes. */
static const char *const sizes[] = { "tiny", "small", "base", NULL };

static const char *const positions[] = { "learned", "none", NULL };        /* as enum Positions */

static const Flag rows[] = {
    { "CORPUS", 0, ARGS_FLAG(T, files), .help = "text files, or - for standard input", .min = 1 },

    { "size", 0, CHOICE_FLAG(T, size), .metavar = "NAME", .choices = sizes, .group = MODEL,
      .help = "tiny (2 layers, 2 heads, 32 channels, context 32), small (4, 4, 128, 64) or base "
              "(6, 6, 384, 256)" },
    { "layers", 0, INT_FLAG(T, layers), .metavar = "N",
      .help = "blocks", .group = MODEL, .min = 1, .max = 1024 },
    { "heads", 0, INT_FLAG(T, heads), .metavar = "N",
      .help = "attention heads, a divisor of the channels", .group = MODEL, .min = 1, .max = 1024 },
    { "channels", 0, INT_FLAG(T, channels), .metavar = "N",
      .help = "width of the residual stream", .group = MODEL, .min = 1, .max = 16384 },
    { "context", 0, INT_FLAG(T, context), .metavar = "N",
      .help = "characters in view", .group = MODEL, .min = 1, .max = 65536 },
    { "positions", 0, CHOICE_FLAG(T, positions), .metavar = "KIND", .choices = positions, .group = MODEL,
      .help = "how the model knows where a character stands; none is for seeing what that is worth" },
    { "no-bias", 0, BOOL_FLAG(T, no_bias), .help = "no biases in linear maps and norms", .group = MODEL },
    { "tied", 0, BOOL_FLAG(T, tied), .help = "the output matrix is the embedding", .group = MODEL },

    { "steps", 0, LONG_FLAG(T, steps), .metavar = "N",
      .help = "steps to train", .group = RUN, .min = 1, .max = 1e12, .otherwise = "2000" },
    { "time", 0, DURATION_FLAG(T, time), .metavar = "TIME",
      .help = "train for this long instead (90s, 10m, 2h); the learning rate follows",
      .group = RUN, .min = 0.1, .max = 1e9 },
    { "batch", 0, LONG_FLAG(T, batch), .metavar = "N",
      .help = "sequences a pass", .group = RUN, .min = 1, .max = 1e6, .otherwise = "by size: 8, 12, 64" },
    { "accumulate", 0, LONG_FLAG(T, accumulate), .metavar = "N",
      .help = "passes a step: a larger batch in the same memory",
      .group = RUN, .min = 1, .max = 1e6, .otherwise = "1" },
    { "patience", 0, LONG_FLAG(T, patience), .metavar = "N",
      .help = "stop after N evaluations without a better one",
      .group = RUN, .min = 1, .max = 1e9, .otherwise = "never" },

    { "lr", 0, REAL_FLAG(T, lr), .metavar = "X",
      .help = "greatest learning rate", .group = OPT, .min = 0, .max = 1e9, .otherwise = "0.001" },
    { "min-lr", 0, REAL_FLAG(T, min_lr), .metavar = "X",
      .help = "learning rate at the end",
      .group = OPT, .min = 0, .max = 1e9, .otherwise = "a tenth of --lr" },
    { "warmup", 0, LONG_FLAG(T, warmup), .metavar = "N",
      .help = "steps of linear warm-up",
      .group = OPT, .min = 0, .max = 1e12, .otherwise = "100, at most a tenth of the steps" },
    { "beta1", 0, REAL_FLAG(T, beta1), .metavar = "X",
      .help = "decay of the mean gradient",
      .group = OPT, .min = 0, .max = 1, .below = true, .otherwise = "0.9" },
    { "beta2", 0, REAL_FLAG(T, beta2), .metavar = "X",
      .help = "decay of the mean square",
      .group = OPT, .min = 0, .max = 1, .below = true, .otherwise = "0.99" },
    { "weight-decay", 0, REAL_FLAG(T, weight_decay), .metavar = "X",
      .help = "decay of matrices", .group = OPT, .min = 0, .max = 1e6, .otherwise = "0.1" },
    { "clip", 0, REAL_FLAG(T, clip), .metavar = "X",
      .help = "greatest norm of the gradient, 0 for any",
      .group = OPT, .min = 0, .max = 1e9, .otherwise = "1" },
    { "dropout", 0, REAL_FLAG(T, dropout), .metavar = "P",
      .help = "share of activations dropped",
      .group = OPT, .min = 0, .max = 1, .below = true, .otherwise = "0" },

    { "val-frac", 0, REAL_FLAG(T, val_frac), .metavar = "X",
      .help = "last part of the text, for validation; 0 for none",
      .group = LOOK, .min = 0, .max = 1, .below = true, .otherwise = "0.1" },
    { "eval-every", 0, LONG_FLAG(T, eval_every), .metavar = "N",
      .help = "steps between evaluations: of the whole validation part, or of an even sample when "
              "that would take more than a tenth of the time",
      .group = LOOK, .min = 1, .max = 1e12, .otherwise = "250" },
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
      .help = "folder of the run: model.heed, best.heed, log.csv", .group = WORK },
    { "resume", 0, BOOL_FLAG(T, resume), .help = "go on with the run in --out", .group = WORK },
    { "force", 0, BOOL_FLAG(T, force),
      .help = "replace a run that is there; resume on another corpus", .group = WORK },
    { "seed", 0, LONG_FLAG(T, seed), .metavar = "N",
      .help = "of everything random", .group = WORK, .min = 0, .max = 9e15, .otherwise = "1" },
    { "threads", 0, INT_FLAG(T, threads), .metavar = "N",
      .help = "threads; the result is the same for any number",
      .group = WORK, .min = 1, .max = POOL_MAX, .otherwise = "as many as this process may use" },
    { "kernels", 0, STRING_FLAG(T, kernels), .metavar = "NAME",
      .help = "instruction set: ref, avx2, avx512, neon; the result is the same for any",
      .group = WORK, .otherwise = "the best one here" },
};

const Command train_command = {
    .name = "train",
    .does = "Trains a character-level transformer on text files.",
    .notes = "Example: train book.txt --time 10m, then sample --prompt \"Once\"\n"
             "Ctrl-C finishes the step, saves and ends with 130; --resume goes on from there.",
    .flags = rows,
    .n = sizeof rows / sizeof *rows,
};

TrainOptions train_options(void)
{
    return (TrainOptions){
        .out = "run", .size = -1, .accumulate = 0, .warmup = -1, .seed = -1, .max_vocab = VOCAB_CAP,
        .time = NAN, .lr = NAN, .min_lr = NAN, .beta1 = NAN, .beta2 = NAN, .weight_decay = NAN, .clip = NAN,
        .dropout = NAN, .val_frac = NAN,
    };
}

const ConfigSize *train_size_for(size_t n, const char **why)
{
    if (n < 20000) {
        *why = "the text is short: a larger model would learn it by heart";
        return config_size("tiny");
    }
    *why = "the best for minutes to an hour on a processor; --size base learns more in many hours";
    return config_size("small");
}

static int    int_or(int x, int otherwise) { return x > 0 ? x : otherwise; }
static long   long_or(int64_t x, long otherwise) { return x > 0 ? (long)x : otherwise; }
static double real_or(double x, double otherwise) { return isnan(x) ? otherwise : x; }

/* What may change from one session of a run to the next. */
static void changeable(const TrainOptions *o, TrainSettings *s)
{
    if (!isnan(o->time)) {
        s->budget = o->time;
        s->steps = 0;
    }
    if (o->steps > 0) {
        s->steps = (long)o->steps;
        s->budget = real_or(o->time, 0);
    }
    s->lr = real_or(o->lr, s->lr);
    s->min_lr = real_or(o->min_lr, isnan(o->lr) ? s->min_lr : s->lr / 10);
    s->beta1 = real_or(o->beta1, s->beta1);
    s->beta2 = real_or(o->beta2, s->beta2);
    s->weight_decay = real_or(o->weight_decay, s->weight_decay);
    s->clip = real_or(o->clip, s->clip);
    s->dropout = real_or(o->dropout, s->dropout);
    s->eval_every = long_or(o->eval_every, s->eval_every);
    s->patience = long_or(o->patience, s->patience);
    s->warmup = o->warmup >= 0 ? (long)o->warmup : s->warmup;
}

void train_settings(const TrainOptions *o, const ConfigSize *size, Config *config, TrainSettings *s)
{
    *config = (Config){
        .layers = int_or(o->layers, size->layers), .heads = int_or(o->heads, size->heads),
        .channels = int_or(o->channels, size->channels), .context = int_or(o->context, size->context),
        .bias = !o->no_bias, .tied = o->tied, .positions = o->positions,
    };
    *s = (TrainSettings){
        .batch = long_or(o->batch, size->batch), .accumulate = long_or(o->accumulate, 1), .steps = 2000,
        .eval_every = 250, .lr = 1e-3, .min_lr = 1e-4, .beta1 = 0.9, .beta2 = 0.99, .weight_decay = 0.1,
        .clip = 1, .val_frac = real_or(o->val_frac, 0.1), .seed = o->seed < 0 ? 1 : (uint64_t)o->seed,
        .keep_cr = o->keep_cr,
    };
    changeable(o, s);
    if (o->warmup < 0)
        s->warmup = s->steps == 0 || s->steps > 1000 ? 100 : s->steps / 10;
}

/* A number that cannot change within a run; below `least` it was not given. */
static bool same(long given, long least, long there, const char *flag, Err *err)
{
    return given < least || given == there ||
           err_set(err, "--%s is %ld, but the run to resume has %ld: leave the flag out, or start a new run "
                   "with another --out", flag, given, there);
}

static bool same_numbers(const TrainOptions *o, const Config *c, const TrainSettings *s, Err *err)
{
    const ConfigSize *size = o->size < 0 ? NULL : &config_sizes[o->size];
    return same(size && !o->layers ? size->layers : o->layers, 1, c->layers, "layers", err) &&
           same(size && !o->heads ? size->heads : o->heads, 1, c->heads, "heads", err) &&
           same(size && !o->channels ? size->channels : o->channels, 1, c->channels, "channels", err) &&
           same(o->context, 1, c->context, "context", err) &&
           same((long)o->batch, 1, s->batch, "batch", err) &&
           same((long)o->accumulate, 1, s->accumulate, "accumulate", err) &&
           same((long)o->seed, 0, (long)s->seed, "seed", err);
}

/* A flag was given that the run was begun without. */
static bool other(bool differs, const char *flag, const char *there, Err *err)
{
    return !differs || err_set(err, "%s is given, but the run to resume %s: leave the flag out", flag, there);
}

bool train_settings_resumed(const TrainOptions *o, Checkpoint *run, Err *err)
{
    const Config  *c = &run->config;
    TrainSettings *s = &run->settings;
    if (!same_numbers(o, c, s, err) || !other(o->no_bias && c->bias, "--no-bias", "has biases", err) ||
        !other(o->positions != POSITIONS_LEARNED && c->positions == POSITIONS_LEARNED, "--positions none",
               "has learned ones", err) ||
        !other(o->tied && !c->tied, "--tied", "has an output matrix of its own", err) ||
        !other(o->keep_cr && !s->keep_cr, "--keep-cr", "reads CRLF and CR as LF", err))
        return false;
    if (o->max_vocab != VOCAB_CAP && o->max_vocab < run->vocab.n)
        return err_set(err, "--max-vocab is %d, but the run to resume has learned %d: leave the flag out",
                       o->max_vocab, run->vocab.n);
    if (!isnan(o->val_frac) && o->val_frac != s->val_frac)
        return err_set(err, "--val-frac is %g, but the run to resume has %g: leave the flag out", o->val_frac,
                       s->val_frac);
    changeable(o, s);
    return true;
}
