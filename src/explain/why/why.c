#include "explain/why/why.h"
#include "explain/dot.h"
#include "explain/why/turn.h"
#include <math.h>
#include <string.h>

static Explain *engine_of(const ExplainWhy *x) { return x->half[0].side.e; }

static const double *scores_of(const ExplainWhy *x)
{
    return explain_row(engine_of(x)->trace.layers[x->at.layer].scores, x->at.head, x->at.row);
}

static double factor_of(const ExplainWhy *x)
{
    return engine_of(x)->trace.layers[x->at.layer].scores->arg.scale.factor;
}

static const double *key_of(const ExplainWhy *x, int j)
{
    return explain_row(engine_of(x)->trace.layers[x->at.layer].k, x->at.head, j);
}

/* --- Removal --- */

/* o under the scores s (n): no digits are lost where the weight is nearly 1. Infinite without another key. */
static double odds_under(const double *s, int n, int key)
{
    double top = -INFINITY, sum = 0;
    for (int j = 0; j < n; j++)
        top = j == key ? top : fmax(top, s[j]);
    for (int j = 0; j < n; j++)
        sum += j == key ? 0 : exp(s[j] - top);
    return n > 1 ? s[key] - top - log(sum) : INFINITY;
}

WhyRemoval why_instead(const ExplainWhy *x, bool key, const double *v, double *s)
{
    int    n = x->at.row + 1;
    size_t D = (size_t)engine_of(x)->D;
    memcpy(s, scores_of(x), (size_t)n * sizeof *s);
    for (int j = 0; j < n && !key; j++)
        s[j] = factor_of(x) * explain_dot(v, key_of(x, j), D);
    if (key)
        s[x->key] = factor_of(x) * explain_dot(why_side_whole(&x->half[0].side), v, D);
    double odds = odds_under(s, n, x->key);
    return (WhyRemoval){ s[x->key], 1 / (1 + exp(-odds)), odds - odds_under(scores_of(x), n, x->key) };
}

bool why_covers(const WhyHalf *h, int unit, int part)
{
    return unit < h->n ? unit == part : why_in_group(h->units[unit].source, h->side.source[part]);
}

double why_cell(const ExplainWhy *x, int query, int key)
{
    double sum = 0;
    for (int a = 0; a < x->half[0].n; a++)
        for (int b = 0; b < x->half[1].n; b++)
            if (why_covers(&x->half[0], query, a) && why_covers(&x->half[1], key, b))
                sum += x->cell[a * x->half[1].n + b];
    return sum;
}

/* Removes each unit, with norms held and free, and keeps the vectors of the parts: held, freed (n,D). */
static bool remove_units(ExplainWhy *x, bool key, WhyRun *run, double *room, double *held, double *freed)
{
    WhyHalf *h = &x->half[key];
    size_t   D = (size_t)h->side.e->D;
    bool    *gone = explain_alloc(h->side.e, (size_t)h->n, sizeof *gone);
    for (int u = 0; gone && u < h->n_units; u++) {
        for (int k = 0; k < h->n; k++)
            gone[k] = why_covers(h, u, k);
        why_run_without(run, gone);
        for (int free = 0; free < 2; free++) {
            const double *v = why_run(run, !free);
            if (!v)
                return false;
            *(free ? &h->units[u].freed : &h->units[u].held) = why_instead(x, key, v, room);
            if (u < h->n)
                memcpy((free ? freed : held) + (size_t)u * D, v, D * sizeof *v);
        }
    }
    return gone != NULL;
}

/* --- The table --- */

/* rotated (n,D): the parts of a half by R; cs NULL: as they are. */
static void turn_parts(const WhyHalf *h, const double *cs, double *rotated)
{
    int D = h->side.e->D;
    for (int k = 0; k < h->n; k++)
        if (cs)
            why_turn(D, cs, h->side.part + k * D, rotated + k * D);
        else
            memcpy(rotated + k * D, h->side.part + k * D, (size_t)D * sizeof *rotated);
}

/* cell (n0,n1) = q_a.k_b / sqrt(D); returns their sum. */
static double fill(const ExplainWhy *x, const double *q, const double *k, double *cell)
{
    int    n0 = x->half[0].n, n1 = x->half[1].n, D = engine_of(x)->D;
    double sum = 0;
    for (int a = 0; a < n0; a++)
        for (int b = 0; b < n1; b++)
            sum += cell[a * n1 + b] = factor_of(x) * explain_dot(q + a * D, k + b * D, (size_t)D);
    return sum;
}

