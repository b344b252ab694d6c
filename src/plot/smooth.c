#include "plot/smooth.h"
#include <math.h>

/* Adds what `sum` lacks of x to it: the error of a running sum stays that of a single addition (Kahan 1965, with
 * Neumaier's order of the two), however many values enter and leave it. */
static void add(double *sum, double *lost, double x)
{
    double next = *sum + x;
    *lost += fabs(*sum) >= fabs(x) ? (*sum - next) + x : (x - next) + *sum;
    *sum = next;
}

/* The next finite value of x from i on; n: none. */
static size_t finite_from(const double *x, size_t n, size_t i)
{
    while (i < n && !isfinite(x[i]))
        i++;
    return i;
}

void smooth_centred(const double *x, size_t n, double window, double *out)
{
    size_t half = (size_t)fmin((smooth_odd(window) - 1) / 2, (double)n), m = 0, ahead = 0;
    size_t first = finite_from(x, n, 0), next = first;
    double sum = 0, lost = 0;
    for (size_t i = 0, k = 0; i < n; i++) {             /* the k-th finite value, m of them in the sum */
        out[i] = NAN;
        if (!isfinite(x[i]))
            continue;
        for (; next < n && ahead <= k + half; ahead++, m++, next = finite_from(x, n, next + 1))
            add(&sum, &lost, x[next]);
        for (; k > half && ahead - m < k - half; m--, first = finite_from(x, n, first + 1))
            add(&sum, &lost, -x[first]);
        out[i] = half ? (sum + lost) / (double)m : x[i];
        k++;
    }
}

void smooth_trailing(const double *x, size_t n, double window, double *out)
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

double smooth_odd(double window) { return window < 2 ? 1 : 2 * floor(window / 2) + 1; }

double smooth_window(size_t n) { return n < 100 ? 1 : floor((double)n / 50); }
