#include "text/counting/counting.h"
#include "base/num.h"
#include "text/counting/fit.h"
#include "text/counting/walk.h"
#include "text/counting/windows.h"
#include <math.h>
#include <stdlib.h>

/* --- Order and discounts, from the last tenth of what is counted --- */

static FitPoint look(FollowerTable *t, const int *before, size_t n, int token)
{
    FitPoint p = { .depth = 0 };
    Walk     w = walk_begin(t, before, n);
    do {
        p.depth = w.depth;
        p.often[w.depth] = walk_level(&w, false, token);
        if (w.depth < SORTED_DEPTH)
            p.distinct[w.depth] = walk_level(&w, true, token);
    } while (walk_longer(&w, SORTED_DEPTH));
    return p;
}

/* The held-out tokens, and what the counts in t say of them. */
static bool fit_on(Counting *m, FollowerTable *t, const Windows *held, int V)
{
    size_t    n = held->n * held->T;
    FitPoint *points = malloc((n + 1) * sizeof *points);
    bool      ok = points != NULL && held->ids;
    for (size_t w = 0; ok && w < held->n; w++) {
        windows_read(held, w);
        for (size_t j = 0; j < held->T; j++)
            points[w * held->T + j] = look(t, held->ids, j + 1, held->ids[j + 1]);
    }
    ok = ok && fit_discounts(&m->discounts, points, n, V);
    m->bytes = 2 * m->sorted.n * sizeof *m->sorted.at + (n + 1) * sizeof *points + fit_bytes(n) +
               followers_bytes(t, V);
    free(points);
    return ok;
}

static bool fit(Counting *m, int V, size_t window, uint32_t *spare)
{
    FollowerTable t;
    size_t tenth = m->sorted.n / 10, first = m->sorted.first, end = first + m->sorted.n;
    size_t T = window < tenth ? window : tenth > 1 ? tenth - 1 : 1;
    Sorted part = sorted_until(&m->sorted, m->sorted.n - tenth, spare);
    if (!followers_open(&t, &part, V))
        return false;
    Windows held = windows_of(m->sorted.corpus, end - tenth, end, T, COUNTING_FITTED);
    bool ok = fit_on(m, &t, &held, V);
    free(held.ids);
    followers_close(&t);
    return ok;
}

bool counting_make(Counting *m, const Corpus *c, int V, size_t window, size_t most)
{
    size_t    n = c->n_train < most ? c->n_train : most;
    uint32_t *spare = n ? malloc(n * sizeof *spare) : NULL;
    *m = (Counting){ 0 };
    bool ok = spare && sorted_make(&m->sorted, c, c->n_train - n, n, V, spare) && fit(m, V, window, spare);
    free(spare);
    if (!ok)
        counting_free(m);
    return ok;
}

void counting_free(Counting *m)
{
    free(m->sorted.at);
    *m = (Counting){ 0 };
}

double counting_probability(const Discounts *d, FollowerTable *t, const int *before, size_t n, int token)
{
    CountLevel levels[COUNT_LEVELS];
    Walk w = walk_begin(t, before, n);
    do
        levels[w.depth] = walk_level(&w, w.depth < d->order, token);
    while (walk_longer(&w, d->order));
    return discount_probability(d, levels, w.depth);
}

/* --- The validation part --- */

static double loss(const Discounts *d, FollowerTable *t, const Windows *all)
{
    double sum = 0;
    for (size_t w = 0; w < all->n; w++) {
        windows_read(all, w);
        for (size_t j = 0; j < all->T; j++)
            sum -= num_log(counting_probability(d, t, all->ids, j + 1, all->ids[j + 1]));
    }
    return sum / (double)(all->n * all->T);
}

CountingBaseline counting_measure(const Counting *m, size_t window)
{
    CountingBaseline b = { NAN, m->discounts.order + 1, m->sorted.n, m->bytes };
    const Corpus    *c = m->sorted.corpus;
    Windows          all = windows_of(c, c->n_train, c->n, window, COUNTING_MEASURED);
    FollowerTable    t;
    if (all.n && followers_open(&t, &m->sorted, m->discounts.V)) {
        b.loss = loss(&m->discounts, &t, &all);
        followers_close(&t);
    }
    free(all.ids);
    return b;
}

CountingBaseline counting_baseline(const Corpus *c, int V, size_t window)
{
    Counting m;
    if (c->n == c->n_train || !counting_make(&m, c, V, window, COUNTING_MOST))
        return (CountingBaseline){ .loss = NAN };
    CountingBaseline b = counting_measure(&m, window);
    counting_free(&m);
    return b;
}
