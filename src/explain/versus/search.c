#include "explain/versus/search.h"
#include "base/topk.h"
#include <math.h>
#include <string.h>

enum { CANDIDATES = 8 };                    /* heads that are patched together, in sets */

/* Both ways: what A's answer needs and what suffices for it. NaN counts as no effect. */
static double both(VersusEffect x) { return x.into_a < x.into_b ? x.into_a : x.into_b >= -INFINITY ? x.into_b : 0; }

static double either(VersusEffect x)
{
    double most = fmax(fabs(x.into_a), fabs(x.into_b));
    return isnan(most) ? -1 : most;
}

/* The head with the largest effect, both ways or into A alone; -1 if that is below VERSUS_SHARE. */
static int single(const Versus *x, int n, bool both_ways)
{
    int    best = -1;
    double most = VERSUS_SHARE;
    for (int h = 0; h < n; h++) {
        double size = both_ways ? both(x->heads[h]) : x->heads[h].into_a;
        if (size >= most)
            best = h, most = size;
    }
    return best;
}

/* The heads with the largest effects, ascending. */
static int candidates(const Explain *e, const Versus *x, double *size, int *heads)
{
    for (int h = 0; h < e->L * e->H; h++)
        size[h] = either(x->heads[h]);
    int n = topk(size, e->L * e->H, CANDIDATES, false, heads);
    while (n > 0 && size[heads[n - 1]] < 0)
        n--;
    for (int i = 1; i < n; i++)
        for (int k = i; k > 0 && heads[k - 1] > heads[k]; k--) {
            int h = heads[k];
            heads[k] = heads[k - 1], heads[k - 1] = h;
        }
    return n;
}

/* A set of candidates, as bits, and its effect. */
typedef struct Set {
    unsigned     bits;
    VersusEffect effect;
} Set;

static int heads_of(unsigned bits, const int *candidate, int *heads)
{
    int n = 0;
    for (int k = 0; k < CANDIDATES; k++)
        if (bits >> k & 1)
            heads[n++] = candidate[k];
    return n;
}

/* Replaces *best by the set if it does more, both ways. */
static void try_set(VersusRuns *r, const Versus *x, const int *candidate, unsigned bits, Set *best)
{
    int          heads[CANDIDATES], n = heads_of(bits, candidate, heads);
    VersusEffect effect = versus_effect(r, heads, n, x->pairs, x->n_pairs);
    if (!best->bits || both(effect) > both(best->effect))
        *best = (Set){ bits, effect };
}

/* All pairs; then the best set grows by the head that adds most, until it restores VERSUS_SHARE. */
static Set best_set(VersusRuns *r, const Versus *x, const int *candidate, int n)
{
    Set best = { 0 };
    for (int i = 0; i < n; i++)
        for (int k = i + 1; k < n; k++)
            try_set(r, x, candidate, 1u << i | 1u << k, &best);
    for (int size = 3; size <= VERSUS_SET && size <= n && both(best.effect) < VERSUS_SHARE; size++) {
        Set larger = { 0 };
        for (int k = 0; k < n; k++)
            if (!(best.bits >> k & 1))
                try_set(r, x, candidate, best.bits | 1u << k, &larger);
        best = larger;
    }
    return best;
}

/* The set's heads, the most effective first. */
static void put_set(Versus *x, const int *heads, int n, VersusEffect effect)
{
    int    order[VERSUS_SET];
    double size[VERSUS_SET] = { 0 };
    for (int k = 0; k < n; k++)
        size[k] = fmax(x->heads[heads[k]].into_a, x->heads[heads[k]].into_b);
    topk(size, n, n, false, order);
    for (int k = 0; k < n; k++)
        x->set[k].head = heads[order[k]];
    x->n_set = n;
    x->together = effect;
}

static VersusVerdict verdict_of(const Versus *x)
{
    bool stand_in = true;
    if (both(x->together) < VERSUS_SHARE)
        return VERSUS_SPREAD;
    for (int k = 0; k < x->n_set; k++)
        stand_in = stand_in && x->heads[x->set[k].head].into_b >= VERSUS_SHARE;
    return stand_in ? VERSUS_REDUNDANT : VERSUS_TOGETHER;
}

static bool search_sets(Explain *e, VersusRuns *r, Versus *x)
{
    size_t  n_heads = (size_t)(e->L * e->H);
    int     heads[CANDIDATES], candidate[CANDIDATES];
    double *size = explain_alloc(e, n_heads, sizeof *size);
    if (!size)
        return false;
    int n = candidates(e, x, size, candidate);
    Set best = n > 1 ? best_set(r, x, candidate, n) : (Set){ n == 1, n ? x->heads[candidate[0]] : x->together };
    put_set(x, heads, heads_of(best.bits, candidate, heads), best.effect);
    x->verdict = verdict_of(x);
    return true;
}

bool versus_search(Explain *e, VersusRuns *r, Versus *x)
{
    int one = single(x, e->L * e->H, true);
    int needed = one >= 0 ? one : single(x, e->L * e->H, false);
    if (needed < 0)
        return search_sets(e, r, x);
    put_set(x, &needed, 1, x->heads[needed]);
    x->verdict = one >= 0 ? VERSUS_ONE : VERSUS_NEEDED;
    return true;
}
