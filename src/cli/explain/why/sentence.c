#include "cli/explain/sentence.h"
#include "cli/explain/why/why.h"
#include "cli/explain/words.h"
#include "base/topk.h"
#include <math.h>

enum { WORD = 512, NAMED = 3 };             /* ways to the answer that are named */

static void say_place(Sentence *w, const Reason *r, int i, bool utf8)
{
    say(w, "%s (%d)", words_char(subject_at(r->s, i), utf8).s, i);
}

static int place_of(const Reason *r, bool key) { return key ? r->x.key : r->x.at.row; }

const char *reason_place(char *out, size_t size, const Reason *r, bool utf8)
{
    Sentence w = { out, size, 0 };
    double   over = 0;
    for (int u = 0; u < r->x.half[0].n; u++)
        over += r->x.half[0].units[u].over;
    say(&w, "Why ");
    say_place(&w, r, r->x.at.row, utf8);
    say(&w, " attends to ");
    say_place(&w, r, r->x.key, utf8);
    say(&w, " with %.1f %% in head %d.%d (layer.head): its score is %.3f", 100 * r->x.weight, r->x.at.layer,
        r->x.at.head, r->x.score);
    if (r->x.at.row > 0)
        say(&w, ", %.3f %s its other keys", fabs(over), over < 0 ? "below" : "above");
    return out;
}

/* Where a part was written, unless it is the position itself. */
static void say_at(Sentence *w, const Reason *r, bool key, int back, bool utf8)
{
    if (back <= 0)
        return;
    say(w, " at ");
    say_place(w, r, place_of(r, key) - back, utf8);
}

static void say_token(Sentence *w, const Reason *r, bool key, int back, bool utf8)
{
    char text[WORD];
    int  i = place_of(r, key), rows = r->x.half[key].side.rows;
    if (back == 0)
        say(w, "the character itself");
    else if (back < 0)
        say(w, "the characters %s", words_stretch(text, sizeof text, r->s, i - rows + 1, i, utf8));
    else
        say_place(w, r, i - back, utf8), say(w, ", which the convolution mixes in");
}

static void say_unit(Sentence *w, const Reason *r, bool key, const WhyUnit *u, bool utf8)
{
    switch (u->source.kind) {
    case WHY_TOKEN: say_token(w, r, key, u->source.back, utf8); return;
    case WHY_POSITION: say(w, "its position"); break;
    case WHY_HEAD: say(w, "head %d.%d", u->source.layer, u->source.head); break;
    case WHY_MLP: say(w, "layer %d's MLP", u->source.layer); break;
    default: say(w, "the biases"); return;
    }
    say_at(w, r, key, u->source.back, utf8);
}

/* " reading "gar" (43 to 45)", if its control bears that out. */
static bool say_reads(Sentence *w, const Reason *r, const WhyReads *x, bool utf8)
{
    char text[WORD];
    if (!x->survives)
        return false;
    say(w, " reading %s", words_stretch(text, sizeof text, r->s, x->first, x->last, utf8));
    if (x->after > 0)
        say(w, " or what the convolution carries from it");
    return true;
}

/* The unit shown that changes the weight most when removed. */
static int strongest(const WhyHalf *h)
{
    int best = 0;
    for (int u = 0; u < h->n_units; u++)
        if (reason_shows(h, u) &&
            (!reason_shows(h, best) || fabs(h->units[u].freed.effect) > fabs(h->units[best].freed.effect)))
            best = u;
    return best;
}

static void say_none(Sentence *w, const Reason *r, bool key, bool utf8)
{
    const WhyHalf *h = &r->x.half[key];
    const WhyUnit *u = &h->units[strongest(h)];
    say(w, "No part of the %s alone is a cause: without ", key ? "key" : "query");
    say_unit(w, r, key, u, utf8);
    say(w, ", which does most, the weight is %.1f %%.", 100 * u->freed.weight);
}

/* Several parts that are causes only together. */
static void say_set(Sentence *w, const Reason *r, bool key, bool utf8)
{
    const WhyHalf *h = &r->x.half[key];
    say_place(w, r, place_of(r, key), utf8);
    say(w, " %s through ", key ? "answers" : "asks");
    for (int k = 0; k < h->n_set; k++) {
        say(w, "%s", k == 0 ? "" : k + 1 < h->n_set ? ", " : " and ");
        say_unit(w, r, key, &h->units[h->set[k]], utf8);
        if (h->set[k] == h->named && h->units[h->named].source.kind == WHY_HEAD)
            say_reads(w, r, &h->reads, utf8);
    }
    say(w, " together: with %s removed the weight falls to %.1f %% (only the first: %.1f %%).",
        h->n_set == 2 ? "both" : "all three", 100 * h->together.weight, 100 * h->units[h->set[0]].freed.weight);
}

