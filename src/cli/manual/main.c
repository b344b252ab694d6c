/* A build tool, not installed: `manual man heed`, `manual man COMMAND`, `manual bash`, `manual zsh` and `manual fish`
 * print the files that meson.build installs. */
#include "cli/manual/main.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/convert/options.h"
#include "cli/explain/options.h"
#include "cli/live/options.h"
#include "cli/plot/options.h"
#include "cli/sample/options.h"
#include "cli/term.h"
#include "cli/train/options.h"
#include "cli/verify/options.h"
#include <string.h>

static const struct {
    const char *shell;
    void (*write)(FILE *out, const Manual *m);
} shells[] = { { "bash", manual_bash }, { "zsh", manual_zsh }, { "fish", manual_fish } };

static int misused(void)
{
    fputs("usage: manual man heed|COMMAND, or manual bash|zsh|fish\n", stderr);
    return COMMAND_MISUSED;
}

static int man(const Manual *m, const char *name)
{
    if (strcmp(name, "heed") == 0) {
        manual_overview(stdout, m);
        return COMMAND_DONE;
    }
    for (int i = 0; i < m->n; i++)
        if (strcmp(m->list[i].command->name, name) == 0) {
            manual_page(stdout, m, &m->list[i]);
            return COMMAND_DONE;
        }
    return misused();
}

static int write_asked(const Manual *m, int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "man") == 0)
        return man(m, argv[2]);
    for (size_t i = 0; argc == 2 && i < sizeof shells / sizeof *shells; i++)
        if (strcmp(argv[1], shells[i].shell) == 0) {
            shells[i].write(stdout, m);
            return COMMAND_DONE;
        }
    return misused();
}

int main(int argc, char **argv)
{
#define DEFAULTS(name, Options, does) Options name = name##_options();
#define ROW(name, Options, does)      { &name##_command, does, &(name) },
    COMMANDS(DEFAULTS)
    const ManualCommand list[] = { COMMANDS(ROW) };
    const Manual        manual = { list, sizeof list / sizeof *list };
    Err                 err = { 0 };
    int                 end = write_asked(&manual, argc, argv);
    if (term_finish(&err))
        return end;
    fprintf(stderr, "manual: %s\n", err.msg);
    return COMMAND_FAILED;
}
