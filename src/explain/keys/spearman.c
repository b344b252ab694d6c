#include "explain/keys/spearman.h"
#include <math.h>

/* The rank of x[i] minus the mean rank: the m values equal to it (itself included) share the mean of the ranks
 * below + 1 ... below + m, which is below + (m + 1) / 2; all ranks together have the mean (n + 1) / 2. */
static double centred_rank(const double *x, int n, int i)
{
    int below = 0, equal = 0;
    for (int k = 0; k < n; k++) {
        below += x[k] < x[i];
        equal += x[k] == x[i];
    }
    return below + (equal + 1) / 2.0 - (n + 1) / 2.0;
}

double explain_spearman(const double *x, const double *y, int n)
{
    double xx = 0, yy = 0, xy = 0;
    for (int i = 0; i < n; i++) {
        double u = centred_rank(x, n, i), v = centred_rank(y, n, i);
        xx += u * u, yy += v * v, xy += u * v;
    }
    return xx > 0 && yy > 0 ? xy / sqrt(xx * yy) : NAN;
}
