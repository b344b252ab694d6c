#ifndef CLI_PLOT_SHOW_H
#define CLI_PLOT_SHOW_H
#include "cli/plot/logs.h"
#include "cli/term.h"

/* The picture and a verdict for each run, in lines no wider than the terminal. `lines` is how many there may
 * be: then the picture is as high as fits (0: as high as it likes). */
bool plot_show(FILE *out, PlotLogs *l, const PlotOptions *o, const Term *term, int lines, Err *err);

/* The verdicts alone, a line each: "run: step 1,500, …". */
void plot_tell(FILE *out, const PlotLogs *l);
#endif
