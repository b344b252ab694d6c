#include "text/counting/fit.h"
#include "base/num.h"
#include <math.h>
#include <stdlib.h>

enum { SWEEPS = 2, MORE_SWEEPS = 3, STEPS = 2 };    /* of each order; of the one chosen; Newton steps of a discount */

/* Above 0, so that p is never 0; at most the count. */
static const double least = 1 / 64.0;

/* What a longer context must gain, in nats: below it are the fit's and the sample's accidents. */
static const double worth = 5e-4;

/* p = above + share * p_k: what the longer contexts make of p_k. */
typedef struct FitTail {
    double above[COUNT_LEVELS], share[COUNT_LEVELS];
} FitTail;

typedef struct Fit {
    const FitPoint *points;
    size_t          n;
    FitTail        *tails;                  /* (n)                    */
    double         *lower;                  /* (n) p_{k-1}            */
    Discounts      *d;
} Fit;

size_t fit_bytes(size_t n) { return n * (sizeof (FitTail) + sizeof (double)); }

static const CountLevel *level(const Fit *f, size_t i, int k)
{
    return k < f->d->order ? &f->points[i].distinct[k] : &f->points[i].often[k];
}

static int depth(const Fit *f, size_t i)
{
    return f->points[i].depth < f->d->order ? f->points[i].depth : f->d->order;
}

/* From the longest context down. p = above + share (kept + rest p_{k-1}). */
static void find_tails(const Fit *f)
{
    for (size_t i = 0; i < f->n; i++) {
        FitTail *t = &f->tails[i];
        int      top = depth(f, i);
        t->above[top] = 0;
        t->share[top] = 1;
        for (int k = top; k > 0; k--) {
            const CountLevel *l = level(f, i, k);
            t->above[k - 1] = t->above[k] + t->share[k] * discount_kept(l, f->d->of[k]);
            t->share[k - 1] = t->share[k] * discount_share(l, f->d->of[k]);
        }
    }
}

/* One step in discount r of level k: D += sum(b/p) / sum(b^2/p^2), b = dp/dD. */
static void newton(const Fit *f, int k, int r)
{
    double *d = f->d->of[k], slope = 0, bend = 0;
    for (size_t i = 0; i < f->n; i++) {
        if (depth(f, i) < k)
            continue;
        const CountLevel *l = level(f, i, k);
        const FitTail    *t = &f->tails[i];
        double p = t->above[k] + t->share[k] * discount_step(l, d, f->lower[i]);
        double self = l->n && discount_kind(l->n) == r;
        double b = t->share[k] * (l->kinds[r] * f->lower[i] - self) / l->total / p;
        slope += b;
        bend += b * b;
    }
    if (bend > 0)
        d[r] = fmin(fmax(d[r] + slope / bend, least), r + 1);
}

/* From the shortest context up. */
static void sweep(const Fit *f)
{
    find_tails(f);
    for (size_t i = 0; i < f->n; i++)
        f->lower[i] = 1 / (double)f->d->V;
    for (int k = 0; k <= f->d->order; k++) {
        for (int step = 0; step < STEPS; step++)
            for (int r = 0; r < 3; r++)
                newton(f, k, r);
        for (size_t i = 0; i < f->n; i++)
            if (depth(f, i) >= k)
                f->lower[i] = discount_step(level(f, i, k), f->d->of[k], f->lower[i]);
    }
}

/* After a sweep, lower is p. */
static double loss(const Fit *f)
{
    double sum = 0;
    for (size_t i = 0; i < f->n; i++)
        sum -= num_log(f->lower[i]);
    return sum / (double)f->n;
}

static Discounts usual(int V)
{
    Discounts d = { .order = 2, .V = V };
    for (int k = 0; k < COUNT_LEVELS; k++)
        for (int r = 0; r < 3; r++)
            d.of[k][r] = 0.7 + 0.4 * r;
    return d;
}

/* Each order starts from the discounts of the one below, and so needs few sweeps; the best one has more. */
static void fit_orders(Fit *f, Discounts *best)
{
    double reached = INFINITY;
    for (f->d->order = 0; f->d->order <= SORTED_DEPTH; f->d->order++) {
        for (int s = 0; s < SWEEPS; s++)
            sweep(f);
        double l = loss(f);
        if (l < reached - worth) {
            reached = l;
            *best = *f->d;
        }
    }
    *f->d = *best;
    for (int s = 0; s < MORE_SWEEPS; s++)
        sweep(f);
    *best = *f->d;
}

bool fit_discounts(Discounts *d, const FitPoint *points, size_t n, int V)
{
    Discounts tried = usual(V);
    *d = tried;
    if (n == 0)
        return true;
    Fit  f = { points, n, malloc(n * sizeof *f.tails), malloc(n * sizeof *f.lower), &tried };
    bool ok = f.tails && f.lower;
    if (ok)
        fit_orders(&f, d);
    free(f.tails);
    free(f.lower);
    return ok;
}
