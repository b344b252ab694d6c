#include "cli/explain/show/show.h"
#include "cli/explain/table.h"
#include "explain/attribution.h"

enum { POINTS = 32 };                       /* of the integral */

static const Column columns[] = {
    { "character", 12, 0, true },
    { "integrated", 15, 1, false },
    { "deleted", 15, 2, false },
    { "masked", 15, 0, false },
};

static void effect_rows(const Term *t, const Subject *s, const double *integrated, const double *deleted,
                        const double *masked)
{
    char  text[120];
    Table b = table_of(t, 2, columns, sizeof columns / sizeof *columns);
    table_head(&b);
    for (int i = 0; i < s->e.T; i++) {
        if (!screen_keeps(integrated, s->e.T, i, SCREEN_ROWS))
            continue;
        table_cell(&b, 0, 0, screen_position(t, s, i, 0).s);
        table_print(&b, 1, "%.6f", integrated[i]);
        table_print(&b, 2, "%.6f", deleted[i]);
        table_print(&b, 3, "%.6f", masked[i]);
        table_end(&b);
    }
    table_note(&b);
    if (s->e.T > SCREEN_ROWS) {
        snprintf(text, sizeof text, "showing the %d of %d characters with the largest attribution", SCREEN_ROWS,
                 s->e.T);
        screen_paragraph(t, 2, text);
    }
}

bool show_integrated(const Term *t, Subject *s)
{
    ExplainIntegrated x;
    char              text[240];
    double *both = explain_alloc(&s->e, 2 * (size_t)s->e.T, sizeof *both);
    if (!both || !explain_attribution_integrated(&s->e, POINTS, &x) || !explain_attribution_deletions(&s->e, both) ||
        !explain_edit_masks(&s->e, both + s->e.T))
        return false;
    screen_heading(t, "Attribution: effect of each character on the target, in nats");
    effect_rows(t, s, x.integrated, both, both + s->e.T);
    snprintf(text, sizeof text, "integrated gradients of log p(target) over the embedding, from the mean of all "
             "embeddings (%d points): > 0 raises log p", x.points);
    screen_item(t, "  integrated", 14, text);
    screen_item(t, "  deleted", 14, "change of the loss without it in the prompt: > 0, it was needed");
    screen_item(t, "  masked", 14, "change of the loss when no later character can attend to it");
    snprintf(text, sizeof text, "The integrated column sums to %.6f; log p rises by %.6f from the baseline: "
             "completeness error %.1e.", x.sum, x.expected, x.error);
    screen_paragraph(t, 2, text);
    return true;
}
