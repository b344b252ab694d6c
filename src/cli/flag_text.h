#ifndef CLI_FLAG_TEXT_H
#define CLI_FLAG_TEXT_H
#include "cli/flags.h"
#include <stdio.h>

/* What --help, man pages and completions say of a row, in one place. */

enum { FLAG_TEXT = 800 };                   /* room for what a row says */

/* "a phrase (default 3)", with the default that stands in `options`. Into out, FLAG_TEXT bytes. */
const char *flag_phrase(char *out, const Flag *flag, const void *options);

/* What stands behind --NAME: "N", "tiny|small|base", or "" where the flag takes no value. Into out, FLAG_TEXT bytes. */
const char *flag_operand(char *out, const Flag *flag);

/* "CORPUS...", "[-]", for a row of arguments. Into out, FLAG_TEXT bytes. */
const char *flag_argument(char *out, const Flag *flag);

/* What a value is, for those who complete it: by its metavar FILE and MODEL are files, DIR is a folder;
 * arguments are files, but for a row named "-". */
typedef enum FlagValue { VALUE_NONE, VALUE_CHOICE, VALUE_FILE, VALUE_FOLDER, VALUE_OTHER } FlagValue;
FlagValue flag_value(const Flag *flag);

/* --help and --version, which every command has. */
enum { FLAGS_EVERYWHERE = 2 };
extern const Flag flags_everywhere[FLAGS_EVERYWHERE];
#endif
