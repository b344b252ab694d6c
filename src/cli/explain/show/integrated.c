#include "cli/explain/show/show.h"
#include "explain/attribution.h"
#include <math.h>

enum { POINTS = 32 };                       /* of the integral */

static bool shown(const double *x, int n, int i, int most)
{
    int before = 0;
    for (int k = 0; k < n; k++)
        before += fabs(x[k]) > fabs(x[i]) || (fabs(x[k]) == fabs(x[i]) && k < i);
    return before < most;
}

static void effect_rows(const Term *t, const Subject *s, const double *given, const double *deleted,
                        const double *masked)
{
    fprintf(t->file, "  %-12s %14s %14s %14s\n", "character", "given", "deleted", "hidden");
    for (int i = 0; i < s->e.T; i++)
        if (shown(given, s->e.T, i, SCREEN_ROWS))
            fprintf(t->file, "  %s %14.6f %14.6f %14.6f\n", screen_place(t, s, i, 12).s, given[i], deleted[i],
                    masked[i]);
    if (s->e.T > SCREEN_ROWS)
        fprintf(t->file, "  showing %d of %d characters, those that gave most\n", SCREEN_ROWS, s->e.T);
}

bool show_integrated(const Term *t, Subject *s)
{
    ExplainIntegrated x;
    double *both = explain_alloc(&s->e, 2 * (size_t)s->e.T, sizeof *both);
    if (!both || !explain_attribution_integrated(&s->e, POINTS, &x) || !explain_attribution_deletions(&s->e, both) ||
        !explain_edit_masks(&s->e, both + s->e.T))
        return false;
    screen_heading(t, "What each character gave, in nats of log p(target)");
    effect_rows(t, s, x.given, both, both + s->e.T);
    fprintf(t->file,
            "  given    integrated gradients over its embedding, from a baseline where every\n"
            "           character is the mean of all embeddings (%d points): > 0 helped\n",
            x.points);
    fprintf(t->file, "  deleted  how the loss changes without it in the prompt: > 0, it was needed\n"
                     "  hidden   how the loss changes when nobody behind it may look at it\n"
                     "  All given add up to %.6f. From the baseline log p rises by %.6f:\n"
                     "  error of completeness %.1e.\n", x.sum, x.expected, x.error);
    return true;
}
