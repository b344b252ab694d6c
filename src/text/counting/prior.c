#include "text/counting/prior.h"
#include "base/num.h"
#include <stdlib.h>
#include <string.h>

/* Tokens of the shorter contexts; the last one is the order that was fitted. */
static const int lengths[PRIOR_CONTEXTS] = { 2, 3, 5, SORTED_DEPTH };

static bool count(Prior *p)
{
    if (store_make(&p->store, &p->sorted, p->discounts.order, p->discounts.V))
        return true;
    prior_free(p);
    return false;
}

bool prior_take(Prior *p, Counting *m)
{
    *p = (Prior){ .sorted = m->sorted, .discounts = m->discounts };
    m->sorted.at = NULL;                    /* now ours */
    counting_free(m);
    return count(p);
}

bool prior_make(Prior *p, const Corpus *c, int V, size_t window)
{
    Counting m;
    *p = (Prior){ 0 };
    return counting_make(&m, c, V, window, COUNTING_MOST) && prior_take(p, &m);
}

bool prior_open(Prior *p, Corpus *own, const Discounts *d)
{
    *p = (Prior){ .own = *own, .discounts = *d };
    *own = (Corpus){ 0 };
    uint32_t *spare = malloc((p->own.n + 1) * sizeof *spare);
    bool ok = spare && sorted_make(&p->sorted, &p->own, 0, p->own.n, d->V, spare);
    free(spare);
    if (ok)
        return count(p);
    prior_free(p);
    return false;
}

void prior_free(Prior *p)
{
    store_free(&p->store);
    free(p->sorted.at);
    corpus_free(&p->own);
    *p = (Prior){ 0 };
}

int prior_context(const Prior *p, int k) { return lengths[k] < p->discounts.order ? lengths[k] : p->discounts.order; }

size_t prior_bytes(const Prior *p)
{
    return p->own.n * (p->own.wide ? 2 : 1) + p->sorted.n * sizeof *p->sorted.at + store_bytes(&p->store);
}

int prior_fold(const Prior *p, size_t at)
{
    size_t first = p->sorted.first;
    return at < first || at - first >= p->sorted.n ? NO_FOLD : store_fold(&p->sorted, at - first);
}

/* --- A thread's memory --- */

size_t prior_scratch_bytes(const Prior *p)
{
    return (size_t)p->discounts.V * (sizeof (double) + sizeof (Follower) + 3 * sizeof (uint32_t));
}

void prior_begin(const Prior *p, void *memory, PriorScratch *s)
{
    size_t V = (size_t)p->discounts.V;
    memset(memory, 0, prior_scratch_bytes(p));
    s->p = memory;
    s->store.list = (Follower *)(s->p + V);
    s->store.count = (uint32_t *)(s->store.list + V);
    s->store.seen = s->store.count + V;
    s->changed = s->store.seen + V;
    s->now = s->store.now = 0;
}

/* --- Asking --- */

/* To the context longer by one token, and its followers; false where no other fold has any. */
static bool longer(const Prior *p, PriorScratch *s, SortedRange *r, int depth, int token, int fold, Followers *f)
{
    if (depth > 0)
        *r = sorted_narrow(&p->sorted, *r, depth, token);
    if (r->begin < r->end)
        *f = store_followers(&p->store, &s->store, *r, depth, fold);
    return r->begin < r->end && f->total > 0;
}

/* p_k from p_{k-1} (discount.h); returns the share that p_{k-1} keeps. */
static double extend(const Prior *p, PriorScratch *s, int depth, const Followers *f)
{
    const double *d = p->discounts.of[depth];
    CountLevel    l = { 0, f->total, { f->kinds[0], f->kinds[1], f->kinds[2] } };
    double        share = discount_share(&l, d);
    for (int x = 0; x < p->discounts.V; x++)
        s->p[x] *= share;
    for (uint32_t j = 0; j < f->n; j++) {
        l.n = f->list[j].n;
        s->p[f->list[j].token] += discount_kept(&l, d);
        s->changed[f->list[j].token] = s->now;
    }
    return share;
}

/* log p, from those of a shorter context: tokens that followed none of the longer ones have lost the same share. */
static void logs(const Prior *p, PriorScratch *s, double share, const double *shorter, double *out)
{
    double lost = num_log(share);
    for (int x = 0; x < p->discounts.V; x++)
        out[x] = s->changed[x] == s->now ? num_log(s->p[x]) : shorter[x] + lost;
}

static void uniform(const Prior *p, PriorScratch *s, double *out)
{
    double one = 1 / (double)p->discounts.V, log_one = num_log(one);
    for (int x = 0; x < p->discounts.V; x++) {
        s->p[x] = one;
        out[x] = log_one;
    }
}

void prior_logs(const Prior *p, PriorScratch *s, const int *before, size_t n, int fold, double *out)
{
    size_t      V = (size_t)p->discounts.V;
    SortedRange r = { 0, p->sorted.n };
    Followers   f;
    double      share = 1, *shorter = out;
    bool        there = true;
    int         k = 0;
    uniform(p, s, out);
    s->now++;
    for (int depth = 0; depth <= p->discounts.order; depth++) {
        there = there && (size_t)depth <= n &&
                longer(p, s, &r, depth, depth ? before[n - (size_t)depth] : 0, fold, &f);
        if (there)
            share *= extend(p, s, depth, &f);
        if (depth != lengths[k])
            continue;
        logs(p, s, share, shorter, out + (size_t)k * V);
        shorter = out + (size_t)k++ * V;
        share = 1;
        s->now++;
    }
    for (; k < PRIOR_CONTEXTS; k++, share = 1, s->now++) {      /* the order that was fitted is shorter than they */
        logs(p, s, share, shorter, out + (size_t)k * V);
        shorter = out + (size_t)k * V;
    }
}
