#include "text/counting/flat.h"
#include <stdlib.h>

typedef struct Laying {
    FlatCounts   *f;
    PriorScratch  s;
    size_t        room_rows, room;          /* of f->first and f->list */
    bool          failed;
} Laying;

/* Makes room for `more` items behind the n that an array has. */
static void *grown(Laying *l, void *p, size_t *room, size_t n, size_t more, size_t size)
{
    size_t wanted = *room ? *room : 1024;
    while (wanted < n + more)
        wanted *= 2;
    void *q = wanted > *room ? realloc(p, wanted * size) : p;
    l->failed |= !q;
    *room = q ? wanted : *room;
    return q ? q : p;
}

/* The next row and its followers. */
static void append(Laying *l, const Follower *list, uint32_t n)
{
    FlatCounts *f = l->f;
    f->first = grown(l, f->first, &l->room_rows, f->rows + 1, 1, sizeof *f->first);
    f->list = grown(l, f->list, &l->room, f->n, n, sizeof *f->list);
    if (l->failed)
        return;
    for (uint32_t j = 0; j < n; j++) {
        f->list[f->n++] = list[j];
        f->most = list[j].n > f->most ? list[j].n : f->most;
    }
    f->first[++f->rows] = (uint32_t)f->n;
}

static void append_context(Laying *l, SortedRange r, int depth)
{
    FlatCounts *f = l->f;
    uint32_t    positions = (uint32_t)(r.end - r.begin);
    Followers   o = store_followers(&f->prior->store, &l->s.store, r, depth, NO_FOLD);
    f->row[r.begin] = (uint32_t)f->rows - (uint32_t)depth;
    f->positions[depth] = positions > f->positions[depth] ? positions : f->positions[depth];
    f->width[depth] = o.n > f->width[depth] ? o.n : f->width[depth];
    append(l, o.list, o.n);
}

/* This context and those longer ones that end with it, if they occur more than once. The first of these begins at the
 * same position and so comes next. */
static void visit(Laying *l, SortedRange r, int depth)
{
    const Sorted *s = &l->f->prior->sorted;
    if (r.end - r.begin < 2 || l->failed)
        return;
    append_context(l, r, depth);
    while (depth < l->f->prior->discounts.order && r.begin < r.end) {
        int         key = sorted_key(s, s->at[r.begin], depth + 1);
        SortedRange longer = sorted_narrow(s, r, depth + 1, key - 1);
        if (key > 0)                        /* 0: the text begins there */
            visit(l, longer, depth + 1);
        r.begin = longer.end;
    }
}

bool flat_make(FlatCounts *f, const Prior *p)
{
    Laying l = { .f = f };
    void  *memory = malloc(prior_scratch_bytes(p));
    *f = (FlatCounts){ .prior = p, .row = calloc(p->sorted.n + 1, sizeof *f->row) };
    f->first = grown(&l, NULL, &l.room_rows, 0, 1, sizeof *f->first);
    for (int d = 0; d < COUNT_LEVELS; d++)
        f->positions[d] = f->width[d] = 1;
    l.failed |= !memory || !f->row;
    if (!l.failed) {
        f->first[0] = 0;
        prior_begin(p, memory, &l.s);
        append(&l, NULL, 0);
        for (uint32_t x = 0; x < (uint32_t)p->discounts.V; x++)
            append(&l, &(Follower){ x, 1 }, 1);
        visit(&l, (SortedRange){ 0, p->sorted.n }, 0);
    }
    free(memory);
    if (l.failed)
        flat_free(f);
    return !l.failed;
}

void flat_free(FlatCounts *f)
{
    free(f->row);
    free(f->first);
    free(f->list);
    *f = (FlatCounts){ 0 };
}
