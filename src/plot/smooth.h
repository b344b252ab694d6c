#ifndef PLOT_SMOOTH_H
#define PLOT_SMOOTH_H
#include <stddef.h>

/* Two averages of x (n) over `window` finite values (1 or less: x itself), into out (n): NaN where x is not finite;
 * such x are skipped.
 *
 * The centred one is for curves. It is the mean of a value, the h before it and the h after it, where there are so
 * many; h is half the window, rounded down, so it takes smooth_odd(window) values. It does not lag: of values on a
 * straight line it is those values, but near both ends, where the window is cut off on one side. */
void smooth_centred(const double *x, size_t n, double window, double *out);

/* The trailing one is for the verdict: the end of a run has only a past, and half a window of it would be too unsteady
 * for thresholds. It is the exponential moving average
 *     m_t = beta m_(t-1) + (1 - beta) x_t,   out_t = m_t / (1 - beta^t),   beta = 1 - 1 / window
 * The division corrects the bias towards the initial m = 0 (Kingma and Ba 2015, "Adam", section 3). */
void smooth_trailing(const double *x, size_t n, double window, double *out);

/* The number of values in a centred window: odd, 1 for less than 2. */
double smooth_odd(double window);

/* The default window for n values: a fiftieth of them, rounded down; 1 below a hundred. */
double smooth_window(size_t n);
#endif
