/* heed COMMAND …: the front end that dispatches to the commands. */
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/heed/run.h"
#include "cli/near.h"
#include "cli/term.h"
#include "cli/wrap.h"
#include "kernel/kernel.h"
#include <limits.h>
#include <string.h>

typedef struct Row {
    const char *name, *does;
} Row;

#define COMMAND_ROW(name, options, does) { #name, does },
#define EXAMPLE_ROW(type, does)          { type, does },
static const Row commands[] = { COMMANDS(COMMAND_ROW) };
static const Row examples[] = { HEED_EXAMPLES(EXAMPLE_ROW) };

enum { N = sizeof commands / sizeof *commands, EXAMPLES = sizeof examples / sizeof *examples, NAME_WIDTH = 10 };

static void introduce(FILE *out, const char *called)
{
    int width = term_width(out) < 80 ? term_width(out) : 80;
    wrap_text(out, HEED_IS, 0, 0, width);
    for (int i = 0; i < EXAMPLES; i++) {
        term_print(out, "\n  %s %s\n      ", called, examples[i].name);
        wrap_text(out, examples[i].does, 6, 6, width);
    }
    fprintf(out, "\nCommands:\n");
    for (int i = 0; i < N; i++) {
        fprintf(out, "  %-*s", NAME_WIDTH, commands[i].name);
        wrap_text(out, commands[i].does, NAME_WIDTH + 2, NAME_WIDTH + 2, width);
    }
    term_print(out, "\n%s help COMMAND lists the options of a command,\n"
            "%s --version the compiler and instruction sets.\n", called, called);
}

static bool is_command(const char *name)
{
    for (int i = 0; i < N; i++)
        if (strcmp(commands[i].name, name) == 0)
            return true;
    return false;
}

static int unknown(const char *name, const char *called, Err *err)
{
    Near        near = { .word = name };
    const char *what = name[0] == '-' ? "option" : "command";
    for (int i = 0; i < N; i++)
        near_offer(&near, commands[i].name);
    near_offer(&near, "help");
    near_offer(&near, "--help");
    near_offer(&near, "--version");
    if (near.best)
        err_set(err, "unknown %s '%s'; did you mean %s?", what, name, near.best);
    else
        err_set(err, "unknown %s '%s'; for a list: %s help", what, name, called);
    return COMMAND_MISUSED;
}

/* Passes "heed train" as argv[0], so that the command's help and messages show how it was called. */
static int become(const char *called, char **argv, Err *err)
{
    char *name = argv[0];
    if (!is_command(name))
        return unknown(name, called, err);
    char both[PATH_MAX];
    snprintf(both, sizeof both, "%s %s", called, name);
    argv[0] = both;
    heed_run(called, name, argv, err);      /* returns only on failure */
    argv[0] = name;
    return COMMAND_FAILED;
}

/* An argument after a complete command line is more likely a mistake. */
static int refuse(const char *word, const char *after, Err *err)
{
    err_set(err, "unexpected '%s' after %s", word, after);
    return COMMAND_MISUSED;
}

static int help(const char *called, char **argv, Err *err)
{
    if (!argv[0] || strcmp(argv[0], "help") == 0) {
        introduce(stdout, called);
        return COMMAND_DONE;
    }
    if (argv[1])
        return refuse(argv[1], "help COMMAND", err);
    char flag[] = "--help", *help_of[] = { argv[0], flag, NULL };
    return become(called, help_of, err);
}

static int dispatch(const char *called, char **argv, Err *err)
{
    const char *word = argv[0];
    if (!word || strcmp(word, "help") == 0 || strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
        return help(called, word ? argv + 1 : argv, err);
    if (strcmp(word, "--version") == 0 && argv[1])
        return refuse(argv[1], word, err);
    if (strcmp(word, "--version") == 0) {
        version_print(stdout, "heed", kernel_names);
        return COMMAND_DONE;
    }
    return become(called, argv, err);
}

int main(int argc, char **argv)
{
    Err err = { 0 };
    if (argc == 0)
        return COMMAND_MISUSED;
    int end = dispatch(argv[0], argv + 1, &err);
    if (!term_finish(&err) && end == COMMAND_DONE)
        end = COMMAND_FAILED;
    if (err_any(&err))
        term_print(stderr, "heed: %s\n", err.msg);
    return end;
}
