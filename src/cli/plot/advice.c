#include "cli/plot/advice.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct Advice {
    const char *flags, *words;
} Advice;

static Advice advice_on(const Verdict *v)
{
    static const Advice rate = { "a lower --lr", "a lower learning rate" };
    static const Advice dropout = { "more text, or a higher --dropout", "more text, or more dropout" };
    static const Advice longer = { "training longer", "training longer" };
    switch (v->kind) {
    case VERDICT_NOT_FINITE: return (Advice){ "a lower --lr, or --clip 1",
                                              "a lower learning rate, or clipped gradients" };
    case VERDICT_RISING:
    case VERDICT_DIVERGED: return rate;
    case VERDICT_WORSE: return isfinite(v->train) ? rate : (Advice){ "fewer steps", "stopping there" };
    case VERDICT_NO_RATE: return (Advice){ "a larger --lr", "a larger learning rate" };
    case VERDICT_OVERFITTING: return (Advice){ "fewer steps, more text, or a higher --dropout",
                                               "stopping there, more text, or more dropout" };
    case VERDICT_OTHER_TEXT: return (Advice){ "a text whose end (--val-frac) is like the rest",
                                              "validation text of the same kind" };
    case VERDICT_LEVEL: return v->overfit ? dropout : (Advice){ "a larger model rather than more steps",
                                                                "a larger model rather than more steps" };
    case VERDICT_EARLY: return v->overfit ? dropout : v->unbeaten ? longer : (Advice){ NULL, NULL };
    case VERDICT_FALLING: return v->overfit ? dropout : longer;
    default: return (Advice){ NULL, NULL };
    }
}

void plot_advise(Verdict *v, const Run *r)
{
    Advice a = advice_on(v);
    size_t at = strlen(v->text);
    if (a.flags)
        snprintf(v->text + at, sizeof v->text - at, ". What helps: %s", r->ours ? a.flags : a.words);
}
