#include "cli/json.h"
#include "base/text.h"
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>

static void put(Json *j, const char *s, size_t n)
{
    if (fwrite(s, 1, n, j->out) != n)
        j->lost = true;
}

static void put_char(Json *j, char c) { put(j, &c, 1); }

__attribute__((format(printf, 2, 3))) static void print(Json *j, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    if (vfprintf(j->out, fmt, args) < 0)
        j->lost = true;
    va_end(args);
}

/* Before each value: a comma if needed, and the key. Each value of the outermost object starts a line. */
static void begin(Json *j, const char *key)
{
    if (j->more)
        put_char(j, ',');
    if (j->depth == 1)
        put_char(j, '\n');
    if (key)
        print(j, "\"%s\":", key);
    j->more = true;
}

static void open(Json *j, const char *key, char bracket)
{
    begin(j, key);
    put_char(j, bracket);
    j->depth++;
    j->more = false;
}

static void close(Json *j, char bracket)
{
    j->depth--;
    if (j->depth == 0)
        put_char(j, '\n');
    put_char(j, bracket);
    if (j->depth == 0)
        put_char(j, '\n');
    j->more = true;
}

void json_object(Json *j, const char *key) { open(j, key, '{'); }
void json_array(Json *j, const char *key) { open(j, key, '['); }
void json_end(Json *j) { close(j, '}'); }
void json_end_array(Json *j) { close(j, ']'); }

/* Could end a string, a script element or a line of JavaScript. */
static bool unsafe(uint32_t c)
{
    return c < 0x20 || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' || c == '\'' || c == 0x7f ||
           (c >= 0x80 && c < 0xa0) || c == 0x2028 || c == 0x2029 || c == 0xfeff;
}

void json_bytes(Json *j, const char *key, const char *s, size_t n)
{
    begin(j, key);
    put_char(j, '"');
    for (size_t at = 0; at < n;) {
        int      len;
        uint32_t c = text_decode(s + at, n - at, &len);
        if (c & TEXT_RAW)
            print(j, "\\ufffd");
        else if (unsafe(c))
            print(j, "\\u%04x", (unsigned)c);
        else
            put(j, s + at, (size_t)len);
        at += (size_t)len;
    }
    put_char(j, '"');
}

void json_text(Json *j, const char *key, const char *s)
{
    if (s)
        json_bytes(j, key, s, strlen(s));
    else
        json_null(j, key);
}

void json_number(Json *j, const char *key, double x, int digits)
{
    if (!isfinite(x)) {
        json_null(j, key);
        return;
    }
    begin(j, key);
    print(j, "%.*g", digits, x);
}

void json_int(Json *j, const char *key, int64_t x)
{
    begin(j, key);
    print(j, "%" PRId64, x);
}

void json_bool(Json *j, const char *key, bool x)
{
    begin(j, key);
    print(j, x ? "true" : "false");
}

void json_null(Json *j, const char *key)
{
    begin(j, key);
    print(j, "null");
}

void json_numbers(Json *j, const char *key, const double *x, int n, int digits)
{
    json_array(j, key);
    for (int k = 0; k < n; k++)
        json_number(j, NULL, x[k], digits);
    json_end_array(j);
}
