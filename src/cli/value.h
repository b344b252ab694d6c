#ifndef CLI_VALUE_H
#define CLI_VALUE_H
#include "cli/flags.h"

/* Sets the field of a flag that takes a value from its text. False, with a sentence that names the
 * flag, the text and what is allowed, when it is no number, out of range, no choice, …; the field
 * is then unchanged. Numbers are decimal, with a point, whatever the locale. */
bool value_set(const Flag *flag, const char *text, void *options, Err *err);

/* Is x in the flag's range? */
bool value_in_range(const Flag *flag, double x);

/* Seconds from "90", "90s", "1.5h", "2m30s" (units s, m, h, d, the larger first or not); false when
 * it is nothing like that or below 0. */
bool value_seconds(const char *text, double *seconds);

/* Appends to a list; false when memory is out. */
bool value_append(FlagList *list, const char *text, Err *err);
#endif
