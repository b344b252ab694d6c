#include "cli/bench/reuse.h"
#include <string.h>

enum { MOST = sizeof((Reuse *)0)->stack / sizeof(struct ReuseEntry) };

static void insert(Reuse *r, int i, const char *p, const char *end)
{
    if (p >= end || r->n == MOST)
        return;
    memmove(r->stack + i + 1, r->stack + i, (size_t)(r->n - i) * sizeof *r->stack);
    r->stack[i] = (struct ReuseEntry){ p, end };
    r->n++;
}

static void drop(Reuse *r, int i)
{
    memmove(r->stack + i, r->stack + i + 1, (size_t)(r->n - i - 1) * sizeof *r->stack);
    r->n--;
}

/* Cuts [p, end) out of entry i; what remains of it stays where it was. */
static void cut(Reuse *r, int i, const char *p, const char *end)
{
    struct ReuseEntry e = r->stack[i];
    drop(r, i);
    insert(r, i, e.p, e.end < p ? e.end : p);
    insert(r, i, e.p > end ? e.p : end, e.end);
}

size_t reuse_touch(Reuse *r, const void *from, size_t bytes)
{
    const char *p = from, *end = p + bytes;
    size_t      since = 0, distance = 0;
    for (int i = r->n - 1; i >= 0; i--) {
        struct ReuseEntry e = r->stack[i];
        since += (size_t)(e.end - e.p);
        if (e.p >= end || p >= e.end)
            continue;
        distance = distance ? distance : since - (size_t)(e.end - e.p) + bytes;
        cut(r, i, p, end);
    }
    if (r->n == MOST)
        drop(r, 0);
    insert(r, r->n, p, end);
    return distance ? distance : since + bytes;
}
