#include "plot/run.h"
#include "plot/run_names.h"
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The state of parsing. */
typedef struct Table {
    const char *at, *end;
    size_t      line;                       /* number of the line at `at` */
    char        sign, point;
    int         fields;
    RunMap      map;
    size_t      rows;                       /* capacity of each column */
    bool        growing;
} Table;

static const char *line_end(const Table *t)
{
    const char *p = memchr(t->at, '\n', (size_t)(t->end - t->at));
    return p ? p : t->end;
}

static bool only_blanks(const char *s, const char *end)
{
    while (s < end && (*s == ' ' || *s == '\r' || *s == '\t'))
        s++;
    return s == end;
}

/* Skips the byte order mark, empty lines and comments. */
static void skip_to_names(Table *t)
{
    if (t->end - t->at >= 3 && memcmp(t->at, "\xef\xbb\xbf", 3) == 0)
        t->at += 3;
    while (t->at < t->end && (*t->at == '#' || only_blanks(t->at, line_end(t)))) {
        const char *end = line_end(t);
        t->at = end < t->end ? end + 1 : end;
        t->line++;
    }
}

static bool is_number(Field f)
{
    double x;
    return field_number(f, '.', &x) == FIELD_NUMBER;
}

static bool read_names(Table *t, Run *r, RunNames names, Err *err)
{
    static const char ours[] = "step,epoch,tokens,seconds,lr,train_loss,val_loss,grad_norm,";
    Field fields[RUN_FIELDS];
    int   numbers = 0;
    const char *end = line_end(t), *at = t->at;
    t->sign = field_sign(at, end);
    t->point = t->sign == ';' ? ',' : '.';
    for (t->fields = 0; at; t->fields++) {
        if (t->fields == RUN_FIELDS)
            return err_set(err, "it has more than %d columns", RUN_FIELDS);
        fields[t->fields] = field_next(&at, end, t->sign);
        numbers += is_number(fields[t->fields]);
    }
    if (numbers == t->fields)
        return err_set(err, "its first line holds numbers, not column names: insert a header such as "
                       "step,train_loss,val_loss");
    r->ours = end - t->at >= (ptrdiff_t)strlen(ours) && memcmp(t->at, ours, strlen(ours)) == 0;
    if (!run_map(&t->map, fields, t->fields, names, err)) {
        r->faults.no_loss = t->map.no_loss;
        return false;
    }
    for (int i = 0; i < t->fields; i++)
        if (t->map.of[i] >= 0)
            field_name(fields[i], r->name[(int)t->map.of[i]], RUN_NAME);
    t->at = end < t->end ? end + 1 : end;
    t->line++;
    return true;
}

/* An upper bound: a line has at least one byte per field, so memory stays proportional to the size of the file. */
static size_t most_rows(const Table *t)
{
    size_t n = 1, most = (size_t)(t->end - t->at) / (size_t)t->fields + 1;
    for (const char *p = t->at; n < most && p < t->end && (p = memchr(p, '\n', (size_t)(t->end - p))); p++)
        n++;
    return n;
}

static bool make_room(Run *r, Table *t, Err *err)
{
    size_t columns = 1, next = 1;
    for (int i = 0; i < t->fields; i++)
        columns += t->map.of[i] > RUN_STEP;
    t->rows = most_rows(t);
    bool fits = t->rows <= SIZE_MAX / columns / sizeof *r->numbers;
    r->numbers = fits ? malloc(t->rows * columns * sizeof *r->numbers) : NULL;
    if (!r->numbers)
        return err_set(err, "out of memory: no room for %zu rows of %zu columns", t->rows, columns);
    r->column[RUN_STEP] = r->numbers;
    for (int i = 0; i < t->fields; i++)
        if (t->map.of[i] > RUN_STEP)
            r->column[(int)t->map.of[i]] = r->numbers + next++ * t->rows;
    return true;
}

static void first(size_t *count, size_t *line, size_t now)
{
    if ((*count)++ == 0)
        *line = now;
}

/* The value of one field of column c. */
static double value(const Table *t, Run *r, RunColumn c, Field f)
{
    double x;
    switch (field_number(f, t->point, &x)) {
    case FIELD_NUMBER: return x;
    case FIELD_NOT_FINITE:
        if (c != RUN_TRAIN)
            return NAN;
        r->faults.not_finite++;
        return INFINITY;
    case FIELD_WORD: first(&r->faults.words, &r->faults.words_line, t->line); return NAN;
    default: return NAN;
    }
}

/* Parses the line up to `end`; returns its number of fields, but stops after one too many. */
static int read_line(const Table *t, Run *r, const char *end, double row[RUN_COLUMNS])
{
    const char *at = t->at;
    int n = 0;
    for (; at && n <= t->fields; n++) {
        Field f = field_next(&at, end, t->sign);
        int   c = n < t->fields ? t->map.of[n] : -1;
        if (c >= 0)
            row[c] = value(t, r, (RunColumn)c, f);
    }
    return n;
}

