#ifndef CLI_PLOT_LOGS_H
#define CLI_PLOT_LOGS_H
#include "cli/plot/options.h"
#include "plot/chart.h"
#include <limits.h>
#include <stdio.h>

/* A log that was asked for. */
typedef struct PlotLog {
    char path[PATH_MAX];                    /* the file; "-" is standard input                              */
    char name[256];                         /* in legends: the folder of a log.csv, else the file's path    */
    Run  run;
} PlotLog;

/* All of them, and what they are compared with. */
typedef struct PlotLogs {
    PlotLog  log[PLOT_MOST_RUNS];
    ChartRun runs[PLOT_MOST_RUNS];
    int      n;
    Levels   levels;
} PlotLogs;

/* The paths: a folder means its log.csv, nothing run/log.csv. False for a path that is too long. */
bool plot_logs_name(PlotLogs *l, const PlotOptions *o, Err *err);

/* Reads them again. False, with a sentence that names the file, where one cannot be read or drawn over the x
 * axis that was asked for; what was read of the others is freed. */
bool plot_logs_read(PlotLogs *l, const PlotOptions *o, Err *err);
void plot_logs_free(PlotLogs *l);

/* What had to be left out of them, a line each; of a log that is growing, a half-written last line is nothing
 * to tell. */
void plot_logs_note(FILE *out, const PlotLogs *l, bool growing);

/* The chart of what was read; false when memory ends. */
bool plot_logs_chart(PlotLogs *l, const PlotOptions *o, bool gradients, Chart *c, Err *err);
#endif
