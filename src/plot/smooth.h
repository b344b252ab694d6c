#ifndef PLOT_SMOOTH_H
#define PLOT_SMOOTH_H
#include <stddef.h>

/* The moving average of x (n) over about `window` of its finite values (1 or less: x itself), into out:
 * m = beta m + (1 - beta) x with beta = 1 - 1 / window, divided by 1 - beta^t, which is the weight of the t values
 * so far: so the beginning is an average too and not drawn towards 0 (Kingma and Ba 2015, "Adam", section 3). NaN
 * where x is not finite. */
void smooth_average(const double *x, size_t n, double window, double *out);

/* How many rows to average over when nobody says: a fiftieth of them, at least one. */
double smooth_window(size_t n);
#endif
