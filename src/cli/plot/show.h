#ifndef CLI_PLOT_SHOW_H
#define CLI_PLOT_SHOW_H
#include "cli/plot/logs.h"
#include "cli/term.h"

/* Prints the picture and a verdict for each run, in lines no wider than the terminal and at most `lines` of them (0: no
 * limit). False, with a sentence, when out of memory. */
bool plot_show(FILE *out, PlotLogs *l, const PlotOptions *o, const Term *term, int lines, Err *err);

/* Prints only the verdicts, a line each: "run: step 1,500, …". */
void plot_print_verdicts(FILE *out, const PlotLogs *l);
#endif
