#ifndef CLI_FLAG_TEXT_H
#define CLI_FLAG_TEXT_H
#include "cli/flags.h"
#include <stdio.h>

/* The text of a row, shared by --help, man pages and completions. */

enum { FLAG_TEXT = 800 };                   /* bytes, enough for any row */

/* "a phrase (default 3)", with the default taken from `options`. Writes to out, FLAG_TEXT bytes; returns out. */
const char *flag_phrase(char *out, const Flag *flag, const void *options);

/* The operand after --NAME: "N", "tiny|small|base", or "" if the flag takes no value. Into out, FLAG_TEXT bytes. */
const char *flag_operand(char *out, const Flag *flag);

/* "CORPUS...", "[RUN]", or the metavar, for a row of arguments. Into out, FLAG_TEXT bytes. */
const char *flag_argument(char *out, const Flag *flag);

/* How a shell completes a value. The metavars FILE and MODEL mean a file, DIR a folder; arguments are
 * files, except for a row named "-". */
typedef enum FlagValue { VALUE_NONE, VALUE_CHOICE, VALUE_FILE, VALUE_FOLDER, VALUE_OTHER } FlagValue;
FlagValue flag_value(const Flag *flag);

/* --help and --version. */
enum { FLAGS_EVERYWHERE = 2 };
extern const Flag flags_everywhere[FLAGS_EVERYWHERE];
#endif
