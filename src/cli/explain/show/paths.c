#include "cli/explain/show/show.h"
#include "explain/paths.h"

enum { ROWS = 6 };                          /* characters shown in each layer */

/* x (T), and room for T numbers. */
static void paths_layer(const Term *t, const Subject *s, const ExplainPath *x, double *total, int layer)
{
    int T = s->e.T;
    fprintf(t->file, "  input of layer %d%s\n", layer, layer ? "" : ": the embeddings");
    for (int i = 0; i < T; i++)
        total[i] = x[i].total;
    for (int i = 0; i < T; i++) {
        if (total[i] == 0 || !screen_keeps(total, T, i, ROWS))
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
    double      *total = explain_alloc(&s->e, (size_t)s->e.T, sizeof *total);
    if (!x || !total || !explain_paths(&s->e, x, &error))
        return false;
    screen_heading(t, "Paths by which the gradient reaches each character, from the output down");
    fprintf(t->file, "    %-12s %9s %9s %9s %9s %9s %9s\n", "character", "|dL/dx|", "value", "key", "query",
            "skip", "MLP");
    for (int l = s->e.L - 1; l >= 0; l--)
        paths_layer(t, s, x + l * s->e.T, total, l);
    fprintf(t->file, "  value, key, query: through this character's value, key or query vector; skip:\n"
                     "  past the layer; MLP: through the MLP. Each share is the component along\n"
                     "  dL/dx: a row adds up to 100 %%, and negative is against the sum.\n"
                     "  Showing up to %d of %d characters per layer, those with the largest |dL/dx|.\n", ROWS, s->e.T);
    fprintf(t->file, "  %s  the five parts add up to dL/dx, relative error %.1e (at most 1e-12)\n",
            error <= 1e-12 ? "PASS" : "FAIL", error);
    return true;
}
