#include "cli/json.h"
#include "base/text.h"
#include <inttypes.h>
#include <math.h>
#include <string.h>

/* Whatever comes next: a comma if needed, and its key. Values of the outermost object begin lines. */
static void begin(Json *j, const char *key)
{
    if (j->more)
        putc(',', j->out);
    if (j->depth == 1)
        putc('\n', j->out);
    if (key)
        fprintf(j->out, "\"%s\":", key);
    j->more = true;
}

static void open(Json *j, const char *key, char bracket)
{
    begin(j, key);
    putc(bracket, j->out);
    j->depth++;
    j->more = false;
}

static void close(Json *j, char bracket)
{
    j->depth--;
    if (j->depth == 0)
        putc('\n', j->out);
    putc(bracket, j->out);
    if (j->depth == 0)
        putc('\n', j->out);
    j->more = true;
}

void json_object(Json *j, const char *key) { open(j, key, '{'); }
void json_array(Json *j, const char *key) { open(j, key, '['); }
void json_end(Json *j) { close(j, '}'); }
void json_end_array(Json *j) { close(j, ']'); }

/* What could end a string, a script element or a line of JavaScript. */
static bool unsafe(uint32_t c)
{
    return c < 0x20 || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' || c == '\'' || c == 0x7f ||
           (c >= 0x80 && c < 0xa0) || c == 0x2028 || c == 0x2029 || c == 0xfeff;
}

void json_bytes(Json *j, const char *key, const char *s, size_t n)
{
    begin(j, key);
    putc('"', j->out);
    for (size_t at = 0; at < n;) {
        int      len;
        uint32_t c = text_decode(s + at, n - at, &len);
        if (c & TEXT_RAW)
            fputs("\\ufffd", j->out);
        else if (unsafe(c))
            fprintf(j->out, "\\u%04x", (unsigned)c);
        else
            fwrite(s + at, 1, (size_t)len, j->out);
        at += (size_t)len;
    }
    putc('"', j->out);
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
    fprintf(j->out, "%.*g", digits, x);
}

void json_int(Json *j, const char *key, int64_t x)
{
    begin(j, key);
    fprintf(j->out, "%" PRId64, x);
}

void json_bool(Json *j, const char *key, bool x)
{
    begin(j, key);
    fputs(x ? "true" : "false", j->out);
}

void json_null(Json *j, const char *key)
{
    begin(j, key);
    fputs("null", j->out);
}

void json_numbers(Json *j, const char *key, const double *x, int n, int digits)
{
    json_array(j, key);
    for (int k = 0; k < n; k++)
        json_number(j, NULL, x[k], digits);
    json_end_array(j);
}
