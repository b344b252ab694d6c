#include "text/counting/discount.h"

double discount_probability(const Discounts *d, const CountLevel *levels, int depth)
{
    double p = 1 / (double)d->V;
    for (int k = 0; k <= depth; k++)
        p = discount_step(&levels[k], d->of[k], p);
    return p;
}
