#include "plot/field.h"
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool blank(char c) { return c == ' ' || c == '\r' || c == '"' || c == '\'' || c == '\t'; }

Field field_next(const char **at, const char *end, char sign)
{
    const char *s = *at;
    while (s < end && *s == ' ')
        s++;
    const char *p = s;
    if (p < end && *p == '"')
        for (p++; p < end && *p != '"'; p++) { }
    while (p < end && *p != sign)
        p++;
    Field f = { s, (size_t)(p - s) };
    *at = p < end ? p + 1 : NULL;
    while (f.n && blank(f.s[f.n - 1]))
        f.n--;
    while (f.n && blank(*f.s)) {
        f.s++;
        f.n--;
    }
    return f;
}

char field_sign(const char *line, const char *end)
{
    static const char signs[] = ",;\t";
    size_t most = 0;
    char   best = ',';
    for (const char *sign = signs; *sign; sign++) {
        size_t n = 0;
        for (const char *p = line; p < end; p++)
            n += *p == *sign;
        if (n > most) {
            most = n;
            best = *sign;
        }
    }
    return best;
}

static bool word_is(Field f, const char *word) { return strlen(word) == f.n && strncasecmp(f.s, word, f.n) == 0; }

static FieldKind word(Field f)
{
    static const char *const empty[] = { "", "-", "na", "n/a", "none", "null" };
    static const char *const odd[] = { "nan", "+nan", "-nan", "inf", "+inf", "-inf", "infinity", "+infinity",
                                       "-infinity" };
    for (size_t i = 0; i < sizeof empty / sizeof *empty; i++)
        if (word_is(f, empty[i]))
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

/* Fast path: integers up to 2^53 and powers of ten up to 10^22 are exact in a double, so one multiplication or division
 * rounds correctly (Clinger 1990, "How to read floating point numbers accurately"). */
FieldKind field_number(Field f, char point, double *x)
{
    static const double tens[] = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                   1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };
    Decimal d = decimal(f, point);
    if (!d.any || !exponent(&d, f.s + f.n))
        return word(f);
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
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '_';
}

void field_name(Field f, char *out, size_t size)
{
    size_t n = 0, i = 0;
    while (i < f.n && plain(f.s[i]) == '_')
        i++;
    for (; i < f.n && n + 1 < size; i++)
        out[n++] = plain(f.s[i]);
    out[n] = '\0';
}

bool field_is(Field f, const char *name)
{
    char text[64];
    field_name(f, text, sizeof text);
    return strcmp(text, name) == 0;
}
