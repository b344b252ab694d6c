#include "cli/explain/options.h"
#include "kernel/pool.h"

#define T     ExplainOptions
#define WHAT  "What to explain"
#define IF    "What if (each may be given again; forward is really run again)"
#define VIEWS "More to see (in place of the trace)"
#define FORM  "Form"
#define CLAIMS "The claims, as experiments"
#define WORK  "Machine"

static const Flag rows[] = {
    { "prompt", 'p', STRING_FLAG(T, prompt), .metavar = "TEXT", .group = WHAT, .blank = true,
      .help = "the text that the model goes on from; - reads standard input" },
    { "model", 'm', STRING_FLAG(T, model), .metavar = "FILE", .group = WHAT,
      .help = "a model, or the folder of a run", .otherwise = "run/best.heed, else run/model.heed" },
    { "target", 't', STRING_FLAG(T, target), .metavar = "CHAR", .group = WHAT,
      .help = "the next character whose probability is explained: \"why not this one?\"",
      .otherwise = "the prompt's next, else the most probable" },
    { "pos", 0, INT_FLAG(T, pos), .metavar = "N", .group = WHAT,
      .help = "the place, from 0, that the answer follows", .max = 65535, .otherwise = "the last" },
    { "layer", 0, INT_FLAG(T, layer), .metavar = "N", .group = WHAT,
      .help = "the layer traced, from 0", .max = 1023, .otherwise = "that of the head pushed most" },
    { "head", 0, INT_FLAG(T, head), .metavar = "N", .group = WHAT,
      .help = "the head traced, from 0", .max = 1023, .otherwise = "the one pushed most" },
    { "row", 0, INT_FLAG(T, row), .metavar = "N", .group = WHAT,
      .help = "the character whose looking is traced", .max = 65535, .otherwise = "that of --pos" },

    { "nudge", 0, LIST_FLAG(T, nudge), .metavar = "L.H.i.j=X", .group = IF,
      .help = "add X to the score that character i of layer L, head H gives to character j" },
    { "set-attn", 0, LIST_FLAG(T, set), .metavar = "L.H.i.j=X", .group = IF,
      .help = "make the weight X, from 0 to 1, and rescale the row's others" },
    { "ablate", 0, LIST_FLAG(T, ablate), .metavar = "L.H", .group = IF, .help = "let a head bring nothing" },
    { "mask", 0, LIST_FLAG(T, mask), .metavar = "j", .group = IF,
      .help = "let nobody behind character j look at it" },
    { "step", 0, BOOL_FLAG(T, step), .group = IF, .help = "one gradient step on this prompt, in a copy" },
    { "rate", 0, REAL_FLAG(T, rate), .metavar = "X", .group = IF,
      .help = "learning rate of --step",
      .min = 0, .max = 1e9, .above = true, .otherwise = "what should lower the loss by 1 %" },

    { "by-hand", 0, BOOL_FLAG(T, by_hand), .group = VIEWS,
      .help = "the traced row as on paper: every number from embedding to loss and back" },
    { "paths", 0, BOOL_FLAG(T, paths), .group = VIEWS,
      .help = "by which ways the gradient reaches each character" },
    { "sweep", 0, BOOL_FLAG(T, sweep), .group = VIEWS, .help = "soft against hard attention" },
    { "lens", 0, BOOL_FLAG(T, lens), .group = VIEWS,
      .help = "what each layer would answer, and what each head adds" },
    { "integrated", 0, BOOL_FLAG(T, integrated), .group = VIEWS,
      .help = "what each character gave, by integrated gradients, by deletion and by hiding" },
    { "embeddings", 0, BOOL_FLAG(T, embeddings), .group = VIEWS,
      .help = "which characters, and which positions, are alike" },
    { "tape", 0, BOOL_FLAG(T, tape), .group = VIEWS, .help = "all operations, read backward" },
    { "replay", 0, BOOL_FLAG(T, replay), .group = VIEWS,
      .help = "how a head learned, from the frames that train --watch has written beside the model" },
    { "example", 0, BOOL_FLAG(T, example), .group = VIEWS,
      .help = "a worked example of three words, by hand; needs no model" },

    { "claims", 0, BOOL_FLAG(T, claims), .group = CLAIMS,
      .help = "what is said of queries, keys and values, measured on --model; scripts/claims trains what it "
              "needs" },
    { "clues", 0, STRING_FLAG(T, clues), .metavar = "FILE", .group = CLAIMS, .help = "held-out sentences",
      .otherwise = "data/clues.tsv" },
    { "text", 0, STRING_FLAG(T, text), .metavar = "FILE", .group = CLAIMS,
      .help = "the text that the model was trained on", .otherwise = "data/stories.txt" },
    { "compare", 0, STRING_FLAG(T, compare), .metavar = "FILE", .group = CLAIMS,
      .help = "the same model, trained with --positions none" },
    { "against", 0, STRING_FLAG(T, against), .metavar = "FILE", .group = CLAIMS,
      .help = "the model with positions that --compare is held against", .otherwise = "--model" },

    { "json", 0, BOOL_FLAG(T, json), .group = FORM, .help = "everything as JSON (schema heed-explain-1)" },
    { "csv", 0, BOOL_FLAG(T, csv), .group = FORM, .help = "the traced row as CSV" },
    { "dot", 0, BOOL_FLAG(T, dot), .group = FORM, .help = "the tape as a graph for Graphviz" },
    { "html", 0, STRING_FLAG(T, html), .metavar = "FILE", .group = FORM,
      .help = "everything as one page to look at in a browser, without a network" },
    { "svg", 0, STRING_FLAG(T, svg), .metavar = "FILE", .group = FORM,
      .help = "the traced row as a picture: attention above the text, push below" },

    { "threads", 0, INT_FLAG(T, threads), .metavar = "N", .group = WORK,
      .help = "threads; the result is the same for any number",
      .min = 1, .max = POOL_MAX, .otherwise = "as many as this process may use" },
    { "kernels", 0, STRING_FLAG(T, kernels), .metavar = "NAME", .group = WORK,
      .help = "instruction set: ref, avx2, avx512, neon; the result is the same for any",
      .otherwise = "the best one here" },
};

const Command explain_command = {
    .name = "explain",
    .does = "Shows how the answer to a prompt comes about, and how its gradient flows through attention.",
    .notes = "Examples: heed explain --prompt \"he works in the gar\"\n"
             "          heed explain --prompt \"works in the gar\" --target d --mask 3 --ablate 0.1\n"
             "Places, layers and heads are counted from 0. All of it is computed in double precision.",
    .flags = rows,
    .n = sizeof rows / sizeof *rows,
};

ExplainOptions explain_options(void)
{
    return (ExplainOptions){ .pos = -1, .layer = -1, .head = -1, .row = -1 };
}
