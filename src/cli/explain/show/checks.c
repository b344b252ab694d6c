#include "cli/explain/show/show.h"

static void check_line(const Term *t, const ExplainCheck *c)
{
    int name = screen_width(t) >= 79 ? 41 : 0;
    fprintf(t->file, "  %s%s%s  %-*s", screen_color(t, c->ok ? 'p' : 'f'), c->ok ? "PASS" : "FAIL", screen_color(t, 0),
            name, c->name);
    if (name == 0)                          /* its numbers get a line of their own */
        fprintf(t->file, "\n       ");
    fprintf(t->file, " %8.1e ", c->value);
    if (c->limit > 0)
        fprintf(t->file, "(at most %.0e)\n", c->limit);
    else
        fprintf(t->file, "(exactly 0)\n");
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