/* Three rotations: each part to its own position, as the engine does; the key's to the query's by the mean over
 * distances; and not at all. The rotated query stays in q. */
static void make_table(ExplainWhy *x, double *cs, double *q, double *k)
{
    int D = engine_of(x)->D, n = x->half[0].n * x->half[1].n;
    x->mean = x->zero = NAN;
    if (x->rotary) {
        turn_parts(&x->half[0], NULL, q);
        turn_parts(&x->half[1], NULL, k);
        x->zero = fill(x, q, k, x->content);
        why_turn_mean(D, x->at.row + 1, cs);
        turn_parts(&x->half[1], cs, k);
        x->mean = fill(x, q, k, x->content);
        why_turn_angles(D, x->key, cs);
    }
    turn_parts(&x->half[1], x->rotary ? cs : NULL, k);
    why_turn_angles(D, x->at.row, cs);
    turn_parts(&x->half[0], x->rotary ? cs : NULL, q);
    x->error = x->score - fill(x, q, k, x->cell);
    for (int c = 0; c < n && !x->rotary; c++)
        x->content[c] = NAN;
}

/* s - s_a - s_b + s_ab for all cells, from queries q and keys k (n,D) without each part; to out. */
static void from_removals(const ExplainWhy *x, const double *q, const double *k, double *out)
{
    int           n0 = x->half[0].n, n1 = x->half[1].n;
    size_t        D = (size_t)engine_of(x)->D;
    double        f = factor_of(x);
    const double *qi = why_side_whole(&x->half[0].side), *kj = why_side_whole(&x->half[1].side);
    for (int a = 0; a < n0; a++)
        for (int b = 0; b < n1; b++) {
            const double *qa = q + (size_t)a * D, *kb = k + (size_t)b * D;
            out[a * n1 + b] = x->score - f * explain_dot(qa, kj, D) - f * explain_dot(qi, kb, D) +
                              f * explain_dot(qa, kb, D);
        }
}

static void check_cells(ExplainWhy *x, const double *q, const double *k)
{
    int n = x->half[0].n * x->half[1].n;
    from_removals(x, q, k, x->freed);       /* room until the free ones come */
    for (int c = 0; c < n; c++)
        x->checked = fmax(x->checked, fabs(x->freed[c] - x->cell[c]));
}

/* --- Units --- */

/* The parts of a half, and each source as a whole where it has several. */
static bool list_units(WhyHalf *h)
{
    const WhySide *s = &h->side;
    h->n = s->n;
    h->units = explain_alloc(s->e, 2 * (size_t)s->n, sizeof *h->units);
    for (int k = 0; h->units && k < s->n; k++)
        h->units[h->n_units++].source = s->source[k];
    for (int k = 0; h->units && k + 1 < s->n; k++)
        if (s->source[k].back == 0 && why_in_group(s->source[k], s->source[k + 1])) {
            h->units[h->n_units].source = s->source[k];
            h->units[h->n_units++].source.back = -1;
        }
    return h->units != NULL;
}

void why_above_others(const ExplainWhy *x, double *d)
{
    const Explain *e = engine_of(x);
    const double  *a = explain_row(e->trace.layers[x->at.layer].weights, x->at.head, x->at.row);
    double         rest = 0;
    memcpy(d, key_of(x, x->key), (size_t)e->D * sizeof *d);
    for (int j = 0; j <= x->at.row; j++)
        rest += j == x->key ? 0 : a[j];
    for (int j = 0; j <= x->at.row && rest > 0; j++)
        for (int c = 0; j != x->key && c < e->D; c++)
            d[c] -= a[j] / rest * key_of(x, j)[c];
}

/* The part's row (or column) of a table, summed. */
static double line(const ExplainWhy *x, bool key, int part, const double *table)
{
    int    n1 = x->half[1].n, n = x->half[!key].n;
    double sum = 0;
    for (int k = 0; k < n; k++)
        sum += key ? table[k * n1 + part] : table[part * n1 + k];
    return sum;
}

/* q (n0,D): the query's parts, rotated. d: room for D numbers. */
static void sum_units(ExplainWhy *x, const double *q, double *d)
{
    size_t D = (size_t)engine_of(x)->D;
    why_above_others(x, d);
    for (int key = 0; key < 2; key++)
        for (int u = 0; u < x->half[key].n_units; u++) {
            WhyHalf *h = &x->half[key];
            for (int k = 0; k < h->n; k++) {
                if (!why_covers(h, u, k))
                    continue;
                double own = line(x, key, k, x->cell);
                h->units[u].sum += own;
                h->units[u].over += key ? own : factor_of(x) * explain_dot(q + (size_t)k * D, d, D);
                h->units[u].content += line(x, key, k, x->content);
            }
        }
}

