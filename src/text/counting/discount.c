#include "text/counting/discount.h"

double discount_probability(const Discounts *d, const CountLevel *levels, int depth)
{
    double p = 1 / (double)d->V;
    for (int k = 0; k <= depth; k++)
        if (levels[k].total)
            p = discount_step(&levels[k], d->of[k], p);
    return p;
}

void discount_leave_out(CountLevel *levels, int order)
{
    for (int k = order; k >= 0; k--) {
        CountLevel *l = &levels[k];
        l->kinds[discount_kind(l->n)]--;
        l->n--;
        l->total--;
        if (l->n) {
            l->kinds[discount_kind(l->n)]++;
            return;
        }
    }
}
