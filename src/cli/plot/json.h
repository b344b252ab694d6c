#ifndef CLI_PLOT_JSON_H
#define CLI_PLOT_JSON_H
#include "base/json.h"
#include "cli/plot/logs.h"
#include <stdio.h>

/* Writes the summary of the logs as one JSON object and a newline. False, with a sentence, if output fails. */
bool plot_json(FILE *out, PlotLogs *l, const PlotOptions *o, Err *err);

/* Writes the members shared by summary and page into the open object of a run: file, name, counts, faults, notes, best
 * and last losses, and the verdict, as computed by plot_logs_chart. */
void plot_json_run(Json *j, const PlotLog *log, const ChartRun *run);

/* Writes "levels": the losses of the n-gram baselines, null where unknown. */
void plot_json_levels(Json *j, const Levels *l);
#endif
