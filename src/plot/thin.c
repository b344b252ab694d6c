#include "plot/thin.h"
#include <math.h>
#include <stdbool.h>

/* The four points of one column. */
typedef struct Part {
    size_t first, last, lowest, highest;
    int    column;                          /* -1: none yet */
} Part;

/* Appends the four in ascending order, each once. */
static size_t finish(const Part *p, size_t *keep, size_t n)
{
    bool         up = p->lowest <= p->highest;
    const size_t four[] = { p->first, up ? p->lowest : p->highest, up ? p->highest : p->lowest, p->last };
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
        if (column < p.column)              /* x descends; keep has room for each column once */
            continue;
        if (column != p.column) {
            kept = finish(&p, keep, kept);
            p = (Part){ i, i, i, i, column };
        }
        p.last = i;
        p.lowest = y[i] < y[p.lowest] ? i : p.lowest;
        p.highest = y[i] > y[p.highest] ? i : p.highest;
    }
    return finish(&p, keep, kept);
}
