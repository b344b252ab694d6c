#include "text/counting/walk.h"

Walk walk_begin(FollowerTable *t, const int *before, size_t n)
{
    return (Walk){ t, before, n, { 0, t->sorted->n }, 0 };
}

bool walk_longer(Walk *w, int most)
{
    if (w->depth >= most || (size_t)w->depth >= w->n)
        return false;
    int token = w->before[w->n - 1 - (size_t)w->depth];
    SortedRange r = sorted_narrow(w->table->sorted, w->range, w->depth + 1, token);
    if (r.begin == r.end)
        return false;
    w->range = r;
    w->depth++;
    return true;
}

CountLevel walk_level(const Walk *w, bool distinct, int token)
{
    Followers  f = followers_of(w->table, w->range, w->depth, distinct);
    CountLevel l = { 0, f.total, { f.kinds[0], f.kinds[1], f.kinds[2] } };
    for (uint32_t j = 0; j < f.n; j++)
        if (f.list[j].token == (uint32_t)token)
            l.n = f.list[j].n;
    return l;
}
