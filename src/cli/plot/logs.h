#ifndef CLI_PLOT_LOGS_H
#define CLI_PLOT_LOGS_H
#include "cli/plot/options.h"
#include "plot/chart.h"
#include <limits.h>
#include <stdio.h>

/* A log named on the command line. */
typedef struct PlotLog {
    char path[PATH_MAX];                    /* the file; "-": standard input                              */
    char name[256];                         /* in legends: the folder of a log.csv, else the path         */
    Run  run;
} PlotLog;

/* All logs, and the baselines. */
typedef struct PlotLogs {
    PlotLog  log[PLOT_MOST_RUNS];
    ChartRun runs[PLOT_MOST_RUNS];
    int      n;
    Levels   levels;
} PlotLogs;

/* Sets the paths: a folder stands for its log.csv; the default is run/log.csv. False for a path that is too long. */
bool plot_logs_name(PlotLogs *l, const PlotOptions *o, Err *err);

/* Reads all logs, after freeing those read before. False, with a sentence that names the file and all freed, if one
 * cannot be read or lacks the column for the x axis. */
bool plot_logs_read(PlotLogs *l, const PlotOptions *o, Err *err);
void plot_logs_free(PlotLogs *l);

/* Prints the notes on each log, and on what its logarithmic axes hide, a line each; in a growing log, an incomplete
 * last line is expected and not reported. */
void plot_logs_note(FILE *out, const PlotLogs *l, const PlotOptions *o, bool growing);

/* False, with a sentence that says what was found, if a log has no rows or no log has a loss that can be drawn (with
 * --json, which draws nothing, rows suffice). */
bool plot_logs_drawable(const PlotLogs *l, const PlotOptions *o, Err *err);

/* Makes the chart and the verdicts, with remedies. False, with a sentence, when out of memory. */
bool plot_logs_chart(PlotLogs *l, const PlotOptions *o, bool gradients, Chart *c, Err *err);
#endif
