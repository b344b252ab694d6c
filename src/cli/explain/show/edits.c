#include "cli/explain/show/show.h"
#include "cli/explain/words.h"
#include "explain/step.h"
#include <math.h>

enum { SENTENCE = 512 };

static void show_change(const Term *t, double first, double second, double actual, double before,
                        double after)
{
    double largest = fmax(fabs(actual), fmax(fabs(first), fabs(second)));
    bool   e = screen_needs_exponent(largest);
    fprintf(t->file, "    change of the loss: %s predicted by the gradient\n", screen_number(first, 10, e).s);
    fprintf(t->file, "                        %s predicted with curvature\n",
            screen_number(second, 10, e).s);
    fprintf(t->file, "                        %s measured, forward pass run again\n", screen_number(actual, 10, e).s);
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
    fprintf(t->file, "  The gradient is exact for infinitely small edits; the difference from the\n"
                     "  measured change shows how curved the loss is along the edit.\n");
    return true;
}

/* moved: room for a number per key. */
static void step_rows(const Term *t, const Subject *s, const ExplainStep *x, double *moved)
{
    int    n = s->at.row + 1;
    double ds = 0, most = 0;
    for (int j = 0; j < n; j++) {
        moved[j] = x->after.a[j] - x->before.a[j];
        ds = fmax(ds, fabs(x->before.ds[j]));
        most = fmax(most, fabs(moved[j]));
    }
    bool e1 = screen_needs_exponent(ds), e2 = screen_needs_exponent(most);
    fprintf(t->file, "   j char         ds   s before    s after  a before   a after     change\n");
    for (int j = 0; j < n; j++)
        if (screen_keeps(moved, n, j, SCREEN_ROWS))
            fprintf(t->file, "%4d %s %s %10.6f %10.6f %9.6f %9.6f %s\n", j,
                    screen_char(t, subject_at(s, j), 4).s, screen_number(x->before.ds[j], 10, e1).s,
                    x->before.s[j], x->after.s[j], x->before.a[j], x->after.a[j],
                    screen_number(moved[j], 10, e2).s);
    if (n > SCREEN_ROWS)
        fprintf(t->file, "  showing the %d of %d keys whose weights changed most\n", SCREEN_ROWS, n);
}

bool show_step(const Term *t, Subject *s, double rate)
{
    ExplainStep x;
    char        text[SENTENCE];
    double     *moved = explain_alloc(&s->e, (size_t)s->at.row + 1, sizeof *moved);
    if (!moved || !explain_step(&s->e, rate, s->at, &x))
        return false;
    screen_heading(t, "One gradient step on this prompt, then undone: w -= rate dL/dw");
    fprintf(t->file, "    rate %.4g%s\n", x.rate, rate > 0 ? "" : ", predicted to lower the loss by 1 %");
    show_change(t, x.first, x.second, x.actual, x.p_before, x.p_after);
    snprintf(text, sizeof text, "Layer %d, head %d, query %s before and after:", s->at.layer, s->at.head,
             screen_position(t, s, s->at.row, 0).s);
    screen_paragraph(t, 2, text);
    step_rows(t, s, &x, moved);
    snprintf(text, sizeof text,
             "%.0f %% of the push (by |ds|) is on scores that moved against the sign of ds, relative to the row's "
             "weighted mean. The rest moved the other way, because all scores share the same parameters.",
             100 * x.agree);
    screen_paragraph(t, 2, text);
    return true;
}
