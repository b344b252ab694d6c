#include "plot/thin.h"
#include <math.h>
#include <stdbool.h>

/* The four points of one part, or none yet. */
typedef struct Part {
    size_t first, last, least, greatest;
    int    column;                          /* -1: none */
} Part;

/* The first is never behind the others, the last never before them. */
static size_t finish(const Part *p, size_t *keep, size_t n)
{
    bool         up = p->least <= p->greatest;
    const size_t four[] = { p->first, up ? p->least : p->greatest, up ? p->greatest : p->least, p->last };
    for (int i = 0; p->column >= 0 && i < 4; i++)
        if (i == 0 || four[i] != four[i - 1])
            keep[n++] = four[i];
    return n;
}

size_t thin_points(const double *x, const double *y, size_t n, double low, double high, int columns, size_t *keep)
{
    Part   p = { .column = -1 };
    size_t kept = 0;
    double wide = high > low ? high - low : INFINITY;
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(y[i]) || !(x[i] >= low && x[i] <= high))
            continue;
        int column = (int)((x[i] - low) / wide * columns);
        column = column < columns ? column : columns - 1;
        if (column < p.column)              /* x does not rise: what keep has room for must hold */
            continue;
        if (column != p.column) {
            kept = finish(&p, keep, kept);
            p = (Part){ i, i, i, i, column };
        }
        p.last = i;
        p.least = y[i] < y[p.least] ? i : p.least;
        p.greatest = y[i] > y[p.greatest] ? i : p.greatest;
    }
    return finish(&p, keep, kept);
}