static bool is_cause(const WhyUnit *u)
{
    return fabs(u->freed.effect) >= WHY_NAMED && fabs(u->held.effect) >= WHY_NAMED &&
           u->freed.effect * u->held.effect > 0;
}

/* The largest effect. */
static int cause_of(const WhyHalf *h)
{
    int best = -1, alone = -1;
    for (int u = 0; u < h->n_units; u++) {
        int *than = why_is_whole(h, u) ? &best : &alone;
        if ((why_is_whole(h, u) || h->side.at.layer == 0) && is_cause(&h->units[u]) &&
            (*than < 0 || fabs(h->units[u].freed.effect) > fabs(h->units[*than].freed.effect)))
            *than = u;
    }
    bool enough = alone >= 0 && (best < 0 || fabs(h->units[alone].freed.effect) >=
                                                 WHY_ALONE * fabs(h->units[best].freed.effect));
    return enough ? alone : best;
}

/* --- All --- */

bool why_exists(Explain *e, ExplainRow at, int key)
{
    bool ok = at.layer >= 0 && at.layer < e->L && at.head >= 0 && at.head < e->H && at.row >= 0 && at.row < e->T &&
              key >= 0 && key <= at.row;
    if (!ok)
        return err_set(&e->err, "the score %d.%d.%d.%d (layer.head.query.key) does not exist: there are %d layers, %d "
                       "heads and %d characters, counted from 0, and no key after its query", at.layer, at.head,
                       at.row, key, e->L, e->H, e->T);
    return !e->change || err_set(&e->err, "a score is taken apart only in an unchanged pass");
}

static bool open_halves(Explain *e, ExplainWhy *x)
{
    ExplainRow at = x->at;
    if (!why_side_open(&x->half[0].side, e, at, false))
        return false;
    at.row = x->key;
    if (!why_side_open(&x->half[1].side, e, at, true) || !list_units(&x->half[0]) || !list_units(&x->half[1]))
        return false;
    size_t n = (size_t)x->half[0].n * (size_t)x->half[1].n;
    x->rotary = why_op_of(e, at.layer, &op_rotary) != NULL;
    x->score = scores_of(x)[x->key];
    x->weight = explain_row(e->trace.layers[at.layer].weights, at.head, x->at.row)[x->key];
    x->cell = explain_alloc(e, n, sizeof *x->cell);
    x->freed = explain_alloc(e, n, sizeof *x->freed);
    x->content = explain_alloc(e, n, sizeof *x->content);
    return x->cell && x->freed && x->content;
}

/* Each half is removed from on a run of its own: vector[key] (2,n,D), held and free. */
static bool measure_half(ExplainWhy *x, bool key, const bool *letter, double *row, double *vector)
{
    WhyHalf *h = &x->half[key];
    WhyRun   run;
    bool ok = why_run_open(&run, &h->side) &&
              remove_units(x, key, &run, row, vector, vector + h->n * h->side.e->D);
    h->named = ok ? cause_of(h) : -1;
    ok = ok && (h->named < 0 || h->units[h->named].source.kind != WHY_HEAD || why_read(x, key, letter, &run, row)) &&
         why_together(x, key, &run, row);
    why_run_close(&run);
    return ok;
}

bool explain_why(Explain *e, ExplainRow at, int key, const bool *letter, ExplainWhy *x)
{
    *x = (ExplainWhy){ .at = at, .key = key };
    x->half[0].side.e = e;
    if (!why_exists(e, at, key) || !open_halves(e, x))
        return false;
    size_t  D = (size_t)e->D, n0 = (size_t)x->half[0].n * D, n1 = (size_t)x->half[1].n * D;
    double *q = explain_alloc(e, 2 * n0, sizeof *q), *k = explain_alloc(e, 2 * n1, sizeof *k);
    double *room = explain_alloc(e, (size_t)e->T + 2 * D, sizeof *room);
    if (!q || !k || !room)
        return false;
    make_table(x, room, q, k);
    sum_units(x, q, room);
    if (!measure_half(x, false, letter, room, q) || !measure_half(x, true, letter, room, k))
        return false;
    check_cells(x, q, k);
    from_removals(x, q + n0, k + n1, x->freed);
    return true;
}
