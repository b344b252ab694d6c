#ifndef CLI_MANUAL_MAIN_H
#define CLI_MANUAL_MAIN_H
#include "cli/flags.h"
#include <stdio.h>

/* Man pages and completions, generated at build time from the same rows that the commands parse their flags with. */

/* A command, a short description, and options that hold its defaults. */
typedef struct ManualCommand {
    const Command *command;
    const char    *does;
    const void    *defaults;
} ManualCommand;

/* All commands. */
typedef struct Manual {
    const ManualCommand *list;
    int                  n;
} Manual;

/* A man page for heed or for one command: roff with man(7) macros, ASCII only. */
void manual_overview(FILE *out, const Manual *m);
void manual_page(FILE *out, const Manual *m, const ManualCommand *c);

/* Shell scripts that complete heed's command line: commands, flags, choices of a flag, files. */
void manual_bash(FILE *out, const Manual *m);
void manual_zsh(FILE *out, const Manual *m);
void manual_fish(FILE *out, const Manual *m);
#endif
