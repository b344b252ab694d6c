#ifndef CLI_CONVERT_OPTIONS_H
#define CLI_CONVERT_OPTIONS_H
#include "cli/flags.h"

/* The formats, in the order of the flags' choices. Those from FORMAT_GGUF on cannot be imported. */
enum { FORMAT_SAFETENSORS, FORMAT_HF, FORMAT_ONNX, FORMAT_GGUF, FORMAT_NPZ, FORMATS };

/* The options of `convert`. NULL and format -1 mean "not given". */
typedef struct ConvertOptions {
    FlagList    args;                       /* with --to: model and file; with --from: file */
    int         to, from;
    const char *out, *like;
    bool        force;
} ConvertOptions;

extern const Command convert_command;

/* All "not given". */
ConvertOptions convert_options(void);

/* Checks that one direction was given, with the names it needs and no others. */
bool convert_options_check(const ConvertOptions *o, Err *err);
#endif
