#ifndef CLI_WRAP_H
#define CLI_WRAP_H
#include <stdio.h>

/* Writes the words of `text` (UTF-8) one after the other from column `at` on, within `width` columns:
 * lines that follow start at column `left`. A word longer than a line stands in one of its own. A
 * newline in the text is kept. Ends the line. */
void wrap_text(FILE *out, const char *text, int at, int left, int width);
#endif
