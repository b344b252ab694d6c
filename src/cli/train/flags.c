#include "cli/train/options.h"
#include "kernel/pool.h"
#include "model/recipe.h"
#include <stdio.h>
#include <string.h>

#define T TrainOptions
#define MODEL "Model (default: a size that fits the text)"
#define MAKE  "Recipe: architecture, initialization, optimizer"
#define RUN   "Length and batch"
#define OPT   "Optimization"
#define LOOK  "Evaluation, logging, saving"
#define TEXT  "Text"
#define WORK  "Run and machine"

/* In the order of config_sizes. */
static const char *const sizes[] = { "tiny", "small", "base", NULL };

/* The flags that are not settings. A row without a name stands for the settings of a group. */
#define SETTINGS_OF(id, heading) { .group = heading, .min = id }

static const Flag own[] = {
    { "CORPUS", 0, ARGS_FLAG(T, files), .help = "text files, folders of them, or - for standard input", .min = 1 },

    { "size", 0, CHOICE_FLAG(T, size), .metavar = "NAME", .choices = sizes, .group = MODEL,
      .help = "tiny (2 layers, 2 heads, 32 channels, context 32), small (4, 4, 128, 64) or base (6, 6, 384, 256)" },
    SETTINGS_OF(GROUP_SIZE, MODEL),

    { "recipe", 0, CHOICE_FLAG(T, recipe), .choices = recipe_names, .group = MAKE, .otherwise = "fast",
      .help = "defaults of the flags below: GPT-2's; the fastest learner in our timed comparisons; or the same but for "
              "what llama.cpp and transformers lack" },
    { "for", 0, CHOICE_FLAG(T, target), .metavar = "PROGRAM", .choices = train_targets, .group = MAKE,
      .help = "take a recipe whose models can be opened there: portable for llama.cpp, hf (Hugging Face's "
              "transformers) and any; see convert" },
    SETTINGS_OF(GROUP_RECIPE, MAKE),

    SETTINGS_OF(GROUP_LENGTH, RUN),

    SETTINGS_OF(GROUP_OPTIMIZER, OPT),

    SETTINGS_OF(GROUP_EVALUATION, LOOK),
    { "save-every", 0, LONG_FLAG(T, save_every), .metavar = "N", .group = LOOK, .min = 1, .max = 1e12,
      .help = "steps between saves", .otherwise = "as --eval-every" },
    { "log-every", 0, LONG_FLAG(T, log_every), .metavar = "N", .group = LOOK, .min = 1, .max = 1e12,
      .help = "steps between rows of log.csv", .otherwise = "1" },
    { "sample-every", 0, LONG_FLAG(T, sample_every), .metavar = "N", .group = LOOK, .min = 1, .max = 1e12,
      .help = "steps between samples on the screen", .otherwise = "never" },
    { "receipt-every", 0, LONG_FLAG(T, receipt_every), .metavar = "N", .group = LOOK, .min = 1, .max = 1e12,
      .help = "steps between digests of the model's state in receipt.json, for verify, besides those after evaluations",
      .otherwise = "none besides" },
    { "keep-states", 0, INT_FLAG(T, keep_states), .metavar = "N", .group = LOOK, .min = 2, .max = 1e6,
      .help = "keep up to N of these states in the folder states (12 bytes a parameter each), so that verify need not "
              "start at the first step", .otherwise = "none" },
    { "watch", 0, STRING_FLAG(T, watch), .metavar = "TEXT", .group = LOOK,
      .help = "record in watch.csv, about forty times, what the model attends to in predicting the last character "
              "of TEXT; explain --replay shows it" },
    { "verbose", 0, BOOL_FLAG(T, verbose), .group = LOOK,
      .help = "before training, also print the text's hash, the recipe, memory and machine" },
    { "quiet", 0, BOOL_FLAG(T, quiet), .help = "print nothing but errors", .group = LOOK },

    { "max-vocab", 0, INT_FLAG(T, max_vocab), .metavar = "N", .group = TEXT, .min = 2, .max = 65536,
      .help = "maximum size of the vocabulary; rarer characters are spelled as bytes" },
    SETTINGS_OF(GROUP_TEXT, TEXT),

    { "out", 0, STRING_FLAG(T, out), .metavar = "DIR", .group = WORK,
      .help = "folder of the run: model.heed, best.heed, log.csv, receipt.json" },
    { "resume", 0, BOOL_FLAG(T, resume), .group = WORK, .help = "continue the run in --out" },
    { "force", 0, BOOL_FLAG(T, force), .group = WORK,
      .help = "replace an existing run; with --resume, continue on another text" },
    SETTINGS_OF(GROUP_SEED, WORK),
    { "threads", 0, INT_FLAG(T, threads), .metavar = "N", .group = WORK, .min = 1, .max = POOL_MAX,
      .help = "threads; any number gives the same result", .otherwise = "as many as this process may use" },
    { "kernels", 0, STRING_FLAG(T, kernels), .metavar = "NAME", .group = WORK,
      .help = "instruction set: ref, avx2, avx512, amx, neon; all give the same result, except bfloat16 matmuls on amx",
      .otherwise = "the fastest available" },
    SETTINGS_OF(GROUP_PRECISION, WORK),
};

