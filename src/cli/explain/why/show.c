#include "cli/explain/screen.h"
#include "cli/explain/table.h"
#include "cli/explain/why/why.h"
#include "cli/explain/words.h"
#include "base/topk.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { SENTENCE = 1024, ROWS = 4, COLUMNS = 4, LABEL = 11, CELL = 9 };

/* The units of a half that are shown, largest first; those left are added up. */
typedef struct Shown {
    int *unit, n, all;                      /* (n) of all that the view would show */
} Shown;

bool reason_shows(const WhyHalf *h, int unit)
{
    return h->side.at.layer == 0 ? unit < h->n : why_is_whole(h, unit);
}

/* The name of a unit in the table: a character and its position, "head 0.2". */
static Cell name_of(const Term *t, const Reason *r, bool key, const WhyUnit *u)
{
    Cell cell;
    int  at = (key ? r->x.key : r->x.at.row) - u->source.back;
    switch (u->source.kind) {
    case WHY_TOKEN:
        if (u->source.back >= 0)
            return screen_position(t, r->s, at, 0);
        snprintf(cell.s, sizeof cell.s, "tokens");
        break;
    case WHY_POSITION: snprintf(cell.s, sizeof cell.s, "position"); break;
    case WHY_HEAD: snprintf(cell.s, sizeof cell.s, "head %d.%d", u->source.layer, u->source.head); break;
    case WHY_MLP: snprintf(cell.s, sizeof cell.s, "MLP %d", u->source.layer); break;
    default: snprintf(cell.s, sizeof cell.s, "biases"); break;
    }
    return cell;
}

/* By what they add to the score above the others; the cause always. */
static bool choose(const Reason *r, bool key, int most, Shown *x)
{
    Explain       *e = &r->s->e;
    const WhyHalf *h = &r->x.half[key];
    int           *unit = explain_alloc(e, (size_t)h->n_units, sizeof *unit), n = 0;
    double        *size = explain_alloc(e, (size_t)h->n_units, sizeof *size);
    x->unit = explain_alloc(e, (size_t)most + 1, sizeof *x->unit);
    if (!unit || !size || !x->unit)
        return false;
    for (int u = 0; u < h->n_units; u++) {
        if (!reason_shows(h, u))
            continue;
        bool cause = h->named >= 0 && why_in_group(h->units[u].source, h->units[h->named].source) &&
                     (h->side.at.layer > 0 || u == h->named || h->named >= h->n);
        size[n] = cause ? INFINITY : h->units[u].over;
        unit[n++] = u;
    }
    x->all = n;
    x->n = topk(size, n, n < most ? n : most, true, x->unit);
    for (int k = 0; k < x->n; k++)
        x->unit[k] = unit[x->unit[k]];
    return true;
}

static void number(Table *b, int column, double x)
{
    char text[32];
    snprintf(text, sizeof text, fabs(x) < 999.5 ? "%.3f" : "%.2e", fabs(x) < 5e-4 ? 0 : x);
    table_cell(b, column, 0, text);
}

static void share(Table *b, int column, double x)
{
    char text[32];
    snprintf(text, sizeof text, "%.1f %%", 100 * x);
    table_cell(b, column, 0, text);
}

/* A row of the table: the cells of the columns shown, the rest, the row's sum. */
static void cells_of(Table *b, const Shown *columns, const double *cell, double sum)
{
    double rest = sum;
    for (int k = 0; k < columns->n; k++) {
        number(b, 1 + k, cell[k]);
        rest -= cell[k];
    }
    if (columns->all > columns->n)
        number(b, 1 + columns->n, rest);
    number(b, b->n - 2, sum);
}

