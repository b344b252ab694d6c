#ifndef CLI_PLOT_OPTIONS_H
#define CLI_PLOT_OPTIONS_H
#include "cli/flags.h"

enum { PLOT_MOST_RUNS = 26 };

/* What `plot` was asked for. NULL means "not given". */
typedef struct PlotOptions {
    FlagList    logs, corpus;
    const char *step, *train, *val;         /* names of columns                                        */
    const char *svg, *html;
    int         x;                          /* PLOT_X                                                  */
    int         gradients;                  /* 1, 0; -1: where there is room                           */
    int         height;                     /* of the losses' picture, 0: as fits                      */
    double      smooth;                     /* rows to average over, 0: a fiftieth                     */
    bool        log_x, log_y, rate, ascii, json, follow, force;
} PlotOptions;

enum { PLOT_X_STEP, PLOT_X_TOKENS, PLOT_X_SECONDS };

extern const Command plot_command;

/* Nothing given. */
PlotOptions plot_options(void);

/* Flags that exclude one another. */
bool plot_options_check(const PlotOptions *o, Err *err);
#endif
