#ifndef PLOT_READ_FIELD_H
#define PLOT_READ_FIELD_H
#include <stdbool.h>
#include <stddef.h>

/* Splits the lines of a CSV table into fields and parses them. */

/* n bytes without surrounding quotes and blanks. */
typedef struct Field {
    const char *s;
    size_t      n;
} Field;

/* The field at *at, in a record that ends at `end`. Advances *at past the separator `sign`, or sets it to NULL after
 * the last field. Of a quoted field (RFC 4180) the inside, "" still doubled; separators and line ends within do not
 * count. With the separator ' ', runs of blanks separate. */
Field field_next(const char **at, const char *end, char sign);

/* The closing quote of the quoted field that begins at s, or NULL: "" is a quote within. */
const char *field_quote_end(const char *s, const char *end);

/* Is it a number whose thousands are separated by `mark`: "1,000"? */
bool field_grouped(Field f, char mark);

typedef enum FieldKind { FIELD_EMPTY, FIELD_NUMBER, FIELD_NOT_FINITE, FIELD_WORD } FieldKind;

/* Classifies a field and parses a number, correctly rounded, into *x. "", "-", "na", "n/a", "none", "null" and their
 * like, and the rule of a Markdown table are empty; "nan" and "inf" are not finite. The decimal point is `point` or
 * '.'; thousands may be separated, by ',' or, if that is the decimal point, by '.': "1,234.5" and "1.234,5". */
FieldKind field_number(Field f, char point, double *x);

/* Do two names agree, ignoring case, punctuation and leading punctuation? */
bool field_same_name(Field a, Field b);
#endif
