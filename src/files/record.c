#include "files/record.h"
#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VALUE = 40, MAX_FIELDS = 64 };

/* printf and strtod use the locale's decimal point, the file a dot: replaces `from` by `to`. */
static void change_point(char value[VALUE], const char *from, const char *to)
{
    char *at = strstr(value, from);
    if (!at || strcmp(from, to) == 0)
        return;
    char rest[VALUE];
    snprintf(rest, sizeof rest, "%s", at + strlen(from));
    snprintf(at, (size_t)(value + VALUE - at), "%s%s", to, rest);
}

static void print_real(double x, char value[VALUE])
{
    if (isnan(x)) {                         /* printf would print its sign */
        strcpy(value, "nan");
        return;
    }
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(value, VALUE, "%.*g", digits, x);
        if (strtod(value, NULL) == x)
            break;
    }
    change_point(value, localeconv()->decimal_point, ".");
}

static void print(const RecordField *f, const void *from, char value[VALUE])
{
    const char *p = (const char *)from + f->at;
    switch (f->kind) {
    case RECORD_INT:  snprintf(value, VALUE, "%d", *(const int *)p); break;
    case RECORD_LONG: snprintf(value, VALUE, "%ld", *(const long *)p); break;
    case RECORD_BITS: snprintf(value, VALUE, "%016" PRIx64, *(const uint64_t *)p); break;
    case RECORD_FLAG: snprintf(value, VALUE, "%d", *(const bool *)p); break;
    case RECORD_REAL:
    case RECORD_LOSS: print_real(*(const double *)p, value); break;
    }
}

/* The value for the range check; 0 for kinds without a range. */
static double number(const RecordField *f, const void *from)
{
    const char *p = (const char *)from + f->at;
    switch (f->kind) {
    case RECORD_INT:  return *(const int *)p;
    case RECORD_LONG: return (double)*(const long *)p;
    case RECORD_REAL: return *(const double *)p;
    default:          return 0;
    }
}

size_t record_write(const void *from, const RecordField *fields, int n, char *out)
{
    size_t len = 0;
    for (int i = 0; i < n; i++) {
        char value[VALUE];
        print(&fields[i], from, value);
        if (!fields[i].optional || strcmp(value, "0") != 0)
            len += (size_t)snprintf(out + len, RECORD_LINE, "%s %s\n", fields[i].key, value);
    }
    return len;
}

/* Lenient; read_value rejects what does not print as the same text. */
static void parse(const RecordField *f, char value[VALUE], void *to)
{
    char *p = (char *)to + f->at;
    switch (f->kind) {
    case RECORD_INT:  { long x = strtol(value, NULL, 10); *(int *)p = x == (int)x ? (int)x : 0; break; }
    case RECORD_LONG: *(long *)p = strtol(value, NULL, 10); break;
    case RECORD_BITS: *(uint64_t *)p = strtoull(value, NULL, 16); break;
    case RECORD_FLAG: *(bool *)p = value[0] == '1'; break;
    case RECORD_REAL:
    case RECORD_LOSS:
        change_point(value, ".", localeconv()->decimal_point);
        *(double *)p = strtod(value, NULL);
        break;
    }
}

/* A value is valid if it prints as the same text. */
static bool read_value(const RecordField *f, const char *text, size_t len, void *to, Err *err)
{
    char value[VALUE] = "", again[VALUE];
    if (len < sizeof value)
        memcpy(value, text, len);
    parse(f, value, to);
    print(f, to, again);
    bool left_out = f->optional && strcmp(again, "0") == 0;
    if (left_out || strlen(again) != len || memcmp(again, text, len) != 0)
        return err_set(err, "\"%s\" cannot be \"%.*s\"", f->key, (int)(len < VALUE ? len : VALUE), text);
    double x = number(f, to);
    bool   ranged = f->kind == RECORD_INT || f->kind == RECORD_LONG || f->kind == RECORD_REAL;
    return !ranged || (x >= f->low && x <= f->high) ||
           err_set(err, "\"%s\" is %s, it must be from %.15g to %.15g", f->key, again, f->low, f->high);
}

static bool is_key(const RecordField *f, const char *key, size_t len)
{
    return strlen(f->key) == len && memcmp(f->key, key, len) == 0;
}

static bool printable(const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (s[i] < ' ' || s[i] > '~')
            return false;
    return true;
}

static bool read_line(void *to, const RecordField *fields, int n, const char *line, size_t len, uint64_t *seen,
                      Err *err)
{
    const char *space = memchr(line, ' ', len);
    size_t      key   = space ? (size_t)(space - line) : len;
    if (!space || !printable(line, len))
        return err_set(err, "a line is not of the form \"key value\"");
    if (key >= 2 && memcmp(line, "x-", 2) == 0)
        return true;
    int i = 0;
    while (i < n && !is_key(&fields[i], line, key))
        i++;
    int shown = (int)(key < VALUE ? key : VALUE);
    if (i == n)
        return err_set(err, "unknown line \"%.*s\"", shown, line);
    if (*seen >> i & 1)
        return err_set(err, "line \"%.*s\" comes twice", shown, line);
    *seen |= (uint64_t)1 << i;
    return read_value(&fields[i], space + 1, len - key - 1, to, err);
}

bool record_read(void *to, const RecordField *fields, int n, const char *text, size_t len, Err *err)
{
    uint64_t seen = 0;
    if (n > MAX_FIELDS)
        return err_set(err, "a record of %d fields is too large, the limit is %d", n, MAX_FIELDS);
    for (size_t at = 0; at < len;) {
        const char *end = memchr(text + at, '\n', len - at);
        if (!end)
            return err_set(err, "the last line has no end");
        size_t line = (size_t)(end - (text + at));
        if (!read_line(to, fields, n, text + at, line, &seen, err))
            return false;
        at += line + 1;
    }
    for (int i = 0; i < n; i++) {
        if (!(seen >> i & 1) && !fields[i].optional)
            return err_set(err, "line \"%s\" is missing", fields[i].key);
        if (!(seen >> i & 1))
            parse(&fields[i], (char[VALUE]){ "0" }, to);
    }
    return true;
}