/* Drops the rows after the new step; merges the new row into one of the same step, else appends it. */
static void add(Run *r, const double row[RUN_COLUMNS], size_t line)
{
    const double *step = r->column[RUN_STEP];
    size_t before = r->n;
    while (r->n > 0 && step[r->n - 1] > row[RUN_STEP])
        r->n--;
    if (r->n < before)
        first(&r->faults.dropped, &r->faults.back_line, line);
    r->faults.dropped += r->n < before ? before - r->n - 1 : 0;
    bool same = r->n > 0 && step[r->n - 1] == row[RUN_STEP];
    size_t at = same ? r->n - 1 : r->n++;
    for (int c = 0; c < RUN_COLUMNS; c++) {
        double *x = r->column[c] ? &r->column[c][at] : NULL;
        if (!x || (same && isnan(row[c])))
            continue;
        r->faults.replaced += same && c != RUN_STEP && !isnan(*x) && *x != row[c];
        *x = row[c];
    }
}

/* Adds a complete line. For any other, restores the counts that its fields have increased, and counts the line. */
static void take_line(Table *t, Run *r, const char *end, size_t number)
{
    double row[RUN_COLUMNS];
    for (int c = 0; c < RUN_COLUMNS; c++)
        row[c] = NAN;
    RunFaults before = r->faults;
    int  n = read_line(t, r, end, row);
    bool last = end == t->end;
    if (r->faults.no_step)
        row[RUN_STEP] = (double)number;
    if (last && (n < t->fields || t->growing)) {
        r->faults = before;
        r->faults.half = true;
    } else if (n != t->fields || !isfinite(row[RUN_STEP])) {
        r->faults = before;
        first(&r->faults.broken, &r->faults.broken_line, t->line);
    } else
        add(r, row, t->line);
}

static void read_rows(Table *t, Run *r)
{
    for (size_t number = 1; t->at < t->end; t->line++) {
        const char *end = line_end(t);
        if (*t->at != '#' && !only_blanks(t->at, end) && r->n < t->rows)
            take_line(t, r, end, number++);
        t->at = end < t->end ? end + 1 : end;
    }
}

/* Wall-clock times count from 1970; shift them to start at 0. */
static void start_at_zero(Run *r)
{
    double *x = r->column[RUN_SECONDS], start = 0;
    for (size_t i = 0; x && i < r->n && !(start > 0); i++)
        start = x[i];
    for (size_t i = 0; x && start > 1e8 && i < r->n; i++)
        x[i] -= start;
}

bool run_read(Run *r, const char *text, size_t len, RunNames names, bool growing, Err *err)
{
    *r = (Run){ 0 };
    Table t = { .at = text, .end = text + len, .line = 1, .growing = growing };
    if (len > 0)
        skip_to_names(&t);
    if (t.at == t.end)
        return err_set(err, "it is empty or has only comments");
    if (!read_names(&t, r, names, err))
        return false;
    r->faults.no_step = !*r->name[RUN_STEP];
    r->faults.epochs = strcmp(r->name[RUN_STEP], "epoch") == 0;
    if (!make_room(r, &t, err))
        return false;
    read_rows(&t, r);
    start_at_zero(r);
    return true;
}

void run_free(Run *r)
{
    free(r->numbers);
    *r = (Run){ 0 };
}

int run_notes(const RunFaults *f, char out[RUN_NOTES][RUN_NOTE])
{
    int n = 0;
    if (f->no_step)
        snprintf(out[n++], RUN_NOTE, "no step column: rows are numbered from 1");
    if (f->broken)
        snprintf(out[n++], RUN_NOTE, "skipped %zu malformed line%s, the first is line %zu (too few or too many fields, "
                 "or no step)", f->broken, f->broken == 1 ? "" : "s", f->broken_line);
    if (f->words)
        snprintf(out[n++], RUN_NOTE, "%zu field%s not numeric, the first in line %zu: treated as empty", f->words,
                 f->words == 1 ? " is" : "s are", f->words_line);
    if (f->dropped)
        snprintf(out[n++], RUN_NOTE, "the step goes back in line %zu, as after resuming: %zu earlier row%s replaced",
                 f->back_line, f->dropped, f->dropped == 1 ? " is" : "s are");
    if (f->replaced)
        snprintf(out[n++], RUN_NOTE, "%zu value%s given twice for the same step: the last one counts", f->replaced,
                 f->replaced == 1 ? " is" : "s are");
    if (f->not_finite)
        snprintf(out[n++], RUN_NOTE, "%zu training loss%s not finite", f->not_finite,
                 f->not_finite == 1 ? " is" : "es are");
    if (f->half)
        snprintf(out[n++], RUN_NOTE, "skipped the incomplete last line");
    return n;
}

size_t run_least(const Run *r, RunColumn c)
{
    const double *x = r->column[c];
    size_t best = r->n;
    for (size_t i = 0; x && i < r->n; i++)
        if (isfinite(x[i]) && (best == r->n || x[i] < x[best]))
            best = i;
    return best;
}

size_t run_last(const Run *r, RunColumn c)
{
    const double *x = r->column[c];
    for (size_t i = x ? r->n : 0; i > 0; i--)
        if (isfinite(x[i - 1]))
            return i - 1;
    return r->n;
}
