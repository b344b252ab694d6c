#ifndef CLI_PLOT_JSON_H
#define CLI_PLOT_JSON_H
#include "base/json.h"
#include "cli/plot/logs.h"
#include <stdio.h>

/* Writes the summary of the logs as one JSON object and a newline. False, with a sentence, when it could not be
 * written. */
bool plot_json(FILE *out, PlotLogs *l, const PlotOptions *o, Err *err);

/* Members that the summary and the page have in common, into the open object of a run: file, name, counts,
 * faults, notes, best and last losses, verdict. The verdict is that of the last chart. */
void plot_json_run(Json *j, const PlotLog *log, const ChartRun *run);

/* "levels": what guessing and counting reach, null where it is not known. */
void plot_json_levels(Json *j, const Levels *l);
#endif
