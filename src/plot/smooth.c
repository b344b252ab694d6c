#include "plot/smooth.h"
#include <math.h>

void smooth_average(const double *x, size_t n, double window, double *out)
{
    double beta = window > 1 ? 1 - 1 / window : 0, m = 0, left = 1;     /* left: beta^t */
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(x[i])) {
            out[i] = NAN;
            continue;
        }
        m = beta * m + (1 - beta) * x[i];
        left *= beta;
        out[i] = m / (1 - left);
    }
}

double smooth_window(size_t n) { return n < 100 ? 1 : floor((double)n / 50); }
