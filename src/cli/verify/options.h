#ifndef CLI_VERIFY_OPTIONS_H
#define CLI_VERIFY_OPTIONS_H
#include "cli/flags.h"

/* The options of `verify`. */
typedef struct VerifyOptions {
    FlagList    args;                       /* the run, then the text                              */
    int64_t     check, seed;                /* seed < 0: not given                                 */
    int         threads;                    /* 0: all processors                                   */
    const char *kernels;                    /* NULL: the fastest available                         */
} VerifyOptions;

extern const Command verify_command;

/* The defaults. */
VerifyOptions verify_options(void);
#endif
