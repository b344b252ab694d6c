#include "plot/read/csv.h"
#include <stdio.h>
#include <string.h>

enum { SAMPLE = 40, COMMENTS = 8, LOST_QUOTES = 100 };

static const char signs[] = ",;\t| ";

/* --- Lines and records --- */

/* The end of a line: LF, CRLF or CR. */
static const char *line_end(const char *s, const char *end)
{
    const char *lf = memchr(s, '\n', (size_t)(end - s)), *stop = lf ? lf : end;
    const char *cr = memchr(s, '\r', (size_t)(stop - s));
    return cr ? cr : stop;
}

static const char *after_line(const char *s, const char *end)
{
    if (s < end && *s == '\r' && s + 1 < end && s[1] == '\n')
        return s + 2;
    return s < end ? s + 1 : end;
}

static bool only_blanks(const char *s, const char *end)
{
    while (s < end && (*s == ' ' || *s == '\t' || *s == '\0'))
        s++;
    return s == end;
}

static bool ends_field(const char *s, const char *end, char sign)
{
    while (s < end && *s == ' ' && sign != ' ')
        s++;
    return s == end || *s == sign || *s == '\n' || *s == '\r' || (sign == ' ' && *s == '\t');
}

/* The end of the record at s: the first line end outside quotes. A quote that never closes, or closes on another line
 * within a field, is an ordinary character. */
static const char *record_end(const char *s, const char *end, char sign)
{
    const char *stop = line_end(s, end);
    while (memchr(s, '"', (size_t)(stop - s))) {
        while (s < stop && *s == ' ')
            s++;
        const char *close = s < stop && *s == '"' ? field_quote_end(s, end) : NULL;
        if (close && close >= stop) {
            close = ends_field(close + 1, end, sign) ? close : NULL;
            stop = close ? line_end(close, end) : stop;
        }
        s = close ? close + 1 : s;
        while (s < stop && *s != sign && !(sign == ' ' && *s == '\t'))
            s++;
        if (s < stop)
            s++;
        else
            break;
    }
    return stop;
}

static size_t lines_in(const char *s, const char *end)
{
    size_t n = 0;
    for (; s < end; s = after_line(s, end), n++)
        s = line_end(s, end);
    return n;
}

/* A line under a header: "---+-----". */
static bool ruled(const char *s, const char *end)
{
    bool dash = false;
    for (; s < end; s++) {
        if (!memchr("-=+|: \t", *s, 7))
            return false;
        dash = dash || *s == '-' || *s == '=';
    }
    return dash;
}

static bool comment(const char *s, const char *end) { return s < end && (*s == '#' || *s == '%'); }

/* --- Which separator --- */

/* How well a separator fits: the fields of the first rows that are numbers or empty, in rows as long as the header. */
typedef struct Fit {
    int    fields, numbers, header_numbers, rows, points, commas;
    bool   indexed;
    double good;
} Fit;

static int count_fields(const char *s, const char *end, char sign, char point, Fit *fit)
{
    int    n = 0;
    double x;
    for (const char *at = s; at && n <= COLUMNS_MOST; n++) {
        Field     f = field_next(&at, end, sign);
        FieldKind kind = field_number(f, point, &x);
        fit->numbers += kind == FIELD_NUMBER;
        fit->points += kind == FIELD_NUMBER && memchr(f.s, '.', f.n) != NULL;
        fit->commas += kind == FIELD_NUMBER && memchr(f.s, ',', f.n) && (sign != ',' || !field_grouped(f, ','));
        fit->good += kind == FIELD_NUMBER ? 1 : kind == FIELD_WORD ? 0 : 0.5;
    }
    return n;
}

static void sample_row(Fit *fit, const char *s, const char *end, char sign, int extra)
{
    Fit before = *fit;
    int n = count_fields(s, end, sign, ',', fit);
    if (n == fit->fields + extra)
        fit->rows++;
    else
        *fit = before;
}

