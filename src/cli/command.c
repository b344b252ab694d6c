#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/term.h"
#include "cli/usage.h"
#include <string.h>

enum { COMFORTABLE = 80 };

void command_beside(char *out, size_t size, const char *called, const char *name)
{
    size_t stem = strlen(called);
    while (stem > 0 && called[stem - 1] != '/' && called[stem - 1] != ' ')
        stem--;
    snprintf(out, size, "%.*s%s", (int)stem, called, name);
}

static int answer(const Command *c, FlagsWant want, const char *called, const void *options, VersionKernels *kernels)
{
    int  width = term_width(stdout);
    char name[64];
    snprintf(name, sizeof name, "%s (heed)", c->name);
    if (want == FLAGS_HELP)
        usage_print(stdout, c, called, options, width < COMFORTABLE ? width : COMFORTABLE);
    else
        version_print(stdout, name, kernels);
    return COMMAND_DONE;
}

static int parse_and_run(const Command *c, void *options, CommandRun *run, VersionKernels *kernels, int argc,
                         char **argv, Err *err)
{
    const char *called = argc > 0 ? argv[0] : c->name;
    FlagsWant   want;
    Err         misuse = { 0 };
    if (!flags_parse(c, argc, argv, options, &want, &misuse)) {
        err_set(err, "%s\nFor all options: %s --help", misuse.msg, called);
        return COMMAND_MISUSED;
    }
    return want == FLAGS_RUN ? run(options, called, err) : answer(c, want, called, options, kernels);
}

int command_main(const Command *c, void *options, CommandRun *run, VersionKernels *kernels, int argc, char **argv)
{
    Err err = { 0 };
    term_start();
    interrupt_clean();
    int end = parse_and_run(c, options, run, kernels, argc, argv, &err);
    if (!term_finish(&err) && end == COMMAND_DONE)
        end = COMMAND_FAILED;
    if (err_any(&err))
        term_print(stderr, "%s: %s\n", c->name, err.msg);
    flags_free(c, options);
    return end;
}
