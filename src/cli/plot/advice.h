#ifndef CLI_PLOT_ADVICE_H
#define CLI_PLOT_ADVICE_H
#include "plot/verdict.h"

/* Adds to a verdict's facts what helps, if anything does: in flags for a log of train's, in words for others. */
void plot_advise(Verdict *v, const Run *r);
#endif