/* `extra` 1: all rows have one field more than the header, a name, as R writes them. */
static Fit fit_of(const char *header, const char *rows, const char *end, char sign, int extra)
{
    Fit         fit = { 0 };
    const char *stop = record_end(header, end, sign);
    fit.fields = count_fields(header, rows < stop ? rows : stop, sign, '.', &fit);
    fit.header_numbers = fit.numbers;
    fit.numbers = fit.points = fit.commas = 0;
    fit.good = 0;
    int n = 0;
    for (const char *s = rows; s < end && n < SAMPLE; s = after_line(stop, end)) {
        stop = record_end(s, end, sign);
        if (comment(s, end) || only_blanks(s, stop) || ruled(s, stop))
            continue;
        sample_row(&fit, s, stop, sign, extra);
        n++;
    }
    fit.good = extra > 0 && fit.rows < n ? 0 : fit.good;
    fit.indexed = extra > 0;
    return fit;
}

static size_t times(const char *s, const char *end, char c)
{
    size_t n = 0;
    for (; s < end; s++)
        n += *s == c;
    return n;
}

/* Without rows: what occurs most in the header, outside quotes. */
static char most_in(const char *s, const char *end)
{
    char   best = ',';
    size_t most = 0;
    for (const char *sign = signs; *sign && *sign != ' '; sign++)
        if (times(s, end, *sign) > most) {
            most = times(s, end, *sign);
            best = *sign;
        }
    return best;
}

static char point_of(const Fit *f) { return f->commas > 0 && f->points == 0 ? ',' : '.'; }

static void guess(Csv *c, const char *names_end, const char *end)
{
    Fit best = { 0 };
    for (const char *sign = signs; *sign; sign++)
        for (int extra = 0; extra < 2; extra++) {
            Fit fit = fit_of(c->names, c->rows, end, *sign, extra);
            if (extra && (fit.fields < 2 || best.good > 0))
                continue;
            if (fit.good > best.good) {
                best = fit;
                c->sign = *sign;
            }
        }
    c->point = point_of(&best);
    c->indexed = best.indexed;
    if (best.rows == 0 || (best.fields == 1 && times(c->names, names_end, most_in(c->names, names_end)) > 0)) {
        c->sign = most_in(c->names, names_end);
        c->point = c->sign == ';' ? ',' : '.';
    }
}

/* --- The header --- */

/* Do all fields hold numbers? Then a comment before them may hold the names. */
static bool only_numbers(const char *s, const char *end, char *sign)
{
    for (const char *at = signs; *at; at++) {
        Fit fit = { 0 };
        int n = count_fields(s, end, *at, *at == ',' ? '.' : ',', &fit);
        *sign = *at;
        if (fit.numbers == n)
            return true;
    }
    return false;
}

/* Takes a comment with as many fields as the rows, none of them a number, as the header. */
static bool names_in_comment(Csv *c, const char *s, const char *end, int fields)
{
    while (s < end && (*s == '#' || *s == '%' || *s == ' '))
        s++;
    for (const char *sign = signs; *sign; sign++) {
        Fit fit = { 0 };
        if (count_fields(s, end, *sign, '.', &fit) == fields && fit.numbers == 0) {
            c->names = s;
            c->names_sign = *sign;
            return true;
        }
    }
    return false;
}

static int fields_in(const char *s, const char *end, char sign)
{
    Fit fit = { 0 };
    return count_fields(s, end, sign, '.', &fit);
}

/* Skips empty lines and comments; keeps the last few comments. */
static const char *skip_comments(Csv *c, const char *s, const char *end, const char *kept[COMMENTS], int *n)
{
    while (s < end) {
        const char *stop = line_end(s, end);
        if (!comment(s, stop) && !only_blanks(s, stop))
            break;
        if (comment(s, stop))
            kept[(*n)++ % COMMENTS] = s;
        s = after_line(stop, end);
        c->line++;
    }
    return s;
}

static const char *skip_marks(Csv *c, const char *s, const char *end)
{
    if (end - s >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0)
        s += 3;
    if (end - s > 5 && memcmp(s, "sep=", 4) == 0 && line_end(s, end) == s + 5) {
        s = after_line(s + 5, end);
        c->line++;
    }
    return s;
}

