#ifndef CLI_LIVE_OPTIONS_H
#define CLI_LIVE_OPTIONS_H
#include "cli/flags.h"

/* The options of `live`. NULL: not given. */
typedef struct LiveOptions {
    const char *out, *model, *text, *prompt;
    bool        force;
} LiveOptions;

extern const Command live_command;

/* The defaults. */
LiveOptions live_options(void);
#endif
