/* heed COMMAND …: what stands before the commands and brings to them. */
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
        fprintf(out, "\n  %s %s\n      ", called, examples[i].name);
        wrap_text(out, examples[i].does, 6, 6, width);
    }
    fprintf(out, "\nCommands:\n");
    for (int i = 0; i < N; i++) {
        fprintf(out, "  %-*s", NAME_WIDTH, commands[i].name);
        wrap_text(out, commands[i].does, NAME_WIDTH + 2, NAME_WIDTH + 2, width);
    }
    fprintf(out, "\n%s help COMMAND tells the flags of a command,\n%s --version what this was built for.\n", called,
            called);
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
    const char *what = name[0] == '-' ? "flag" : "command";
    for (int i = 0; i < N; i++)
        near_offer(&near, commands[i].name);
    near_offer(&near, "help");
    near_offer(&near, "--help");
    near_offer(&near, "--version");
    if (near.best)
        err_set(err, "there is no %s '%s'; did you mean %s?", what, name, near.best);
    else
        err_set(err, "there is no %s '%s'; those that there are: %s help", what, name, called);
    return COMMAND_MISUSED;
}

/* The program sees itself called as "heed train", and says so in its own help. */
static int become(const char *called, char **argv, Err *err)
{
    char *name = argv[0];
    if (!is_command(name))
        return unknown(name, called, err);
    char both[PATH_MAX];
    snprintf(both, sizeof both, "%s %s", called, name);
    argv[0] = both;
    heed_run(called, name, argv, err);      /* comes back only if it could not */
    argv[0] = name;
    return COMMAND_FAILED;
}

/* Words behind those that say all: more likely a slip than meant. */
static int refuse(const char *word, const char *behind, Err *err)
{
    err_set(err, "'%s' is one word too many behind %s", word, behind);
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
        fprintf(stderr, "heed: %s\n", err.msg);
    return end;
}
