#ifndef CLI_PLOT_SVG_H
#define CLI_PLOT_SVG_H
#include "cli/plot/logs.h"

/* Writes the logs as an SVG file, which replaces `path` in one step ("-" is standard output). False with a
 * sentence. */
bool plot_svg(const char *path, PlotLogs *l, const PlotOptions *o, Err *err);

/* May it be written there? */
bool plot_svg_may(const char *path, Err *err);
#endif
