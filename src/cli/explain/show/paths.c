#include "cli/explain/show/show.h"
#include "explain/paths.h"

enum { ROWS = 6 };                          /* characters shown in each layer */

static void paths_layer(const Term *t, const Subject *s, const ExplainPath *x, int layer)
{
    int T = s->e.T;
    fprintf(t->file, "  input of layer %d%s\n", layer, layer ? "" : ": the embeddings");
    for (int i = 0; i < T; i++) {
        int before = 0;
        for (int k = 0; k < T; k++)
            before += x[k].total > x[i].total || (x[k].total == x[i].total && k < i);
        if (before >= ROWS || x[i].total == 0)
            continue;
        fprintf(t->file, "    %s %9.2e", screen_position(t, s, i, 12).s, x[i].total);
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
    screen_heading(t, "Paths by which the gradient reaches each character, from the output down");
    fprintf(t->file, "    %-12s %9s %9s %9s %9s %9s %9s\n", "character", "|dL/dx|", "value", "key", "query",
            "skip", "MLP");
    for (int l = s->e.L - 1; l >= 0; l--)
        paths_layer(t, s, x + l * s->e.T, l);
    fprintf(t->file, "  value, key, query: through this character's value, key or query vector; skip:\n"
                     "  past the layer; MLP: through the MLP. Each share is the component along\n"
                     "  dL/dx: a row adds up to 100 %%, and negative is against the sum.\n"
                     "  Showing up to %d of %d characters per layer, those with the largest |dL/dx|.\n", ROWS, s->e.T);
    fprintf(t->file, "  %s  the five parts add up to dL/dx, relative error %.1e (at most 1e-12)\n",
            error <= 1e-12 ? "PASS" : "FAIL", error);
    return true;
}
