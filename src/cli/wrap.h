#ifndef CLI_WRAP_H
#define CLI_WRAP_H
#include <stdio.h>

/* Writes `text` (UTF-8) wrapped to `width` columns, starting at column `at`; further lines start at column
 * `left`. A word longer than a line gets its own line. Newlines in the text are kept. Ends with a newline. */
void wrap_text(FILE *out, const char *text, int at, int left, int width);
#endif
