#include "base/topk.h"
#include "cli/explain/halves/halves.h"
#include "cli/explain/sentence.h"
#include "cli/explain/words.h"
#include <math.h>

bool halves_has(const Subject *s) { return s->e.trace.counts != NULL; }

/* A sentence about one subject. */
typedef struct Teller {
    Sentence             w;
    const Subject       *s;
    const ExplainCounts *x;
    bool                 utf8;
} Teller;

/* 99.7 %, and 0.003 % rather than 0.0 %. */
static void say_share(Teller *t, double p) { say(&t->w, 100 * p < 0.95 ? "%.1g %%" : "%.1f %%", 100 * p); }

static void say_char(Teller *t, int c) { say(&t->w, "%s", words_char(subject_char(t->s, c), t->utf8).s); }

static const char *half_name(int way) { return way == COUNTS_OWN ? "attention and MLPs" : "the counts"; }

static int other_half(int way) { return COUNTS_OWN + COUNTS_GAINED - way; }

/* --- What counting alone gives --- */

static void say_known(Teller *t)
{
    const ExplainCounts *x = t->x;
    char text[200];
    int  last = t->s->e.T - 1;
    say(&t->w, "Counting alone (n-grams of the training text, which ");
    if (x->known == 0)
        say(&t->w, "lacks %s) ", words_char(subject_at(t->s, last), t->utf8).s);
    else
        say(&t->w, "has %s %zu time%s) ", words_quote(text, sizeof text, t->s, last - x->known + 1, last, t->utf8),
            x->times, x->times == 1 ? "" : "s");
}

/* ", all others 50.4 % ('c' 25.1 %)": the latter where that is likelier than the two */
static void say_others(Teller *t, int way)
{
    const double *p = t->x->p[way];
    int           first = 0;
    if (t->x->others[way] < COUNTS_NONE)
        return;
    say(&t->w, ", all others ");
    say_share(t, t->x->others[way]);
    topk(p, t->s->e.V, 1, false, &first);
    if (first != t->x->answer && (first != t->x->rival || t->x->lone)) {
        say(&t->w, " (");
        say_char(t, first);
        say(&t->w, " ");
        say_share(t, p[first]);
        say(&t->w, ")");
    }
}

static void say_counting(Teller *t)
{
    const ExplainCounts *x = t->x;
    bool only = x->others[COUNTS_ALONE] < COUNTS_NONE;
    say_known(t);
    say(&t->w, only ? "leaves only " : "gives ");
    say_char(t, x->answer);
    if (!x->lone || !only)
        say(&t->w, " "), say_share(t, x->p[COUNTS_ALONE][x->answer]);
    if (!x->lone) {
        say(&t->w, only ? " and " : ", ");
        say_char(t, x->rival);
        say(&t->w, " ");
        say_share(t, x->p[COUNTS_ALONE][x->rival]);
    }
    say_others(t, COUNTS_ALONE);
    say(&t->w, ".");
}

/* --- Who decides between the two --- */

/* " for 'd'": the character that a half prefers. */
static void say_side(Teller *t, int way)
{
    double odds = t->x->odds[way];
    if (fabs(odds) < 0.05)
        return;
    say(&t->w, " for ");
    say_char(t, odds > 0 ? t->x->answer : t->x->rival);
}

/* "57.1 % to 42.9 %" */
static void say_pair(Teller *t, int way)
{
    say_share(t, t->x->p[way][t->x->answer]);
    say(&t->w, " to ");
    say_share(t, t->x->p[way][t->x->rival]);
}

