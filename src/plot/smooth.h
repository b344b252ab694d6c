#ifndef PLOT_SMOOTH_H
#define PLOT_SMOOTH_H
#include <stddef.h>

/* The exponential moving average of x (n) over about `window` finite values (1 or less: x itself), into out (n):
 *     m_t = beta m_(t-1) + (1 - beta) x_t,   out_t = m_t / (1 - beta^t),   beta = 1 - 1 / window
 * The division corrects the bias towards the initial m = 0 (Kingma and Ba 2015, "Adam", section 3). NaN where x is not
 * finite; such x are skipped. */
void smooth_average(const double *x, size_t n, double window, double *out);

/* The default window: a fiftieth of n rows, at least 1. */
double smooth_window(size_t n);
#endif
