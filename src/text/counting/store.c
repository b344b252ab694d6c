#include "text/counting/store.h"
#include <stdlib.h>
#include <string.h>

enum { LEAST_SCAN = 128, MOST_STORED = 1 << 14 };   /* contexts of one length */

/* Every context has positions of its own, so that the first one tells it, and the depth. */
static uint64_t key_of(SortedRange r, int depth)
{
    return (uint64_t)r.begin << 4 | (uint64_t)depth | (uint64_t)1 << 63;
}

static StoredContext *find(const Store *s, uint64_t key)
{
    size_t at = (size_t)((key * 0x9e3779b97f4a7c15u) >> 32) & (s->n_slots - 1);
    while (s->slots[at].key && s->slots[at].key != key)
        at = (at + 1) & (s->n_slots - 1);
    return &s->slots[at];
}

/* --- Making --- */

/* A token in the context that is being counted; `folds`: those in which it follows the present token before. */
typedef struct Tally {
    uint32_t n, less[FOLDS], folds;
} Tally;

typedef struct Maker {
    Store    *s;
    Tally    *tally;                        /* (V) zero between contexts                       */
    uint32_t *list, n;                      /* (V) the tokens counted                          */
    uint32_t *group, n_group;               /* (V) those after the present token before        */
    bool      failed;
} Maker;

static void count_in(Maker *m, Tally *t, uint32_t token)
{
    if (t->n++ == 0)
        m->list[m->n++] = token;
}

/* After a token before: each token that followed it counts once, and for a fold alone if it did so nowhere else. */
static void close_group(Maker *m)
{
    for (uint32_t j = 0; j < m->n_group; j++) {
        Tally *t = &m->tally[m->group[j]];
        count_in(m, t, m->group[j]);
        for (int f = 0; f < FOLDS; f++)
            t->less[f] += t->folds == 1u << f;
        t->folds = 0;
    }
    m->n_group = 0;
}

static void count_distinct(Maker *m, SortedRange r, int depth)
{
    const Sorted *s = m->s->sorted;
    int           before = -1;
    for (size_t j = r.begin; j < r.end; j++) {
        int      key = sorted_key(s, s->at[j], depth + 1);
        uint32_t token = (uint32_t)sorted_token(s, s->at[j]);
        if (key != before)
            close_group(m);
        before = key;
        if (!m->tally[token].folds)
            m->group[m->n_group++] = token;
        m->tally[token].folds |= 1u << store_fold(s, s->at[j]);
    }
    close_group(m);
}

static void count_all(Maker *m, SortedRange r)
{
    const Sorted *s = m->s->sorted;
    for (size_t j = r.begin; j < r.end; j++) {
        uint32_t token = (uint32_t)sorted_token(s, s->at[j]);
        count_in(m, &m->tally[token], token);
        m->tally[token].less[store_fold(s, s->at[j])]++;
    }
}

static bool room_for(Store *s, size_t n)
{
    size_t room = s->room;
    while (room < s->n + n)
        room *= 2;
    StoredFollower *list = room > s->room ? realloc(s->list, room * sizeof *list) : s->list;
    if (!list)
        return false;
    s->list = list;
    s->room = room;
    return true;
}

static bool rehash(Store *s)
{
    Store old = *s;
    s->n_slots *= 2;
    s->slots = calloc(s->n_slots, sizeof *s->slots);
    if (!s->slots) {
        *s = old;
        return false;
    }
    for (size_t j = 0; j < old.n_slots; j++)
        if (old.slots[j].key)
            *find(s, old.slots[j].key) = old.slots[j];
    free(old.slots);
    return true;
}

static void keep(Maker *m, SortedRange r, int depth)
{
    Store *s = m->s;
    if (!room_for(s, m->n) || (s->used >= s->n_slots / 2 && !rehash(s))) {
        m->failed = true;
        return;
    }
    *find(s, key_of(r, depth)) = (StoredContext){ key_of(r, depth), s->n, m->n };
    s->used++;
    for (uint32_t j = 0; j < m->n; j++) {
        StoredFollower *f = &s->list[s->n++];
        Tally          *t = &m->tally[m->list[j]];
        *f = (StoredFollower){ .token = m->list[j], .n = t->n };
        memcpy(f->less, t->less, sizeof f->less);
        *t = (Tally){ 0 };
    }
    m->n = 0;
}

