#include "cli/explain/sentence.h"
#include "cli/explain/words.h"
#include "text/counting/prior.h"
#include "text/letters.h"
#include <math.h>
#include <string.h>

enum { LISTED = 6, BRIEF = 2 };             /* names in a list, before "and N more" */

/* A subject's measures, in words. */
typedef struct Teller {
    Sentence            w;
    const Subject      *s;
    const ExplainCause *c;
    size_t              room;               /* as in words_cause                                     */
    bool                cut;                /* something was left out                                */
    bool                utf8;
    int                 lead;               /* the side of the likelier answer: +1 the target, -1 the rival */
    int                 needed;             /* the unit that is named as needed, or -1               */
} Teller;

/* A word in double quotes, a character in single ones, with its positions. */
static void say_span(Teller *t, int unit)
{
    CauseSpan u = t->c->units[unit].at;
    if (!u.word) {
        say(&t->w, "%s (%d)", words_char(subject_at(t->s, u.first), t->utf8).s, u.first);
        return;
    }
    say(&t->w, "\"");
    for (int i = u.first; i <= u.last; i++)
        say(&t->w, "%s", human_char(subject_at(t->s, i), t->utf8).s);
    say(&t->w, u.first == u.last ? "\" (%d)" : "\" (%d to %d)", u.first, u.last);
}

/* "'d' (99.8 %)": the target, or the rival, in the unchanged prompt. */
static void say_answer(Teller *t, bool target)
{
    const ExplainCause *c = t->c;
    say(&t->w, "%s (%.1f %%)", words_char(subject_char(t->s, target ? c->target : c->rival), t->utf8).s,
        100 * (target ? c->now.p : c->now.rival));
}

/* Unit number n, counted from 0, with that role and side; -1 if there are not so many. */
static int found(const Teller *t, CauseRole role, int side, int n)
{
    for (int f = 0; f < t->c->n_found; f++)
        if (t->c->found[f].role == (int)role && t->c->found[f].side == side && n-- == 0)
            return t->c->found[f].unit;
    return -1;
}

static int count(const Teller *t, CauseRole role, int side)
{
    int n = 0;
    while (found(t, role, side, n) >= 0)
        n++;
    return n;
}

/* Whether the prompt ends with it. */
static bool ends(const Teller *t, int unit) { return t->c->units[unit].at.last == t->s->e.T - 1; }

static bool said_already(const Teller *t, int unit) { return ends(t, unit) || unit == t->needed; }

/* All with that role and side from number `from` on, "A, B and C"; of CAUSE_LIMITS without those that end the
 * prompt and the one named before. */
static void say_list(Teller *t, CauseRole role, int side, int from, const char *before)
{
    int n = count(t, role, side), left = n - from, said = 0;
    for (int k = from; k < n; k++)
        left -= role == CAUSE_LIMITS && said_already(t, found(t, role, side, k));
    for (int k = from; k < n && said < (t->room ? BRIEF : LISTED); k++) {
        int unit = found(t, role, side, k);
        if (role == CAUSE_LIMITS && said_already(t, unit))
            continue;
        say(&t->w, "%s", said == 0 ? before : said + 1 < left ? ", " : " and ");
        say_span(t, unit);
        said++;
    }
    if (left > said)
        say(&t->w, " and %d more", left - said);
}

/* " 54.9 %"; where third answers matter, with the rival's: " 4.0 % to 9.0 %". */
static void say_share(Teller *t, CauseTrial x)
{
    say(&t->w, " %.1f %%", 100 * x.p);
    if (t->c->now.p + t->c->now.rival < 0.9)
        say(&t->w, " to %.1f %%", 100 * x.rival);
}

/* Is the end of the unit among the characters that the longest counts look at? A mask hides it from attention only. */
static bool counted(const Teller *t, int unit)
{
    const Explain *e = &t->s->e;
    return e->g->config.counts &&
           t->c->units[unit].at.last >= e->T - prior_context(e->g->prior, PRIOR_CONTEXTS - 1);
}

/* ": with it deleted, 'd' has 54.9 %; replaced, 36.2 %; masked, 53.9 %" */
static void say_changes(Teller *t, int unit)
{
    const ExplainCause *c = t->c;
    const CauseUnit    *u = &c->units[unit];
    say(&t->w, ": with it deleted, %s", words_char(subject_char(t->s, c->target), t->utf8).s);
    say(&t->w, " has");
    say_share(t, u->deleted);
    if (c->now.p + c->now.rival < 0.9)
        say(&t->w, " for %s", words_char(subject_char(t->s, c->rival), t->utf8).s);
    say(&t->w, "; replaced,");
    say_share(t, u->replaced);
    if (!isnan(u->masked.p)) {
        say(&t->w, counted(t, unit) ? "; masked (still counted)," : "; masked,");
        say_share(t, u->masked);
    }
}

