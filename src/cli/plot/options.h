#ifndef CLI_PLOT_OPTIONS_H
#define CLI_PLOT_OPTIONS_H
#include "cli/flags.h"

enum { PLOT_MOST_RUNS = 26 };

/* The options of `plot`. NULL: not given. */
typedef struct PlotOptions {
    FlagList    logs, corpus;
    const char *step, *train, *val;         /* column names                                            */
    const char *svg, *html, *png;           /* png: only to say how                                    */
    int         x;                          /* PLOT_X                                                  */
    int         gradients;                  /* 1, 0; -1: if there is room                              */
    int         height;                     /* of the loss panel, in lines; 0: automatic               */
    double      smooth;                     /* rows to average over; 0: a fiftieth of the rows         */
    bool        log_x, log_y, rate, ascii, json, follow, force;
} PlotOptions;

enum { PLOT_X_STEP, PLOT_X_TOKENS, PLOT_X_SECONDS };

extern const Command plot_command;

/* The defaults. */
PlotOptions plot_options(void);

/* Rejects flags that exclude one another. */
bool plot_options_check(const PlotOptions *o, Err *err);
#endif
