/* live/watch.h as the functions of the module that looks. A model comes as the file /watch.heed; run 0 and run 1 have a
 * watch each. */
#include "live/export.h"
#include "live/watch.h"
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

bool    LIVE_EXPORT(heed_watch_open)(int run);
void    LIVE_EXPORT(heed_watch_close)(int run);
bool    LIVE_EXPORT(heed_watch_prompt)(int run, const char *prompt, size_t len, const char *target, size_t target_len);
float  *LIVE_EXPORT(heed_watch_numbers)(int run);
void    LIVE_EXPORT(heed_watch_take)(int run);
void    LIVE_EXPORT(heed_watch_give)(int run);
bool    LIVE_EXPORT(heed_watch_frame)(int run);
void   *LIVE_EXPORT(heed_watch_array)(int run, int which);
double *LIVE_EXPORT(heed_watch_said)(void);
bool    LIVE_EXPORT(heed_watch_view)(int run, double factor, bool no_positions, const char *word, size_t len);
bool    LIVE_EXPORT(heed_watch_edit)(int run, int kind, int layer, int head, int i, int j, double by,
                                     const bool *marks);
void    LIVE_EXPORT(heed_watch_undo)(int run);
bool    LIVE_EXPORT(heed_watch_derive)(int run, int layer, int head, int i, int j);
bool    LIVE_EXPORT(heed_watch_why)(int run, int layer, int head, int i, int j);
bool    LIVE_EXPORT(heed_watch_writes)(int run, int layer, int head, int i, int j);
bool    LIVE_EXPORT(heed_watch_needs)(int run);
double  LIVE_EXPORT(heed_watch_pull)(int run, int layer, int head, int i, int j, double by);

enum { RUNS = 2, SAID = 10 };

static struct {
    LiveWatch watch[RUNS];
    double    said[SAID];                   /* the numbers of the last answer, in the order given below */
    double   *row;                          /* (3,n) of a derivation: da, a, s                          */
    double   *why;                          /* a score in parts, as heed_watch_why lists it             */
    double   *ways;                         /* to the answer, as heed_watch_writes lists them           */
    float    *numbers;                      /* room for the parameters                                  */
    size_t    room;
    Err       err;
} x;

static Err *fresh(void)
{
    x.err = (Err){ 0 };
    return &x.err;
}

const char *heed_error(void) { return x.err.msg; }

static LiveWatch *at(int run) { return &x.watch[run == 1]; }

bool heed_watch_open(int run) { return live_watch_open(at(run), "/watch.heed", fresh()); }

void heed_watch_close(int run) { live_watch_close(at(run)); }

bool heed_watch_prompt(int run, const char *prompt, size_t len, const char *target, size_t target_len)
{
    return live_watch_prompt(at(run), prompt, len, target_len ? target : NULL, target_len, fresh());
}

/* Room for a model's parameters. NULL when out of memory. */
float *heed_watch_numbers(int run)
{
    size_t n = at(run)->open ? at(run)->model.gpt.params.count : 0;
    if (n > x.room) {
        free(x.numbers);
        x.numbers = malloc(n * sizeof *x.numbers);
        x.room = x.numbers ? n : 0;
    }
    return x.numbers;
}

void heed_watch_take(int run) { live_watch_take(at(run), x.numbers); }

void heed_watch_give(int run) { live_watch_give(at(run), x.numbers); }

/* said: layers, heads, n, vocabulary, target, loss, p, edited */
bool heed_watch_frame(int run)
{
    LiveWatch       *w = at(run);
    const LiveFrame *f = &w->frame;
    if (!live_watch_frame(w, fresh()))
        return false;
    const double said[SAID] = { f->L, f->H, f->n, f->V, f->target, f->loss, f->p, w->edited };
    memcpy(x.said, said, sizeof said);
    return true;
}

