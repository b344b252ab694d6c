#ifndef CLI_PLOT_ADVICE_H
#define CLI_PLOT_ADVICE_H
#include "plot/verdict.h"

/* Appends a remedy, if there is one, to the facts of a verdict: as flags for a log of train, in words for others. */
void plot_advise(Verdict *v, const Run *r);
#endif
