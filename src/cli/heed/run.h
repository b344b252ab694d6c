#ifndef CLI_HEED_RUN_H
#define CLI_HEED_RUN_H
#include "base/err.h"

/* Goes over to the command `name`, one of cli/commands.h, with argv, when heed itself was called as `called`. Does not
 * come back, but for a program that cannot be found: false with a sentence. heed_run.c finds programs of their
 * own; heed_static.c has them all inside. */
bool heed_run(const char *called, const char *name, char **argv, Err *err);
#endif
