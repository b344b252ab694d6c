#ifndef CLI_FLAGS_H
#define CLI_FLAGS_H
#include "base/err.h"
#include <stddef.h>
#include <stdint.h>

/* What a flag is set to, and the type of its field. Write the macro with the name of the options
 * struct and of the field: a field of another type does not compile. */
typedef enum FlagType {
    FLAG_BOOL, FLAG_SWITCH, FLAG_INT, FLAG_LONG, FLAG_REAL, FLAG_STRING, FLAG_CHOICE, FLAG_DURATION, FLAG_LIST, FLAG_ARGS
} FlagType;

#define FLAG_FIELD(T, f, type) _Generic(((T *)0)->f, type: offsetof(T, f))
#define BOOL_FLAG(T, f)        FLAG_BOOL, FLAG_FIELD(T, f, bool)
#define SWITCH_FLAG(T, f)      FLAG_SWITCH, FLAG_FIELD(T, f, int)        /* 1, 0; -1: not given */
#define INT_FLAG(T, f)         FLAG_INT, FLAG_FIELD(T, f, int)
#define LONG_FLAG(T, f)        FLAG_LONG, FLAG_FIELD(T, f, int64_t)
#define REAL_FLAG(T, f)        FLAG_REAL, FLAG_FIELD(T, f, double)
#define STRING_FLAG(T, f)      FLAG_STRING, FLAG_FIELD(T, f, const char *)
#define CHOICE_FLAG(T, f)      FLAG_CHOICE, FLAG_FIELD(T, f, int)        /* index into .choices  */
#define DURATION_FLAG(T, f)    FLAG_DURATION, FLAG_FIELD(T, f, double)   /* seconds, from "10m"  */
#define LIST_FLAG(T, f)        FLAG_LIST, FLAG_FIELD(T, f, FlagList)     /* may be given again   */
#define ARGS_FLAG(T, f)        FLAG_ARGS, FLAG_FIELD(T, f, FlagList)     /* what is no flag      */

/* Strings from the command line, in their order. The array belongs to the list until flags_free;
 * the strings are argv's. */
typedef struct FlagList {
    const char **items;
    int          n;
} FlagList;

/* A flag is a row. Its default is what the field held before flags_parse, and help shows it, unless
 * it is NULL, NaN or outside the row's range: such a default means "not set". */
typedef struct Flag {
    const char        *name;                /* "layers" for --layers; for arguments "CORPUS"            */
    char               letter;              /* 'n' for -n, or 0                                         */
    FlagType           type;
    size_t             field;
    const char        *metavar, *help;      /* "N"; a phrase without a full stop                        */
    const char        *group;               /* heading in the help; rows of a group stand together      */
    double             min, max;            /* numbers: the range, none when both are 0. Arguments: how */
                                            /* many, with max 0 for as many as come                     */
    bool               above, below;        /* the range is without its min, without its max            */
    bool               negatable;           /* a bool or a switch that also has --no-NAME               */
    const char *const *choices;             /* names of a choice, NULL behind the last                  */
    const char        *otherwise;           /* what help shows as the default in place of the value     */
    const char        *elsewhere;           /* other programs' names for it, parted by blanks, for who  */
                                            /* tries those                                              */
    bool               blank;               /* a string that may be empty                               */
} Flag;

/* A command: what is said about it and its rows, from which its help is made. */
typedef struct Command {
    const char *name;                       /* "train"                                                  */
    const char *does;                       /* one sentence                                             */
    const char *notes;                      /* behind the flags: examples, files; or NULL               */
    const Flag *flags;
    size_t      n;
} Command;

typedef enum FlagsWant { FLAGS_RUN, FLAGS_HELP, FLAGS_VERSION } FlagsWant;

/* Reads argv[1..] into `options`. "--flag value" and "--flag=value" are the same, "--" ends the
 * flags, "-" is an argument, the last of several wins (a list takes them all). --help (-h, where no
 * row has that letter) and --version exist everywhere: *want says so, and nothing behind them is
 * read. False, with a sentence, for whatever the rows do not allow: exit with 2. In either case
 * flags_free is to be called. */
bool flags_parse(const Command *c, int argc, char **argv, void *options, FlagsWant *want, Err *err);

/* Frees the lists in options. */
void flags_free(const Command *c, void *options);

/* The row of that name (without "--"), or NULL. */
const Flag *flags_find(const Command *c, const char *name);
#endif
