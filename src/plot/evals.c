#include "plot/evals.h"
#include <math.h>
#include <stdlib.h>

Evals evals_of(const Run *r)
{
    Evals e = { 0 };
    const double *val = r->column[RUN_VAL];
    size_t from = val ? r->n : 0;
    while (from > 0 && e.n < EVALS_MOST)
        e.n += isfinite(val[--from]);
    e.n = 0;
    for (size_t i = from; val && i < r->n; i++)
        if (isfinite(val[i])) {
            e.row[e.n] = i;
            e.loss[e.n++] = val[i];
            e.best = e.loss[e.n - 1] < e.loss[e.best] ? e.n - 1 : e.best;
        }
    return e;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double evals_noise(const Evals *e)
{
    double d[EVALS_MOST];
    int    n = 0;
    for (int i = e->n / 2; i > 0 && i + 1 < e->n; i++)
        d[n++] = fabs(e->loss[i] - (e->loss[i - 1] + e->loss[i + 1]) / 2);
    if (n < 3)
        return 0;
    qsort(d, (size_t)n, sizeof *d, by_size);
    return d[n / 2];
}

bool evals_risen(const Evals *e)
{
    double sum = 0;
    int    after = e->n - 1 - e->best, n = after < 3 ? after : 3;
    if (after <= 0)
        return false;
    for (int i = e->n - n; i < e->n; i++)
        sum += e->loss[i];
    return sum / n - e->loss[e->best] > e->same && e->loss[e->n - 1] - e->loss[e->best] > e->same;
}

double evals_best_before(const Evals *e)
{
    double best = e->loss[0];
    for (int i = 1; i < e->n - (e->n + 2) / 3; i++)
        best = fmin(best, e->loss[i]);
    return best;
}