const char *reason_half(char *out, size_t size, const Reason *r, bool key, bool utf8)
{
    Sentence       w = { out, size, 0 };
    const WhyHalf *h = &r->x.half[key];
    const WhyUnit *u = &h->units[h->named < 0 ? 0 : h->named];
    if (r->x.at.row == 0) {
        say(&w, "%s", key ? "" : "It is the only key, so its weight is 1 whatever the score.");
        return out;
    }
    if (h->n_set > 0) {
        say_set(&w, r, key, utf8);
        return out;
    }
    if (h->named < 0) {
        say_none(&w, r, key, utf8);
        return out;
    }
    bool against = u->freed.effect > 0, alone = against || u->freed.weight <= r->x.weight / 2;
    say_place(&w, r, place_of(r, key), utf8);
    say(&w, " %s %s ", key ? "answers" : "asks", against ? "in spite of" : alone ? "through" : "most through");
    say_unit(&w, r, key, u, utf8);
    bool reads = u->source.kind == WHY_HEAD && say_reads(&w, r, &h->reads, utf8);
    say(&w, "%s: with that removed from the %s the weight %s %sto %.1f %%", alone ? "" : ", but not alone",
        key ? "key" : "query", against ? "rises" : "falls", alone ? "" : "only ", 100 * u->freed.weight);
    if (reads)
        say(&w, ", and with only that reading masked to %.1f %%", 100 * h->reads.weight);
    say(&w, ".");
    return out;
}

/* The sum of all cells with a part of the learned positions. */
static double of_positions(const ExplainWhy *x)
{
    double sum = 0;
    for (int a = 0; a < x->half[0].n; a++)
        for (int b = 0; b < x->half[1].n; b++)
            if (x->half[0].side.source[a].kind == WHY_POSITION || x->half[1].side.source[b].kind == WHY_POSITION)
                sum += x->cell[a * x->half[1].n + b];
    return sum;
}

const char *reason_positions(char *out, size_t size, const Reason *r)
{
    Sentence          w = { out, size, 0 };
    const ExplainWhy *x = &r->x;
    *out = '\0';
    if (x->rotary && x->at.row > 0)
        say(&w, "Of the score, %.3f is content (its mean over this row's %d distances), %+.3f the distance of %d.",
            x->mean, x->at.row + 1, x->score - x->mean, x->at.row - x->key);
    else if (r->s->e.trace.position)
        say(&w, "Of the score, %.3f has no part of the learned positions in it, and %+.3f has.",
            x->score - of_positions(x), of_positions(x));
    return out;
}

/* --- What is written --- */

/* A way to the answer: 0 direct, 1 the last norm, then heads, then MLPs. */
static double way(const Reason *r, int k)
{
    const Explain   *e = &r->s->e;
    const WhyWrites *w = &r->w;
    int              heads = e->L * e->H;
    return why_writes_difference(w, k == 0 ? w->direct : k == 1 ? w->norm : k < 2 + heads ? w->head[k - 2] :
                                                                  w->mlp[k - 2 - heads]);
}

static void say_way(Sentence *w, const Reason *r, int k)
{
    const Explain *e = &r->s->e;
    int            heads = e->L * e->H;
    if (k == 0)
        say(w, "directly");
    else if (k == 1)
        say(w, "by the last norm's scale");
    else if (k < 2 + heads)
        say(w, "through head %d.%d", (k - 2) / e->H, (k - 2) % e->H);
    else
        say(w, "through layer %d's MLP", k - 2 - heads);
    say(w, " %+.3f", way(r, k));
}

/* The largest ways, and the sum of the others. */
static void say_ways(Sentence *w, const Reason *r)
{
    int    n = 2 + r->s->e.L * (r->s->e.H + 1), order[NAMED], shown = 0;
    double size[NAMED], rest = 0;
    for (int k = 0; k < n; k++) {
        rest += way(r, k);
        shown = topk_add(order, size, shown, NAMED, k, fabs(way(r, k)));
    }
    for (int k = 0; k < shown && size[k] > 0; k++) {
        say(w, k ? ", " : ": ");
        say_way(w, r, order[k]);
        rest -= way(r, order[k]);
    }
    if (fabs(rest) >= 5e-4)
        say(w, ", the rest %+.3f", rest);
}

const char *reason_writes(char *out, size_t size, const Reason *r, bool utf8)
{
    Sentence w = { out, size, 0 };
    double   total = why_writes_difference(&r->w, r->w.total);
    say(&w, "What it writes for %s moves the logit of %s", words_char(subject_at(r->s, r->x.key), utf8).s,
        words_char(subject_char(r->s, r->w.token[0]), utf8).s);
    if (r->w.token[1] >= 0)
        say(&w, " against %s", words_char(subject_char(r->s, r->w.token[1]), utf8).s);
    say(&w, " by %+.3f", total);
    if (fabs(total) >= 5e-4)
        say_ways(&w, r);
    bool same = round(1000 * r->w.p[1]) == round(1000 * r->w.p[0]);
    say(&w, same ? ". Without it p(%s) stays at %.1f %%." : ". Without it p(%s) is %.1f %%, not %.1f %%.",
        words_char(subject_char(r->s, r->w.token[0]), utf8).s, 100 * r->w.p[1], 100 * r->w.p[0]);
    return out;
}
