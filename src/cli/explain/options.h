#ifndef CLI_EXPLAIN_OPTIONS_H
#define CLI_EXPLAIN_OPTIONS_H
#include "cli/flags.h"

/* The flags of `explain`. NULL, and numbers below 0 (rate: 0), mean "not given". */
typedef struct ExplainOptions {
    FlagList    args;                       /* a model, a prompt; moved there by explain_arguments */
    const char *prompt, *versus, *why, *lesson, *model, *target;
    const char *head, *at;                  /* H or L.H; L.H or L.H.row */
    int         pos, layer, row;
    FlagList    nudge, set, ablate, mask;
    bool        step;
    double      rate;
    bool        trace, checks, heads;
    bool        sweep, paths, lens, embeddings, integrated, cause, counts, tape, by_hand, dot, example, json, csv;
    bool        claims, replay, roles;
    const char *clues, *text, *compare, *against;
    const char *html, *svg;
    int         threads;
    const char *kernels;
} ExplainOptions;

extern const Command explain_command;

/* The defaults: nothing given. */
ExplainOptions explain_options(void);

/* Takes the arguments for --model and --prompt: of two the first is the model, one alone is a model if a file or folder
 * has that name. False with a sentence if either is given twice. */
bool explain_arguments(ExplainOptions *o, Err *err);
#endif
