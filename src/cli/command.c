#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/term.h"
#include "cli/usage.h"
#include <limits.h>
#include <string.h>

enum { COMFORTABLE = 80 };

const char *command_word(char *out, size_t size, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./+,:=@%-";
    bool   quotes = word[strspn(word, plain)] != '\0' || !*word;
    size_t at = 0;
    if (quotes)
        out[at++] = '\'';
    for (; *word && at + 7 < size; word++)
        if (*word == '\'')
            at += (size_t)snprintf(out + at, size - at, "'\\''");
        else
            out[at++] = *word;
    if (quotes)
        out[at++] = '\'';
    out[at] = '\0';
    return out;
}

const char *command_path(char *out, size_t size, const char *path)
{
    char safe[PATH_MAX + 2];
    snprintf(safe, sizeof safe, "%s%s", *path == '-' ? "./" : "", path);
    return command_word(out, size, safe);
}

/* In "/my dir/heed train" only the last blank is heed's; the one in "/my dir/train" belongs to the folder. */
void command_beside(char *out, size_t size, const char *called, const char *name)
{
    char program[PATH_MAX + 64];
    const char *blank = strrchr(called, ' '), *slash = strrchr(called, '/');
    if (blank && (!slash || blank > slash)) {
        snprintf(program, sizeof program, "%.*s", (int)(blank - called), called);
        command_word(out, size, program);
        size_t at = strlen(out);
        snprintf(out + at, size - at, " %s", name);
        return;
    }
    snprintf(program, sizeof program, "%.*s%s", slash ? (int)(slash - called) + 1 : 0, called, name);
    command_word(out, size, program);
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
