#include "cli/explain/words.h"
#include "cli/explain/sentence.h"

Human words_char(uint32_t c, bool utf8)
{
    Human h;
    char  name[TEXT_NAME];
    bool  word = !utf8 && (c == ' ' || c == '\n' || c == '\t');
    snprintf(h.s, sizeof h.s, word ? "%s" : "'%.28s'", word ? text_quote(c, name) : human_char(c, utf8).s);
    return h;
}

static void say_quote(Sentence *w, const Subject *s, int first, int last, bool utf8)
{
    say(w, "\"");
    for (int i = first; i <= last; i++)
        say(w, "%s", !utf8 && subject_at(s, i) == ' ' ? "_" : human_char(subject_at(s, i), utf8).s);
    say(w, "\"");
}

const char *words_quote(char *out, size_t size, const Subject *s, int first, int last, bool utf8)
{
    Sentence w = { out, size, 0 };
    say_quote(&w, s, first, last, utf8);
    return out;
}

/* Characters first..last of the prompt, in quotes, with their positions. */
static void say_stretch(Sentence *w, const Subject *s, int first, int last, bool utf8)
{
    say_quote(w, s, first, last, utf8);
    say(w, first == last ? " (%d)" : " (%d to %d)", first, last);
}

const char *words_stretch(char *out, size_t size, const Subject *s, int first, int last, bool utf8)
{
    Sentence w = { out, size, 0 };
    say_stretch(&w, s, first, last, utf8);
    return out;
}

static void say_one(Sentence *w, const Subject *s, int i, bool utf8)
{
    say(w, "%s (%d)", words_char(subject_at(s, i), utf8).s, i);
}

enum { PLACES = 6 };                     /* edited places named in a sentence */

const char *words_step(char *out, size_t size, const Subject *s, ExplainRow at, bool utf8)
{
    Sentence      w = { out, size, 0 };
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
    Sentence w = { out, size, 0 };
    double   push = explain_trace_push(&s->e, s->at), most = explain_trace_push(&s->e, largest);
    if (s->chosen)
        say(&w, "Shown because this head's row %d gets the largest push: sum of |ds| = %.3g", s->at.row, push);
    else
        say(&w, "The row requested: sum of |ds| = %.3g", push);
    if (most > push)
        say(&w, ". The largest anywhere is %.3g: --at %d.%d.%d", most, largest.layer, largest.head, largest.row);
    return out;
}

/* The stretches of chosen characters: ""thumb" (18 to 22) and "car" (30 to 32)". */
static void say_chosen(Sentence *w, const Subject *s, const bool *chosen, bool utf8)
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

static void say_heads(Sentence *w, const Explain *e, const bool *heads)
{
    int n = 0;
    for (int k = 0; k < e->L * e->H; k++)
        if (heads[k])
            say(w, "%s%d.%d", n++ ? ", " : "heads ", k / e->H, k % e->H);
    say(w, " ablated together");
}

const char *words_edit(char *out, size_t size, const Subject *s, const ExplainEdit *d, bool utf8)
{
    Sentence w = { out, size, 0 };
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