/* Whether two probabilities look alike in the digits of a sentence. */
static bool alike(double p, double q) { return fabs(round(1000 * p) - round(1000 * q)) < 0.5; }

/* The unit that comes closest to deciding, if the digits show its effect; else -1. */
static int closest(const Teller *t)
{
    int unit = fabs(t->c->now.odds) < CAUSE_LEAST ? -1 : t->c->closest;
    const CauseUnit *u = unit < 0 ? NULL : &t->c->units[unit];
    return u && !alike(u->deleted.p, t->c->now.p) && !alike(u->replaced.p, t->c->now.p) ? unit : -1;
}

/* What the likelier answer keeps of its probability, at most, with the unit deleted or replaced. */
static double kept(const Teller *t, int unit)
{
    const CauseUnit *u = &t->c->units[unit];
    return t->lead > 0 ? fmax(u->deleted.p, u->replaced.p) : fmax(u->deleted.rival, u->replaced.rival);
}

/* Of the earlier words without which a third answer comes, the one that the likelier answer needs most; else -1. */
static int needed(const Teller *t)
{
    int best = -1;
    for (int k = 0, unit; (unit = found(t, CAUSE_LIMITS, t->lead, k)) >= 0; k++)
        if (!ends(t, unit) && t->c->units[unit].at.word && (best < 0 || kept(t, unit) < kept(t, best)))
            best = unit;
    return best;
}

/* "decides between 'd' (99.8 %) and 'a' (0.2 %)" */
static void say_decides(Teller *t)
{
    bool near = fabs(t->c->now.odds) < CAUSE_LEAST;
    if (near) {
        say(&t->w, "tips the balance");
        return;
    }
    say(&t->w, t->lead > 0 ? "decides between " : "decides that ");
    say_answer(t, t->lead > 0);
    say(&t->w, t->lead > 0 ? " and " : " beats ");
    say_answer(t, t->lead < 0);
}

/* "No earlier word decides between …" */
static void say_none(Teller *t)
{
    const ExplainCause *c = t->c;
    if (c->words_tried < c->words)
        say(&t->w, "None of the words tried ");
    else
        say(&t->w, "No earlier %s ", c->words > c->units[c->last].at.word ? "word" : "character");
    say_decides(t);
}

/* Takes a part back if there is no room for it. */
static void fit(Teller *t, void part(Teller *t))
{
    size_t before = t->w.len;
    part(t);
    if (t->room && t->w.len > before && t->w.len + strlen(" More: --cause.") > t->room) {
        t->w.out[t->w.len = before] = '\0';
        t->cut = true;
    }
}

/* What comes nearest to a cause where nothing decides: a word that is needed, or that comes closest. */
static void say_nearest(Teller *t)
{
    int needs = needed(t), unit = needs >= 0 ? needs : closest(t);
    if (unit < 0)
        return;
    say(&t->w, needs >= 0 ? ", but " : "; ");
    say_span(t, unit);
    say(&t->w, needs >= 0 ? " is needed" : " comes closest");
    say_changes(t, unit);
    t->needed = needs;
}

/* The likelier answer's causes, or that there are none and what comes nearest. */
static void say_causes(Teller *t)
{
    int unit = found(t, CAUSE_DECIDES, t->lead, 0), support = found(t, CAUSE_SUPPORTS, t->lead, 0);
    if (unit >= 0) {
        say_span(t, unit);
        say(&t->w, " ");
        say_decides(t);
        say_changes(t, unit);
    } else {
        say_none(t);
        if (support >= 0) {
            say(&t->w, "; ");
            say_span(t, support);
            say(&t->w, " does most");
            say_changes(t, support);
        } else {
            size_t before = t->w.len;
            fit(t, say_nearest);
            t->needed = t->w.len > before ? t->needed : -1;
        }
    }
    say(&t->w, ".");
    int more = count(t, CAUSE_DECIDES, t->lead) - 1;
    if (more > 0) {
        say_list(t, CAUSE_DECIDES, t->lead, 1, more > 1 ? " So do " : " So does ");
        say(&t->w, more > 1 ? ", each by itself." : ", by itself.");
    }
}

/* Whether the less likely answer is as good as impossible, so that only one is left. */
static bool lone(const Teller *t) { return alike(fmin(t->c->now.p, t->c->now.rival), 0); }

/* "leave these two: with them deleted, both together have 0.0 %" */
static void say_left(Teller *t, const CauseUnit *u, const char *plural, const char *it)
{
    const ExplainCause *c = t->c;
    Human  likely = words_char(subject_char(t->s, t->lead > 0 ? c->target : c->rival), t->utf8);
    double now = c->now.p + c->now.rival, then = u->deleted.p + u->deleted.rival;
    if (now < 0.5)
        say(&t->w, " limit%s what can come: with %s deleted, ", plural, it);
    else
        say(&t->w, " leave%s %s: with %s deleted, ", plural, lone(t) ? likely.s : "these two", it);
    if (then >= now / 2)
        say(&t->w, "another answer leads with %.1f %%.", 100 * u->deleted.p * exp(-u->deleted.margin));
    else if (now >= 0.5 && lone(t))
        say(&t->w, "%s has %.1f %%.", likely.s, 100 * (t->lead > 0 ? u->deleted.p : u->deleted.rival));
    else
        say(&t->w, "both together have %.1f %%.", 100 * then);
}

