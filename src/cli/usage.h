#ifndef CLI_USAGE_H
#define CLI_USAGE_H
#include "cli/flags.h"
#include <stdio.h>

/* Prints the help of a command, made from its rows, within `width` columns (40 at least): how it is
 * called, what it does, the flags by group with the defaults that stand in `options`, its notes. */
void usage_print(FILE *out, const Command *c, const char *called, const void *options, int width);
#endif
