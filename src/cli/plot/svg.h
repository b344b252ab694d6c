#ifndef CLI_PLOT_SVG_H
#define CLI_PLOT_SVG_H
#include "cli/plot/logs.h"

/* Writes the logs as an SVG file; replaces `path` atomically ("-": standard output). False, with a sentence, if it
 * cannot be written. */
bool plot_svg(const char *path, PlotLogs *l, const PlotOptions *o, Err *err);

/* May `path` be overwritten: is it missing, or a picture that plot wrote? */
bool plot_svg_may(const char *path, Err *err);
#endif
