#ifndef PLOT_THIN_H
#define PLOT_THIN_H
#include <stddef.h>

/* Selects the points of a curve needed to draw it at a width of `columns` pixels: divides [low, high] into columns, and
 * of each keeps the first, last, lowest and highest finite point, so spikes survive (Jugel et al. 2014, "M4: a
 * visualization-oriented time series data aggregation"). x (n) ascends; points that fall back into an earlier column
 * are skipped. Writes their indices to keep (4 * columns), ascending; returns how many. */
size_t thin_points(const double *x, const double *y, size_t n, double low, double high, int columns, size_t *keep);
#endif
