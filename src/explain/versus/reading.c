#include "base/topk.h"
#include "explain/versus/search.h"
#include <math.h>

enum { WORDS = 3 };                         /* words with the largest weight that are tried, then those that differ */

/* Of the head's effect at all pairs, the fraction that one row must have for the control to look at it alone. */
#define ONE_ROW 0.8

/* The least effect for which a control means anything. */
#define LEAST 0.05

static bool within(const AlignSpan *s, int i) { return s->a <= i && i < s->a_end; }

/* The word of A at position i: a run of letters, or the token alone. */
static void word_at(const Versus *x, const bool *letter, int i, VersusReading *r)
{
    const int *ids = x->e->ids;
    r->first = i, r->end = i + 1;
    while (letter[ids[i]] && r->first > 0 && letter[ids[r->first - 1]])
        r->first--;
    while (letter[ids[i]] && r->end < x->e->T && letter[ids[r->end]])
        r->end++;
}

/* Its counterpart: the stretch of B that replaces it, or the positions aligned with it. */
static void find_counterpart(const Versus *x, VersusReading *r)
{
    for (int k = 0; k < x->n_spans; k++)
        if (within(&x->spans[k], r->first)) {
            r->first_b = x->spans[k].b, r->end_b = x->spans[k].b_end;
            return;
        }
    for (int k = 0; k < x->n_pairs; k++) {
        if (x->pairs[k].at[0] == r->first)
            r->first_b = x->pairs[k].at[1];
        if (x->pairs[k].at[0] == r->end - 1)
            r->end_b = x->pairs[k].at[1] + 1;
    }
}

/* weight (T), zeroed: for the first position of each word the share of attention that the word receives from row i. */
static void weigh_words(const Versus *x, const bool *letter, int head, int i, double *weight)
{
    const double *a = explain_row(x->e->trace.layers[head / x->e->H].weights, head % x->e->H, i);
    VersusReading r;
    for (int j = 0; j <= i; j++) {
        word_at(x, letter, j, &r);
        weight[r.first] += a[j];
    }
}

/* The share of attention that the word receives from row i. */
static double weight_of(const Versus *x, int head, int i, const VersusReading *r)
{
    const double *a = explain_row(x->e->trace.layers[head / x->e->H].weights, head % x->e->H, i);
    double sum = 0;
    for (int j = r->first; j < r->end && j <= i; j++)
        sum += a[j];
    return sum;
}

/* D as an effect in the direction of the control. */
static double effect_of(const VersusRuns *runs, const VersusReading *r, double odds)
{
    return r->into_b ? versus_into_b(runs, odds) : versus_into_a(runs, odds);
}

/* Patches at n pairs of one run, with E(o) the effect of putting in o, and o' an output without the word:
 *     unmasked = E(o_from)     masked = E(o'_from) - E(o'_own)     lost by masking in the own prompt alone: E(o'_own),
 *     in the other alone: E(o_from) - E(o'_from)
 * o: room for (2, n_pairs, D). */
static void control(const Explain *e, VersusRuns *runs, int head, const VersusPair *pairs, int n, double *o,
                    VersusReading *r)
{
    VersusRun *to = r->into_b ? &runs->b : &runs->a, *from = r->into_b ? &runs->a : &runs->b;
    double    *o_b = o + (size_t)n * (size_t)e->D;
    versus_masked_output(&runs->a, head, r->first, r->end + r->after, pairs, n, o);
    versus_masked_output(&runs->b, head, r->first_b, r->end_b + r->after, pairs, n, o_b);
    r->unmasked = effect_of(runs, r, versus_patch_heads(to, from, &head, 1, pairs, n));
    double own = effect_of(runs, r, versus_patch_output(to, head, r->into_b ? o_b : o, pairs, n));
    double other = effect_of(runs, r, versus_patch_output(to, head, r->into_b ? o : o_b, pairs, n));
    r->masked = other - own;
    r->lost = r->into_b ? r->unmasked - other : own;
    r->lost_b = r->into_b ? own : r->unmasked - other;
    r->survives = r->unmasked >= LEAST && fabs(r->masked) <= VERSUS_VANISHES * r->unmasked;
    r->in_b = r->survives && r->lost <= VERSUS_VANISHES * r->unmasked;
}

