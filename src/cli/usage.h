#ifndef CLI_USAGE_H
#define CLI_USAGE_H
#include "cli/flags.h"
#include <stdio.h>

/* Prints a command's help, generated from its rows, within `width` columns (at least 40): the call, the
 * description, the flags by group with the defaults in `options`, the notes. */
void usage_print(FILE *out, const Command *c, const char *called, const void *options, int width);
#endif
