#ifndef EXPLAIN_DOT_H
#define EXPLAIN_DOT_H
#include "engine/tape.h"
#include <math.h>

/* sum_i x_i y_i, added in that order, so that reports do not depend on the instruction set. */
static inline double explain_dot(const double *x, const double *y, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i] * y[i];
    return sum;
}

/* |x| */
static inline double explain_norm(const double *x, size_t n) { return sqrt(explain_dot(x, x, n)); }

/* Sum of the squares of x's gradient. */
static inline double explain_grad_squares(const Tensor *x) { return explain_dot(x->grad, x->grad, tensor_len(x)); }
#endif
