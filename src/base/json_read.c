#include "base/json_read.h"
#include "base/text.h"
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEEPEST = 63, DIGITS = 64 };

JsonRead json_read(char *p, size_t n, Err *err) { return (JsonRead){ .p = p, .len = n, .err = err }; }

bool json_read_fail(JsonRead *r, const char *fmt, ...)
{
    char    what[256];
    va_list args;
    if (err_any(r->err))
        return false;
    va_start(args, fmt);
    vsnprintf(what, sizeof what, fmt, args);
    va_end(args);
    return err_set(r->err, "byte %zu: %s", r->at, what);
}

static bool good(const JsonRead *r) { return !err_any(r->err); }

/* The next character that is not white space; NUL at the end and after an error (NUL is invalid outside strings). */
static char next(JsonRead *r)
{
    while (r->at < r->len && strchr(" \t\r\n", r->p[r->at] ? r->p[r->at] : 'x'))
        r->at++;
    return good(r) && r->at < r->len ? r->p[r->at] : '\0';
}

static bool expect(JsonRead *r, char c, const char *what)
{
    if (!good(r) || next(r) != c)
        return json_read_fail(r, "expected %s", what);
    r->at++;
    return true;
}

static bool enter(JsonRead *r, char c, const char *what)
{
    if (!expect(r, c, what))
        return false;
    if (r->depth == DEEPEST)
        return json_read_fail(r, "nested more than %d levels deep", DEEPEST);
    r->begun &= ~((uint64_t)1 << ++r->depth);
    return true;
}

/* Whether this object or array has another element; consumes the closing bracket. */
static bool more(JsonRead *r, char close, const char *what)
{
    uint64_t here = (uint64_t)1 << r->depth;
    bool     begun = r->begun & here;
    char     c = next(r);
    r->begun |= here;
    if (c == close) {
        r->at++;
        r->depth--;
        return false;
    }
    return begun ? expect(r, ',', what) : good(r);
}

bool json_read_object(JsonRead *r) { return enter(r, '{', "{"); }
bool json_read_array(JsonRead *r) { return enter(r, '[', "["); }
bool json_read_item(JsonRead *r) { return more(r, ']', ", or ]"); }

bool json_read_key(JsonRead *r, JsonText *key)
{
    *key = (JsonText){ "", 0 };
    return more(r, '}', ", or }") && json_read_text(r, key) && expect(r, ':', ":");
}

/* The four hex digits of \u; -1 if invalid. */
static int32_t hex(const JsonRead *r)
{
    int32_t x = 0;
    for (size_t i = r->at; i < r->at + 4; i++) {
        const char *digits = "0123456789abcdefABCDEF", *d = NULL;
        if (i < r->len && r->p[i])
            d = strchr(digits, r->p[i]);
        if (!d)
            return -1;
        x = x * 16 + (int32_t)(d - digits < 16 ? d - digits : d - digits - 6);
    }
    return x;
}

/* The digits after \u; a code point above 16 bits is a surrogate pair. */
static bool escape(JsonRead *r, char *out, size_t *n)
{
    int32_t x = hex(r);
    if (x >= 0xd800 && x < 0xdc00 && r->at + 6 <= r->len && memcmp(r->p + r->at + 4, "\\u", 2) == 0) {
        r->at += 6;
        int32_t low = hex(r);
        x = low >= 0xdc00 && low < 0xe000 ? 0x10000 + ((x - 0xd800) << 10) + low - 0xdc00 : -1;
    }
    int len = x < 0 || (x >= 0xd800 && x < 0xe000) ? 0 : text_encode((uint32_t)x, out + *n);
    if (len == 0)
        return json_read_fail(r, "\\u is not followed by the four hex digits of a character");
    r->at += 4;
    *n += (size_t)len;
    return true;
}

/* One escape, after its backslash. */
static bool unescape(JsonRead *r, char *out, size_t *n)
{
    static const char names[] = "\"\\/bfnrt", means[] = "\"\\/\b\f\n\r\t";
    char        c = r->at < r->len ? r->p[r->at] : '\0';
    const char *at = c ? strchr(names, c) : NULL;
    if (c != 'u' && !at)
        return json_read_fail(r, "unknown escape");
    r->at++;
    if (c == 'u')
        return escape(r, out, n);
    out[(*n)++] = means[at - names];
    return true;
}

/* An unescaped character. */
static bool plain(JsonRead *r, char *out, size_t *n)
{
    int len;
    if ((unsigned char)r->p[r->at] < 0x20)
        return json_read_fail(r, "control character in a string");
    if (text_decode(r->p + r->at, r->len - r->at, &len) & TEXT_RAW)
        return json_read_fail(r, "invalid UTF-8");
    memmove(out + *n, r->p + r->at, (size_t)len);
    r->at += (size_t)len;
    *n += (size_t)len;
    return true;
}

/* An escape is never shorter than its character, so the decoded text fits in place. */
bool json_read_text(JsonRead *r, JsonText *x)
{
    *x = (JsonText){ "", 0 };
    if (!expect(r, '"', "a string"))
        return false;
    char  *out = r->p + r->at;
    size_t n = 0;
    while (r->at < r->len && r->p[r->at] != '"') {
        bool escaped = r->p[r->at] == '\\';
        r->at += escaped;
        if (!(escaped ? unescape(r, out, &n) : plain(r, out, &n)))
            return false;
    }
    if (r->at == r->len)
        return json_read_fail(r, "unterminated string");
    r->at++;
    *x = (JsonText){ out, n };
    return true;
}

