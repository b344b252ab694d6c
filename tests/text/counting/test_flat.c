/* The tables, walked by hand, say what prior_logs does. */
#include "base/rng.h"
#include "check_main.h"
#include "text/counting/flat.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_V = 300, BEFORE = 14 };

typedef struct Case {
    size_t n;
    int    V, order;
} Case;

/* More than 256 tokens are stored as two bytes. */
static const Case cases[] = {
    { 1, 3, 4 }, { 2, 3, 4 }, { 9, 2, 12 }, { 300, 2, 9 }, { 3000, 7, 0 }, { 3000, 7, 1 }, { 3000, 7, 3 },
    { 6000, 5, 12 }, { 6000, 60, 9 }, { 4000, 300, 5 },
};
enum { CASES = sizeof cases / sizeof *cases };

static int token_of(const Case *c, int before, size_t i)
{
    return rng_bits(1, 0, i) % 4 < 3 ? (before * 3 + 1) % c->V : (int)(rng_bits(2, 0, i) % (uint64_t)c->V);
}

static void make(Prior *p, const Case *c)
{
    Corpus    own = { .n = c->n, .n_train = c->n };
    Discounts d = { .order = c->order, .V = c->V };
    own.narrow = c->V <= 256 ? malloc(c->n) : NULL;
    own.wide = c->V <= 256 ? NULL : malloc(2 * c->n);
    for (size_t i = 0; i < c->n; i++) {
        int x = token_of(c, i ? corpus_token(&own, i - 1) : 0, i);
        if (own.narrow)
            own.narrow[i] = (uint8_t)x;
        else
            own.wide[i] = (uint16_t)x;
    }
    for (int k = 0; k < COUNT_LEVELS; k++)
        for (int r = 0; r < 3; r++)
            d.of[k][r] = 0.3 + 0.05 * k + 0.45 * r;
    ck_assert(prior_open(p, &own, &d));
}

/* The row of the context of the d tokens before[n - d ..], by the text and the sorted positions alone. */
static uint32_t row_of(const FlatCounts *f, const int *before, size_t n, int d)
{
    const Sorted *s = &f->prior->sorted;
    size_t        begin = 0, end = 0;
    for (size_t j = s->n; j-- > 0;) {
        bool same = s->at[j] >= (uint32_t)d && (size_t)d <= n;
        for (int k = 1; same && k <= d; k++)
            same = corpus_token(s->corpus, s->at[j] - (uint32_t)k) == before[n - (size_t)k];
        end = same && end == 0 ? j + 1 : end;
        begin = same ? j : begin;
    }
    ck_assert_uint_le(end - begin, f->positions[d]);
    return end == 0 ? FLAT_NONE : end - begin == 1 ? FLAT_ONCE + (uint32_t)sorted_token(s, s->at[begin])
                                                   : f->row[begin] + (uint32_t)d;
}

/* p_d from p_{d-1} */
static void step(const FlatCounts *f, uint32_t row, int d, double *p)
{
    CountLevel      l = { 0 };
    const double   *discounts = f->prior->discounts.of[d];
    const Follower *from = f->list + f->first[row], *end = f->list + f->first[row + 1];
    ck_assert(end >= from && end - from <= (ptrdiff_t)f->width[d]);
    for (const Follower *x = from; x < end; x++) {
        ck_assert(x->n > 0 && x->n <= f->most);
        l.total += x->n;
        l.kinds[discount_kind(x->n)]++;
    }
    for (int x = 0; l.total && x < f->prior->discounts.V; x++)
        p[x] *= discount_share(&l, discounts);
    for (const Follower *x = from; x < end; x++) {
        l.n = x->n;
        p[x->token] += discount_kept(&l, discounts);
    }
}

static void compare(const FlatCounts *f, PriorScratch *s, const int *before, size_t n)
{
    const Discounts *d = &f->prior->discounts;
    double           p[MOST_V], logs[PRIOR_CONTEXTS * MOST_V];
    prior_logs(f->prior, s, before, n, NO_FOLD, logs);
    for (int x = 0; x < d->V; x++)
        p[x] = 1 / (double)d->V;
    for (int depth = 0, k = 0; depth <= d->order; depth++) {
        step(f, row_of(f, before, n, depth), depth, p);
        for (; k < PRIOR_CONTEXTS && prior_context(f->prior, k) == depth; k++)
            for (int x = 0; x < d->V; x++)
                ck_assert_msg(fabs(log(p[x]) - logs[k * d->V + x]) < 1e-12, "%d tokens, token %d: %.15g, not %.15g",
                              depth, x, log(p[x]), logs[k * d->V + x]);
    }
}

/* After contexts of the text, of which every third has a token changed, and which are cut to any length. */
START_TEST(tables_say_what_the_prior_does)
{
    const Case  *c = &cases[_i];
    Prior        p;
    FlatCounts   f;
    PriorScratch s;
    make(&p, c);
    ck_assert(flat_make(&f, &p));
    void *memory = malloc(prior_scratch_bytes(&p));
    prior_begin(&p, memory, &s);
    for (size_t i = 0; i < 90; i++) {
        int    before[BEFORE] = { 0 };
        size_t n = i % (BEFORE + 1), at = rng_bits(3, 0, i) % c->n;
        n = n < at ? n : at;
        corpus_window(&p.own, at - n, n, before);
        if (i % 3 == 0 && n)
            before[rng_bits(4, 0, i) % n] = (int)(rng_bits(5, 0, i) % (uint64_t)c->V);
        compare(&f, &s, before, n);
    }
    free(memory);
    flat_free(&f);
    prior_free(&p);
}
END_TEST

CHECK_MAIN("flat", LOOP(tables_say_what_the_prior_does, 0, CASES))
