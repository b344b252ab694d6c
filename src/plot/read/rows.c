#include "plot/read/rows.h"
#include "plot/read/batches.h"
#include "plot/read/missing.h"
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static bool mapped(const Rows *r, RunColumn c)
{
    for (int i = 0; i < r->columns->n; i++)
        if (r->map->of[i] == (signed char)c)
            return true;
    return c == RUN_STEP;
}

bool rows_make_room(Rows *r, size_t records, Err *err)
{
    size_t columns = 0, next = 0;
    for (RunColumn c = 0; c < RUN_COLUMNS; c++)
        columns += mapped(r, c);
    r->room = records + 1;                  /* one for what waits for its step */
    bool fits = r->room <= SIZE_MAX / columns / sizeof *r->run->numbers;
    r->run->numbers = fits ? malloc(r->room * columns * sizeof *r->run->numbers) : NULL;
    if (!r->run->numbers)
        return err_set(err, "out of memory: no room for %zu rows of %zu columns", records, columns);
    for (RunColumn c = 0; c < RUN_COLUMNS; c++)
        if (mapped(r, c))
            r->run->column[c] = r->run->numbers + next++ * r->room;
    r->step = r->epoch = r->before = r->within = r->first = NAN;
    return true;
}

static void first(size_t *count, size_t *line, size_t now)
{
    if ((*count)++ == 0)
        *line = now;
}

/* --- Several runs in one table --- */

static uint64_t mark_of(const Record *record, int column)
{
    uint64_t h = 14695981039346656037u;     /* FNV-1a */
    for (int i = 0; i < record->n; i++)
        for (size_t k = 0; record->cells[i].column == column && k < record->cells[i].value.n; k++)
            h = (h ^ (unsigned char)record->cells[i].value.s[k]) * 1099511628211u;
    return h;
}

static void note_marks(Rows *r, const Record *record)
{
    for (int k = 0; k < r->tells.n; k++) {
        uint64_t mark = mark_of(record, r->tells.column[k]);
        r->changed[k] = r->mark[k] != 0 && mark != r->mark[k];
        r->mark[k] = mark;
    }
}

/* A row takes the place of others: does a column say that it belongs to another run? */
static void note_conflict(Rows *r, size_t *count)
{
    ++*count;
    for (int k = 0; k < r->tells.n; k++)
        r->differs[k] += r->changed[k];
}

static bool one_run(const Rows *r, Err *err)
{
    enum { LEAST = 2, SHARE = 10 };
    bool many = r->over > 0 || (r->again >= LEAST && r->again >= r->front / SHARE);
    for (int k = 0; many && k < r->tells.n; k++)
        if (r->differs[k] == r->over + r->again) {
            int c = r->tells.column[k];
            ColumnsSaid words = columns_words(r->columns, c);
            return err_set(err, "its rows belong to several runs, told apart by the column \"%.60s\"%s%.120s%s: keep "
                           "those of one", columns_name(r->columns, c), *words.s ? " (" : "", words.s,
                           *words.s ? ")" : "");
        }
    return true;
}

/* --- Steps --- */

/* Does the row have more than its place? */
static bool has_values(const double row[RUN_COLUMNS])
{
    for (RunColumn c = RUN_RATE; c < RUN_COLUMNS; c++)
        if (!isnan(row[c]))
            return true;
    return !isnan(row[RUN_TOKENS]);
}

/* Sets the row's step; false if it has none. */
static bool place(Rows *r, double row[RUN_COLUMNS], bool only_val)
{
    if (r->run->faults.no_step) {
        r->number += !only_val || r->number == 0;
        row[RUN_STEP] = (double)r->number;
    } else if (r->per > 0)
        row[RUN_STEP] = batches_step(r, row, only_val);
    else if (!only_val)
        batches_note(r, row[RUN_STEP], row[RUN_EPOCH]);
    r->epoch = isfinite(row[RUN_EPOCH]) ? row[RUN_EPOCH] : r->epoch;
    if (!isfinite(row[RUN_STEP]) && (only_val || r->records))
        row[RUN_STEP] = r->step;
    if (isfinite(row[RUN_STEP]))
        r->step = row[RUN_STEP];
    return isfinite(row[RUN_STEP]);
}

/* --- Rows --- */

static double *at(const Rows *r, RunColumn c, bool back, size_t i)
{
    return &r->run->column[c][back ? r->room - 1 - i : i];
}

static size_t drop_after(const Rows *r, double step, bool back, size_t n)
{
    while (n > 0 && *at(r, RUN_STEP, back, n - 1) > step)
        n--;
    return n;
}

/* Drops the rows after the new step, as when a training is resumed. Validation losses alone may be listed after the
 * training losses: they drop only their own kind. */
