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
    if (ok && followers_open(&m->table, &m->sorted, V))
        return true;
    counting_free(m);
    return false;
}

void counting_free(Counting *m)
{
    followers_close(&m->table);
    free(m->sorted.at);
    *m = (Counting){ 0 };
}

/* --- Probabilities --- */

/* Fills levels[0 .. depth] and returns depth. */
static int levels_of(Counting *m, const int *before, size_t n, int token, CountLevel *levels)
{
    int  order = m->discounts.order;
    Walk w = walk_begin(&m->table, before, n);
    do
        levels[w.depth] = walk_level(&w, w.depth < order, token);
    while (walk_longer(&w, order));
    return w.depth;
}

double counting_probability(Counting *m, const int *before, size_t n, int token)
{
    CountLevel levels[COUNT_LEVELS];
    int depth = levels_of(m, before, n, token, levels);
    return discount_probability(&m->discounts, levels, depth);
}

void counting_distribution(Counting *m, const int *before, size_t n, double *p)
{
    const Discounts *d = &m->discounts;
    Walk w = walk_begin(&m->table, before, n);
    for (int x = 0; x < d->V; x++)
        p[x] = 1 / (double)d->V;
    do {
        Followers  f = walk_followers(&w, w.depth < d->order);
        CountLevel l = { 0, f.total, { f.kinds[0], f.kinds[1], f.kinds[2] } };
        double share = discount_share(&l, d->of[w.depth]);
        for (int x = 0; x < d->V; x++)
            p[x] *= share;
        for (uint32_t j = 0; j < f.n; j++) {
            l.n = f.list[j].n;
            p[f.list[j].token] += discount_kept(&l, d->of[w.depth]);
        }
    } while (walk_longer(&w, d->order));
}

double counting_left_out(Counting *m, size_t i)
{
    CountLevel levels[COUNT_LEVELS];
    int    before[SORTED_DEPTH + 1], order = m->discounts.order;
    size_t n = i - m->sorted.first < (size_t)order ? i - m->sorted.first : (size_t)order;
    corpus_window(m->sorted.corpus, i - n, n, before);
    int depth = levels_of(m, before, n, corpus_token(m->sorted.corpus, i), levels);
    discount_leave_out(levels, depth);
    return discount_probability(&m->discounts, levels, depth);
}

/* --- The validation part --- */

double counting_loss(Counting *m, size_t window)
{
    const Corpus *c = m->sorted.corpus;
    Windows all = windows_of(c, c->n_train, c->n, window, COUNTING_MEASURED);
    double  sum = 0;
    for (size_t w = 0; w < all.n; w++) {
        windows_read(&all, w);
        for (size_t j = 0; j < window; j++)
            sum -= num_log(counting_probability(m, all.ids, j + 1, all.ids[j + 1]));
    }
    free(all.ids);
    return all.n ? sum / (double)(all.n * window) : NAN;
}

CountingBaseline counting_baseline(const Corpus *c, int V, size_t window)
{
    Counting m;
    if (c->n == c->n_train || !counting_make(&m, c, V, window, COUNTING_MOST))
        return (CountingBaseline){ .loss = NAN };
    CountingBaseline b = { counting_loss(&m, window), m.discounts.order + 1, m.sorted.n, m.bytes };
    counting_free(&m);
    return b;
}