/* 0 weights, 1 scores, 2 push, 3 next (doubles); 4 order, 5 the prompt's tokens (ints); 6 the rows of a derivation,
 * 7 a score in parts, 8 ways to the answer (doubles) */
void *heed_watch_array(int run, int which)
{
    const LiveWatch *w = at(run);
    void *const      arrays[] = { w->frame.weights, w->frame.scores, w->frame.push, w->frame.next, w->frame.order,
                                  w->ids, x.row, x.why, x.ways };
    return which >= 0 && which < 9 ? arrays[which] : NULL;
}

double *heed_watch_said(void) { return x.said; }

/* An infinite factor is hard attention. len 0: no word is masked. */
bool heed_watch_view(int run, double factor, bool no_positions, const char *word, size_t len)
{
    return live_watch_view(at(run), factor, no_positions, len ? word : NULL, len, fresh());
}

/* kind: an ExplainEditKind; marks (n) or (L*H): all masked characters, or all ablated heads; NULL: one. said: first,
 * second, actual, p_before, p_after */
bool heed_watch_edit(int run, int kind, int layer, int head, int i, int j, double by, const bool *marks)
{
    ExplainLossChange c;
    ExplainEdit       d = { .kind = (ExplainEditKind)kind, .layer = layer, .head = head, .i = i, .j = j, .by = by };
    d.masked = kind == EDIT_MASK ? marks : NULL;
    d.heads = kind == EDIT_ABLATE ? marks : NULL;
    if (!live_watch_edit(at(run), &d, &c, fresh()))
        return false;
    const double said[SAID] = { c.first, c.second, c.actual, c.p_before, c.p_after };
    memcpy(x.said, said, sizeof said);
    return true;
}

void heed_watch_undo(int run) { live_watch_undo(at(run)); }

/* said: s, a, da, mean_da, ds, fd, error, ok, n, p of the target */
bool heed_watch_derive(int run, int layer, int head, int i, int j)
{
    LiveDerivation d;
    if (!live_watch_derive(at(run), (ExplainRow){ layer, head, i }, j, &d, fresh()))
        return false;
    const ExplainKey *k = &d.key;
    const double said[SAID] = { k->s, k->a, k->da, d.trace.mean_da, k->ds, k->fd, k->error, k->ok, d.trace.n,
                                exp(-at(run)->e.loss) };
    memcpy(x.said, said, sizeof said);
    free(x.row);
    x.row = malloc(3 * (size_t)d.trace.n * sizeof *x.row);
    for (int m = 0; x.row && m < d.trace.n; m++) {
        x.row[m] = d.trace.keys[m].da;
        x.row[d.trace.n + m] = d.trace.keys[m].a;
        x.row[2 * d.trace.n + m] = d.trace.keys[m].s;
    }
    return x.row || err_set(&x.err, "out of memory for a row of %d keys", d.trace.n);
}

enum { WHY_HEAD_NUMBERS = 13, WHY_UNIT_NUMBERS = 13 };

static size_t half_numbers(const WhyHalf *h)
{
    return WHY_HEAD_NUMBERS + (size_t)h->n_units * WHY_UNIT_NUMBERS;
}

/* Writes a half to `to` and returns what follows it. */
static double *put_half(double *to, const WhyHalf *h)
{
    const double first[WHY_HEAD_NUMBERS] = { h->n, h->n_units, h->named, h->n_set, h->set[0], h->set[1], h->set[2],
        h->together.weight, h->reads.survives, h->reads.first, h->reads.last, h->reads.after, h->reads.weight };
    memcpy(to, first, sizeof first);
    to += WHY_HEAD_NUMBERS;
    for (int u = 0; u < h->n_units; u++, to += WHY_UNIT_NUMBERS) {
        const WhyUnit   *y = &h->units[u];
        const WhyRemoval a = y->held, b = y->freed;
        const double numbers[WHY_UNIT_NUMBERS] = { y->source.kind, y->source.layer, y->source.head, y->source.back,
            y->sum, y->over, y->content, a.score, a.weight, a.effect, b.score, b.weight, b.effect };
        memcpy(to, numbers, sizeof numbers);
    }
    return to;
}

