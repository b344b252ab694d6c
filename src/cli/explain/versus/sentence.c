#include "base/human.h"
#include "cli/explain/sentence.h"
#include "cli/explain/versus/versus.h"
#include "cli/explain/words.h"
#include "text/letters.h"
#include <math.h>
#include <string.h>

/* A contrast in words. */
typedef struct Say {
    Sentence        w;
    const Contrast *c;
    bool            utf8;
} Say;

static uint32_t char_at(const Contrast *c, const int *ids, int i) { return subject_char(c->s, ids[i]); }

/* Leaves out the white space around first..end-1. */
static void trim(const Contrast *c, const int *ids, int *first, int *end)
{
    while (*first < *end && char_at(c, ids, *first) == ' ')
        (*first)++;
    while (*end > *first && char_at(c, ids, *end - 1) == ' ')
        (*end)--;
}

/* Characters first..end-1 without white space around them; the middle of a long stretch left out. */
static void say_stretch(Say *w, const int *ids, int first, int end)
{
    enum { LONG = 40, KEEP = 16 };
    trim(w->c, ids, &first, &end);
    for (int i = first; i < end; i++) {
        uint32_t x = char_at(w->c, ids, i);
        if (end - first > LONG && i == first + KEEP) {
            say(&w->w, "%s", w->utf8 ? "…" : "...");
            i = end - KEEP;
        } else {
            say(&w->w, "%s", x == ' ' ? " " : human_char(x, w->utf8).s);
        }
    }
}

static bool blank(const Contrast *c, const int *ids, int first, int end)
{
    for (int i = first; i < end; i++)
        if (char_at(c, ids, i) != ' ')
            return false;
    return true;
}

/* A single word as it is, everything else in quotes. */
static void say_quoted(Say *w, const int *ids, int first, int end)
{
    bool plain = true;
    trim(w->c, ids, &first, &end);
    for (int i = first; i < end; i++)
        plain = plain && letter_in_word(char_at(w->c, ids, i));
    say(&w->w, plain ? "" : "'");
    say_stretch(w, ids, first, end);
    say(&w->w, plain ? "" : "'");
}

static void say_words(Say *w, bool of_b)
{
    const Versus *v = &w->c->v;
    const int    *ids = of_b ? v->ids_b : w->c->s->e.ids;
    const char   *comma = "";
    for (int k = 0; k < v->n_spans; k++) {
        const AlignSpan *x = &v->spans[k];
        int first = of_b ? x->b : x->a, end = of_b ? x->b_end : x->a_end;
        if (first == end)
            continue;
        say(&w->w, "%s", comma);
        if (blank(w->c, ids, first, end))
            say(&w->w, end - first == 1 ? "a space" : "%d spaces", end - first);
        else
            say_quoted(w, ids, first, end);
        comma = ", ";
    }
}

const char *contrast_words(char *out, size_t size, const Contrast *c, bool of_b, bool utf8)
{
    Say w = { { out, size, 0 }, c, utf8 };
    out[0] = '\0';
    say_words(&w, of_b);
    return out;
}

/* A letter or digit as it is, others quoted. */
static void say_answer(Say *w, int k)
{
    uint32_t c = subject_char(w->c->s, w->c->v.answer[k]);
    say(&w->w, "%s", letter_in_word(c) ? human_char(c, w->utf8).s : words_char(c, w->utf8).s);
}

static void say_outcome(Say *w, int prompt, int k)
{
    say_answer(w, k);
    say(&w->w, " %.1f %%", 100 * w->c->v.p[prompt][k]);
}

/* "thumb -> d 99.9 %; car instead -> a 99.7 %" */
static void say_both(Say *w)
{
    enum { MOST = 60 };                     /* columns of both; else the prompts are named, which show them */
    char a[256], b[256];
    const Versus *v = &w->c->v;
    contrast_words(a, sizeof a, w->c, false, w->utf8);
    contrast_words(b, sizeof b, w->c, true, w->utf8);
    bool both = strlen(a) + strlen(b) <= MOST;
    say(&w->w, !both ? "A -> " : *a ? "%s -> " : "without %s -> ", *a ? a : b);
    say_outcome(w, 0, 0);
    say(&w->w, "; ");
    say(&w->w, !both ? "B -> " : !*a ? "with it -> " : !*b ? "without it -> " : "%s instead -> ", b);
    say_outcome(w, 1, v->same ? 0 : 1);
    if (v->same) {
        say(&w->w, ", the same answer; its log-odds against ");
        say_answer(w, 1);
        say(&w->w, " are %.2f and %.2f", v->odds[0], v->odds[1]);
    }
    say(&w->w, "; ");
}

/* For "%.0f %%", which would print -0. */
static double percent(double x) { return fabs(x) < 0.005 ? 0 : 100 * x; }

static void say_head(Say *w, int head) { say(&w->w, "layer %d head %d", head / w->c->v.e->H, head % w->c->v.e->H); }

/* "'thumb'", "'port' in B" */
static void say_word(Say *w, const VersusReading *r)
{
    say(&w->w, "'");
    if (r->in_b)
        say_stretch(w, w->c->v.ids_b, r->first_b, r->end_b);
    else
        say_stretch(w, w->c->s->e.ids, r->first, r->end);
    say(&w->w, r->in_b ? "' in B" : "'");
    if (r->after > 0)
        say(&w->w, " and the %d characters after it", r->after);
}

