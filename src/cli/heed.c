/* heed COMMAND …: finds the program of that name and becomes it, so that signals and exit codes are
 * the program's own. */
#include "cli/command.h"
#include "cli/near.h"
#include "cli/term.h"
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A command is a row. */
static const struct {
    const char *name, *does;
} commands[] = {
    { "train", "train a model on a text" },
    { "explain", "show what a model attends to in a text, and what the loss would change there" },
    { "sample", "write text with a trained model, or score a text" },
    { "convert", "take a model to PyTorch, Hugging Face, llama.cpp or NumPy, and back" },
};

enum { N = sizeof commands / sizeof *commands };

static void print_help(FILE *out, const char *called)
{
    fprintf(out, "usage: %s COMMAND [ARGUMENTS]\n\n"
                 "Trains a small character-level transformer on a text and explains what it attends to.\n\n"
                 "Commands:\n", called);
    for (int i = 0; i < N; i++)
        fprintf(out, "  %-10s%s\n", commands[i].name, commands[i].does);
    fprintf(out, "\n%s help COMMAND tells the flags of a command, %s --version the version.\n", called, called);
}

/* The file that PATH means by a bare name, or false. */
static bool search_path(const char *name, char path[PATH_MAX])
{
    const char *dirs = getenv("PATH");
    while (dirs && *dirs) {
        size_t n = strcspn(dirs, ":");
        char   file[PATH_MAX];
        int    len = snprintf(file, sizeof file, "%.*s/%s", (int)n, n ? dirs : ".", name);
        if (len > 0 && len < PATH_MAX && access(file, X_OK) == 0 && realpath(file, path))
            return true;
        dirs += n + (dirs[n] == ':');
    }
    return false;
}

/* The directory that this program's file stands in, links resolved. */
static bool own_directory(const char *called, char dir[PATH_MAX])
{
    bool found = realpath("/proc/self/exe", dir) != NULL;
    if (!found)
        found = strchr(called, '/') ? realpath(called, dir) != NULL : search_path(called, dir);
    char *slash = found ? strrchr(dir, '/') : NULL;
    if (slash)
        *slash = '\0';
    return slash != NULL;
}

/* Becomes the program if it stands at base/sub/name. */
static void try_run(const char *base, const char *sub, const char *name, char **argv)
{
    char path[PATH_MAX];
    int  n = snprintf(path, sizeof path, "%s%s/%s", base, sub, name);
    if (n > 0 && n < PATH_MAX && access(path, X_OK) == 0)
        execv(path, argv);
}

/* Installed, the programs stand in libexec; in the build folder, beside this one. That order, as
 * /usr/bin may hold another package's "convert". Comes back only when there is none. */
static bool run(const char *called, const char *name, char **argv, Err *err)
{
    char dir[PATH_MAX];
    if (!own_directory(called, dir))
        return err_set(err, "cannot tell which directory the commands are in: call %s by its path", called);
    if (HEED_LIBEXEC[0] == '/')
        try_run("", HEED_LIBEXEC, name, argv);
    else
        try_run(dir, "/../" HEED_LIBEXEC, name, argv);
    try_run(dir, "", name, argv);
    return err_set(err, "the program %s is missing in %s and in %s: build or install again", name, dir,
                   HEED_LIBEXEC);
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
    Near near = { .word = name };
    for (int i = 0; i < N; i++)
        near_offer(&near, commands[i].name);
    if (near.best)
        err_set(err, "there is no command '%s'; did you mean %s?", name, near.best);
    else
        err_set(err, "there is no command '%s'; those that there are: %s help", name, called);
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
    run(called, name, argv, err);           /* comes back only if it could not */
    argv[0] = name;
    return COMMAND_FAILED;
}

static int help(const char *called, char **argv, Err *err)
{
    if (!argv[0]) {
        print_help(stdout, called);
        return COMMAND_DONE;
    }
    char flag[] = "--help", *help_of[] = { argv[0], flag, NULL };
    return become(called, help_of, err);
}

static int dispatch(const char *called, char **argv, Err *err)
{
    const char *word = argv[0];
    if (!word) {
        print_help(stderr, called);
        return COMMAND_MISUSED;
    }
    if (strcmp(word, "help") == 0 || strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
        return help(called, argv + 1, err);
    if (strcmp(word, "--version") == 0) {
        puts("heed " HEED_VERSION);
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
