#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H
#include "cli/flags.h"
#include "cli/version.h"

/* How a command ends: the exit codes that its users see. */
enum { COMMAND_DONE = 0, COMMAND_FAILED = 1, COMMAND_MISUSED = 2, COMMAND_INTERRUPTED = 130 };

/* The work of a command, given its options and the word that it was called by ("build/train", "heed
 * train"). Returns how it ends, with a sentence in err where that is not DONE or INTERRUPTED. */
typedef int CommandRun(void *options, const char *called, Err *err);

/* The common beginning and end: reads the flags into `options` (which hold the defaults), answers
 * --help and --version, runs, brings out the standard output, prints the error as "train: sentence"
 * once. `kernels` is the program's kernel_names, for --version. Returns the exit code, for main to return. */
int command_main(const Command *c, void *options, CommandRun *run, VersionKernels *kernels, int argc, char **argv);

/* The main function of a command, with argc and argv; in heed-static, which holds all commands, its entry. */
#ifdef HEED_STATIC
#define COMMAND_MAIN(name)                                                                         \
    int heed_##name##_main(int argc, char **argv);                                                 \
    int heed_##name##_main(int argc, char **argv)
#else
#define COMMAND_MAIN(name) int main(int argc, char **argv)
#endif

/* How to call another command the same way, for "next: …": beside "build/train" the command sample is
 * "build/sample", beside "heed train" it is "heed sample". Into out. */
void command_beside(char *out, size_t size, const char *called, const char *name);

/* Text that tells what stands in a file, or how it is called, must not command the terminal: escapes and C1
 * controls become '?', in place; s. */
const char *command_harmless(char *s);
#endif
