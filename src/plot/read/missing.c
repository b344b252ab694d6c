#include "plot/read/missing.h"
#include <math.h>

/* Is nan how this log writes "no value"? It is, if training went on after several gaps, none shorter than the last. */
static bool nan_is_missing(const double *train, size_t n)
{
    size_t gap = 0, longest = 0, gaps = 0;
    for (size_t i = 0; i < n; i++) {
        if (train[i] == -INFINITY)
            gap++;
        else if (isfinite(train[i])) {
            longest = gap > longest ? gap : longest;
            gaps += gap > 0;
            gap = 0;
        }
    }
    return gaps >= 2 && gap <= longest;
}

void missing_settle(Run *run)
{
    double *train = run->column[RUN_TRAIN];
    bool    missing = train && !run->ours && nan_is_missing(train, run->n);
    for (size_t i = 0; train && i < run->n; i++) {
        if (train[i] == -INFINITY)
            train[i] = missing ? NAN : INFINITY;
        run->faults.not_finite += isinf(train[i]) != 0;
    }
}
