#include "text/counting/sorted.h"
#include <stdlib.h>

/* Where the positions of each key begin in the sorted array. */
static void begin_of_keys(const Sorted *s, int d, int V, size_t *begin)
{
    size_t at = 0;
    for (int k = 0; k <= V; k++)
        begin[k] = 0;
    for (uint32_t i = 0; i < s->n; i++)
        begin[sorted_key(s, i, d)]++;
    for (int k = 0; k <= V; k++) {
        size_t n = begin[k];
        begin[k] = at;
        at += n;
    }
}

/* Stable: equal keys keep their order, which is that of the keys sorted before. */
static void sort_by(const Sorted *s, int d, int V, const uint32_t *from, uint32_t *to, size_t *begin)
{
    begin_of_keys(s, d, V, begin);
    for (size_t j = 0; j < s->n; j++)
        to[begin[sorted_key(s, from[j], d)]++] = from[j];
}

bool sorted_make(Sorted *s, const Corpus *c, size_t first, size_t n, int V, uint32_t *spare)
{
    size_t *begin = malloc(((size_t)V + 1) * sizeof *begin);
    *s = (Sorted){ c, first, n, malloc((n + 1) * sizeof *s->at) };
    bool ok = begin && s->at;
    for (uint32_t i = 0; ok && i < n; i++)
        s->at[i] = i;
    _Static_assert(SORTED_DEPTH % 2 == 0, "the last pass must end in s->at");
    for (int d = SORTED_DEPTH; ok && d > 0; d -= 2) {
        sort_by(s, d, V, s->at, spare, begin);
        sort_by(s, d - 1, V, spare, s->at, begin);
    }
    free(begin);
    if (!ok) {
        free(s->at);
        s->at = NULL;
    }
    return ok;
}

Sorted sorted_until(const Sorted *s, size_t n, uint32_t *at)
{
    size_t kept = 0;
    for (size_t j = 0; j < s->n; j++)
        if (s->at[j] < n)
            at[kept++] = s->at[j];
    return (Sorted){ s->corpus, s->first, n, at };
}

/* The first position in r whose key is at least `key`. */
static size_t lower_bound(const Sorted *s, SortedRange r, int d, int key)
{
    while (r.begin < r.end) {
        size_t middle = r.begin + (r.end - r.begin) / 2;
        if (sorted_key(s, s->at[middle], d) < key)
            r.begin = middle + 1;
        else
            r.end = middle;
    }
    return r.begin;
}

SortedRange sorted_narrow(const Sorted *s, SortedRange r, int d, int token)
{
    r.begin = lower_bound(s, r, d, token + 1);
    r.end = lower_bound(s, r, d, token + 2);
    return r;
}
