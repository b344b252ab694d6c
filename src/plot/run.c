#include "plot/run.h"
#include "plot/read/console.h"
#include "plot/read/csv.h"
#include "plot/read/json.h"
#include "plot/read/rows.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum Format { FORMAT_TABLE, FORMAT_JSON, FORMAT_CONSOLE } Format;

/* The state of reading a log. */
typedef struct Log {
    Reading  reading;
    Columns  columns;
    Record   record;
    Format   format;
    Csv      csv;
    LongForm form;
    NameMap  map;
    size_t   records, rows;                 /* found by the first pass; rows: those that are whole */
} Log;

static void each_record(Log *l)
{
    switch (l->format) {
    case FORMAT_TABLE: csv_rows(&l->csv, &l->reading); break;
    case FORMAT_JSON: json_records(&l->reading); break;
    case FORMAT_CONSOLE: console_lines(&l->reading); break;
    }
}

/* --- The first pass: columns --- */

static void survey_record(void *to, const Record *record)
{
    Log *l = to;
    l->records++;
    if (record->broken || record->half)
        return;
    l->rows++;
    if (long_is(&l->form))
        long_expand(&l->form, &l->columns, &l->record);
    for (int i = 0; i < record->n; i++)
        columns_count(&l->columns, record->cells[i].column, record->cells[i].value, l->csv.point, record->line);
}

static void survey(Log *l)
{
    l->reading.take = survey_record;
    l->reading.to = l;
    l->form = (LongForm){ -1, -1, -1, false };
    each_record(l);
    l->form = long_form(&l->columns);
    if (!long_is(&l->form))
        return;
    columns_forget(&l->columns);
    l->records = l->rows = 0;
    each_record(l);
}

/* Why a table whose header names a loss has none: its first value is quoted. */
static bool no_number(const Log *l, Err *err)
{
    for (int i = 0; i < l->columns.n; i++) {
        const Column *c = &l->columns.column[i];
        const char   *name = columns_name(&l->columns, i);
        if (c->words == 0 || c->numbers > 0 || !names_loss((Field){ name, c->len }))
            continue;
        ColumnsSaid words = columns_words(&l->columns, i);
        words.s[strcspn(words.s, ",")] = '\0';
        return err_set(err, "the column \"%.80s\" holds no number in %zu row%s: its first value is \"%.60s\", in "
                       "line %zu", name, l->rows, l->rows == 1 ? "" : "s", words.s, c->word_line);
    }
    return true;
}

static bool map_columns(Log *l, Run *r, RunNames names, Err *err)
{
    bool no_loss = false;
    if (names_map(&l->map, &l->columns, names, l->format != FORMAT_TABLE, &no_loss, err))
        return true;
    r->faults.no_loss = no_loss;
    return false;
}

/* Says more than that a table has no column named like a loss. */
static bool no_loss_because(const Log *l, Run *r, Err *err)
{
    Err why = { 0 };
    if (l->csv.bare)
        err_set(&why, "its first line holds values, not column names: insert a header such as "
                "step,train_loss,val_loss");
    else if (no_number(l, &why))
        return err_add(err, ", in %zu row%s", l->rows, l->rows == 1 ? "" : "s");
    *err = why;
    r->faults.no_loss = false;
    return false;
}

/* Finds the columns of a log in the given format. */
static bool look(Log *l, Run *r, Format format, RunNames names, Err *err)
{
    l->format = format;
    l->records = l->rows = 0;
    l->columns.n = l->columns.hint = l->columns.n_words = 0;
    l->columns.names.len = 0;
    l->csv.point = '.';
    if (format == FORMAT_TABLE && !csv_open(&l->csv, &l->reading, err))
        return false;
    survey(l);
    if (map_columns(l, r, names, err))
        return true;
    return format == FORMAT_TABLE && r->faults.no_loss && l->rows > 0 ? no_loss_because(l, r, err) : false;
}

/* Could the line be a header? Reading on from every line would take long. */
static bool names_a_loss(const char *s, const char *end)
{
    enum { LONGEST = 1 << 14 };
    size_t n = end - s < LONGEST ? (size_t)(end - s) : LONGEST;
    const char *lf = memchr(s, '\n', n);
    Words w;
    words_of(&w, s, lf ? (size_t)(lf - s) : n);
    return words_loss(&w) >= 0;
}

/* A table, or records of JSON, that begins behind a few lines of something else. */
static bool behind_others(Log *l, Run *r, RunNames names)
{
    enum { FEW_LINES = 50 };
    Reading whole = l->reading;
    for (int i = 0; i < FEW_LINES && l->reading.text < whole.end; i++) {
        const char *lf = memchr(l->reading.text, '\n', (size_t)(whole.end - l->reading.text));
        Err ignored = { 0 };
        if (!lf)
            break;
        l->reading.text = lf + 1;
        l->reading.line++;
        Format f = json_like(l->reading.text, whole.end) ? FORMAT_JSON : FORMAT_TABLE;
        bool may = f == FORMAT_JSON || names_a_loss(l->reading.text, whole.end);
        if (may && look(l, r, f, names, &ignored) && l->rows > 0)
            return true;
    }
    l->reading = whole;
    return false;
}

/* A table if it has losses, else lines of a console if they have; why not is said of the table. */
static bool find_columns(Log *l, Run *r, RunNames names, Err *err)
{
    const Reading *text = &l->reading;
    if (json_like(text->text, text->end)) {
        if (look(l, r, FORMAT_JSON, names, err))
            return l->records > 0 || err_set(err, "it is JSON without a record that has a loss");
        return err_in(err, "%zu record%s of JSON", l->records, l->records == 1 ? "" : "s");
    }
    bool table = look(l, r, FORMAT_TABLE, names, err);
    if (table && l->rows > 0)
        return true;
    Err    other = { 0 };
    bool   no_loss = r->faults.no_loss;
    if (text->text < text->end && look(l, r, FORMAT_CONSOLE, names, &other)) {
        *err = (Err){ 0 };
        return true;
    }
    if (!table && behind_others(l, r, names)) {
        *err = (Err){ 0 };
        return true;
    }
    r->faults.no_loss = no_loss;
    return table && look(l, r, FORMAT_TABLE, names, err);
}