static void drop(Rows *r, double step, bool back, size_t line)
{
    RunFaults *f = &r->run->faults;
    size_t front = back ? r->front : drop_after(r, step, false, r->front), behind = r->back;
    if (back || front < r->front)
        behind = drop_after(r, step, true, r->back);
    size_t dropped = r->front - front + r->back - behind;
    if (dropped > 0 && !back && step <= *at(r, RUN_STEP, false, 0))
        note_conflict(r, &r->over);
    r->front = front;
    r->back = behind;
    if (dropped > 0)
        first(&f->dropped, &f->back_line, line);
    f->dropped += dropped > 0 ? dropped - 1 : 0;
}

/* Adds a row, merged into the last one of the same step. */
static void add(Rows *r, const double row[RUN_COLUMNS], bool back, size_t line)
{
    drop(r, row[RUN_STEP], back, line);
    size_t *n = back ? &r->back : &r->front;
    bool same = *n > 0 && *at(r, RUN_STEP, back, *n - 1) == row[RUN_STEP], replaced = false;
    if (!same && r->front + r->back == r->room)
        return;
    size_t i = same ? *n - 1 : (*n)++;
    for (RunColumn c = 0; c < RUN_COLUMNS; c++) {
        if (!r->run->column[c] || (same && isnan(row[c])))
            continue;
        double *x = at(r, c, back, i);
        bool    other = same && !isnan(*x) && *x != row[c] && c != RUN_STEP;
        r->run->faults.replaced += other && !r->console && c != RUN_SECONDS;
        replaced = replaced || (other && (c == RUN_TRAIN || c == RUN_VAL));
        *x = row[c];
    }
    if (replaced)
        note_conflict(r, &r->again);
}

/* Adds the row that waits, if one does. */
static void add_held(Rows *r)
{
    bool now[TELL_MOST];
    if (!r->holds)
        return;
    memcpy(now, r->changed, sizeof now);
    memcpy(r->changed, r->held_changed, sizeof r->changed);
    add(r, r->held, false, r->held_line);
    memcpy(r->changed, now, sizeof r->changed);
    r->holds = false;
}

/* Adds a training row. One that goes back waits for the next: if that continues after the rows before it, a single step
 * was wrong (the epoch's number, say) and is left out; otherwise the training was resumed there. */
static void add_row(Rows *r, const double row[RUN_COLUMNS], size_t line)
{
    RunFaults *f = &r->run->faults;
    double     last = r->front > 0 ? *at(r, RUN_STEP, false, r->front - 1) : -INFINITY;
    if (r->holds && row[RUN_STEP] > last) {
        first(&f->strayed, &f->stray_line, r->held_line);
        r->holds = false;
    } else
        add_held(r);
    if (r->front == 0 || row[RUN_STEP] >= *at(r, RUN_STEP, false, r->front - 1)) {
        add(r, row, false, line);
        return;
    }
    memcpy(r->held, row, sizeof r->held);
    memcpy(r->held_changed, r->changed, sizeof r->held_changed);
    r->held_line = line;
    r->holds = true;
}

/* What is wrong with the values of a record. */
typedef struct Found {
    size_t words, words_line, val_not_finite;
} Found;

/* The values of a record, and its faults. A training loss that is nan is -infinity for now: missing or not,
 * rows_finish decides. */
static void read_row(const Rows *r, const Record *record, double row[RUN_COLUMNS], Found *found)
{
    int  best = 0;
    bool odd_val = false;
    for (int i = 0; i < record->n; i++) {
        int    column = record->cells[i].column, c = r->map->of[column];
        Field  f = record->cells[i].value;
        double x;
        if (c < 0 || (c == RUN_STEP && r->map->rank[column] < best))
            continue;
        switch (field_number(f, r->point, &x)) {
        case FIELD_NUMBER:
            row[c] = x;
            best = c == RUN_STEP ? r->map->rank[column] : best;
            break;
        case FIELD_NOT_FINITE:
            odd_val = odd_val || c == RUN_VAL;
            row[c] = c != RUN_TRAIN ? NAN : memchr("nN", f.s[*f.s == '-' || *f.s == '+'], 2) ? -INFINITY : INFINITY;
            break;
        case FIELD_WORD: first(&found->words, &found->words_line, record->line); break;
        default: break;
        }
    }
    if (row[RUN_TRAIN] == -INFINITY && isfinite(row[RUN_VAL]) && !r->run->ours)
        row[RUN_TRAIN] = NAN;
    found->val_not_finite += odd_val && !isfinite(row[RUN_TRAIN]);
}

/* Values before the first step wait for it. */
static void wait(Rows *r, const double row[RUN_COLUMNS])
{
    for (RunColumn c = 0; c < RUN_COLUMNS; c++)
        if (!r->waits || !isnan(row[c]))
            r->pending[c] = row[c];
    r->waits = true;
}