/* This context and those longer ones that end with it. */
static void visit(Maker *m, SortedRange r, int depth)
{
    const Sorted *s = m->s->sorted;
    if (r.end - r.begin <= m->s->scan || m->failed)
        return;
    if (depth < m->s->order)
        count_distinct(m, r, depth);
    else
        count_all(m, r);
    keep(m, r, depth);
    while (depth < m->s->order && r.begin < r.end) {
        int         key = sorted_key(s, s->at[r.begin], depth + 1);
        SortedRange longer = sorted_narrow(s, r, depth + 1, key - 1);
        if (key > 0)                        /* 0: the text begins there */
            visit(m, longer, depth + 1);
        r.begin = longer.end;
    }
}

static size_t scan_of(size_t n) { return n / MOST_STORED > LEAST_SCAN ? n / MOST_STORED : LEAST_SCAN; }

bool store_make(Store *s, const Sorted *sorted, int order, int V)
{
    size_t v = (size_t)V;
    *s = (Store){ .sorted = sorted, .order = order, .V = V, .scan = scan_of(sorted->n), .n_slots = 64, .room = 1024 };
    s->slots = calloc(s->n_slots, sizeof *s->slots);
    s->list = malloc(s->room * sizeof *s->list);
    Maker m = { .s = s, .tally = calloc(v, sizeof *m.tally), .list = malloc(v * sizeof *m.list),
                .group = malloc(v * sizeof *m.group) };
    m.failed = !s->slots || !s->list || !m.tally || !m.list || !m.group;
    visit(&m, (SortedRange){ 0, sorted->n }, 0);
    free(m.tally);
    free(m.list);
    free(m.group);
    if (m.failed)
        store_free(s);
    return !m.failed;
}

void store_free(Store *s)
{
    free(s->slots);
    free(s->list);
    *s = (Store){ 0 };
}

size_t store_bytes(const Store *s) { return s->n_slots * sizeof *s->slots + s->room * sizeof *s->list; }

/* --- Asking --- */

static void add(Followers *f, StoreScratch *x, uint32_t token, uint32_t n)
{
    x->list[f->n++] = (Follower){ token, n };
    f->total += n;
    f->kinds[n < 3 ? n - 1 : 2]++;
}

static Followers stored(const Store *s, StoreScratch *x, const StoredContext *c, int fold)
{
    Followers f = { .list = x->list };
    for (const StoredFollower *j = s->list + c->first; j < s->list + c->first + c->n; j++) {
        uint32_t n = j->n - (fold == NO_FOLD ? 0 : j->less[fold]);
        if (n)
            add(&f, x, j->token, n);
    }
    return f;
}

/* The positions are sorted by the token before the context, so that equal ones stand together. */
static Followers scanned(const Store *s, StoreScratch *x, SortedRange r, int depth, int fold)
{
    Followers f = { .list = x->list };
    uint32_t  n = 0;
    int       before = -1;
    for (size_t j = r.begin; j < r.end; j++) {
        uint32_t at = s->sorted->at[j], token = (uint32_t)sorted_token(s->sorted, at);
        if (fold != NO_FOLD && store_fold(s->sorted, at) == fold)
            continue;
        int key = depth < s->order ? sorted_key(s->sorted, at, depth + 1) : 0;
        if (depth == s->order || key != before)
            x->now++;
        before = key;
        if (x->seen[token] == x->now)
            continue;
        x->seen[token] = x->now;
        if (x->count[token]++ == 0)
            x->list[n++].token = token;
    }
    for (uint32_t j = 0; j < n; j++) {      /* in place: add writes entry j */
        uint32_t token = x->list[j].token;
        add(&f, x, token, x->count[token]);
        x->count[token] = 0;
    }
    return f;
}

Followers store_followers(const Store *s, StoreScratch *x, SortedRange r, int depth, int fold)
{
    if (r.end - r.begin <= s->scan)
        return scanned(s, x, r, depth, fold);
    return stored(s, x, find(s, key_of(r, depth)), fold);
}