/* The rows of query units, and below them what is left of each column. */
static void query_rows(Table *b, const Reason *r, const Shown *rows, const Shown *columns)
{
    const ExplainWhy *x = &r->x;
    double rest[COLUMNS] = { 0 }, cell[COLUMNS], left = x->score;
    for (int k = 0; k < columns->n; k++)
        rest[k] = x->half[1].units[columns->unit[k]].sum;
    for (int i = 0; i < rows->n; i++) {
        const WhyUnit *u = &x->half[0].units[rows->unit[i]];
        for (int k = 0; k < columns->n; k++)
            rest[k] -= cell[k] = why_cell(x, rows->unit[i], columns->unit[k]);
        left -= u->sum;
        table_cell(b, 0, 0, name_of(b->t, r, false, u).s);
        cells_of(b, columns, cell, u->sum);
        share(b, b->n - 1, u->freed.weight);
        table_end(b);
    }
    if (rows->all == rows->n)
        return;
    table_cell(b, 0, 0, "other");
    cells_of(b, columns, rest, left);
    table_cell(b, b->n - 1, 0, "");
    table_end(b);
}

/* The sums of the columns, and the weight without each. */
static void column_ends(Table *b, const Reason *r, const Shown *columns)
{
    const ExplainWhy *x = &r->x;
    double            sum[COLUMNS] = { 0 };
    for (int k = 0; k < columns->n; k++)
        sum[k] = x->half[1].units[columns->unit[k]].sum;
    table_cell(b, 0, 0, "sum");
    cells_of(b, columns, sum, x->score);
    share(b, b->n - 1, x->weight);
    table_end(b);
    table_cell(b, 0, 0, "without");
    for (int k = 0; k < columns->n; k++)
        share(b, 1 + k, x->half[1].units[columns->unit[k]].freed.weight);
    for (int k = 1 + columns->n; k < b->n; k++)
        table_cell(b, k, 0, "");
    table_end(b);
}

static bool show_table(const Term *t, const Reason *r)
{
    Shown  rows, columns;
    Column column[COLUMNS + 4] = { { "query/key", LABEL, 0, true } };
    Cell   names[COLUMNS];
    int    n = 1;
    if (!choose(r, false, ROWS, &rows) || !choose(r, true, COLUMNS, &columns))
        return false;
    for (int k = 0; k < columns.n; k++, n++) {
        names[k] = name_of(t, r, true, &r->x.half[1].units[columns.unit[k]]);
        int width = screen_columns(names[k].s) + 1;
        column[n] = (Column){ names[k].s, width > CELL ? width : CELL, k, false };
    }
    if (columns.all > columns.n)
        column[n++] = (Column){ "other", CELL, COLUMNS, false };
    column[n++] = (Column){ "sum", CELL, 0, false };
    column[n++] = (Column){ "without", CELL, 0, false };
    Table b = table_of(t, 2, column, n);
    putc('\n', t->file);
    table_head(&b);
    query_rows(&b, r, &rows, &columns);
    column_ends(&b, r, &columns);
    table_note(&b);
    return true;
}

static void legend(const Term *t, const Reason *r)
{
    char text[SENTENCE];
    snprintf(text, sizeof text, "Cells: query part times key part, norms held; they sum to the score (error %.0e). "
             "without: the weight with that part removed for real, norms free.", fabs(r->x.error));
    screen_paragraph(t, 2, text);
}

bool reason_show(const Term *t, const Reason *r)
{
    char text[SENTENCE];
    for (int k = 0; k < r->s->n_notes; k++)
        screen_paragraph(t, 0, r->s->notes[k]);
    screen_paragraph(t, 0, reason_place(text, sizeof text, r, t->utf8));
    screen_paragraph(t, 2, reason_half(text, sizeof text, r, false, t->utf8));
    if (r->x.at.row > 0)
        screen_paragraph(t, 2, reason_half(text, sizeof text, r, true, t->utf8));
    if (*reason_positions(text, sizeof text, r))
        screen_paragraph(t, 2, text);
    screen_paragraph(t, 2, reason_writes(text, sizeof text, r, t->utf8));
    if (!show_table(t, r))
        return false;
    legend(t, r);
    return true;
}