/* --- The second pass: rows --- */

/* Says which of several columns that fit was taken. */
static void say_choice(const Log *l, Run *r, RunColumn c)
{
    int   k = c == RUN_VAL, n = l->map.n_also[k];
    char *out = r->faults.choice[k];
    if (n == 0)
        return;
    int len = snprintf(out, RUN_NOTE, "%d columns are %s losses: \"%.60s\" is drawn, not \"%.60s\"", n + 1,
                       k ? "validation" : "training", r->name[c], columns_name(&l->columns, l->map.also[k]));
    if (n > 1 && len > 0 && len < RUN_NOTE)
        snprintf(out + len, (size_t)(RUN_NOTE - len), " and %d more", n - 1);
}

static void name_columns(Log *l, Run *r)
{
    int best[RUN_COLUMNS] = { 0 };
    for (int c = 0; c < RUN_COLUMNS; c++)
        r->name[c] = "";
    for (int i = 0; i < l->columns.n; i++) {
        int c = l->map.of[i];
        if (c < 0 || l->map.rank[i] < best[c])
            continue;
        best[c] = l->map.rank[i] + 1;
        r->name[c] = columns_name(&l->columns, i);
    }
    Words w;
    words_of(&w, r->name[RUN_STEP], strlen(r->name[RUN_STEP]));
    r->faults.no_step = !*r->name[RUN_STEP];
    r->faults.epochs = w.n > 0 && strncmp(w.s[w.n - 1], "epoch", 5) == 0;
    r->faults.groups_left = l->map.groups_left;
    r->faults.names_left = l->columns.full;
    r->ours = l->format == FORMAT_TABLE && l->csv.ours;
    say_choice(l, r, RUN_TRAIN);
    say_choice(l, r, RUN_VAL);
}

/* Where the second pass goes. */
typedef struct Filler {
    Log  *log;
    Rows *rows;
} Filler;

static void take_row(void *to, const Record *record)
{
    Filler *f = to;
    if (long_is(&f->log->form) && !record->broken && !record->half)
        long_expand(&f->log->form, &f->log->columns, &f->log->record);
    rows_take(f->rows, record);
}

static bool read_rows(Log *l, Run *r, Err *err)
{
    Rows rows = { .run = r, .columns = &l->columns, .map = &l->map, .point = l->csv.point,
                  .records = l->format != FORMAT_TABLE, .console = l->format == FORMAT_CONSOLE,
                  .sparse = long_is(&l->form), .tells = long_tells(&l->form, &l->columns) };
    if (!rows_make_room(&rows, l->rows, err))
        return false;
    l->reading.take = take_row;
    l->reading.to = &(Filler){ l, &rows };
    each_record(l);
    if (rows_again(&rows))
        each_record(l);
    return rows_finish(&rows, err);
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
    Log l = { .reading = { .text = text, .end = text + len, .line = 1, .growing = growing } };
    *r = (Run){ 0 };
    l.reading.columns = &l.columns;
    l.reading.record = &l.record;
    if (!find_columns(&l, r, names, err)) {
        columns_free(&l.columns);
        return false;
    }
    name_columns(&l, r);
    bool ok = read_rows(&l, r, err);
    if (ok) {
        name_columns(&l, r);                /* again: the second pass may have moved the names */
        r->names = l.columns.names.p;
        start_at_zero(r);
    } else {
        columns_free(&l.columns);
        free(r->numbers);
        *r = (Run){ 0 };
    }
    return ok;
}

void run_free(Run *r)
{
    free(r->numbers);
    free(r->names);
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
    if (f->strayed)
        snprintf(out[n++], RUN_NOTE, "the step goes back in line %zu for that line alone: %zu such row%s left out",
                 f->stray_line, f->strayed, f->strayed == 1 ? " is" : "s are");
    if (f->replaced)
        snprintf(out[n++], RUN_NOTE, "%zu value%s given twice for the same step: the last one counts", f->replaced,
                 f->replaced == 1 ? " is" : "s are");
    if (f->not_finite)
        snprintf(out[n++], RUN_NOTE, "%zu training loss%s not finite", f->not_finite,
                 f->not_finite == 1 ? " is" : "es are");
    if (f->val_not_finite)
        snprintf(out[n++], RUN_NOTE, "%zu validation loss%s not finite", f->val_not_finite,
                 f->val_not_finite == 1 ? " is" : "es are");
    if (f->batches)
        snprintf(out[n++], RUN_NOTE, "batches restart in each epoch: steps are counted through all epochs");
    if (f->groups_left)
        snprintf(out[n++], RUN_NOTE, "%d gradient norm%s beyond the first %d: left out", f->groups_left,
                 f->groups_left == 1 ? "" : "s", RUN_GROUPS);
    if (f->names_left)
        snprintf(out[n++], RUN_NOTE, "more than %d names: those that come later are left out", COLUMNS_MOST);
    for (int k = 0; k < 2; k++)
        if (*f->choice[k])
            snprintf(out[n++], RUN_NOTE, "%s", f->choice[k]);
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

size_t run_count(const Run *r, RunColumn c)
{
    size_t n = 0;
    for (size_t i = 0; r->column[c] && i < r->n; i++)
        n += isfinite(r->column[c][i]) != 0;
    return n;
}
