#ifndef CLI_PLOT_FOLLOW_H
#define CLI_PLOT_FOLLOW_H
#include "cli/plot/logs.h"
#include "cli/term.h"

/* Draws the logs, and again whenever one of them or the terminal has changed, until an interrupt: over the
 * picture before where lines can be overwritten; elsewhere the verdicts alone are told, in lines of their own,
 * until nobody reads them. What is not there yet, or has no row yet, is waited for. `write` is called after
 * each reading, to write files. Returns how the command ends. */
typedef bool PlotWrite(PlotLogs *l, const PlotOptions *o, Err *err);
int plot_follow(PlotLogs *l, const PlotOptions *o, PlotWrite *write, Err *err);
#endif
