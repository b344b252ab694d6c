#include "cli/explain/words.h"
#include "base/topk.h"
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

Human words_char(uint32_t c, bool utf8)
{
    Human h;
    char  name[TEXT_NAME];
    bool  word = !utf8 && (c == ' ' || c == '\n' || c == '\t');
    snprintf(h.s, sizeof h.s, word ? "%s" : "'%.28s'", word ? text_quote(c, name) : human_char(c, utf8).s);
    return h;
}

/* A sentence being built; cut off when full. */
typedef struct Words {
    char  *out;
    size_t size, len;
} Words;

static void say(Words *w, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void say(Words *w, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(w->out + w->len, w->size - w->len, fmt, args);
    va_end(args);
    w->len = w->len + (size_t)n < w->size ? w->len + (size_t)n : w->size - 1;
}

/* Characters first..last of the prompt, in quotes, with their positions. */
static void say_stretch(Words *w, const Subject *s, int first, int last, bool utf8)
{
    say(w, "\"");
    for (int i = first; i <= last; i++)
        say(w, "%s", !utf8 && subject_at(s, i) == ' ' ? "_" : human_char(subject_at(s, i), utf8).s);
    say(w, first == last ? "\" (%d)" : "\" (%d to %d)", first, last);
}

static void say_one(Words *w, const Subject *s, int i, bool utf8)
{
    say(w, "%s (%d)", words_char(subject_at(s, i), utf8).s, i);
}

enum { STRETCHES = 3, PLACES = 6 };      /* named in a sentence: causes, edited places */

/* Neighbouring characters that each matter, and the largest increase of the loss from masking one of them. */
typedef struct Stretch {
    int    first, last;
    double cost;
} Stretch;

/* The stretch starting at `at` of characters that each cost at least `least`. */
static Stretch stretch_at(const Subject *s, const double *masked, int at, double least)
{
    Stretch x = { at, at, masked[at] };
    while (x.last + 1 < s->e.T && masked[x.last + 1] >= least)
        x.cost = fmax(x.cost, masked[++x.last]);
    return x;
}

/* The STRETCHES most costly, in falling order; returns how many there are. */
static int find_stretches(const Subject *s, const double *masked, double most, Stretch *best)
{
    int    first[STRETCHES], n = 0;
    double cost[STRETCHES];
    for (int i = 0; i < s->e.T; i++) {
        if (!(masked[i] >= most / 4))
            continue;
        Stretch x = stretch_at(s, masked, i, most / 4);
        n = topk_add(first, cost, n, STRETCHES, i, x.cost);
        i = x.last;
    }
    for (int k = 0; k < n; k++)
        best[k] = stretch_at(s, masked, first[k], most / 4);
    return n;
}

const char *words_origin(char *out, size_t size, const Subject *s, const double *masked, bool utf8)
{
    Words   w = { out, size, 0 };
    Stretch best[STRETCHES];
    double  most = 0, p = exp(-s->e.loss);
    int     top = 0;
    for (int i = 0; i < s->e.T; i++)
        if (masked[i] > most)
            most = masked[top = i];
    say(&w, "The answer %s (%.1f %%) ", words_char(subject_char(s, s->e.target), utf8).s, 100 * p);
    if (s->e.T == 1) {
        say(&w, "has one character of context, %s: there is no other to mask.",
            words_char(subject_at(s, 0), utf8).s);
        return out;
    }
    if (most < 1e-3) {
        say(&w, "depends on no single earlier character: masking any one of them raises the loss by less than 0.001.");
        return out;
    }
    int n = find_stretches(s, masked, most, best);
    say(&w, "came mostly from ");
    for (int k = 0; k < n; k++) {
        say(&w, "%s", k == 0 ? "" : k + 1 < n ? ", " : " and ");
        say_stretch(&w, s, best[k].first, best[k].last, utf8);
    }
    say(&w, ", judged by masking attention: with ");
    say_one(&w, s, top, utf8);
    say(&w, " masked, its probability is %.1f %%.", 100 * exp(-s->e.loss - most));
    if (s->e.most < s->e.T)
        say(&w, " (Only the %d characters with the largest gradient were tried.)", s->e.most);
    return out;
}

const char *words_step(char *out, size_t size, const Subject *s, ExplainRow at, bool utf8)
{
    Words         w = { out, size, 0 };
    const double *ds = explain_grad(s->e.trace.layers[at.layer].scores, at.head, at.row);
    double        push = explain_trace_push(&s->e, at);
    int           more = 0, less = 0;
    for (int j = 0; j <= at.row; j++) {
        more = ds[j] < ds[more] ? j : more;
        less = ds[j] > ds[less] ? j : less;
    }
    if (at.row == 0) {
        say(&w, "The first character can attend only to itself: one key, no choice, no gradient.");
        return out;
    }
    if (push == 0) {
        say(&w, "This row gets no gradient: the loss does not depend on its attention.");
        return out;
    }
    say(&w, "A gradient step on these scores would make ");
    say_one(&w, s, at.row, utf8);
    say(&w, " attend more to ");
    say_one(&w, s, more, utf8);
    say(&w, " and less to ");
    say_one(&w, s, less, utf8);
    say(&w, push < 1e-3 ? ", but only slightly: the sum of |ds| is below 0.001." : ".");
    return out;
}

const char *words_why(char *out, size_t size, const Subject *s, ExplainRow largest)
{
    Words  w = { out, size, 0 };
    double push = explain_trace_push(&s->e, s->at), most = explain_trace_push(&s->e, largest);
    if (s->chosen)
        say(&w, "Shown because this head's row %d gets the largest push: sum of |ds| = %.3g", s->at.row, push);
    else
        say(&w, "The row requested: sum of |ds| = %.3g", push);
    if (most > push)
        say(&w, ". The largest anywhere is %.3g: --at %d.%d.%d", most, largest.layer, largest.head, largest.row);
    return out;
}

/* The stretches of chosen characters: ""thumb" (18 to 22) and "car" (30 to 32)". */
static void say_chosen(Words *w, const Subject *s, const bool *chosen, bool utf8)
{
    int last, n = 0, left = 0;
    for (int i = 0; i < s->e.T; i = last + 1) {
        for (last = i; last + 1 < s->e.T && chosen[last + 1]; last++) {
        }
        if (!chosen[i])
            last = i;
        else if (n == PLACES)
            left += last - i + 1;
        else
            say(w, n++ ? ", " : ""), say_stretch(w, s, i, last, utf8);
    }
    if (left)
        say(w, " and %d more characters", left);
}

static void say_heads(Words *w, const Explain *e, const bool *heads)
{
    int n = 0;
    for (int k = 0; k < e->L * e->H; k++)
        if (heads[k])
            say(w, "%s%d.%d", n++ ? ", " : "heads ", k / e->H, k % e->H);
    say(w, " ablated together");
}

const char *words_edit(char *out, size_t size, const Subject *s, const ExplainEdit *d, bool utf8)
{
    Words w = { out, size, 0 };
    if (d->kind == EDIT_ABLATE && d->heads) {
        say_heads(&w, &s->e, d->heads);
        return out;
    }
    if (d->kind == EDIT_MASK && d->masked) {
        say_chosen(&w, s, d->masked, utf8);
        say(&w, " masked together");
        return out;
    }
    if (d->kind == EDIT_ABLATE) {
        say(&w, "layer %d, head %d ablated", d->layer, d->head);
        return out;
    }
    if (d->kind == EDIT_MASK) {
        say_one(&w, s, d->j, utf8);
        say(&w, " masked");
        return out;
    }
    say(&w, "layer %d, head %d, query ", d->layer, d->head);
    say_one(&w, s, d->i, utf8);
    say(&w, ", key ");
    say_one(&w, s, d->j, utf8);
    say(&w, d->kind == EDIT_SCORE ? ": score %+g" : ": weight = %g", d->by);
    return out;
}
