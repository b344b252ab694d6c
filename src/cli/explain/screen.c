#include "cli/explain/screen.h"
#include "base/text.h"
#include "cli/explain/words.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

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

void screen_paragraph(const Term *t, int indent, const char *text)
{
    int at = 0;
    for (const char *s = text; *s;) {
        size_t n = strcspn(s, " ");
        int    columns = columns_of(s, n);
        if (at > 0 && at + 1 + columns > SCREEN_WIDTH) {
            putc('\n', t->file);
            at = 0;
        }
        at += fprintf(t->file, "%*s", at ? 1 : indent, "") + columns;
        fwrite(s, 1, n, t->file);
        s += n + strspn(s + n, " ");
    }
    putc('\n', t->file);
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
    fprintf(t->file, "\n%s%s%s\n", screen_color(t, 'b'), text, screen_color(t, 0));
}