/* said: score, weight, the mean over distances, the score at distance 0 (NaN without rotary positions), what the cells
 * lack to the score, how many numbers there are. They are, of the query and of the key: parts, units, cause, how many
 * are one together, three of them, the weight without those, does the reading survive, its first and last character and
 * those after, the weight without it; then each unit: kind, layer, head, back, sum, over, content, and score, weight
 * and effect held and free. Then the cells (query parts, key parts). */
bool heed_watch_why(int run, int layer, int head, int i, int j)
{
    ExplainWhy y;
    if (!live_watch_why(at(run), (ExplainRow){ layer, head, i }, j, &y, fresh()))
        return false;
    size_t cells = (size_t)y.half[0].n * (size_t)y.half[1].n;
    size_t n = half_numbers(&y.half[0]) + half_numbers(&y.half[1]) + cells;
    free(x.why);
    x.why = malloc(n * sizeof *x.why);
    if (!x.why)
        return err_set(&x.err, "out of memory for a score in %zu parts", cells);
    memcpy(put_half(put_half(x.why, &y.half[0]), &y.half[1]), y.cell, cells * sizeof *y.cell);
    const double said[SAID] = { y.score, y.weight, y.mean, y.zero, y.error, (double)n };
    memcpy(x.said, said, sizeof said);
    return true;
}

/* Appends n ways, each of WRITES_TOKENS numbers. */
static double *put_ways(double *to, double (*ways)[WRITES_TOKENS], size_t n)
{
    memcpy(to, ways, n * sizeof *ways);
    return to + n * WRITES_TOKENS;
}

/* said: the target, its rival or -1; the target's probability with what is written, and without; the size of it; what
 * the ways lack to the sum. The ways, each of two numbers, what it adds to the logit of the target and of the rival:
 * the sum, directly, by the last norm, then the heads (L*H), then the MLPs (L). */
bool heed_watch_writes(int run, int layer, int head, int i, int j)
{
    WhyWrites  y;
    LiveWatch *w = at(run);
    if (!live_watch_writes(w, (ExplainRow){ layer, head, i }, j, &y, fresh()))
        return false;
    size_t L = (size_t)w->e.L, heads = L * (size_t)w->e.H;
    free(x.ways);
    x.ways = malloc((3 + heads + L) * WRITES_TOKENS * sizeof *x.ways);
    if (!x.ways)
        return err_set(&x.err, "out of memory for %zu ways to the answer", 2 + heads + L);
    double *to = put_ways(x.ways, &y.total, 1);
    to = put_ways(put_ways(to, &y.direct, 1), &y.norm, 1);
    put_ways(put_ways(to, y.head, heads), y.mlp, L);
    const double said[SAID] = { y.token[WRITES_TARGET], y.token[WRITES_RIVAL], y.p[0], y.p[1], y.size, y.error };
    memcpy(x.said, said, sizeof said);
    return true;
}

/* said: is there such a word; its first and last character; the target's probability with it deleted and replaced; the
 * layer, head and row that read it; the change */
bool heed_watch_needs(int run)
{
    LiveNeed n;
    if (!live_watch_needs(at(run), &n, fresh()))
        return false;
    const double said[SAID] = { n.found, n.word.at.first, n.word.at.last, n.word.deleted.p, n.word.replaced.p,
                                n.at.layer, n.at.head, n.at.row, n.change };
    memcpy(x.said, said, sizeof said);
    return true;
}

/* How far the score came; NaN with a sentence. */
double heed_watch_pull(int run, int layer, int head, int i, int j, double by)
{
    return live_watch_pull(at(run), (ExplainRow){ layer, head, i }, j, by, fresh());
}
