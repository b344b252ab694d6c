#include "text/counting/followers.h"
#include <stdlib.h>

/* A context that is kept: its followers without the list, and where that begins. */
typedef struct FollowerSlot {
    uint64_t  key;                          /* 0: free */
    Followers of;
    size_t    first;
} FollowerSlot;

/* Every context has positions of its own, so that the first one and the length tell it. */
static uint64_t key_of(SortedRange r, int depth, bool distinct)
{
    return (uint64_t)r.begin << 6 | (uint64_t)depth << 1 | distinct | (uint64_t)1 << 63;
}

static FollowerSlot *find(const FollowerTable *t, uint64_t key)
{
    size_t at = (size_t)((key * 0x9e3779b97f4a7c15u) >> 32) & (t->n_slots - 1);
    while (t->slots[at].key && t->slots[at].key != key)
        at = (at + 1) & (t->n_slots - 1);
    return &t->slots[at];
}

bool followers_open(FollowerTable *t, const Sorted *sorted, int V)
{
    size_t slots = 64;
    while (slots < FOLLOWER_SLOTS && slots < sorted->n / 16)
        slots *= 2;
    *t = (FollowerTable){ .sorted = sorted, .n_slots = slots };
    t->count = calloc((size_t)V, sizeof *t->count);
    t->seen = calloc((size_t)V, sizeof *t->seen);
    t->list = calloc((size_t)V, sizeof *t->list);
    t->slots = calloc(slots, sizeof *t->slots);
    if (t->count && t->seen && t->list && t->slots)
        return true;
    followers_close(t);
    return false;
}

void followers_close(FollowerTable *t)
{
    free(t->count);
    free(t->seen);
    free(t->list);
    free(t->slots);
    free(t->kept);
    *t = (FollowerTable){ 0 };
}

size_t followers_bytes(const FollowerTable *t, int V)
{
    return (size_t)V * (sizeof *t->count + sizeof *t->seen + sizeof *t->list) + t->n_slots * sizeof *t->slots +
           t->room * sizeof *t->kept;
}

/* --- Counting --- */

/* Counts a token once for each time that t->now has advanced. */
static void count_once(FollowerTable *t, uint32_t token, uint32_t *n)
{
    if (t->seen[token] == t->now)
        return;
    t->seen[token] = t->now;
    if (t->count[token]++ == 0)
        t->list[(*n)++].token = token;
}

/* The positions are sorted by the token before the context, so that equal ones stand together. */
static uint32_t count_all(FollowerTable *t, SortedRange r, int depth, bool distinct)
{
    const Sorted *s = t->sorted;
    uint32_t n = 0;
    int      before = -1;
    for (size_t j = r.begin; j < r.end; j++) {
        int key = distinct ? sorted_key(s, s->at[j], depth + 1) : 0;
        if (!distinct || key != before)
            t->now++;
        before = key;
        count_once(t, (uint32_t)sorted_token(s, s->at[j]), &n);
    }
    return n;
}

static Followers counted(FollowerTable *t, SortedRange r, int depth, bool distinct)
{
    Followers f = { .list = t->list, .n = count_all(t, r, depth, distinct) };
    for (uint32_t j = 0; j < f.n; j++) {
        uint32_t n = t->count[t->list[j].token];
        t->list[j].n = n;
        t->count[t->list[j].token] = 0;
        f.total += n;
        f.kinds[n < 3 ? n - 1 : 2]++;
    }
    return f;
}

/* --- Keeping --- */

/* Room for n more followers? */
static bool room(FollowerTable *t, size_t n)
{
    size_t size = t->room ? t->room : 1024;
    while (size < t->n_kept + n)
        size *= 2;
    if (size > FOLLOWER_KEPT || t->used >= t->n_slots / 4 * 3)
        return false;
    if (size == t->room)
        return true;
    Follower *kept = realloc(t->kept, size * sizeof *kept);
    if (!kept)
        return false;
    t->kept = kept;
    t->room = size;
    return true;
}

static void keep(FollowerTable *t, FollowerSlot *slot, uint64_t key, const Followers *f)
{
    if (!room(t, f->n))
        return;
    *slot = (FollowerSlot){ key, *f, t->n_kept };
    t->used++;
    for (uint32_t j = 0; j < f->n; j++)
        t->kept[t->n_kept++] = f->list[j];
}

Followers followers_of(FollowerTable *t, SortedRange r, int depth, bool distinct)
{
    if (r.end - r.begin <= FOLLOWER_SCAN)
        return counted(t, r, depth, distinct);
    uint64_t      key = key_of(r, depth, distinct);
    FollowerSlot *slot = find(t, key);
    if (slot->key) {
        Followers f = slot->of;
        f.list = t->kept + slot->first;
        return f;
    }
    Followers f = counted(t, r, depth, distinct);
    keep(t, slot, key, &f);
    return f;
}