/* One half decides; the other is even, agrees, or is overruled. */
static void say_decides(Teller *t, int way)
{
    const double *odds = t->x->odds;
    int           rest = other_half(way);
    bool          gains = way == COUNTS_OWN && odds[rest] >= COUNTS_LEAST, against = odds[rest] <= -COUNTS_LEAST;
    say(&t->w, " Between the two, %s %s%s: %.1f nats", half_name(way), against ? "overrule " : "decide",
        against ? half_name(rest) : "", odds[way]);
    say_side(t, way);
    say(&t->w, ", %s %.1f", half_name(rest), fabs(odds[rest]));
    if (odds[rest] < 0)
        say_side(t, rest);
    say(&t->w, gains ? "; counting alone has " : "; without %s it is ", way == COUNTS_OWN ? "them" : "counts");
    say_pair(t, gains ? COUNTS_ALONE : rest);
    say(&t->w, ".");
}

/* Neither half decides, or either. */
static void say_both(Teller *t)
{
    const ExplainCounts *x = t->x;
    bool gains = x->verdict == COUNTS_TOGETHER && x->odds[COUNTS_GAINED] >= COUNTS_LEAST;
    if (x->odds[COUNTS_WHOLE] < COUNTS_LEAST)
        say(&t->w, " The two are nearly even: ");
    else if (gains)
        say(&t->w, " Between the two, counts decide only with the gains that the layers give them: ");
    else
        say(&t->w, " Between the two, %s half alone decides: ", x->verdict == COUNTS_EITHER ? "either" : "neither");
    say(&t->w, "the counts %.1f nats", fabs(x->odds[COUNTS_GAINED]));
    say_side(t, COUNTS_GAINED);
    say(&t->w, ", attention and MLPs %.1f", fabs(x->odds[COUNTS_OWN]));
    say_side(t, COUNTS_OWN);
    say(&t->w, ".");
}

static void say_between(Teller *t)
{
    if (t->x->verdict == COUNTS_ATTENTION)
        say_decides(t, COUNTS_OWN);
    else if (t->x->verdict == COUNTS_COUNTING)
        say_decides(t, COUNTS_GAINED);
    else
        say_both(t);
}

/* --- Who excludes the others --- */

static void say_excludes(Teller *t)
{
    const ExplainCounts *x = t->x;
    int way = x->excludes == COUNTS_ATTENTION ? COUNTS_OWN : COUNTS_GAINED;
    if (x->excludes == COUNTS_COUNTING || x->excludes == COUNTS_ATTENTION) {
        say(&t->w, " Only %s exclude all others, which without them have ", half_name(way));
        say_share(t, x->others[other_half(way)]);
    } else if (x->excludes == COUNTS_TOGETHER) {
        say(&t->w, " Only both together exclude all others, which have ");
        say_share(t, x->others[COUNTS_OWN]);
        say(&t->w, " without the counts, ");
        say_share(t, x->others[COUNTS_GAINED]);
        say(&t->w, " without attention and MLPs");
    } else {
        return;
    }
    say(&t->w, ".");
}

/* --- All of it --- */

/* A character without a rival: what each half gives it. */
static void say_lone(Teller *t)
{
    static const char *const alone[] = {
        [COUNTS_EITHER] = ": either half alone decides", [COUNTS_ATTENTION] = ": attention and MLPs decide",
        [COUNTS_COUNTING] = ": the counts decide", [COUNTS_TOGETHER] = ": neither half alone decides",
        [COUNTS_UNCLEAR] = "" };
    int answer = t->x->answer;
    say(&t->w, " Without the counts ");
    say_char(t, answer);
    say(&t->w, " has ");
    say_share(t, t->x->p[COUNTS_OWN][answer]);
    say(&t->w, ", without attention and MLPs ");
    say_share(t, t->x->p[COUNTS_GAINED][answer]);
    say(&t->w, "%s.", alone[t->x->excludes]);
}

const char *halves_say(char *out, size_t size, const Subject *s, const ExplainCounts *x, bool utf8)
{
    Teller t = { { out, size, 0 }, s, x, utf8 };
    say_counting(&t);
    if (x->lone) {
        say_lone(&t);
        return out;
    }
    say_between(&t);
    say_excludes(&t);
    return out;
}