/* All flags: own, with each group replaced by its settings. Every setting has a group but the vocabulary. */
enum { OWN = sizeof own / sizeof *own, FLAGS = OWN - (SETTING_GROUPS - 1) + SETTINGS - 1, DEFAULT = 96 };
static Flag rows[FLAGS];
static char names[SETTINGS][32], defaults[SETTINGS][DEFAULT];

const char *train_flag(int id) { return names[id]; }

static FlagType flag_type(const Setting *s)
{
    switch (s->type) {
    case TYPE_INT:    return s->names ? FLAG_CHOICE : FLAG_INT;
    case TYPE_SWITCH: return FLAG_SWITCH;
    case TYPE_REAL:   return s->unit && strcmp(s->unit, "TIME") == 0 ? FLAG_DURATION : FLAG_REAL;
    case TYPE_LONG:
    case TYPE_SEED:   break;
    }
    return FLAG_LONG;
}

/* The value in a recipe. */
static double by(int recipe, const Setting *s)
{
    return setting_value(s, &recipes[recipe].shape, &recipes[recipe].how);
}

/* "0.01; gpt2: 0.001", from the recipes; NULL where neither they nor the row has a default. */
static const char *default_of(const Setting *s, char out[DEFAULT])
{
    char   text[SETTING_TEXT];
    double fast = by(RECIPE_FAST, s), gpt2 = by(RECIPE_GPT2, s), portable = by(RECIPE_PORTABLE, s);
    if (s->usually || s->one_way || fast < s->low || fast < s->asked[0])
        return s->usually;
    size_t at = (size_t)snprintf(out, DEFAULT, "%s", setting_text(s, fast, text));
    if (gpt2 != fast && !s->needs)
        at += (size_t)snprintf(out + at, DEFAULT - at, "; gpt2: %s", setting_text(s, gpt2, text));
    if (portable != fast)
        snprintf(out + at, DEFAULT - at, "; portable: %s", setting_text(s, portable, text));
    return out;
}

static const char *hyphenated(const char *key, char *out)
{
    size_t i = 0;
    for (; key[i] && i < sizeof names[0] - 1; i++)
        out[i] = key[i] == '_' ? '-' : key[i];
    out[i] = '\0';
    return out;
}

static Flag flag_of(int id, const char *heading)
{
    const Setting *s = &setting_table[id];
    FlagType       type = flag_type(s);
    bool           narrowed = s->asked[1] > 0, valued = type != FLAG_CHOICE && type != FLAG_SWITCH;
    return (Flag){
        .name = hyphenated(s->name ? s->name : s->key, names[id]), .type = type,
        .field = offsetof(TrainOptions, given) + (size_t)id * sizeof(Given),
        .metavar = s->unit || !valued ? s->unit : type == FLAG_REAL ? "X" : "N", .help = s->help, .group = heading,
        .min = narrowed ? s->asked[0] : s->low, .max = narrowed ? s->asked[1] : s->high, .above = s->above,
        .below = s->below, .negatable = type == FLAG_SWITCH && !s->one_way, .choices = s->names,
        .otherwise = default_of(s, defaults[id]),
    };
}

void train_flags(void)
{
    size_t n = 0;
    for (size_t i = 0; i < OWN; i++) {
        if (own[i].name)
            rows[n++] = own[i];
        for (int id = 0; id < SETTINGS && !own[i].name; id++)
            if (setting_table[id].group == (SettingGroup)own[i].min)
                rows[n++] = flag_of(id, own[i].group);
    }
}

const Command train_command = {
    .name = "train",
    .does = "Trains a character-level transformer on text files.",
    .notes = "Example: heed train book.txt --time 10m, then heed sample --prompt \"Once\"\n"
             "Ctrl-C finishes the step, saves and exits with 130; --resume continues from there.",
    .flags = rows,
    .n = FLAGS,
};