/* "The last letters "gar" (43 to 45) leave …" */
static void say_end(Teller *t, int unit)
{
    const CauseUnit *u = &t->c->units[unit];
    bool letters = true, many = u->at.first < u->at.last;
    for (int i = u->at.first; i <= u->at.last; i++)
        letters = letters && letter_kind(subject_at(t->s, i)) > LETTER_DIGIT;
    say(&t->w, " The last %s%s ", letters ? "letter" : "character", many ? "s" : "");
    say_span(t, unit);
    say_left(t, u, many ? "" : "s", many ? "them" : "it");
}

/* The unit that ends the prompt, a word or a character, if no third answer comes because of it. */
static void say_limits(Teller *t)
{
    for (int k = 0, unit; (unit = found(t, CAUSE_LIMITS, t->lead, k)) >= 0; k++)
        if (ends(t, unit)) {
            say_end(t, unit);
            return;
        }
}

/* What else the two answers need. */
static void say_needs(Teller *t)
{
    int n = count(t, CAUSE_LIMITS, t->lead), others = n;
    for (int k = 0; k < n; k++)
        others -= said_already(t, found(t, CAUSE_LIMITS, t->lead, k));
    if (others == 0)
        return;
    say_list(t, CAUSE_LIMITS, t->lead, 0, others < n ? " Also needed: " : " Needed too: ");
    say(&t->w, ".");
}

/* Words that change the answer, though not by much. */
static void say_tips(Teller *t)
{
    int n = count(t, CAUSE_TIPS, t->lead);
    if (n == 0)
        return;
    say_list(t, CAUSE_TIPS, t->lead, 0, " ");
    say(&t->w, n > 1 ? " change the answer only narrowly." : " changes the answer only narrowly.");
}

/* What is for the less likely answer, and what the measures disagree on. */
static void say_others(Teller *t)
{
    int less = t->lead > 0 ? t->c->rival : t->c->target, disputed = found(t, CAUSE_DISPUTED, t->lead, 0);
    int n = count(t, CAUSE_SUPPORTS, -t->lead);
    if (n > 0) {
        say_list(t, CAUSE_SUPPORTS, -t->lead, 0, " ");
        say(&t->w, n > 1 ? " favour %s." : " favours %s.", words_char(subject_char(t->s, less), t->utf8).s);
    }
    if (disputed >= 0) {
        say(&t->w, " The measures disagree on ");
        say_span(t, disputed);
        say_changes(t, disputed);
        say(&t->w, "; integrated gradients, %+.2f nats", t->c->units[disputed].integrated);
        say_list(t, CAUSE_DISPUTED, t->lead, 1, "; and on ");
        say(&t->w, ".");
    }
}

/* A large model: not everything was tried. */
static void say_tried(Teller *t)
{
    const ExplainCause *c = t->c;
    if (c->tried < c->n)
        say(&t->w, " Tried, because the model is large: %d of %d words, %d of %d characters.", c->words_tried, c->words,
            c->tried - c->words_tried, c->n - c->words);
}

static void say_all(Teller *t)
{
    if (fabs(t->c->now.odds) < CAUSE_LEAST) {
        say_answer(t, true);
        say(&t->w, " and ");
        say_answer(t, false);
        say(&t->w, " are nearly even. ");
    }
    say_causes(t);
    fit(t, say_limits);
    fit(t, say_tips);
    fit(t, say_needs);
    fit(t, say_others);
    fit(t, say_tried);
    say(&t->w, t->cut ? " More: --cause." : "");
}

/* There is nothing to compare: one character of context, or of the vocabulary. */
static void say_alone(Teller *t)
{
    if (t->c->rival < 0) {
        say(&t->w, "%s is the only character in the vocabulary: there is no other answer.",
            words_char(subject_char(t->s, t->c->target), t->utf8).s);
        return;
    }
    say_answer(t, true);
    say(&t->w, " has one character of context, %s: there is no other to change.",
        words_char(subject_at(t->s, 0), t->utf8).s);
}

const char *words_cause(char *out, size_t size, const Subject *s, const ExplainCause *c, size_t room, bool utf8)
{
    Teller t = { { out, size, 0 }, s, c, 0, false, utf8, c->now.odds < 0 ? -1 : 1, -1 };
    if (c->rival < 0 || s->e.T == 1) {
        say_alone(&t);
        return out;
    }
    say_all(&t);
    if (room && t.w.len > room) {
        t.w.len = 0;
        t.room = room;
        say_all(&t);
    }
    return out;
}
