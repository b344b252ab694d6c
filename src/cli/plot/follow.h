#ifndef CLI_PLOT_FOLLOW_H
#define CLI_PLOT_FOLLOW_H
#include "cli/plot/logs.h"
#include "cli/term.h"

/* Draws the logs, and redraws them whenever one of them or the terminal size changes, until an interrupt. A terminal
 * shows the picture in place of the last one; other outputs get one line per verdict, until their reader leaves. Waits
 * for logs that are missing or have no rows yet. Calls `write` after each reading, to write files. Returns the exit
 * code. */
typedef bool PlotWrite(PlotLogs *l, const PlotOptions *o, Err *err);
int plot_follow(PlotLogs *l, const PlotOptions *o, PlotWrite *write, Err *err);
#endif