/* Tries the word r->first..r->end-1, alone and then with the following keys into which a convolution mixes it. */
static bool try_word(Explain *e, VersusRuns *runs, const Versus *x, int head, double *o, VersusReading *r)
{
    const VersusPair *pairs = r->everywhere ? x->pairs : &x->pairs[r->pair];
    int               n = r->everywhere ? x->n_pairs : 1, mixed = e->g->config.char_mix - 1;
    find_counterpart(x, r);
    for (r->after = 0; r->after <= (mixed > 0 ? mixed : 0); r->after += mixed > 0 ? mixed : 1) {
        control(e, runs, head, pairs, n, o, r);
        if (r->survives)
            return true;
    }
    r->after = 0;
    return false;
}

/* The first word that survives, by weight, then the stretches that differ; otherwise that with the largest weight. */
static bool read_head(Explain *e, VersusRuns *runs, const bool *letter, const Versus *x, int head, VersusReading *r)
{
    int     order[WORDS], i = x->pairs[r->pair].at[0];
    double *weight = explain_alloc(e, (size_t)e->T, sizeof *weight);
    double *o = explain_alloc(e, 2 * (size_t)x->n_pairs * (size_t)e->D, sizeof *o);
    if (!weight || !o)
        return false;
    weigh_words(x, letter, head, i, weight);
    int n = topk(weight, i + 1, WORDS, false, order);
    for (int k = 0; k < n && !r->survives; k++) {
        word_at(x, letter, order[k], r);
        try_word(e, runs, x, head, o, r);
    }
    for (int k = 0; k < x->n_spans && !r->survives; k++) {
        r->first = x->spans[k].a, r->end = x->spans[k].a_end;
        if (r->first < r->end && r->first <= i)
            try_word(e, runs, x, head, o, r);
    }
    if (!r->survives) {
        word_at(x, letter, order[0], r);
        try_word(e, runs, x, head, o, r);
    }
    r->weight = weight_of(x, head, i, r);
    return true;
}

/* rows (n_pairs): by the gradient, which pairs to patch in a large model. */
static bool *choose_rows(Explain *e, VersusRuns *r, const Versus *x, int head)
{
    double *size = explain_alloc(e, (size_t)x->n_pairs, sizeof *size);
    versus_run_restore(&r->a), versus_run_restore(&r->b);
    for (int k = 0; size && k < x->n_pairs; k++) {
        int           i = x->pairs[k].at[0];
        const double *g = explain_grad(e->trace.layers[head / e->H].mix, head % e->H, i);
        const double *a = versus_output(&r->a, head, i), *b = versus_output(&r->b, head, x->pairs[k].at[1]);
        for (int d = 0; d < e->D; d++)
            size[k] += g[d] * (b[d] - a[d]);
    }
    return size ? explain_choose(e, size, x->n_pairs) : NULL;
}

static double larger(const VersusHead *h, VersusEffect x) { return h->reading.into_b ? x.into_b : x.into_a; }

/* Patches the head row by row, and finds the one that restores most. */
static bool patch_rows(Explain *e, VersusRuns *r, const Versus *x, VersusHead *h)
{
    const bool *chosen = choose_rows(e, r, x, h->head);
    h->reading.pair = x->n_pairs - 1;
    h->reading.into_b = x->heads[h->head].into_b > 2 * x->heads[h->head].into_a;
    for (int k = x->n_pairs - 1; chosen && k >= 0; k--) {
        if (!chosen[k])
            continue;
        h->rows[k] = versus_effect(r, &h->head, 1, &x->pairs[k], 1);
        if (!(larger(h, h->rows[k]) <= larger(h, h->rows[h->reading.pair])))
            h->reading.pair = k;
    }
    h->reading.everywhere = !(larger(h, h->rows[h->reading.pair]) >= ONE_ROW * larger(h, x->heads[h->head]));
    return chosen != NULL;
}

bool versus_read(Explain *e, VersusRuns *r, const bool *letter, Versus *x)
{
    for (int k = 0; k < x->n_set; k++)
        if (!patch_rows(e, r, x, &x->set[k]) || !read_head(e, r, letter, x, x->set[k].head, &x->set[k].reading))
            return false;
    return true;
}