/* Whether the row goes back without anything to draw: an evaluation of other measures, with a count of its own. Nothing
 * was resumed there. */
static bool is_aside(const Rows *r, const double row[RUN_COLUMNS])
{
    for (RunColumn c = RUN_TRAIN; c < RUN_COLUMNS; c++)
        if (!isnan(row[c]))
            return false;
    return row[RUN_STEP] < r->step;
}

/* False if the row is counted as broken. */
static bool take_row(Rows *r, double row[RUN_COLUMNS], size_t line)
{
    bool only_val = r->run->column[RUN_TRAIN] && isnan(row[RUN_TRAIN]) && !isnan(row[RUN_VAL]);
    bool values = has_values(row);
    if (r->records && !values) {            /* a step or an epoch for the lines after it */
        r->step = isfinite(row[RUN_STEP]) ? row[RUN_STEP] : r->step;
        r->epoch = isfinite(row[RUN_EPOCH]) ? row[RUN_EPOCH] : r->epoch;
        return true;
    }
    if ((r->sparse && !values) || is_aside(r, row))
        return true;
    if (r->records && isnan(row[RUN_EPOCH]))
        row[RUN_EPOCH] = r->epoch;
    if (!place(r, row, only_val)) {
        if (r->records)
            wait(r, row);
        else
            first(&r->run->faults.broken, &r->run->faults.broken_line, line);
        return r->records;
    }
    if (r->waits) {
        r->waits = false;
        r->pending[RUN_STEP] = row[RUN_STEP];
        add(r, r->pending, r->run->column[RUN_TRAIN] && isnan(r->pending[RUN_TRAIN]), line);
    }
    if (only_val)
        add(r, row, true, line);
    else
        add_row(r, row, line);
    return true;
}

/* A row without a value, such as the rule of a Markdown table. */
static bool is_empty(const Record *record)
{
    double x;
    for (int i = 0; i < record->n; i++)
        if (field_number(record->cells[i].value, '.', &x) != FIELD_EMPTY)
            return false;
    return true;
}

void rows_take(void *to, const Record *record)
{
    Rows  *r = to;
    double row[RUN_COLUMNS];
    if (record->half) {
        r->run->faults.half = true;
        return;
    }
    if (record->broken) {
        first(&r->run->faults.broken, &r->run->faults.broken_line, record->line);
        return;
    }
    for (int c = 0; c < RUN_COLUMNS; c++)
        row[c] = NAN;
    if (r->tells.n > 0)
        note_marks(r, record);
    Found found = { 0 };
    if (!r->records && is_empty(record))
        return;
    read_row(r, record, row, &found);
    if (!take_row(r, row, record->line))
        return;
    RunFaults *f = &r->run->faults;
    f->words_line = f->words ? f->words_line : found.words_line;
    f->words += found.words;
    f->val_not_finite += found.val_not_finite;
}

/* --- The end --- */

/* Merges the rows at the back into those at the front; columns of `room` numbers become columns of n. */
static bool merge(Rows *r, Err *err)
{
    size_t  columns = 0, n = r->front + r->back;
    for (RunColumn c = 0; c < RUN_COLUMNS; c++)
        columns += r->run->column[c] != NULL;
    double *merged = malloc((n + 1) * columns * sizeof *merged), *out[RUN_COLUMNS] = { 0 };
    if (!merged)
        return err_set(err, "out of memory: no room for %zu rows of %zu columns", n, columns);
    columns = n = 0;
    for (RunColumn c = 0; c < RUN_COLUMNS; c++)
        if (r->run->column[c])
            out[c] = merged + columns++ * (r->front + r->back + 1);
    for (size_t i = 0, k = 0; i < r->front || k < r->back; n++) {
        double a = i < r->front ? *at(r, RUN_STEP, false, i) : INFINITY;
        double b = k < r->back ? *at(r, RUN_STEP, true, k) : INFINITY;
        for (RunColumn c = 0; c < RUN_COLUMNS; c++) {
            double x = out[c] && a <= b ? *at(r, c, false, i) : NAN, y = out[c] && b <= a ? *at(r, c, true, k) : NAN;
            if (out[c])
                out[c][n] = isnan(x) ? y : x;
        }
        i += a <= b;
        k += b <= a;
    }
    free(r->run->numbers);
    r->run->numbers = merged;
    memcpy(r->run->column, out, sizeof out);
    r->front = n;
    return true;
}

bool rows_finish(Rows *r, Err *err)
{
    add_held(r);
    if (r->waits && r->front + r->back < r->room) {
        r->pending[RUN_STEP] = 1;
        add(r, r->pending, false, 1);
    }
    if (!one_run(r, err) || (r->back > 0 && !merge(r, err)))
        return false;
    r->run->n = r->front;
    missing_settle(r->run);
    return true;
}