static size_t digits(JsonRead *r)
{
    size_t n = 0;
    while (r->at < r->len && r->p[r->at] >= '0' && r->p[r->at] <= '9') {
        r->at++;
        n++;
    }
    return n;
}

bool json_read_count(JsonRead *r, uint64_t *x)
{
    *x = 0;
    char first = next(r);
    size_t from = r->at, n = digits(r);
    if (!good(r) || n == 0 || (first == '0' && n > 1))
        return json_read_fail(r, "expected a whole number");
    for (size_t i = from; i < r->at; i++) {
        uint64_t d = (uint64_t)(r->p[i] - '0');
        if (*x > (UINT64_MAX - d) / 10)
            return json_read_fail(r, "number beyond 64 bits");
        *x = *x * 10 + d;
    }
    if (r->at < r->len && r->p[r->at] && strchr(".eE", r->p[r->at]))
        return json_read_fail(r, "expected a whole number");
    return true;
}

/* Skips a number as the grammar defines it. */
static bool number(JsonRead *r)
{
    if (next(r) == '-')
        r->at++;
    size_t from = r->at, n = digits(r);
    bool   ok = n > 0 && !(n > 1 && r->p[from] == '0');
    if (ok && r->at < r->len && r->p[r->at] == '.') {
        r->at++;
        ok = digits(r) > 0;
    }
    if (ok && r->at < r->len && (r->p[r->at] == 'e' || r->p[r->at] == 'E')) {
        r->at++;
        r->at += r->at < r->len && (r->p[r->at] == '+' || r->p[r->at] == '-');
        ok = digits(r) > 0;
    }
    return ok || json_read_fail(r, "expected a value");
}

/* No program here calls setlocale, so strtod expects a point. */
bool json_read_number(JsonRead *r, double *x)
{
    char   text[DIGITS];
    size_t from = (next(r), r->at);
    *x = 0;
    if (!good(r) || !number(r))
        return false;
    if (r->at - from >= sizeof text)
        return json_read_fail(r, "number of %zu characters", r->at - from);
    memcpy(text, r->p + from, r->at - from);
    text[r->at - from] = '\0';
    *x = strtod(text, NULL);
    return isfinite(*x) || json_read_fail(r, "number beyond the range of a double");
}

static bool word(JsonRead *r, const char *w)
{
    size_t n = strlen(w);
    next(r);
    if (!good(r) || r->len - r->at < n || memcmp(r->p + r->at, w, n) != 0)
        return false;
    r->at += n;
    return true;
}

bool json_read_bool(JsonRead *r, bool *x)
{
    *x = word(r, "true");
    return *x || word(r, "false") || json_read_fail(r, "expected true or false");
}

bool json_read_null(JsonRead *r) { return word(r, "null"); }

bool json_read_skip(JsonRead *r)
{
    JsonText text;
    switch (next(r)) {
    case '{':
        json_read_object(r);
        while (json_read_key(r, &text))
            json_read_skip(r);
        return good(r);
    case '[':
        json_read_array(r);
        while (json_read_item(r))
            json_read_skip(r);
        return good(r);
    case '"': return json_read_text(r, &text);
    case 't':
    case 'f':
    case 'n': return word(r, "true") || word(r, "false") || word(r, "null") || json_read_fail(r, "expected a value");
    default: return good(r) && number(r);
    }
}

bool json_read_fields(JsonRead *r, const JsonField *fields, unsigned n, unsigned needed, bool others, void *x)
{
    unsigned seen = 0;
    JsonText key;
    if (!json_read_object(r))
        return false;
    while (json_read_key(r, &key)) {
        unsigned i = 0;
        while (i < n && !json_text_is(key, fields[i].key))
            i++;
        if (i == n && !others)
            return json_read_fail(r, "unknown key \"%.*s\"", (int)(key.n < 40 ? key.n : 40), key.s);
        if (i < n && seen >> i & 1)
            return json_read_fail(r, "\"%s\" comes twice", fields[i].key);
        if (!(i < n ? fields[i].read(r, (char *)x + fields[i].at) : json_read_skip(r)))
            return false;
        seen |= i < n ? 1u << i : 0;
    }
    for (unsigned i = 0; i < needed; i++)
        if (!(seen >> i & 1))
            return json_read_fail(r, "\"%s\" is missing", fields[i].key);
    return good(r);
}

bool json_read_end(JsonRead *r)
{
    char c = next(r);
    return good(r) && ((c == '\0' && r->at == r->len) || json_read_fail(r, "unexpected text after the end"));
}

bool json_text_is(JsonText x, const char *s) { return x.n == strlen(s) && memcmp(x.s, s, x.n) == 0; }

int json_text_order(JsonText a, JsonText b)
{
    int order = memcmp(a.s, b.s, a.n < b.n ? a.n : b.n);
    return order ? order : a.n < b.n ? -1 : a.n > b.n;
}
