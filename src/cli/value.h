#ifndef CLI_VALUE_H
#define CLI_VALUE_H
#include "cli/flags.h"

/* Parses `text` into the field of a flag that takes a value. If it is malformed, out of range or not a
 * choice, returns false with a sentence that names the flag, the text and the allowed values, and leaves
 * the field unchanged. Numbers are decimal with a point, in any locale. */
bool value_set(const Flag *flag, const char *text, void *options, Err *err);

/* Is x in the flag's range? */
bool value_in_range(const Flag *flag, double x);

/* Parses "90", "90s", "1.5h", "2m30s" (units s, m, h, d, in any order) into seconds; false if malformed
 * or negative. */
bool value_seconds(const char *text, double *seconds);

/* Appends to a list; false if out of memory. */
bool value_append(FlagList *list, const char *text, Err *err);
#endif
