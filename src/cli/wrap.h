#ifndef CLI_WRAP_H
#define CLI_WRAP_H
#include <stdarg.h>
#include <stdio.h>

/* Writes `text` (UTF-8) wrapped to `width` columns, starting at column `at`; further lines start at column
 * `left`. A word longer than a line gets its own line. Newlines in the text are kept. Ends with a newline. */
void wrap_text(FILE *out, const char *text, int at, int left, int width);

/* Writes a sentence, cut after 1,023 bytes, behind a label of up to 8 columns ("" continues the line above), wrapped to
 * the width of out's terminal, at most 79 columns. */
void wrap_say(FILE *out, const char *label, const char *fmt, va_list args) __attribute__((format(printf, 3, 0)));
#endif
