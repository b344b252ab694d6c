#include "cli/explain/show/show.h"
#include "explain/attribution.h"

enum { POINTS = 32 };                       /* of the integral */

static void effect_rows(const Term *t, const Subject *s, const double *integrated, const double *deleted,
                        const double *masked)
{
    fprintf(t->file, "  %-12s %14s %14s %14s\n", "character", "integrated", "deleted", "masked");
    for (int i = 0; i < s->e.T; i++)
        if (screen_keeps(integrated, s->e.T, i, SCREEN_ROWS))
            fprintf(t->file, "  %s %14.6f %14.6f %14.6f\n", screen_position(t, s, i, 12).s, integrated[i], deleted[i],
                    masked[i]);
    if (s->e.T > SCREEN_ROWS)
        fprintf(t->file, "  showing the %d of %d characters with the largest attribution\n", SCREEN_ROWS, s->e.T);
}

bool show_integrated(const Term *t, Subject *s)
{
    ExplainIntegrated x;
    double *both = explain_alloc(&s->e, 2 * (size_t)s->e.T, sizeof *both);
    if (!both || !explain_attribution_integrated(&s->e, POINTS, &x) || !explain_attribution_deletions(&s->e, both) ||
        !explain_edit_masks(&s->e, both + s->e.T))
        return false;
    screen_heading(t, "Attribution: effect of each character on the target, in nats");
    effect_rows(t, s, x.integrated, both, both + s->e.T);
    fprintf(t->file,
            "  integrated  integrated gradients of log p(target) over the embedding, from\n"
            "              the mean of all embeddings (%d points): > 0 raises log p\n",
            x.points);
    fprintf(t->file, "  deleted     change of the loss without it in the prompt: > 0, it was needed\n"
                     "  masked      change of the loss when no later character can attend to it\n"
                     "  The integrated column sums to %.6f; log p rises by %.6f from the\n"
                     "  baseline: completeness error %.1e.\n", x.sum, x.expected, x.error);
    return true;
}