/* Reads the names of a header that ends at `end`. */
static bool add_names(Csv *c, const Reading *r, const char *end, Err *err)
{
    double x;
    for (const char *at = c->names; at; c->fields++) {
        Field f = field_next(&at, end, c->names_sign);
        if (c->indexed && c->fields == 0) {
            columns_add(r->columns, (Field){ "", 0 }, false);
            c->fields++;
        }
        c->bare = c->bare || field_number(f, c->point, &x) == FIELD_NUMBER;
        if (columns_add(r->columns, f, true) < 0)
            return err_set(err, r->columns->full ? "it has more than %d columns" : "out of memory: no room for the "
                           "names of %d columns", COLUMNS_MOST);
    }
    return true;
}

static bool find_header(Csv *c, const Reading *r, Err *err)
{
    const char *kept[COMMENTS], *s = r->text, *end = r->end;
    int  n = 0;
    s = skip_comments(c, skip_marks(c, s, end), end, kept, &n);
    if (s == end)
        return err_set(err, "it is empty or has only comments");
    c->names = c->rows = s;
    const char *stop = line_end(s, end);
    if (only_numbers(s, stop, &c->sign)) {
        int  fields = fields_in(s, stop, c->sign);
        bool found = false;
        for (int k = 0; k < n && k < COMMENTS && !found; k++)
            found = names_in_comment(c, kept[(n - 1 - k) % COMMENTS], line_end(kept[(n - 1 - k) % COMMENTS], end),
                fields);
        return found || err_set(err, "its first line holds numbers, not column names: insert a header such as "
                                "step,train_loss,val_loss");
    }
    return true;
}

bool csv_open(Csv *c, const Reading *r, Err *err)
{
    static const char ours[] = "step,epoch,tokens,seconds,lr,train_loss,val_loss,grad_norm,";
    *c = (Csv){ .line = r->line, .sign = ',' };
    if (r->text == r->end)
        return err_set(err, "it is empty or has only comments");
    if (!find_header(c, r, err))
        return false;
    bool commented = c->names != c->rows;
    const char *end = line_end(c->names, r->end);
    if (commented) {
        Fit fit = fit_of(c->rows, c->rows, r->end, c->sign, 0);
        c->point = point_of(&fit);
    } else {
        c->rows = after_line(record_end(c->names, r->end, ','), r->end);
        guess(c, end, r->end);
        c->names_sign = c->sign;
        end = record_end(c->names, r->end, c->sign);
        c->rows = after_line(end, r->end);
        c->line += lines_in(c->names, c->rows);
    }
    c->ours = end - c->names >= (ptrdiff_t)strlen(ours) && memcmp(c->names, ours, strlen(ours)) == 0;
    return add_names(c, r, end, err);
}

/* --- Rows --- */

/* Splits the row at s into r->record. A field more than the header has names for is ignored if it is empty. */
static void split_row(const Csv *c, const Reading *r, const char *s, const char *end)
{
    Record *row = r->record;
    int     n = 0;
    row->n = 0;
    row->broken = false;
    for (const char *at = s; at; n++) {
        Field f = field_next(&at, end, c->sign);
        if (n < c->fields)
            record_add(row, n, f);
        else
            row->broken = row->broken || f.n > 0;
    }
    row->broken = row->broken || n < c->fields;
    bool last = end == r->end;
    row->half = last && (n < c->fields || r->growing);
}

void csv_rows(const Csv *c, const Reading *r)
{
    size_t line = c->line;
    int    lost = 0;
    for (const char *s = c->rows, *stop; s < r->end; s = after_line(stop, r->end), line++) {
        const char *one = line_end(s, r->end);
        stop = lost < LOST_QUOTES ? record_end(s, r->end, c->sign) : one;
        if (comment(s, one) || only_blanks(s, one) || ruled(s, one)) {
            stop = one;
            continue;
        }
        r->record->line = line;
        split_row(c, r, s, stop);
        if (stop != one && r->record->broken) {     /* a lost quote must not swallow the rows after it */
            stop = one;
            lost++;
            split_row(c, r, s, stop);
        }
        line += lines_in(s, stop) - 1;
        r->take(r->to, r->record);
    }
}
