#include "cli/explain/options.h"
#include "base/file.h"
#include "kernel/pool.h"

#define T     ExplainOptions
#define WHAT  "What to explain"
#define EDITS "Edits (repeatable; the forward pass is run again)"
#define VIEWS "Views (instead of the overview)"
#define FORM  "Output format"
#define CLAIMS "Claims about attention, measured"
#define WORK  "Machine"

static const Flag rows[] = {
    { "RUN TEXT", 0, ARGS_FLAG(T, args), .metavar = "[RUN] [TEXT]", .max = 2,
      .help = "a run's folder or a model file, as --model, and the text to continue, as --prompt; either alone, too" },

    { "prompt", 'p', STRING_FLAG(T, prompt), .metavar = "TEXT", .group = WHAT, .blank = true,
      .help = "the text to continue; - reads standard input" },
    { "versus", 0, STRING_FLAG(T, versus), .metavar = "TEXT", .group = WHAT, .blank = true,
      .help = "another text: which head makes the difference between the two answers (activation patching)" },
    { "why", 0, STRING_FLAG(T, why), .metavar = "L.H.i.j", .group = WHAT,
      .help = "why query i scores key j as it does in layer L, head H: the score as a table of query parts by key "
              "parts, each removed, and what the head then writes for that key",
      .otherwise = "of j: the key with the largest weight; of i: the last position" },
    { "lesson", 0, STRING_FLAG(T, lesson), .metavar = "L.H", .group = WHAT,
      .help = "what a gradient step on the prompt teaches layer L, head H: the gradients of its query, key, value and "
              "output matrices, position by position, read as characters; the step, predicted and measured" },
    { "model", 'm', STRING_FLAG(T, model), .metavar = "FILE", .group = WHAT,
      .help = "a model file, or the folder of a training run",
      .otherwise = "the newest of run and the folders in it; best.heed, else model.heed" },
    { "target", 't', STRING_FLAG(T, target), .metavar = "CHAR", .group = WHAT,
      .help = "the next character to explain: \"why not this one?\"",
      .otherwise = "the next one in the prompt, else the most probable" },
    { "pos", 0, INT_FLAG(T, pos), .metavar = "N", .group = WHAT,
      .help = "explain the character after position N", .max = 65535, .otherwise = "the last" },
    { "layer", 0, INT_FLAG(T, layer), .metavar = "N", .group = WHAT,
      .help = "the layer to trace", .max = 1023, .otherwise = "that of the head with the largest push" },
    { "head", 0, STRING_FLAG(T, head), .metavar = "H", .group = WHAT,
      .help = "the head to trace, or its layer and head, such as 3.2",
      .otherwise = "the one with the largest push, the sum of |ds|" },
    { "row", 0, INT_FLAG(T, row), .metavar = "N", .group = WHAT,
      .help = "the query position to trace", .max = 65535, .otherwise = "--pos" },

    { "at", 0, STRING_FLAG(T, at), .metavar = "L.H.i", .group = WHAT,
      .help = "layer, head and query position to trace in one, such as 3.2.45" },

    { "nudge", 0, LIST_FLAG(T, nudge), .metavar = "L.H.i.j=X", .group = EDITS,
      .help = "add X to the score of key j for query i in layer L, head H" },
    { "set-attn", 0, LIST_FLAG(T, set), .metavar = "L.H.i.j=X", .group = EDITS,
      .help = "set that weight to X, from 0 to 1, and rescale the others of its row" },
    { "ablate", 0, LIST_FLAG(T, ablate), .metavar = "L.H", .group = EDITS,
      .help = "set the output of a head to 0; of several together: 0.1,2.3" },
    { "mask", 0, LIST_FLAG(T, mask), .metavar = "PLACE", .group = EDITS,
      .help = "mask characters from all later ones: a position (18), a range (18-22), a word of the prompt (thumb: "
              "wherever it occurs; the#2: the second), or several with commas, masked together" },
    { "step", 0, BOOL_FLAG(T, step), .group = EDITS,
      .help = "take one gradient step on this prompt, measure it and undo it" },
    { "rate", 0, REAL_FLAG(T, rate), .metavar = "X", .group = EDITS,
      .help = "learning rate of --step and --lesson",
      .min = 0, .max = 1e9, .above = true, .otherwise = "one predicted to lower the loss by 1 %" },

    { "trace", 0, BOOL_FLAG(T, trace), .group = VIEWS,
      .help = "the gradient of each score of the traced row, checked by finite differences" },
    { "heads", 0, BOOL_FLAG(T, heads), .group = VIEWS, .help = "the attention of every head, and its push" },
    { "checks", 0, BOOL_FLAG(T, checks), .group = VIEWS,
      .help = "the self-checks; one that fails is also shown by the overview and the trace" },
    { "by-hand", 0, BOOL_FLAG(T, by_hand), .group = VIEWS,
      .help = "the traced row as arithmetic, from the embedding to the loss and back" },
    { "paths", 0, BOOL_FLAG(T, paths), .group = VIEWS,
      .help = "the gradient at each character split by value, key, query, skip and MLP" },
    { "sweep", 0, BOOL_FLAG(T, sweep), .group = VIEWS,
      .help = "soft against hard attention: all scores times a factor" },
    { "lens", 0, BOOL_FLAG(T, lens), .group = VIEWS,
      .help = "logit lens after each layer; contribution of each head to the logit" },
    { "cause", 0, BOOL_FLAG(T, cause), .group = VIEWS,
      .help = "what the answer depends on: each word and character deleted, replaced, masked" },
    { "counts", 0, BOOL_FLAG(T, counts), .group = VIEWS,
      .help = "what counting knew and what attention and MLPs added, for the next character and each of the prompt; "
              "for models with counts" },
    { "integrated", 0, BOOL_FLAG(T, integrated), .group = VIEWS,
      .help = "attribution to characters: integrated gradients, deletion, masking" },
    { "embeddings", 0, BOOL_FLAG(T, embeddings), .group = VIEWS,
      .help = "similarity of character and position embeddings" },
    { "tape", 0, BOOL_FLAG(T, tape), .group = VIEWS, .help = "all operations in backward order" },
    { "replay", 0, BOOL_FLAG(T, replay), .group = VIEWS,
      .help = "how a head learned, from the snapshots that train --watch wrote beside the model" },
    { "example", 0, BOOL_FLAG(T, example), .group = VIEWS,
      .help = "a worked example of three words; needs no model" },

    { "claims", 0, BOOL_FLAG(T, claims), .group = CLAIMS,
      .help = "test claims about queries, keys and values on --model; scripts/claims trains the models" },
    { "roles", 0, BOOL_FLAG(T, roles), .group = CLAIMS,
      .help = "what every head does on --text: previous character, same character, induction, ...; beside chance, with "
              "the cost of its ablation; with --html and a prompt, a view of the page" },
    { "clues", 0, STRING_FLAG(T, clues), .metavar = "FILE", .group = CLAIMS, .help = "held-out sentences",
      .otherwise = "those beside the text: X.tsv for X.txt" },
    { "text", 0, STRING_FLAG(T, text), .metavar = "FILE", .group = CLAIMS,
      .help = "the training text; for --roles any text", .otherwise = "the one in data that the model records" },
    { "compare", 0, STRING_FLAG(T, compare), .metavar = "FILE", .group = CLAIMS,
      .help = "the same model, trained with --positions none" },
    { "against", 0, STRING_FLAG(T, against), .metavar = "FILE", .group = CLAIMS,
      .help = "the model with positions to compare it with", .otherwise = "--model" },

    { "json", 0, BOOL_FLAG(T, json), .group = FORM, .help = "everything as JSON (schema heed-explain-1)" },
    { "csv", 0, BOOL_FLAG(T, csv), .group = FORM, .help = "the traced row as CSV" },
    { "dot", 0, BOOL_FLAG(T, dot), .group = FORM, .help = "the tape as a graph for Graphviz" },
    { "html", 0, STRING_FLAG(T, html), .metavar = "FILE", .group = FORM,
      .help = "everything as one self-contained page for a browser" },
    { "svg", 0, STRING_FLAG(T, svg), .metavar = "FILE", .group = FORM,
      .help = "the traced row as a picture: attention above the text, push below" },

    { "threads", 0, INT_FLAG(T, threads), .metavar = "N", .group = WORK,
      .help = "number of threads; results do not depend on it",
      .min = 1, .max = POOL_MAX, .otherwise = "all that this process may use" },
    { "kernels", 0, STRING_FLAG(T, kernels), .metavar = "NAME", .group = WORK,
      .help = "instruction set: ref, avx2, avx512, neon; results do not depend on it",
      .otherwise = "the fastest one here" },
};

const Command explain_command = {
    .name = "explain",
    .does = "Shows what a prediction depends on and how its gradient flows through attention.",
    .notes = "Examples: heed explain --prompt \"he works in the gar\"\n"
             "          heed explain --prompt \"in the gar\" --target d --mask the --ablate 0.1\n"
             "Positions, layers and heads are counted from 0. Everything is computed in double precision.",
    .flags = rows,
    .n = sizeof rows / sizeof *rows,
};

ExplainOptions explain_options(void)
{
    return (ExplainOptions){ .pos = -1, .layer = -1, .row = -1 };
}

bool explain_arguments(ExplainOptions *o, Err *err)
{
    const char *const *words = o->args.items;
    bool model = o->args.n == 2 || (o->args.n == 1 && file_exists(words[0]));
    const char *text = o->args.n > model ? words[model] : NULL;
    if (text && o->prompt)
        return err_set(err, "unexpected '%s' after --prompt %s; quote a text that contains spaces: --prompt \"%s %s\"",
                       words[0], o->prompt, o->prompt, words[0]);
    if (model && o->model)
        return err_set(err, "two models, %s and %s: give one", o->model, words[0]);
    o->model = model ? words[0] : o->model;
    o->prompt = text ? text : o->prompt;
    return true;
}
