#include "cli/explain/show/show.h"
#include "cli/explain/table.h"
#include "explain/paths.h"

enum { ROWS = 6 };                          /* characters shown in each layer */
enum { CHARACTER, TOTAL, FIRST, COLUMNS = FIRST + PATHS };

static const Column columns[COLUMNS] = {
    { "character", 12, 0, true }, { "|dL/dx|", 10, 6, false }, { "value", 10, 1, false }, { "key", 10, 2, false },
    { "query", 10, 3, false },    { "skip", 10, 4, false },    { "MLP", 10, 5, false },
};

/* x (T), and room for T numbers. */
static void paths_layer(Table *b, const Subject *s, const ExplainPath *x, double *total, int layer)
{
    int T = s->e.T;
    fprintf(b->t->file, "  input of layer %d%s\n", layer, layer ? "" : ": the embeddings");
    for (int i = 0; i < T; i++)
        total[i] = x[i].total;
    for (int i = 0; i < T; i++) {
        if (total[i] == 0 || !screen_keeps(total, T, i, ROWS))
            continue;
        table_cell(b, CHARACTER, 0, screen_position(b->t, s, i, 0).s);
        table_print(b, TOTAL, "%.2e", x[i].total);
        for (int p = 0; p < PATHS; p++)
            table_print(b, FIRST + p, "%.1f %%", 100 * x[i].share[p] / x[i].total);
        table_end(b);
    }
}

/* The end of a model with counts. */
static bool end_of_paths(const Term *t, Subject *s)
{
    ExplainPathEnd x;
    char           text[400];
    if (!explain_paths_end(&s->e, &x))
        return false;
    snprintf(text, sizeof text, "Above the last layer, at the last character: |dL/dx| %.2e, of it %.1f %% through the "
             "output matrix and %.1f %% through the gains of the counts.", x.total, 100 * x.output / x.total,
             100 * x.counts / x.total);
    screen_paragraph(t, 2, text);
    snprintf(text, sizeof text, "these two add up to dL/dx, relative error %.1e (at most 1e-12)", x.error);
    screen_item(t, x.error <= 1e-12 ? "  PASS" : "  FAIL", 8, text);
    return true;
}

bool show_paths(const Term *t, Subject *s)
{
    double       error;
    char         text[400];
    Table        b = table_of(t, 4, columns, COLUMNS);
    ExplainPath *x = explain_alloc(&s->e, (size_t)s->e.L * (size_t)s->e.T, sizeof *x);
    double      *total = explain_alloc(&s->e, (size_t)s->e.T, sizeof *total);
    if (!x || !total || !explain_paths(&s->e, x, &error))
        return false;
    screen_heading(t, "Paths by which the gradient reaches each character, from the output down");
    table_head(&b);
    for (int l = s->e.L - 1; l >= 0; l--)
        paths_layer(&b, s, x + l * s->e.T, total, l);
    table_note(&b);
    snprintf(text, sizeof text, "value, key, query: through this character's value, key or query vector; skip: past "
             "the layer; MLP: through the MLP. Each share is the component along dL/dx: a row adds up to 100 %%, and "
             "negative is against the sum. Showing up to %d of %d characters per layer, those with the largest "
             "|dL/dx|.", ROWS, s->e.T);
    screen_paragraph(t, 2, text);
    snprintf(text, sizeof text, "the five parts add up to dL/dx, relative error %.1e (at most 1e-12)", error);
    screen_item(t, error <= 1e-12 ? "  PASS" : "  FAIL", 8, text);
    return !s->e.trace.counts || end_of_paths(t, s);
}
