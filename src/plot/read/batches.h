#ifndef PLOT_READ_BATCHES_H
#define PLOT_READ_BATCHES_H
#include "plot/read/rows.h"

/* Batches that restart in each epoch (rows_again). */

/* Remembers the range of the batches, and whether they restart when the epoch advances. */
void batches_note(Rows *r, double step, double epoch);

/* The step within all epochs; a row without a batch stands at the end of its epoch. */
double batches_step(const Rows *r, const double row[RUN_COLUMNS], bool only_val);
#endif
