#include "cli/explain/show/show.h"
#include "cli/explain/table.h"
#include "cli/explain/words.h"
#include "explain/step.h"
#include <math.h>

enum { SENTENCE = 512, WIDE = 68 };         /* WIDE: columns that a change takes in one line */

/* A line: the number, then what it is. */
static void show_amount(const Term *t, const char *before, double x, bool exponent, const char *what)
{
    char label[96];
    int  left = screen_width(t) >= WIDE ? 24 : 4;
    snprintf(label, sizeof label, "%-*s%s", left, before, screen_number(x, 10, exponent).s);
    screen_item(t, label, left + 11, what);
}

static void show_change(const Term *t, double first, double second, double actual, double before, double after)
{
    const char *name = "    change of the loss: ";
    double      largest = fmax(fabs(actual), fmax(fabs(first), fabs(second)));
    bool        e = screen_needs_exponent(largest);
    if (screen_width(t) < WIDE)
        fprintf(t->file, "%s\n", name);
    show_amount(t, screen_width(t) < WIDE ? "" : name, first, e, "predicted by the gradient");
    show_amount(t, "", second, e, "predicted with curvature");
    show_amount(t, "", actual, e, "measured, forward pass run again");
    fprintf(t->file, "    p(target) from %.6f to %.6f\n", before, after);
}

bool show_edits(const Term *t, Subject *s, const ExplainEdit *edits, int n)
{
    char text[SENTENCE];
    screen_heading(t, "Edits: the forward pass run again with each change alone");
    for (int k = 0; k < n; k++) {
        ExplainLossChange c;
        if (!explain_edit(&s->e, &edits[k], &c))
            return false;
        screen_paragraph(t, 2, words_edit(text, sizeof text, s, &edits[k], t->utf8));
        show_change(t, c.first, c.second, c.actual, c.p_before, c.p_after);
    }
    screen_paragraph(t, 2, "The gradient is exact for infinitely small edits; the difference from the measured change "
                     "shows how curved the loss is along the edit.");
    if (s->e.trace.counts)
        screen_paragraph(t, 2, "Edits change attention; counting still sees the whole text, masked characters too "
                         "(--counts).");
    return true;
}

enum { POSITION, CHAR, DS, SCORE, SCORE_AFTER, WEIGHT, WEIGHT_AFTER, CHANGE, COLUMNS };

static const Column columns[COLUMNS] = {
    [POSITION] = { "j", 4, 0, false },           [CHAR] = { "char", 5, 0, true },
    [DS] = { "ds", 11, 2, false },               [SCORE] = { "s before", 11, 3, false },
    [SCORE_AFTER] = { "s after", 11, 3, false }, [WEIGHT] = { "a before", 10, 1, false },
    [WEIGHT_AFTER] = { "a after", 10, 1, false }, [CHANGE] = { "change", 11, 0, false },
};

/* The row (n) before and after the step; moved (n): change of each weight. */
static void step_rows(const Term *t, const Subject *s, const ExplainStep *x, const double *moved, int n)
{
    double ds = 0, most = 0;
    char   text[80];
    Table  b = table_of(t, 0, columns, COLUMNS);
    for (int j = 0; j < n; j++) {
        ds = fmax(ds, fabs(x->before.ds[j]));
        most = fmax(most, fabs(moved[j]));
    }
    bool e1 = screen_needs_exponent(ds), e2 = screen_needs_exponent(most);
    table_head(&b);
    for (int j = 0; j < n; j++) {
        if (!screen_keeps(moved, n, j, SCREEN_ROWS))
            continue;
        table_print(&b, POSITION, "%d", j);
        table_cell(&b, CHAR, 0, screen_char(t, subject_at(s, j), 4).s);
        table_cell(&b, DS, 0, screen_number(x->before.ds[j], 10, e1).s);
        table_print(&b, SCORE, "%.6f", x->before.s[j]);
        table_print(&b, SCORE_AFTER, "%.6f", x->after.s[j]);
        table_print(&b, WEIGHT, "%.6f", x->before.a[j]);
        table_print(&b, WEIGHT_AFTER, "%.6f", x->after.a[j]);
        table_cell(&b, CHANGE, 0, screen_number(moved[j], 10, e2).s);
        table_end(&b);
    }
    table_note(&b);
    if (n <= SCREEN_ROWS)
        return;
    snprintf(text, sizeof text, "showing the %d of %d keys whose weights changed most", SCREEN_ROWS, n);
    screen_paragraph(t, 2, text);
}

bool show_step(const Term *t, Subject *s, double rate)
{
    ExplainStep x;
    char        text[SENTENCE];
    int         n = s->at.row + 1;
    double     *moved = explain_alloc(&s->e, (size_t)n, sizeof *moved);
    if (!moved || !explain_step(&s->e, rate, s->at, &x))
        return false;
    for (int j = 0; j < n; j++)
        moved[j] = x.after.a[j] - x.before.a[j];
    screen_heading(t, "One gradient step on this prompt, then undone: w -= rate dL/dw");
    snprintf(text, sizeof text, "rate %.4g%s", x.rate, rate > 0 ? "" : ", predicted to lower the loss by 1 %");
    screen_paragraph(t, 4, text);
    show_change(t, x.first, x.second, x.actual, x.p_before, x.p_after);
    snprintf(text, sizeof text, "Layer %d, head %d, query %s before and after:", s->at.layer, s->at.head,
             screen_position(t, s, s->at.row, 0).s);
    screen_paragraph(t, 2, text);
    step_rows(t, s, &x, moved, n);
    snprintf(text, sizeof text,
             "%.0f %% of the push (by |ds|) is on scores that moved against the sign of ds, relative to the row's "
             "weighted mean. The rest moved the other way, because all scores share the same parameters.",
             100 * x.agree);
    screen_paragraph(t, 2, text);
    return true;
}