/* Whether the sentence names what the head reads: the control confirms it, and it is no half of a prompt. */
static bool names_word(const Contrast *c, const VersusHead *h)
{
    enum { LONGEST = 24 };
    const VersusReading *r = &h->reading;
    int length = r->in_b ? r->end_b - r->first_b : r->end - r->first;
    return r->survives && length <= LONGEST && c->v.verdict != VERSUS_SPREAD;
}

/* "layer 2 head 3 reading 'thumb'" */
static void say_reader(Say *w, const VersusHead *h)
{
    say_head(w, h->head);
    if (!names_word(w->c, h))
        return;
    say(&w->w, " reading ");
    say_word(w, &h->reading);
}

const char *contrast_control(char *out, size_t size, const Contrast *c, bool utf8)
{
    Say w = { { out, size, 0 }, c, utf8 };
    for (int k = 0; k < c->v.n_set; k++) {
        const VersusReading *r = &c->v.set[k].reading;
        if (!names_word(c, &c->v.set[k]))
            continue;
        say(&w.w, "With ");
        say_word(&w, r);
        say(&w.w, " masked for ");
        say_head(&w, c->v.set[k].head);
        say(&w.w, " its patch moves %.0f %%, not %.0f %%.", percent(r->masked), percent(r->unmasked));
        return out;
    }
    return NULL;
}

static VersusEffect alone(const Say *w, int k) { return w->c->v.heads[w->c->v.set[k].head]; }

/* The other heads that do it alone, after the one of VERSUS_ONE: a chain, one after the other. */
static void say_others(Say *w)
{
    const Versus *v = &w->c->v;
    int n = 0;
    for (int h = 0; h < v->e->L * v->e->H; h++) {
        VersusEffect x = v->heads[h];
        if (h == v->set[0].head || !(x.into_a >= VERSUS_SHARE && x.into_b >= VERSUS_SHARE))
            continue;
        say(&w->w, n++ ? ", " : ". So does ");
        say_head(w, h);
        say(&w->w, " (%.0f %% and %.0f %%)", percent(x.into_a), percent(x.into_b));
    }
}

static void say_one(Say *w)
{
    say_reader(w, &w->c->v.set[0]);
    say(&w->w, " carries it (patched alone: %.0f %% of the difference; from A into B %.0f %%)",
        percent(alone(w, 0).into_a),
        percent(alone(w, 0).into_b));
    say_others(w);
}

static void say_needed(Say *w)
{
    say_reader(w, &w->c->v.set[0]);
    say(&w->w, " is needed for it (patched alone: %.0f %% of the difference) but not enough (from A into B only "
        "%.0f %%)",
        percent(alone(w, 0).into_a), percent(alone(w, 0).into_b));
}

static void say_set(Say *w)
{
    int n = w->c->v.n_set;
    for (int k = 0; k < n; k++) {
        say(&w->w, "%s", k == 0 ? "" : k + 1 < n ? ", " : " and ");
        say_reader(w, &w->c->v.set[k]);
    }
}

/* The set's effects alone, " 4 % and 9 %". */
static void say_alone(Say *w, bool into_b)
{
    int n = w->c->v.n_set;
    for (int k = 0; k < n; k++)
        say(&w->w, "%s%.0f %%", k == 0 ? " " : k + 1 < n ? ", " : " and ",
            percent(into_b ? alone(w, k).into_b : alone(w, k).into_a));
}

static void say_redundant(Say *w)
{
    say_set(w);
    say(&w->w, " stand in for each other: patched alone they move");
    say_alone(w, false);
    say(&w->w, " of the difference, together %.0f %%; from A into B each suffices:", percent(w->c->v.together.into_a));
    say_alone(w, true);
}

static void say_together(Say *w)
{
    say(&w->w, "no single head carries it: ");
    say_set(w);
    say(&w->w, " move");
    say_alone(w, false);
    say(&w->w, " of the difference alone, %.0f %% together", percent(w->c->v.together.into_a));
    say(&w->w, " (from A into B %.0f %%)", percent(w->c->v.together.into_b));
}

static void say_spread(Say *w)
{
    const Versus *v = &w->c->v;
    say(&w->w, "no head carries it: ");
    say_set(w);
    say(&w->w, ", the %d that do most, move %.0f %% of the difference together (from A into B %.0f %%)", v->n_set,
        percent(v->together.into_a), percent(v->together.into_b));
    say(&w->w, ", all %d heads %.0f %%", v->e->L * v->e->H, percent(v->all_heads.into_a));
    if (v->e->ids[v->e->T - 1] != v->ids_b[v->n_b - 1])
        say(&w->w, "; the last character itself differs");
}

static void say_nothing(Say *w)
{
    const Versus *v = &w->c->v;
    say(&w->w, "no difference to explain");
    if (!v->same)
        say(&w->w, ": log-odds %.2f and %.2f", v->odds[0], v->odds[1]);
}

const char *contrast_sentence(char *out, size_t size, const Contrast *c, bool utf8)
{
    Say w = { { out, size, 0 }, c, utf8 };
    say_both(&w);
    switch (c->v.verdict) {
    case VERSUS_NOTHING: say_nothing(&w); break;
    case VERSUS_ONE: say_one(&w); break;
    case VERSUS_NEEDED: say_needed(&w); break;
    case VERSUS_REDUNDANT: say_redundant(&w); break;
    case VERSUS_TOGETHER: say_together(&w); break;
    case VERSUS_SPREAD: say_spread(&w); break;
    }
    if (!isnan(c->v.counts.into_a))
        say(&w.w, "; what counting says of the text before, patched alone, moves %.0f %% (from A into B %.0f %%)",
            percent(c->v.counts.into_a), percent(c->v.counts.into_b));
    return out;
}
