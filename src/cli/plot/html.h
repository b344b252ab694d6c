#ifndef CLI_PLOT_HTML_H
#define CLI_PLOT_HTML_H
#include "cli/plot/logs.h"

/* Writes the logs as one page that needs nothing else: the files of src/page that plot.html names, around the
 * numbers. The page replaces `path` in one step ("-" is standard output). False with a sentence. */
bool plot_html(const char *path, PlotLogs *l, const PlotOptions *o, Err *err);

/* May it be written there? */
bool plot_html_may(const char *path, Err *err);

/* The page up to where the data stands, and from there on: made by src/page/shared/embed.py. */
extern const unsigned char plot_html_before[], plot_html_after[];
extern const size_t        plot_html_before_len, plot_html_after_len;
#endif
