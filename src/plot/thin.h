#ifndef PLOT_THIN_H
#define PLOT_THIN_H
#include <stddef.h>

/* Which points of a curve are enough to draw it: [low, high] is cut into `columns` parts, and of each the
 * first, the last, the least and the greatest finite y stay, so that spikes do (Jugel et al. 2014, "M4: a
 * visualization-oriented time series data aggregation"). x (n) rises; a point that falls back into an earlier
 * part is passed over. Their numbers go to keep (4 * columns), in order; how many. */
size_t thin_points(const double *x, const double *y, size_t n, double low, double high, int columns, size_t *keep);
#endif
