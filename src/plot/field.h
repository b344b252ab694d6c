#ifndef PLOT_FIELD_H
#define PLOT_FIELD_H
#include <stdbool.h>
#include <stddef.h>

/* Splits the lines of a CSV table into fields and parses them. */

/* n bytes without surrounding quotes and blanks. */
typedef struct Field {
    const char *s;
    size_t      n;
} Field;

/* The field at *at, in a line that ends at `end`. Advances *at past the separator `sign`, or sets it to NULL after the
 * last field. Separators within quotes do not count. */
Field field_next(const char **at, const char *end, char sign);

/* The separator of a header line: comma, semicolon or tab, whichever occurs most; comma if none does. */
char field_sign(const char *line, const char *end);

typedef enum FieldKind { FIELD_EMPTY, FIELD_NUMBER, FIELD_NOT_FINITE, FIELD_WORD } FieldKind;

/* Classifies a field and parses a number, correctly rounded, into *x. "", "-", "na", "n/a", "none" and "null" are
 * empty; "nan" and "inf" are not finite. The decimal point is `point` or '.'. */
FieldKind field_number(Field f, char point, double *x);

/* Does the field, normalized as by field_name, equal `name` (lower case, digits, '_')? */
bool field_is(Field f, const char *name);

/* Normalizes a column name: lower case, '_' for all but letters and digits, leading '_' dropped, cut to size - 1
 * characters. */
void field_name(Field f, char *out, size_t size);
#endif
