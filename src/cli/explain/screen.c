#include "cli/explain/screen.h"
#include "base/text.h"
#include "cli/explain/words.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { NARROWEST = 40, WIDEST = 200, TEXT_WIDTH = 100 };

int screen_width(const Term *t)
{
    return (t->width < NARROWEST ? NARROWEST : t->width > WIDEST ? WIDEST : t->width) - 1;
}

/* Width in columns of n bytes of UTF-8. */
static int columns_of(const char *s, size_t n)
{
    int columns = 0, len;
    for (size_t at = 0; at < n; at += (size_t)len)
        columns += text_width(text_decode(s + at, n - at, &len));
    return columns;
}

int screen_columns(const char *text) { return columns_of(text, strlen(text)); }

static Cell padded(const char *s, int columns)
{
    Cell cell;
    int  pad = columns - screen_columns(s);
    snprintf(cell.s, sizeof cell.s, "%s%*s", s, pad > 0 ? pad : 0, "");
    return cell;
}

Cell screen_char(const Term *t, uint32_t c, int columns)
{
    Human h = human_char(c, t->utf8);
    return padded(screen_columns(h.s) <= columns ? h.s : "?", columns);
}

int screen_glyph_width(const Term *t, uint32_t c)
{
    Human h = human_char(c, t->utf8);
    int   columns = screen_columns(h.s);
    return columns == 2 && text_width(c) == 2 ? 2 : 1;
}

Cell screen_glyph(const Term *t, uint32_t c)
{
    Human h = human_char(c, t->utf8);
    bool  fits = screen_columns(h.s) == screen_glyph_width(t, c);
    return padded(fits ? h.s : c == ' ' ? "_" : "?", 1);
}

Cell screen_position(const Term *t, const Subject *s, int i, int columns)
{
    char text[48];
    snprintf(text, sizeof text, "%s (%d)", words_char(subject_at(s, i), t->utf8).s, i);
    return padded(text, columns);
}

bool screen_needs_exponent(double largest) { return largest < 1e-3 || largest >= 99; }

Cell screen_number(double x, int columns, bool exponent)
{
    Cell cell;
    if (exponent && x != 0)
        snprintf(cell.s, sizeof cell.s, "%*.*e", columns, columns - 7, x);
    else
        snprintf(cell.s, sizeof cell.s, "%*.*f", columns, columns - 4, x);
    return cell;
}

bool screen_keeps(const double *x, int n, int i, int most)
{
    int larger = 0;
    for (int k = 0; k < n; k++)
        larger += fabs(x[k]) > fabs(x[i]) || (fabs(x[k]) == fabs(x[i]) && k < i);
    return larger < most;
}

/* Bytes of the longest beginning of s (n bytes) that fits `columns`; at least one character. */
static size_t fitting(const char *s, size_t n, int columns)
{
    int    len, w;
    size_t at = 0;
    for (; at < n; at += (size_t)len) {
        w = text_width(text_decode(s + at, n - at, &len));
        columns -= w;
        if (columns < 0 && at > 0)
            break;
    }
    return at;
}

/* Bytes of a word; a number keeps its "%", so that no line begins with that. */
static size_t word(const char *text)
{
    size_t n = strcspn(text, " ");
    return strncmp(text + n, " %", 2) == 0 ? n + 1 + strcspn(text + n + 1, " ") : n;
}

static void wrap(const Term *t, int at, int left, const char *text)
{
    int  width = screen_width(t) < TEXT_WIDTH ? screen_width(t) : TEXT_WIDTH, space = 0;
    while (*text) {
        size_t n = fitting(text, word(text), width - left);
        int    columns = columns_of(text, n);
        if (at > left && at + space + columns > width) {
            fprintf(t->file, "\n%*s", left, "");
            at = left;
            space = 0;
        }
        term_print(t->file, "%*s%.*s", space, "", (int)n, text);
        at += space + columns;
        text += n;
        space = *text == ' ';
        text += strspn(text, " ");
    }
}

void screen_text(const Term *t, int at, int left, const char *text)
{
    wrap(t, at, left, text);
    putc('\n', t->file);
}

void screen_paragraph(const Term *t, int indent, const char *text) { screen_item(t, "", indent, text); }

void screen_item(const Term *t, const char *label, int indent, const char *text)
{
    fprintf(t->file, "%s%*s", label, indent - screen_columns(label), "");
    screen_text(t, indent, indent, text);
}

void screen_line(const Term *t, int indent, const char *text)
{
    if (screen_columns(text) <= screen_width(t))
        term_print(t->file, "%s\n", text);
    else
        screen_paragraph(t, indent, text + strspn(text, " "));
}

Cell screen_tail(const Term *t, const char *text, int columns)
{
    Cell        cell;
    const char *dots = t->utf8 ? "…" : "...";
    size_t      n = strlen(text), at = 0;
    int         len;
    if (screen_columns(text) <= columns && n < sizeof cell.s)
        dots = "";
    else
        columns -= screen_columns(dots);
    while (at < n && (columns_of(text + at, n - at) > columns || n - at + strlen(dots) >= sizeof cell.s)) {
        (void)text_decode(text + at, n - at, &len);
        at += (size_t)len;
    }
    snprintf(cell.s, sizeof cell.s, "%s%s", dots, text + at);
    return cell;
}

const char *screen_color(const Term *t, char what)
{
    if (!t->color)
        return "";
    switch (what) {
    case 'm': return "\033[34m";
    case 'l': return "\033[33m";
    case 'p': return "\033[32m";
    case 'f': return "\033[1;31m";
    case 'b': return "\033[1m";
    default: return "\033[0m";
    }
}

void screen_heading(const Term *t, const char *text)
{
    fprintf(t->file, "\n%s", screen_color(t, 'b'));
    wrap(t, 0, 0, text);
    fprintf(t->file, "%s\n", screen_color(t, 0));
}
