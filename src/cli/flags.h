#ifndef CLI_FLAGS_H
#define CLI_FLAGS_H
#include "base/err.h"
#include <stddef.h>
#include <stdint.h>

/* The type of a flag's value and of its field. Write the macro with the options struct and the field:
 * a field of another type does not compile. */
typedef enum FlagType {
    FLAG_BOOL, FLAG_SWITCH, FLAG_INT, FLAG_LONG, FLAG_REAL, FLAG_STRING, FLAG_CHOICE, FLAG_DURATION, FLAG_LIST,
    FLAG_ARGS
} FlagType;

#define FLAG_FIELD(T, f, type) _Generic(((T *)0)->f, type: offsetof(T, f))
#define BOOL_FLAG(T, f)        FLAG_BOOL, FLAG_FIELD(T, f, bool)
#define SWITCH_FLAG(T, f)      FLAG_SWITCH, FLAG_FIELD(T, f, int)        /* 1, 0; -1: unset        */
#define INT_FLAG(T, f)         FLAG_INT, FLAG_FIELD(T, f, int)
#define LONG_FLAG(T, f)        FLAG_LONG, FLAG_FIELD(T, f, int64_t)
#define REAL_FLAG(T, f)        FLAG_REAL, FLAG_FIELD(T, f, double)
#define STRING_FLAG(T, f)      FLAG_STRING, FLAG_FIELD(T, f, const char *)
#define CHOICE_FLAG(T, f)      FLAG_CHOICE, FLAG_FIELD(T, f, int)        /* index into .choices    */
#define DURATION_FLAG(T, f)    FLAG_DURATION, FLAG_FIELD(T, f, double)   /* seconds, from "10m"    */
#define LIST_FLAG(T, f)        FLAG_LIST, FLAG_FIELD(T, f, FlagList)     /* may be repeated        */
#define ARGS_FLAG(T, f)        FLAG_ARGS, FLAG_FIELD(T, f, FlagList)     /* words that are not flags */

/* Strings from the command line, in order. The list owns the array until flags_free; argv owns the strings. */
typedef struct FlagList {
    const char **items;
    int          n;
} FlagList;

/* A flag is a row. Its default is the field's value before flags_parse. Help shows it, unless it is NULL,
 * NaN or outside the row's range: such a default means "not set". */
typedef struct Flag {
    const char        *name;                /* "layers" for --layers, "CORPUS" for arguments            */
    char               letter;              /* 'n' for -n, or 0                                         */
    FlagType           type;
    size_t             field;
    const char        *metavar, *help;      /* "N", of arguments all of them; a phrase without a stop   */
    const char        *group;               /* heading in the help; a group's rows are adjacent         */
    double             min, max;            /* numbers: the range, none if both are 0. Arguments: how   */
                                            /* many, max 0 for no limit                                 */
    bool               above, below;        /* the range excludes its min, its max                      */
    bool               negatable;           /* a bool or a switch with a --no-NAME form                 */
    const char *const *choices;             /* names of a choice, NULL-terminated                       */
    const char        *otherwise;           /* shown by help as the default, instead of the value       */
    bool               blank;               /* a string that may be empty                               */
    bool               existing;            /* arguments: names of files and folders that exist, or "-" */
} Flag;

/* A command and its rows; help, man pages and completions are generated from it. */
typedef struct Command {
    const char *name;                       /* "train"                                                  */
    const char *does;                       /* one sentence                                             */
    const char *notes;                      /* printed after the flags: examples, files; or NULL        */
    const Flag *flags;
    size_t      n;
} Command;

typedef enum FlagsWant { FLAGS_RUN, FLAGS_HELP, FLAGS_VERSION } FlagsWant;

/* Parses argv[1..] into `options`. "--flag value" and "--flag=value" are the same, "--" ends the flags, "-" is an
 * argument, the last occurrence wins (a list keeps all), an underscore counts as a hyphen, and options of other
 * programs are understood (habits.h). Every command has --help (-h, unless a row has that letter) and --version: *want
 * reports them, and parsing stops there. Returns false with a sentence for each mistake, each on a line, from the
 * second on after "NAME: ": exit with 2. Call flags_free either way. */
bool flags_parse(const Command *c, int argc, char **argv, void *options, FlagsWant *want, Err *err);

/* Frees the lists in options. */
void flags_free(const Command *c, void *options);

/* The row with that name (without "--"), or NULL. */
const Flag *flags_find(const Command *c, const char *name);
#endif
