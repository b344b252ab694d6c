#include "train/log_rows.h"
#include "train/log.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- fields ---- */

typedef struct Field {
    const char *s;
    size_t      n;
} Field;

/* Field `column` of a line; s is NULL when it has fewer. */
static Field field(const char *line, size_t len, int column)
{
    const char *end = line + len;
    for (; column > 0 && line; column--) {
        line = memchr(line, ',', (size_t)(end - line));
        line = line ? line + 1 : NULL;
    }
    if (!line)
        return (Field){ 0 };
    const char *comma = memchr(line, ',', (size_t)(end - line));
    return (Field){ line, (size_t)((comma ? comma : end) - line) };
}

static bool is_fixed(int column, bool timed) { return column != LOG_SPEED && (timed || column != LOG_SECONDS); }

void log_fixed(Blake2b *digest, const char *line, size_t len, bool timed)
{
    for (int c = 0; c < LOG_COLUMNS; c++) {
        Field f = field(line, len, c);
        if (f.s && is_fixed(c, timed))
            blake2b_add(digest, f.s, f.n);
        blake2b_add(digest, ",", 1);
    }
    blake2b_add(digest, "\n", 1);
}

int log_differs(const char *a, size_t a_len, const char *b, size_t b_len, bool timed)
{
    for (int c = 0; c < LOG_COLUMNS; c++) {
        Field x = field(a, a_len, c), y = field(b, b_len, c);
        if (is_fixed(c, timed) && (!x.s || !y.s || x.n != y.n || memcmp(x.s, y.s, x.n) != 0))
            return c;
    }
    return -1;
}

void log_column(int column, char name[LOG_NAME])
{
    Field f = field(log_header, strlen(log_header) - 1, column);
    snprintf(name, LOG_NAME, "%.*s", (int)f.n, f.s);
}

double log_number(const LogLine *line, int column)
{
    Field f = field(line->text, line->len, column);
    return f.n > 0 ? strtod(f.s, NULL) : NAN;
}

/* ---- rows ---- */

static size_t count_lines(const char *p, size_t n)
{
    size_t lines = 0;
    for (const char *end = p + n; p < end && (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++)
        lines++;
    return lines;
}

/* A line has all columns, and a step after that of the line before. */
static bool add_line(LogRows *rows, const char *text, size_t len, Err *err)
{
    Field last = field(text, len, LOG_COLUMNS - 1), more = field(text, len, LOG_COLUMNS);
    long  step = strtol(text, NULL, 10), was = rows->n ? rows->lines[rows->n - 1].step : 0;
    if (!last.s || more.s || len >= LOG_LINE)
        return err_set(err, "line %zu does not have %d columns", rows->n + 2, LOG_COLUMNS);
    if (step <= was)
        return err_set(err, "line %zu has step %ld after step %ld", rows->n + 2, step, was);
    rows->lines[rows->n++] = (LogLine){ step, text, len };
    return true;
}

static bool read_lines(LogRows *rows, Err *err)
{
    const char *p = rows->file.p, *end = p + rows->file.len;
    size_t      head = strlen(log_header);
    if (rows->file.len < head || memcmp(p, log_header, head) != 0)
        return err_set(err, "it is not a log of this program");
    if (end[-1] != '\n')
        return err_set(err, "its last line has no end");
    rows->lines = malloc(count_lines(p, rows->file.len) * sizeof *rows->lines);
    if (!rows->lines)
        return err_set(err, "out of memory");
    for (p += head; p < end;) {
        const char *newline = memchr(p, '\n', (size_t)(end - p));
        if (!add_line(rows, p, (size_t)(newline - p), err))
            return false;
        p = newline + 1;
    }
    return true;
}

bool log_rows_read(LogRows *rows, const char *path, Err *err)
{
    *rows = (LogRows){ 0 };
    if (!file_read(path, &rows->file, err))
        return false;
    if (read_lines(rows, err))
        return true;
    log_rows_free(rows);
    return err_in(err, "cannot use %s", path);
}

void log_rows_free(LogRows *rows)
{
    free(rows->lines);
    file_free(&rows->file);
    *rows = (LogRows){ 0 };
}

/* The index of the first row after `step`. */
static size_t after(const LogRows *rows, long step)
{
    size_t low = 0, high = rows->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (rows->lines[middle].step <= step)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const LogLine *log_rows_find(const LogRows *rows, long step)
{
    size_t at = after(rows, step - 1);
    return at < rows->n && rows->lines[at].step == step ? &rows->lines[at] : NULL;
}

Digest log_rows_digest(const LogRows *rows, long from, long to, bool timed)
{
    Blake2b digest = blake2b_begin();
    for (size_t i = after(rows, from); i < rows->n && rows->lines[i].step <= to; i++)
        log_fixed(&digest, rows->lines[i].text, rows->lines[i].len, timed);
    return blake2b_end(&digest);
}
