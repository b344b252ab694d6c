#include "cli/explain/halves/halves.h"
#include "cli/explain/sentence.h"
#include "cli/explain/words.h"

bool halves_has(const Subject *s) { return s->e.trace.counts != NULL; }

/* 99.7 %, and 0.003 % rather than 0.0 %. */
static void share(Sentence *w, double p) { say(w, 100 * p < 9.95 ? "%.2g %%" : "%.3g %%", 100 * p); }

static void say_known(Sentence *w, const Subject *s, const ExplainCounts *x, bool utf8)
{
    char text[200];
    int  last = s->e.T - 1;
    if (x->known == 0)
        say(w, " (its text lacks %s)", words_char(subject_at(s, last), utf8).s);
    else
        say(w, " (its text has %s %zu time%s)", words_stretch(text, sizeof text, s, last - x->known + 1, last, utf8),
            x->times, x->times == 1 ? "" : "s");
}

/* What each half has in the lead of the likeliest character over the second. */
static void say_lead(Sentence *w, const Subject *s, const ExplainCounts *x, bool utf8)
{
    if (x->rival < 0)
        return;
    double counts = x->by_counts[x->answer] - x->by_counts[x->rival];
    double model = x->by_model[x->answer] - x->by_model[x->rival];
    say(w, " Of the lead of %s", words_char(subject_char(s, x->answer), utf8).s);
    say(w, " over %s, %.2f nats%s, the counts give %.2f, attention and MLPs %.2f.",
        words_char(subject_char(s, x->rival), utf8).s, counts + model,
        s->e.g->config.soft_cap > 0 ? " before soft capping" : "", counts, model);
}

const char *halves_say(char *out, size_t size, const Subject *s, const ExplainCounts *x, bool utf8)
{
    static const char *const alone[] = { "either half alone decides the same", "attention and MLPs decide",
                                         "the counts decide", "neither half decides alone" };
    Sentence w = { out, size, 0 };
    int      target = s->e.target;
    say(&w, "Counting alone gives %s ", words_char(subject_char(s, target), utf8).s);
    share(&w, x->p[COUNTS_ALONE][target]);
    say_known(&w, s, x, utf8);
    say(&w, "; attention and MLPs make it ");
    share(&w, x->p[COUNTS_WHOLE][target]);
    say(&w, ". Without the counts they give ");
    share(&w, x->p[COUNTS_OWN][target]);
    say(&w, ", the counts without them ");
    share(&w, x->p[COUNTS_GAINED][target]);
    if (x->answer == target)
        say(&w, ": %s.", alone[x->verdict]);
    else
        say(&w, ". The likeliest is %s: %s.", words_char(subject_char(s, x->answer), utf8).s, alone[x->verdict]);
    say_lead(&w, s, x, utf8);
    return out;
}
