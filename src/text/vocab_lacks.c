#include "text/vocab.h"
#include "base/topk.h"
#include <stdio.h>
#include <string.h>

enum { NEAR = 4, FAR = 1000, REACH = 3, BASES = 0x180 - 0xc0 };

/* The base letters of U+00C0 .. U+017F. */
static const char base_latin[BASES + 1] =
    "AAAAAAACEEEEIIIIDNOOOOOxOUUUUYTsaaaaaaaceeeeiiiidnooooo/ouuuuyty"
    "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiIiJjKkkLlLlLlLlLl"
    "NnNnNnnNnOoOoOoOoRrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";

/* Typographic characters, and their ASCII substitutes. */
static const struct {
    uint32_t fine;
    char     plain;
} signs[] = {
    { 0x2018, '\'' }, { 0x2019, '\'' }, { 0x201a, ',' }, { 0x201c, '"' }, { 0x201d, '"' }, { 0x201e, '"' },
    { 0x00ab, '"' },  { 0x00bb, '"' },  { 0x2010, '-' }, { 0x2011, '-' }, { 0x2012, '-' }, { 0x2013, '-' },
    { 0x2014, '-' },  { 0x2015, '-' },  { 0x2212, '-' }, { 0x2026, '.' }, { 0x00a0, ' ' }, { 0x202f, ' ' },
    { 0x3000, ' ' },  { '\t', ' ' },    { '\r', '\n' },  { 0x2028, '\n' }, { '`', '\'' },
};

/* Lower case for alphabets whose cases are at a fixed distance or alternate; the C library's rules depend on the
 * locale. */
static uint32_t lower(uint32_t c)
{
    if ((c >= 'A' && c <= 'Z') || (c >= 0xc0 && c <= 0xde && c != 0xd7) || (c >= 0x391 && c <= 0x3a9) ||
        (c >= 0x410 && c <= 0x42f))
        return c + 32;
    if (c >= 0x400 && c <= 0x40f)
        return c + 80;
    if ((c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17e))
        return c + (c & 1);
    if ((c >= 0x100 && c <= 0x137) || (c >= 0x14a && c <= 0x177) || (c >= 0x460 && c <= 0x4bf))
        return c | 1;
    return c;
}

static uint32_t base(uint32_t c)
{
    if (c >= 0xc0 && c < 0xc0 + BASES)
        return lower((unsigned char)base_latin[c - 0xc0]);
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (signs[i].fine == c)
            return (unsigned char)signs[i].plain;
    return lower(c);
}

/* Distance of two characters: other case, same base letter, neighbours. Bytes are far from everything. */
static uint32_t distance(uint32_t a, uint32_t b)
{
    if ((a | b) & TEXT_RAW)
        return FAR;
    if (lower(a) == lower(b))
        return 0;
    if (base(a) == base(b))
        return 1;
    uint32_t gap = a > b ? a - b : b - a;
    return gap <= REACH ? 1 + gap : FAR;
}

/* The nearest tokens, nearest first, of ties the lower; returns how many. */
static int nearest(const Vocab *v, uint32_t c, uint32_t found[NEAR])
{
    int    token[NEAR], n = 0;
    double nearness[NEAR];
    for (int i = 0; i < v->n; i++) {
        uint32_t d = distance(c, v->chars[i]);
        if (d != FAR)
            n = topk_add(token, nearness, n, NEAR, i, -(double)d);
    }
    for (int k = 0; k < n; k++)
        found[k] = v->chars[token[k]];
    return n;
}

/* "'É' (U+00C9)", or only the one where a character's quote is its code point already. */
static void describe(uint32_t c, char *buf, size_t size)
{
    char quote[TEXT_NAME];
    text_quote(c, quote);
    if (c & TEXT_RAW)
        snprintf(buf, size, "%s (invalid UTF-8)", quote);
    else if (strncmp(quote, "U+", 2) == 0)
        snprintf(buf, size, "%s", quote);
    else
        snprintf(buf, size, "%s (U+%04X)", quote, (unsigned)c);
}

/* Some tokens from across the vocabulary; returns how many. */
static int examples(const Vocab *v, uint32_t found[NEAR])
{
    int n = 0;
    for (int i = 0; i < NEAR; i++) {
        uint32_t c = v->chars[(2 * i + 1) * v->n / (2 * NEAR)];
        if (!(c & TEXT_RAW) && (n == 0 || found[n - 1] != c))
            found[n++] = c;
    }
    return n;
}

bool vocab_lacks(const Vocab *v, uint32_t c, Err *err)
{
    char     what[64], list[NEAR * (TEXT_NAME + 2) + 1] = "", quote[TEXT_NAME], before[48] = "; closest: ";
    uint32_t found[NEAR];
    int      n = nearest(v, c, found);
    if (n == 0) {
        n = examples(v, found);
        snprintf(before, sizeof before, "; it has %d other%s%s", v->n, v->n == 1 ? "" : "s", n ? ", such as " : "");
    }
    for (int i = 0; i < n; i++) {
        size_t len = strlen(list);
        snprintf(list + len, sizeof list - len, "%s%s", i ? ", " : "", text_quote(found[i], quote));
    }
    describe(c, what, sizeof what);
    return err_set(err, "the vocabulary has no %s%s%s", what, before, list);
}
