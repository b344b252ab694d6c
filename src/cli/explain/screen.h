#ifndef CLI_EXPLAIN_SCREEN_H
#define CLI_EXPLAIN_SCREEN_H
#include "cli/explain/subject.h"
#include "cli/term.h"

/* Tables are at most SCREEN_ROWS long. */
enum { SCREEN_ROWS = 24 };

/* The width of a view in columns: one less than the terminal has, because some wrap after the last one, and as if it
 * had at least 40 and at most 200. */
int screen_width(const Term *t);

/* A padded piece of text, returned by value. */
typedef struct Cell {
    char s[64];
} Cell;

/* The character made visible, padded to `columns`; '?' when its name is longer. */
Cell screen_char(const Term *t, uint32_t c, int columns);

/* The character in exactly screen_glyph_width columns, 1 or 2, for running text; '?' when it has no such glyph. */
Cell screen_glyph(const Term *t, uint32_t c);
int  screen_glyph_width(const Term *t, uint32_t c);

/* Character i of the prompt and its position, "'e' (14)", padded on the right to `columns`. */
Cell screen_position(const Term *t, const Subject *s, int i, int columns);

/* Width of the text in columns. */
int screen_columns(const char *text);

/* x in `columns` (8 to 12): fixed point with as many decimals as fit after a sign and two digits, or with an
 * exponent. */
Cell screen_number(double x, int columns, bool exponent);

/* Whether a column whose largest magnitude is `largest` needs exponents. */
bool screen_needs_exponent(double largest);

/* Whether |x[i]| is among the `most` largest of n, ties by index: a row that a table keeps when not all fit. */
bool screen_keeps(const double *x, int n, int i, int most);

/* The end of the text that fits `columns`, after an ellipsis if something is cut. */
Cell screen_tail(const Term *t, const char *text, int columns);

/* Writes the text from column `at` on, its further lines from column `left` on, wrapped as a paragraph is. */
void screen_text(const Term *t, int at, int left, const char *text);

/* A line as it is, its columns aligned by blanks, if it fits; else a paragraph indented by `indent`. */
void screen_line(const Term *t, int indent, const char *text);

/* A paragraph wrapped at screen_width, but at 100 columns at most, since longer lines are hard to read; each line is
 * indented by `indent` spaces. A word that is longer than a line is broken. */
void screen_paragraph(const Term *t, int indent, const char *text);

/* The same, with a label before the first line: "  s    score, ...". */
void screen_item(const Term *t, const char *label, int indent, const char *text);

/* The escape sequence of a style, "" without colour: 'm' more (blue), 'l' less (orange), 'p' pass, 'f' fail, 'b' bold,
 * 0 reset. */
const char *screen_color(const Term *t, char what);

/* An empty line and a bold heading. */
void screen_heading(const Term *t, const char *text);
#endif
