#ifndef CLI_CONVERT_OPTIONS_H
#define CLI_CONVERT_OPTIONS_H
#include "cli/flags.h"

/* The formats, in the order of the flags' words; those from FORMAT_GGUF on are not read. */
enum { FORMAT_SAFETENSORS, FORMAT_HF, FORMAT_GGUF, FORMAT_NPZ, FORMATS };

/* What `convert` was asked for. NULL and a format of -1 mean "not given". */
typedef struct ConvertOptions {
    FlagList    args;                       /* with --to: model and file; with --from: file */
    int         to, from;
    const char *out, *like;
    bool        force;
} ConvertOptions;

extern const Command convert_command;

/* Nothing given. */
ConvertOptions convert_options(void);

/* Whether one direction was asked for, with the names that it needs and none that it does not. */
bool convert_options_check(const ConvertOptions *o, Err *err);
#endif
