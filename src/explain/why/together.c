#include "explain/why/why.h"
#include <math.h>

/* Whether the unit may be one of several: sources as a whole, in layer 0 each part; not what only makes the norms
 * rescale. */
static bool candidate(const WhyHalf *h, int unit)
{
    return h->units[unit].held.effect < 0 && h->side.at.layer == 0 ? unit < h->n : why_is_whole(h, unit);
}

static bool in_set(const WhyHalf *h, int unit)
{
    for (int k = 0; k < h->n_set; k++)
        if (h->set[k] == unit)
            return true;
    return false;
}

/* Removes the set and one more unit (-1: none). False when the run fails. */
static bool remove_set(const ExplainWhy *x, bool key, WhyRun *run, int more, bool held, bool *gone, double *room,
                       WhyRemoval *r)
{
    const WhyHalf *h = &x->half[key];
    for (int k = 0; k < h->n; k++) {
        gone[k] = more >= 0 && why_covers(h, more, k);
        for (int i = 0; i < h->n_set; i++)
            gone[k] = gone[k] || why_covers(h, h->set[i], k);
    }
    why_run_without(run, gone);
    const double *v = why_run(run, held);
    if (v)
        *r = why_instead(x, key, v, room);
    return v != NULL;
}

/* The unit that takes away most on top of the set; -1 if none takes away anything. */
static int next_of(ExplainWhy *x, bool key, WhyRun *run, bool *gone, double *room)
{
    WhyHalf   *h = &x->half[key];
    WhyRemoval r = { 0 };
    int        best = -1;
    double     least = h->n_set ? h->together.effect : 0;
    for (int u = 0; u < h->n_units; u++) {
        if (!candidate(h, u) || in_set(h, u) || !remove_set(x, key, run, u, false, gone, room, &r))
            continue;
        if (r.effect < least)
            best = u, least = r.effect, h->together = r;
    }
    return best;
}

bool why_together(ExplainWhy *x, bool key, WhyRun *run, double *room)
{
    WhyHalf   *h = &x->half[key];
    WhyRemoval held = { 0 };
    bool      *gone = explain_alloc(h->side.e, (size_t)h->n, sizeof *gone);
    bool       halved = h->named >= 0 && h->units[h->named].freed.weight <= x->weight / 2, enough = false;
    while (gone && !halved && !enough && x->at.row > 0 && h->n_set < WHY_SET) {
        int u = next_of(x, key, run, gone, room);
        if (u < 0)
            break;
        h->set[h->n_set++] = u;
        if (h->units[h->set[0]].freed.weight <= x->weight / 2)
            break;
        enough = h->n_set > 1 && h->together.weight <= x->weight / 2 &&
                 remove_set(x, key, run, -1, true, gone, room, &held) && held.effect <= -WHY_NAMED;
    }
    if (!enough)
        h->n_set = 0;
    return !err_any(&h->side.e->err);
}
