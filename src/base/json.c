#include "base/json.h"
#include "base/text.h"
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>

static void put(Json *j, const char *s, size_t n)
{
    if (j->to)
        buffer_add(j->to, s, n);
    else if (fwrite(s, 1, n, j->out) != n)
        j->lost = true;
}

static void put_char(Json *j, char c) { put(j, &c, 1); }

__attribute__((format(printf, 2, 3))) static void print(Json *j, const char *fmt, ...)
{
    char    text[80];                       /* numbers and escapes */
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    put(j, text, (size_t)n);
}

static void colon(Json *j) { put(j, ": ", j->spaced ? 2 : 1); }

/* Before each value: a comma if needed, and the key. */
static void begin(Json *j, const char *key)
{
    if (j->more && !j->keyed)
        put_char(j, ',');
    if (((j->depth == 1 && !j->compact) || j->line) && !j->keyed)
        put_char(j, '\n');
    if (key) {
        put_char(j, '"');
        put(j, key, strlen(key));
        put_char(j, '"');
        colon(j);
    }
    j->more  = true;
    j->keyed = j->line = false;
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
    bool outermost = j->depth == 0 && !j->compact;
    if (outermost || j->line)
        put_char(j, '\n');
    put_char(j, bracket);
    if (outermost)
        put_char(j, '\n');
    j->line = false;
    j->more = true;
}

void json_object(Json *j, const char *key) { open(j, key, '{'); }
void json_array(Json *j, const char *key) { open(j, key, '['); }
void json_end(Json *j) { close(j, '}'); }
void json_end_array(Json *j) { close(j, ']'); }

/* Could end a string, a script element or a line of JavaScript, or change what a terminal shows. */
static bool unsafe(uint32_t c)
{
    return c < 0x20 || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' || c == '\'' || c == 0x7f ||
           (c >= 0x80 && c < 0xa0) || c == 0x61c || c == 0x200e || c == 0x200f ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

/* A byte as JSON requires it; DEL too, which is invisible. */
static void put_plain(Json *j, char c)
{
    if (c == '\n')
        put(j, "\\n", 2);
    else if ((unsigned char)c < 0x20 || c == 0x7f)
        print(j, "\\u%04x", (unsigned)c);
    else if (c == '"' || c == '\\')
        print(j, "\\%c", c);
    else
        put_char(j, c);
}

static void put_safe(Json *j, uint32_t c, const char *s, int len)
{
    if (c & TEXT_RAW)
        print(j, "\\ufffd");
    else if (unsafe(c))
        print(j, "\\u%04x", (unsigned)c);
    else
        put(j, s, (size_t)len);
}

static void put_string(Json *j, const char *s, size_t n)
{
    put_char(j, '"');
    for (size_t at = 0; j->plain && at < n; at++)
        put_plain(j, s[at]);
    for (size_t at = 0; !j->plain && at < n;) {
        int      len;
        uint32_t c = text_decode(s + at, n - at, &len);
        put_safe(j, c, s + at, len);
        at += (size_t)len;
    }
    put_char(j, '"');
}

void json_line(Json *j) { j->line = true; }

void json_key(Json *j, const char *key, size_t n)
{
    begin(j, NULL);
    put_string(j, key, n);
    colon(j);
    j->keyed = true;
}

void json_bytes(Json *j, const char *key, const char *s, size_t n)
{
    begin(j, key);
    put_string(j, s, n);
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

void json_decimal(Json *j, const char *key, double x, int places)
{
    begin(j, key);
    print(j, "%.*f", places, x);
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
