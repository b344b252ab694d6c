#include "cli/explain/show/show.h"
#include "explain/paths.h"

enum { ROWS = 6 };                          /* characters shown in each layer */

static void paths_layer(const Term *t, const Subject *s, const ExplainPath *x, int layer)
{
    int T = s->e.T;
    fprintf(t->file, "  entering layer %d%s\n", layer, layer ? "" : ": the embeddings");
    for (int i = 0; i < T; i++) {
        int before = 0;
        for (int k = 0; k < T; k++)
            before += x[k].total > x[i].total || (x[k].total == x[i].total && k < i);
        if (before >= ROWS || x[i].total == 0)
            continue;
        fprintf(t->file, "    %s %9.2e", screen_place(t, s, i, 12).s, x[i].total);
        for (int p = 0; p < PATHS; p++)
            fprintf(t->file, " %7.1f %%", 100 * x[i].share[p] / x[i].total);
        putc('\n', t->file);
    }
}

bool show_paths(const Term *t, Subject *s)
{
    double       error;
    ExplainPath *x = explain_alloc(&s->e, (size_t)s->e.L * (size_t)s->e.T, sizeof *x);
    if (!x || !explain_paths(&s->e, x, &error))
        return false;
    screen_heading(t, "By which ways the gradient reaches each character, from the answer down");
    fprintf(t->file, "    %-12s %9s %9s %9s %9s %9s %9s\n", "character", "|dL/dx|", "value", "key", "query",
            "skip", "MLP");
    for (int l = s->e.L - 1; l >= 0; l--)
        paths_layer(t, s, x + l * s->e.T, l);
    fprintf(t->file, "  value: what it says to others; key: whether it is looked at; query: what\n"
                     "  it seeks; skip: past the layer; MLP: through it. Shares are along dL/dx and\n"
                     "  add up to 100 %% in each row; below 0: against the sum. Showing up to %d of %d\n"
                     "  characters in each layer, those with the largest |dL/dx|.\n", ROWS, s->e.T);
    fprintf(t->file, "  %s  the five vectors add up to dL/dx: %.1e of it is left (at most 1e-12)\n",
            error <= 1e-12 ? "PASS" : "FAIL", error);
    return true;
}
