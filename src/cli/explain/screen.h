#ifndef CLI_EXPLAIN_SCREEN_H
#define CLI_EXPLAIN_SCREEN_H
#include "cli/explain/subject.h"
#include "cli/term.h"

/* Where the views are drawn: at most SCREEN_WIDTH columns, whatever the terminal has. */
enum { SCREEN_WIDTH = 79, SCREEN_ROWS = 24 };

/* A piece of text with its padding. */
typedef struct Cell {
    char s[64];
} Cell;

/* The character, visible, padded to so many columns; '?' for a name that is longer. */
Cell screen_char(const Term *t, uint32_t c, int columns);

/* The character in exactly its own columns, 1 or 2, for lines of them; '?' for what has no such picture. */
Cell screen_glyph(const Term *t, uint32_t c);
int  screen_glyph_width(const Term *t, uint32_t c);

/* "'e' (14)" padded on the right to `columns`. */
Cell screen_place(const Term *t, const Subject *s, int i, int columns);

/* Columns that the text takes. */
int screen_columns(const char *text);

/* A number in so many columns, 8 to 12: with as many decimals as fit behind two digits and a sign, or with
 * an exponent where the column needs it. */
Cell screen_number(double x, int columns, bool exponent);

/* Does a column of numbers up to `largest` need exponents? */
bool screen_needs_exponent(double largest);

/* A paragraph, broken between words within SCREEN_WIDTH, each line behind `indent` spaces. */
void screen_paragraph(const Term *t, int indent, const char *text);

/* Switches to a colour where there is one: 'm' more (blue), 'l' less (orange), 'p' pass, 'f' fail, 'b' bold,
 * 0 back. */
const char *screen_color(const Term *t, char what);

/* A bold heading after an empty line. */
void screen_heading(const Term *t, const char *text);
#endif
