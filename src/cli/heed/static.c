/* heed-static: all commands in one executable. */
#include "cli/commands.h"
#include "cli/heed/run.h"
#include <stdlib.h>
#include <string.h>

#define DECLARED(name, options, does) int heed_##name##_main(int argc, char **argv);
#define ROW(name, options, does)      { #name, heed_##name##_main },
COMMANDS(DECLARED)

static const struct {
    const char *name;
    int (*main)(int argc, char **argv);
} rows[] = { COMMANDS(ROW) };

bool heed_run(const char *called, const char *name, char **argv, Err *err)
{
    int argc = 0;
    while (argv[argc])
        argc++;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i].name, name) == 0)
            exit(rows[i].main(argc, argv));
    return err_set(err, "%s does not contain the command %s", called, name);
}
