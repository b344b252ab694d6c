#ifndef CLI_HEED_RUN_H
#define CLI_HEED_RUN_H
#include "base/err.h"

/* Runs the command `name` (see cli/commands.h) with argv; `called` is the name heed was called by. Does not return,
 * unless the program cannot be found: then false with a sentence. run.c execs separate programs; static.c calls
 * the commands linked into heed-static. */
bool heed_run(const char *called, const char *name, char **argv, Err *err);
#endif
