#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H
#include "cli/flags.h"
#include "cli/version.h"
#include <limits.h>

/* Exit codes. */
enum { COMMAND_DONE = 0, COMMAND_FAILED = 1, COMMAND_MISUSED = 2, COMMAND_INTERRUPTED = 130 };

/* The body of a command: its options and the name it was called by ("build/train", "heed train"). Returns an
 * exit code, with a sentence in err unless that is DONE or INTERRUPTED. */
typedef int CommandRun(void *options, const char *called, Err *err);

/* The frame of every command: parses the flags into `options` (which hold the defaults), answers --help and
 * --version, runs the command, flushes standard output and prints the error as "train: sentence". `kernels` is
 * the program's kernel_names, for --version. Returns the exit code for main to return. */
int command_main(const Command *c, void *options, CommandRun *run, VersionKernels *kernels, int argc, char **argv);

/* Defines a command's main function, or its entry point in heed-static, which contains all commands. */
#ifdef HEED_STATIC
#define COMMAND_MAIN(name)                                                                         \
    int heed_##name##_main(int argc, char **argv);                                                 \
    int heed_##name##_main(int argc, char **argv)
#else
#define COMMAND_MAIN(name) int main(int argc, char **argv)
#endif

/* How to call another command the same way, for the next command that a program proposes: for "build/train" the
 * command sample is "build/sample", for "heed train" it is "heed sample"; quoted for the shell. Writes to out. */
void command_beside(char *out, size_t size, const char *called, const char *name);

/* Looks for a file of this installation: `name` in libexec, where installed programs are, or beside this program, as in
 * the build folder (own_file.c). `called` is argv[0], or "heed NAME" with the path of heed; `mode` is access(2)'s. True
 * with its path; false with "" in path if neither exists; false with a sentence if this program does not know where it
 * is. Libexec comes first because /usr/bin may contain another package's "convert". */
bool own_file(const char *called, const char *name, int mode, char path[PATH_MAX], Err *err);

/* The folder of this program's file, with symbolic links resolved. */
bool own_folder(const char *called, char folder[PATH_MAX], Err *err);

/* A word as the shell reads it back, in single quotes if it needs them. Writes to out; returns it. */
const char *command_word(char *out, size_t size, const char *word);

/* The same for the name of a file; "./" keeps one that starts with '-' from being read as a flag. */
const char *command_path(char *out, size_t size, const char *path);
#endif
