#ifndef PLOT_READ_MISSING_H
#define PLOT_READ_MISSING_H
#include "plot/run.h"

/* Training losses that are nan, written as -infinity until all rows are there: where nan is how the log writes "no
 * value", they become NaN; otherwise infinity, and are counted as not finite. */
void missing_settle(Run *run);
#endif
