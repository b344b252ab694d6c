#ifndef PLOT_FIELD_H
#define PLOT_FIELD_H
#include <stdbool.h>
#include <stddef.h>

/* The fields of a line of a table. */

/* n bytes without the quotes and blanks around them. */
typedef struct Field {
    const char *s;
    size_t      n;
} Field;

/* The field that begins at *at, before `end` of its line; *at is then behind the sign that parts it from the
 * next, or NULL after the last one. A sign within quotes parts nothing. */
Field field_next(const char **at, const char *end, char sign);

/* Which sign parts the fields of the line of names: of comma, semicolon and tab the commonest, comma for none. */
char field_sign(const char *line, const char *end);

typedef enum FieldKind { FIELD_EMPTY, FIELD_NUMBER, FIELD_NOT_FINITE, FIELD_WORD } FieldKind;

/* What it is, and its value where that is a number (correctly rounded). "", "-", "na", "n/a", "none" and "null"
 * are empty; "nan" and "inf" are not finite. The point is `point` or '.'. */
FieldKind field_number(Field f, char point, double *x);

/* Is it a name that is the same as `name` (small letters, digits, '_'), when capitals count as small letters and
 * what is neither letter nor digit as '_', at the beginning as nothing? */
bool field_is(Field f, const char *name);

/* Writes it that way into out, cut to size - 1 characters. */
void field_name(Field f, char *out, size_t size);
#endif
