#include "cli/explain/show/show.h"
#include "cli/explain/table.h"
#include "cli/explain/words.h"
#include <math.h>

enum { SENTENCE = 1024 };

static const struct {
    const char *name, *text;
} legend[] = {
    { "s", "score, q.k / sqrt(D): how well the key matches the query" },
    { "a", "attention weight, softmax of s: the share of attention; they sum to 1" },
    { "da", "dL/da = g.v: change of the loss L for a bit more of this key's value" },
    { "rel", "da minus its weighted mean: better (< 0) or worse than the current mix" },
    { "ds", "dL/ds = a rel. ds < 0: raising the score lowers the loss, so a descent step attends MORE here; ds > 0: "
            "LESS. They sum to 0." },
    { "masked", "change of the loss with this key masked in this row, forward run again; to first order "
                "-ds / (1 - a)" },
    { "fd", "finite difference (L(s+h) - L(s-h)) / 2h, h = 1e-4; error = |ds - fd|" },
};

/* The columns, and those that a narrow terminal leaves out first. */
enum { POSITION, CHAR, SCORE, WEIGHT, DA, REL, DS, MASKED, FD, ERROR, STEP, COLUMNS };

static const Column columns[COLUMNS] = {
    [POSITION] = { "j", 4, 0, false },
    [CHAR] = { "char", 5, 0, true },
    [SCORE] = { "score s", 9, 4, false },
    [WEIGHT] = { "weight", 8, 0, false },
    [DA] = { "da", 10, 3, false },
    [REL] = { "rel", 10, 5, false },
    [DS] = { "ds", 11, 0, false },
    [MASKED] = { "masked", 11, 2, false },
    [FD] = { "fd", 11, 7, false },
    [ERROR] = { "error", 6, 6, false },
    [STEP] = { "step", 5, 1, true },
};

static double largest(const ExplainTrace *x, bool of_ds)
{
    double most = 0;
    for (int j = 0; j < x->n; j++)
        most = fmax(most, of_ds ? fabs(x->keys[j].ds) : fmax(fabs(x->keys[j].da), fabs(x->keys[j].rel)));
    return most;
}

/* x with so many decimals */
static void fixed(Table *b, int column, double x, int decimals)
{
    char text[32];
    snprintf(text, sizeof text, "%.*f", decimals, x);
    table_cell(b, column, 0, text);
}

static void error(Table *b, double x)
{
    char text[32] = "-";
    if (!isnan(x))
        snprintf(text, sizeof text, "%.0e", x);
    table_cell(b, ERROR, 0, text);
}

/* One layout for the column, by its largest number. */
static const char *masked(const ExplainKeys *y, int j, Cell *cell)
{
    double most = 0;
    for (int k = 0; k < y->n; k++)
        most = fmax(most, isnan(y->keys[k].masked) ? 0 : fabs(y->keys[k].masked));
    *cell = screen_number(y->keys[j].masked, 10, screen_needs_exponent(most));
    return isnan(y->keys[j].masked) ? "-" : cell->s;
}

static void trace_line(Table *b, const Subject *s, const ExplainTrace *x, const ExplainKeys *y, int j)
{
    Cell cell;
    const ExplainKey *k = &x->keys[j];
    bool  e1 = screen_needs_exponent(largest(x, false)), e2 = screen_needs_exponent(largest(x, true));
    char  look = k->ds < 0 ? 'm' : k->ds > 0 ? 'l' : 0;
    fixed(b, POSITION, j, 0);
    table_cell(b, CHAR, 0, screen_char(b->t, subject_at(s, j), 4).s);
    fixed(b, SCORE, k->s, 4);
    fixed(b, WEIGHT, k->a, 5);
    table_cell(b, DA, 0, screen_number(k->da, 9, e1).s);
    table_cell(b, REL, 0, screen_number(k->rel, 9, e1).s);
    table_cell(b, DS, look, screen_number(k->ds, 10, e2).s);
    table_cell(b, MASKED, 0, masked(y, j, &cell));
    table_cell(b, FD, 0, isnan(k->fd) ? "-" : screen_number(k->fd, 10, e2).s);
    error(b, k->error);
    table_cell(b, STEP, 0, look == 'm' ? "more" : look == 'l' ? "less" : "same");
    table_end(b);
}

static void trace_sums(Table *b, const ExplainTrace *x)
{
    double a = 0, ds = 0;
    for (int j = 0; j < x->n; j++)
        a += x->keys[j].a, ds += x->keys[j].ds;
    ds = fabs(ds) < 1e-12 ? 0 : ds;
    for (int k = 0; k < COLUMNS; k++)
        if (k == WEIGHT)
            fixed(b, k, a, 5);
        else if (k == DS)
            table_cell(b, k, 0, screen_number(ds, 10, screen_needs_exponent(largest(x, true))).s);
        else
            table_cell(b, k, 0, k == POSITION ? "sum" : "");
    table_end(b);
}

/* What the table leaves out. */
static void trace_notes(const Table *b, const ExplainTrace *x)
{
    char text[SENTENCE];
    int  tried = 0;
    for (int j = 0; j < x->n; j++)
        tried += !isnan(x->keys[j].fd);
    if (tried < x->n) {
        snprintf(text, sizeof text, "large model: fd only for the %d of %d keys with the largest |ds|", tried, x->n);
        screen_paragraph(b->t, 2, text);
    }
    if (x->n > SCREEN_ROWS) {
        snprintf(text, sizeof text, "showing %d of %d keys, those with the largest |ds|; the sums are over all",
                 SCREEN_ROWS, x->n);
        screen_paragraph(b->t, 2, text);
    }
    table_note(b);
    for (size_t k = 0; k < sizeof legend / sizeof *legend; k++) {
        snprintf(text, sizeof text, "  %s", legend[k].name);
        screen_item(b->t, text, 10, legend[k].text);
    }
    snprintf(text, sizeof text, "%.0f %% of the push is on %d of %d keys", 100 * x->share, x->share_keys, x->n);
    screen_paragraph(b->t, 2, text);
}

bool show_trace(const Term *t, Subject *s, const ExplainTrace *x)
{
    char          text[SENTENCE];
    ExplainKeys   y;
    double       *room = explain_alloc(&s->e, (size_t)x->n, sizeof *room);
    Table         b = table_of(t, 0, columns, COLUMNS);
    const double *ds = explain_grad(s->e.trace.layers[x->at.layer].scores, x->at.head, x->at.row);
    if (!room || !explain_keys(&s->e, x->at, &y))
        return false;
    snprintf(text, sizeof text, "Gradient trace: layer %d, head %d, query %s", s->at.layer, s->at.head,
             screen_position(t, s, s->at.row, 0).s);
    screen_heading(t, text);
    screen_paragraph(t, 2, words_why(text, sizeof text, s, explain_trace_most_pushed(&s->e, -1, -1, -1)));
    screen_paragraph(t, 2, words_step(text, sizeof text, s, x->at, t->utf8));
    table_head(&b);
    for (int j = 0; j < x->n; j++)
        if (screen_keeps(ds, x->n, j, SCREEN_ROWS))
            trace_line(&b, s, x, &y, j);
    trace_sums(&b, x);
    trace_notes(&b, x);
    show_keys(t, s, x, &y, room);
    return true;
}
