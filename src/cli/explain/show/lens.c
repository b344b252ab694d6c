#include "cli/explain/show/show.h"
#include "cli/explain/table.h"
#include "explain/lens.h"

enum { AFTER, P, RANK, ENTROPY, TOP, TOPS = 3, COLUMNS = TOP + TOPS };

static const Column columns[COLUMNS] = {
    [AFTER] = { "after", 13, 0, true },      [P] = { "p(target)", 10, 0, false }, [RANK] = { "rank", 6, 3, false },
    [ENTROPY] = { "entropy", 9, 2, false },  [TOP] = { "most probable", 14, 1, false },
    [TOP + 1] = { "second", 12, 4, false },  [TOP + 2] = { "third", 12, 5, false },
};

static void lens_row(Table *b, const Subject *s, const ExplainLens *x, int layer)
{
    if (layer == 0)
        table_cell(b, AFTER, 0, "the embedding");
    else
        table_print(b, AFTER, "layer %d", layer - 1);
    table_print(b, P, "%.6f", x->p);
    table_print(b, RANK, "%d", x->rank);
    table_print(b, ENTROPY, "%.4f", x->entropy);
    for (int k = 0; k < TOPS; k++)
        if (k < x->n)
            table_print(b, TOP + k, "%s %5.1f %%", screen_char(b->t, subject_char(s, x->top[k]), 2).s,
                        100 * x->top_p[k]);
        else
            table_cell(b, TOP + k, 0, "");
    table_end(b);
}

/* The contributions of a layer: on a narrow terminal those of its heads on lines of their own. */
static void logit_layer(const Term *t, const Subject *s, const ExplainLogit *x, int l)
{
    enum { LEFT = 43, NARROW = 4, NUMBER = 8 };
    int left = screen_width(t) - LEFT >= 4 * NUMBER ? LEFT : NARROW, fit = (screen_width(t) - left) / NUMBER;
    fprintf(t->file, "  layer %-3d mlp %7.3f  bias %7.3f", l, x->mlp[l], x->bias[l]);
    if (left == LEFT)
        fprintf(t->file, "  heads   ");
    for (int h = 0; h < s->e.H; h++) {
        if (h % fit == 0 && (h || left == NARROW))
            fprintf(t->file, "\n%*s", left, "");
        fprintf(t->file, " %7.3f", x->head[l * s->e.H + h]);
    }
    putc('\n', t->file);
}

bool show_lens(const Term *t, Subject *s)
{
    ExplainLogit y;
    char         text[160];
    Table        b = table_of(t, 2, columns, COLUMNS);
    ExplainLens *x = explain_alloc(&s->e, (size_t)s->e.L + 1, sizeof *x);
    if (!x || !explain_lens(&s->e, x) || !explain_lens_logit(&s->e, &y))
        return false;
    screen_heading(t, "Logit lens: the prediction if the model ended after ...");
    table_head(&b);
    for (int l = 0; l <= s->e.L; l++)
        lens_row(&b, s, &x[l], l);
    table_note(&b);
    screen_heading(t, "Direct contributions to the target's logit");
    snprintf(text, sizeof text, "character embedding %.4f, position %.4f, last norm's bias %.4f", y.token, y.position,
             y.final);
    screen_paragraph(t, 2, text);
    if (s->e.trace.counts) {
        snprintf(text, sizeof text, "counts, by the biases of their gains %.4f; the others act through the gains, too",
                 y.counts);
        screen_paragraph(t, 2, text);
    }
    for (int l = 0; l < s->e.L; l++)
        logit_layer(t, s, &y, l);
    fprintf(t->file, "  sum %.6f, logit %.6f\n", y.value - y.error, y.value);
    return true;
}
