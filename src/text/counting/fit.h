#ifndef TEXT_COUNTING_FIT_H
#define TEXT_COUNTING_FIT_H
#include "text/counting/discount.h"

/* What the counts say of one held-out token: with each context, its occurrences and its distinct tokens before. */
typedef struct FitPoint {
    CountLevel often[COUNT_LEVELS], distinct[COUNT_LEVELS];
    int        depth;                       /* the longest context seen */
} FitPoint;

/* Sets the order and the discounts to those with the least mean -log p over n points. With the other discounts fixed, p
 * is linear in each, so that sum(log p) is concave in it and Newton's method finds its maximum; they are fitted in
 * turn, a few times (Chen and Goodman's, also fitted on held-out text, take a general search). A higher order must gain
 * 0.0005 nats. Without points: order 2, discounts 0.7, 1.1, 1.5. False when out of memory. */
bool fit_discounts(Discounts *d, const FitPoint *points, size_t n, int V);

/* Bytes that fit_discounts holds for n points. */
size_t fit_bytes(size_t n);
#endif
