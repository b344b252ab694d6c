#include "plot/read/field.h"
#include <ctype.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool blank(char c) { return c == ' ' || c == '\r' || c == '"' || c == '\'' || c == '\t'; }

const char *field_quote_end(const char *s, const char *end)
{
    for (const char *p = s + 1; (p = memchr(p, '"', (size_t)(end - p))) != NULL; p += 2)
        if (p + 1 >= end || p[1] != '"')
            return p;
    return NULL;
}

static bool separates(char c, char sign) { return c == sign || (sign == ' ' && c == '\t'); }

static Field trimmed(const char *s, const char *end)
{
    while (end > s && blank(end[-1]))
        end--;
    while (s < end && blank(*s))
        s++;
    return (Field){ s, (size_t)(end - s) };
}

Field field_next(const char **at, const char *end, char sign)
{
    const char *s = *at;
    while (s < end && (*s == ' ' || (sign == ' ' && *s == '\t')))
        s++;
    const char *close = s < end && *s == '"' ? field_quote_end(s, end) : NULL, *p = close ? close + 1 : s;
    while (p < end && !separates(*p, sign))
        p++;
    bool  whole = close && trimmed(close + 1, p).n == 0;
    Field f = whole ? (Field){ s + 1, (size_t)(close - s) - 1 } : trimmed(s, p);
    while (sign == ' ' && p < end && (separates(*p, sign) || *p == '\r'))
        p++;
    *at = p == end ? NULL : sign == ' ' ? p : p + 1;
    return f;
}

static bool word_is(Field f, const char *word) { return strlen(word) == f.n && strncasecmp(f.s, word, f.n) == 0; }

/* "---", ":--:": a line of a Markdown table. */
static bool is_rule(Field f)
{
    size_t i = 0;
    while (i < f.n && (f.s[i] == '-' || f.s[i] == ':' || f.s[i] == '='))
        i++;
    return f.n > 1 && i == f.n;
}

static FieldKind word(Field f)
{
    static const char *const empty[] = { "", "-", "na", "n/a", "none", "null", "nil", "<na>", "#n/a" };
    static const char *const odd[] = { "nan", "+nan", "-nan", "inf", "+inf", "-inf", "infinity", "+infinity",
                                       "-infinity" };
    for (size_t i = 0; i < sizeof empty / sizeof *empty; i++)
        if (word_is(f, empty[i]))
            return FIELD_EMPTY;
    if (is_rule(f))
        return FIELD_EMPTY;
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
        if (word_is(f, odd[i]))
            return FIELD_NOT_FINITE;
    return FIELD_WORD;
}

/* A number in parts: its digits as an integer, the power of ten, and the end of the digits. */
typedef struct Decimal {
    uint64_t    digits;
    int         n, power;                   /* n: number of digits without leading zeros */
    bool        any, minus;
    const char *end;
} Decimal;

static Decimal decimal(Field f, char point)
{
    const char *p = f.s, *end = f.s + f.n;
    Decimal d = { 0 };
    bool    decimals = false;
    if (p < end && (*p == '-' || *p == '+'))
        d.minus = *p++ == '-';
    for (; p < end; p++) {
        if (!decimals && (*p == '.' || *p == point)) {
            decimals = true;
            continue;
        }
        if (*p < '0' || *p > '9')
            break;
        d.any = true;
        d.n += d.n > 0 || *p != '0';
        if (d.n <= 18)
            d.digits = d.digits * 10 + (uint64_t)(*p - '0');
        d.power -= decimals;
    }
    d.end = p;
    return d;
}

/* Adds the exponent, if any; false if the field continues with anything else. */
static bool exponent(Decimal *d, const char *end)
{
    const char *p = d->end;
    if (p == end)
        return true;
    if (*p++ != 'e' && p[-1] != 'E')
        return false;
    bool minus = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+'))
        p++;
    const char *first = p;
    int e = 0;
    for (; p < end && *p >= '0' && *p <= '9'; p++)
        e = e < 10000 ? e * 10 + (*p - '0') : e;
    d->power += minus ? -e : e;
    return p > first && p == end;
}

/* For numbers outside the fast path: strtod, with '.' as the decimal point. */
static double slow(Field f, char point)
{
    char text[400];
    size_t n = f.n < sizeof text - 1 ? f.n : sizeof text - 1;
    memcpy(text, f.s, n);
    text[n] = '\0';
    for (char *p = text; *p; p++)
        if (*p == point)
            *p = '.';
    return strtod(text, NULL);
}

/* The length of a number whose thousands are separated by `mark`, 0: it is none. */
static size_t grouped(Field f, char mark)
{
    size_t i = f.n && (*f.s == '-' || *f.s == '+'), from = i, groups = 0;
    while (i < f.n && isdigit((unsigned char)f.s[i]))
        i++;
    if (i == from || i - from > 3 || f.s[from] == '0')
        return 0;
    for (; i + 3 < f.n && f.s[i] == mark; i += 4, groups++)
        if (!isdigit((unsigned char)f.s[i + 1]) || !isdigit((unsigned char)f.s[i + 2]) ||
            !isdigit((unsigned char)f.s[i + 3]))
            return 0;
    return groups && (i == f.n || !isdigit((unsigned char)f.s[i])) ? i : 0;
}

bool field_grouped(Field f, char mark) { return grouped(f, mark) > 0; }

/* Copies a number without the marks between its thousands; false if it has none. */
static bool ungroup(Field *f, char point, char out[64])
{
    char   mark = point == ',' ? '.' : ',';
    size_t whole = f->n < 64 ? grouped(*f, mark) : 0, n = 0;
    if (!whole || (mark == '.' && (whole == f->n || f->s[whole] != ',')))
        return false;
    for (size_t i = 0; i < f->n; i++)
        if (i >= whole || f->s[i] != mark)
            out[n++] = f->s[i];
    *f = (Field){ out, n };
    return true;
}

/* Fast path: integers up to 2^53 and powers of ten up to 10^22 are exact in a double, so one multiplication or division
 * rounds correctly (Clinger 1990, "How to read floating point numbers accurately"). */
FieldKind field_number(Field f, char point, double *x)
{
    static const double tens[] = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                   1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };
    Field   whole = f;
    char    plain[64];
    Decimal d = decimal(f, point);
    if (d.end < f.s + f.n && (*d.end == ',' || *d.end == '.') && ungroup(&f, point, plain))
        d = decimal(f, point);
    if (!d.any || !exponent(&d, f.s + f.n))
        return word(whole);
    if (d.n <= 15 && d.power >= -22 && d.power <= 22) {
        double m = (double)d.digits;
        *x = d.power < 0 ? m / tens[-d.power] : m * tens[d.power];
        *x = d.minus ? -*x : *x;
    } else
        *x = slow(f, point);
    return isfinite(*x) ? FIELD_NUMBER : FIELD_NOT_FINITE;
}

static char plain(char c)
{
    if (c >= 'A' && c <= 'Z')
        return (char)(c - 'A' + 'a');
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80 ? c : '_';
}

static Field without_marks(Field f)
{
    while (f.n && plain(*f.s) == '_') {
        f.s++;
        f.n--;
    }
    return f;
}

bool field_same_name(Field a, Field b)
{
    a = without_marks(a);
    b = without_marks(b);
    for (size_t i = 0; a.n == b.n && i < a.n; i++)
        if (plain(a.s[i]) != plain(b.s[i]))
            return false;
    return a.n == b.n;
}
