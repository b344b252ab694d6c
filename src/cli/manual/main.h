#ifndef CLI_MANUAL_MAIN_H
#define CLI_MANUAL_MAIN_H
#include "cli/flags.h"
#include <stdio.h>

/* Man pages and completions, written when heed is built from the tables that its commands read their flags by. */

/* A command, what it does in a few words, and options that hold its defaults. */
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

/* A page in roff with the macros of man(7), all of it ASCII: of heed itself, or of one command. */
void manual_overview(FILE *out, const Manual *m);
void manual_page(FILE *out, const Manual *m, const ManualCommand *c);

/* Scripts that complete heed's command line in these shells: commands, flags, what a flag can be set to, files. */
void manual_bash(FILE *out, const Manual *m);
void manual_zsh(FILE *out, const Manual *m);
void manual_fish(FILE *out, const Manual *m);
#endif
