#include "explain/why/why.h"
#include "explain/dot.h"
#include "explain/why/turn.h"
#include "kernel/kernel.h"
#include <math.h>
#include <string.h>

/* The named head of a half, and what it reads. */
typedef struct Reader {
    const ExplainWhy   *x;
    const WhySide      *side;
    const GptBlockActs *acts;               /* of the head's layer                                 */
    WhySource           source;
    bool                key;
    double             *other, *u, *part;   /* (D) what the part is multiplied by; (C); (C + D)    */
    double             *o, *a;              /* (D); (T)                                            */
} Reader;

static int first_back(const Reader *r) { return r->source.back < 0 ? 0 : r->source.back; }
static int last_back(const Reader *r) { return r->source.back < 0 ? r->side->rows - 1 : r->source.back; }

/* gain (T): how much of the named parts' effect comes from each position that the head reads: a_tj v_j instead of the
 * whole output, times what the score multiplies it by. */
static void weigh_positions(const Reader *r, double *gain)
{
    const Explain *e = r->side->e;
    for (int back = first_back(r); back <= last_back(r); back++) {
        int           t = r->side->at.row - back;
        const double *a = explain_row(r->acts->weights, r->source.head, t);
        for (int j = 0; j <= t; j++) {
            why_written_by_head(e, r->source.layer, r->source.head, explain_row(r->acts->v, r->source.head, j), r->u);
            why_side_through(r->side, r->u, back, r->part, r->part + e->C);
            gain[j] += a[j] * explain_dot(r->part + e->C, r->other, (size_t)e->D);
        }
    }
}

/* o (D): the head's output at row t with keys first..last masked; its own if that leaves no key. */
static void masked_output(const Reader *r, int t, int first, int last, double *o)
{
    const Explain *e = r->side->e;
    const double  *s = explain_row(r->acts->scores, r->source.head, t);
    int            n = 0;
    for (int j = 0; j <= t; j++)
        if (j < first || j > last)
            r->a[n++] = s[j];
    memcpy(o, explain_row(r->acts->mix, r->source.head, t), (size_t)e->D * sizeof *o);
    if (n == 0)
        return;
    kernel->softmax((size_t)n, 1, r->a, r->a);
    memset(o, 0, (size_t)e->D * sizeof *o);
    n = 0;
    for (int j = 0; j <= t; j++) {
        if (j >= first && j <= last)
            continue;
        for (int d = 0; d < e->D; d++)
            o[d] += r->a[n] * explain_row(r->acts->v, r->source.head, j)[d];
        n++;
    }
}

/* The weight with positions first..last+after masked for the head; true if that carries its effect. */
static bool try_mask(const Reader *r, WhyRun *run, int first, int last, int after, double whole, double *room,
                     WhyReads *reads)
{
    const Explain *e = r->side->e;
    why_run_without(run, NULL);
    for (int back = first_back(r); back <= last_back(r); back++) {
        int t = r->side->at.row - back;
        masked_output(r, t, first, last + after, r->o);
        for (int d = 0; d < e->D; d++)
            r->o[d] -= explain_row(r->acts->mix, r->source.head, t)[d];
        why_written_by_head(e, r->source.layer, r->source.head, r->o, r->u);
        why_run_add(run, back, 1, r->u);
    }
    const double *v = why_run(run, false);
    if (!v)
        return false;
    WhyRemoval m = why_instead(r->x, r->key, v, room);
    *reads = (WhyReads){ m.effect * whole > 0 && fabs(m.effect) >= WHY_READS * fabs(whole), first, last, after,
                         m.weight, m.effect };
    return reads->survives;
}

/* The word around position j, or j alone. */
static void word_at(const Explain *e, const bool *letter, int j, int *first, int *last)
{
    *first = *last = j;
    while (letter[e->ids[j]] && *first > 0 && letter[e->ids[*first - 1]])
        --*first;
    while (letter[e->ids[j]] && *last + 1 < e->T && letter[e->ids[*last + 1]])
        ++*last;
}

/* A direction of the key (or query) space at the side's position, before the rotation there: R' d. */
static void unturn(const WhySide *s, double *d, double *cs)
{
    why_turn_angles(s->e->D, -s->at.row, cs);
    why_turn(s->e->D, cs, d, d);
}

static bool allocate(Reader *r, double **gain, double **cs)
{
    Explain *e = r->side->e;
    size_t   C = (size_t)e->C, D = (size_t)e->D;
    r->other = explain_alloc(e, D, sizeof *r->other);
    r->u = explain_alloc(e, C, sizeof *r->u);
    r->part = explain_alloc(e, C + D, sizeof *r->part);
    r->o = explain_alloc(e, D, sizeof *r->o);
    r->a = explain_alloc(e, (size_t)e->T, sizeof *r->a);
    *gain = explain_alloc(e, (size_t)e->T, sizeof **gain);
    *cs = explain_alloc(e, D, sizeof **cs);
    return r->other && r->u && r->part && r->o && r->a && *gain && *cs;
}

/* The position with the largest gain of the effect's sign: its word, that with what char_mix carries it into, then the
 * position alone. */
static void search(const Reader *r, WhyRun *run, const bool *letter, const double *gain, double whole, double *room,
                   WhyReads *reads)
{
    const Explain *e = r->side->e;
    int            best = 0, first, last, mixed = e->g->config.char_mix - 1;
    for (int j = 1; j < e->T; j++)
        if ((whole < 0 ? gain[j] : -gain[j]) > (whole < 0 ? gain[best] : -gain[best]))
            best = j;
    word_at(e, letter, best, &first, &last);
    if (!try_mask(r, run, first, last, 0, whole, room, reads) &&
        (mixed <= 0 || !try_mask(r, run, first, last, mixed, whole, room, reads)))
        try_mask(r, run, best, best, 0, whole, room, reads);
}

bool why_read(ExplainWhy *x, bool key, const bool *letter, WhyRun *run, double *room)
{
    WhyHalf *h = &x->half[key];
    Explain *e = h->side.e;
    Reader   r = { .x = x, .side = &h->side, .source = h->units[h->named].source, .key = key };
    double  *gain, *cs;
    r.acts = &e->trace.layers[r.source.layer];
    if (!allocate(&r, &gain, &cs))
        return false;
    if (key)
        memcpy(r.other, why_side_whole(&x->half[0].side), (size_t)e->D * sizeof *r.other);
    else
        why_above_others(x, r.other);
    if (x->rotary)
        unturn(&h->side, r.other, cs);
    weigh_positions(&r, gain);
    search(&r, run, letter, gain, h->units[h->named].freed.effect, room, &h->reads);
    return !err_any(&e->err);
}
