#include "base/topk.h"
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

const char *halves_say(char *out, size_t size, const Subject *s, const ExplainCounts *x, bool utf8)
{
    static const char *const alone[] = { "either half alone answers the same", "attention and MLPs decide",
                                         "the counts decide", "neither half alone answers so" };
    Sentence w = { out, size, 0 };
    int      best = 0, target = s->e.target;
    topk(x->p[COUNTS_WHOLE], s->e.V, 1, false, &best);
    say(&w, "Counting alone gives %s ", words_char(subject_char(s, target), utf8).s);
    share(&w, x->p[COUNTS_ALONE][target]);
    say_known(&w, s, x, utf8);
    say(&w, "; attention and MLPs make it ");
    share(&w, x->p[COUNTS_WHOLE][target]);
    say(&w, ". Without the counts they give ");
    share(&w, x->p[COUNTS_OWN][target]);
    say(&w, ", the counts without them ");
    share(&w, x->p[COUNTS_GAINED][target]);
    if (best == target)
        say(&w, ": %s.", alone[x->verdict]);
    else
        say(&w, ". The likeliest is %s: %s.", words_char(subject_char(s, best), utf8).s, alone[x->verdict]);
    return out;
}
