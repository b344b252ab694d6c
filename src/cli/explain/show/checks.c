#include "cli/explain/show/show.h"

enum { WIDE = 79, LABEL = 8 };             /* columns: for a line with columns; of "  PASS  " */

static void check_line(const Term *t, const ExplainCheck *c)
{
    char text[128], limit[32] = "exactly 0";
    if (c->limit > 0)
        snprintf(limit, sizeof limit, "at most %.0e", c->limit);
    fprintf(t->file, "  %s%s%s  ", screen_color(t, c->ok ? 'p' : 'f'), c->ok ? "PASS" : "FAIL", screen_color(t, 0));
    if (screen_width(t) >= WIDE) {
        fprintf(t->file, "%-41s %8.1e (%s)\n", c->name, c->value, limit);
        return;
    }
    snprintf(text, sizeof text, "%s: %.1e (%s)", c->name, c->value, limit);
    screen_text(t, LABEL, LABEL, text);
}

void show_checks(const Term *t, const ExplainCheck *checks, bool all, int *failed)
{
    int here = 0;
    for (int k = 0; k < EXPLAIN_CHECKS; k++)
        here += !checks[k].ok;
    *failed += here;
    if (!all && here == 0)
        return;
    screen_heading(t, all ? "Self-checks" : "Self-checks that failed");
    for (int k = 0; k < EXPLAIN_CHECKS; k++)
        if (all || !checks[k].ok)
            check_line(t, &checks[k]);
}
