#include "cli/flags.h"
#include "base/file.h"
#include "cli/habits.h"
#include "cli/near.h"
#include "cli/value.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_SIZE = 64 };                    /* bytes; longer than any flag's name */

/* The state of parsing one command line. */
typedef struct Parser {
    const Command *c;
    char         **argv;
    int            argc, at;                /* argv[at] is the next word                             */
    void          *options;
    const Flag    *open;                    /* took the previous word as its text, perhaps without quotes */
    Err           *err;
} Parser;

const Flag *flags_find(const Command *c, const char *name)
{
    for (size_t i = 0; i < c->n; i++)
        if (c->flags[i].type != FLAG_ARGS && strcmp(c->flags[i].name, name) == 0)
            return &c->flags[i];
    return NULL;
}

/* The row with that name, in which an underscore counts as a hyphen, or that other programs call so; or NULL. */
static const Flag *find_any(const Command *c, const char *name)
{
    char plain[NAME_SIZE];
    snprintf(plain, sizeof plain, "%s", name);
    for (char *p = plain; *p; p++)
        *p = *p == '_' ? '-' : *p;
    const Flag  *flag = flags_find(c, plain);
    const Habit *habit = flag ? NULL : habit_find(c->name, plain);
    return habit && habit->means ? flags_find(c, habit->means) : flag;
}

/* The flag named by the part of a word before any '=', or NULL. Copies that part to `name` (NAME_SIZE bytes). */
static const Flag *find_prefix(const Command *c, const char *word, char *name)
{
    snprintf(name, NAME_SIZE, "%.*s", (int)strcspn(word, "="), word);
    return find_any(c, name);
}

static const Flag *find_letter(const Command *c, char letter)
{
    const char name[] = { letter, '\0' };
    for (size_t i = 0; i < c->n; i++)
        if (c->flags[i].letter == letter)
            return &c->flags[i];
    const Habit *habit = habit_find(c->name, name);
    return habit && habit->means ? flags_find(c, habit->means) : NULL;
}

static const Flag *find_args(const Command *c)
{
    for (size_t i = 0; i < c->n; i++)
        if (c->flags[i].type == FLAG_ARGS)
            return &c->flags[i];
    return NULL;
}

/* The row that "no-bias" turns off, or NULL. */
static const Flag *find_negated(const Command *c, const char *name)
{
    bool        no = strncmp(name, "no-", 3) == 0 || strncmp(name, "no_", 3) == 0;
    const Flag *flag = no ? find_any(c, name + 3) : NULL;
    return flag && flag->negatable ? flag : NULL;
}

/* Suggests the nearest flag, including --no- forms, --help and --version. */
static bool unknown(const Parser *p, const char *name)
{
    const Habit *habit = habit_find(p->c->name, name);
    if (habit && habit->answer)
        return err_set(p->err, "unknown option --%s: %s", name, habit->answer);
    Near near = { .word = name };
    char negated[64], best[64] = "";
    for (size_t i = 0; i < p->c->n; i++) {
        const Flag *flag = &p->c->flags[i];
        if (flag->type != FLAG_ARGS)
            near_offer(&near, flag->name);
        snprintf(negated, sizeof negated, "no-%s", flag->name);
        if (flag->negatable)
            near_offer(&near, negated);
        if (near.best == negated)           /* overwritten by the next iteration */
            near.best = memcpy(best, negated, sizeof best);
    }
    near_offer(&near, "help");
    near_offer(&near, "version");
    if (near.best)
        return err_set(p->err, "unknown option --%s; did you mean --%s?", name, near.best);
    return err_set(p->err, "unknown option --%s", name);
}

/* A value that names a flag of this command is more likely a forgotten value. */
static bool is_flag(const Command *c, const char *word)
{
    char name[NAME_SIZE];
    return strncmp(word, "--", 2) == 0 && (find_prefix(c, word + 2, name) || find_negated(c, name));
}

/* Takes the flag's value: the text after its '=', or the next word. */
static bool take_value(Parser *p, const Flag *flag, const char *value)
{
    const char *next = value ? value : p->at < p->argc ? p->argv[p->at] : "";
    bool        empty = !*next && flag->type == FLAG_STRING && !flag->blank;
    if (empty || (!value && p->at >= p->argc))
        return err_set(p->err, "--%s needs a value: --%s %s", flag->name, flag->name,
                       flag->metavar ? flag->metavar : "VALUE");
    if (!value && is_flag(p->c, p->argv[p->at]))
        return err_set(p->err, "--%s needs a value, but %s is an option; to use it as the value, write --%s=%s",
                       flag->name, p->argv[p->at], flag->name, p->argv[p->at]);
    p->open = !value && flag->type == FLAG_STRING ? flag : NULL;
    p->at += !value;
    return value_set(flag, next, p->options, p->err);
}

static bool has_value(const Flag *flag) { return flag->type != FLAG_BOOL && flag->type != FLAG_SWITCH; }

static void set_bool(const Parser *p, const Flag *flag, bool on)
{
    void *field = (char *)p->options + flag->field;
    if (flag->type == FLAG_SWITCH)
        *(int *)field = on;
    else
        *(bool *)field = on;
}

/* Does the text say yes or no? nanoGPT's users write --bias=False. */
static bool truth(const char *text, bool *on)
{
    static const char *const words[2][5] = { { "False", "false", "no", "off", "0" },
                                              { "True", "true", "yes", "on", "1" } };
    for (int k = 0; k < 10; k++)
        if (strcmp(words[k / 5][k % 5], text) == 0) {
            *on = k >= 5;
            return true;
        }
    return false;
}

/* --name, --name=value, --no-name */
static bool read_long(Parser *p, const char *word)
{
    char   name[NAME_SIZE];
    size_t n = strcspn(word, "=");
    const char *value = word[n] ? word + n + 1 : NULL;
    const Flag *flag = find_prefix(p->c, word, name), *negated = flag ? NULL : find_negated(p->c, name);
    if (!flag && !negated)
        return unknown(p, name);
    if (flag && has_value(flag))
        return take_value(p, flag, value);
    bool on = true;
    if (value && !truth(value, &on))
        return err_set(p->err, "--%s takes no value, but was given '%s'", name, value);
    set_bool(p, flag ? flag : negated, (flag != NULL) == on);
    return true;
}

static bool unknown_letter(const Parser *p, const char *name)
{
    const Habit *habit = habit_find(p->c->name, name);
    return habit && habit->answer ? err_set(p->err, "unknown option -%s: %s", name, habit->answer) :
                                    err_set(p->err, "unknown option -%s", name);
}

/* -n 5, -n5, -n=5, and letters without values together: -qf */
static bool read_letters(Parser *p, const char *letters)
{
    char name[NAME_SIZE];
    bool long_name = find_prefix(p->c, letters, name) && name[1];
    if (long_name)
        return err_set(p->err, "unknown option -%s; did you mean --%s?", name, name);
    const Habit *habit = name[0] && name[1] ? habit_find(p->c->name, name) : NULL;
    for (; *letters; letters++) {
        const Flag *flag = habit ? NULL : find_letter(p->c, *letters);
        if (!flag)
            return unknown_letter(p, habit ? name : (char[]){ *letters, '\0' });
        if (has_value(flag))
            return take_value(p, flag, letters[1] ? letters + 1 + (letters[1] == '=') : NULL);
        set_bool(p, flag, true);
    }
    return true;
}

/* An unexpected word: usually part of a text without quotes. */
static bool stray(const Parser *p, const char *word)
{
    const char *text = p->open && p->at > 1 ? p->argv[p->at - 2] : NULL;
    if (text)
        return err_set(p->err, "unexpected '%s' after --%s %s; quote a text that contains spaces: --%s \"%s %s\"",
                       word, p->open->name, text, p->open->name, text, word);
    if (flags_find(p->c, "prompt"))
        return err_set(p->err, "unexpected '%s'%s; to pass a text, write --prompt \"%s\"", word,
                       find_args(p->c) ? ": no file or folder has that name" : "", word);
    return err_set(p->err, "unexpected '%s': %s takes only options", word, p->c->name);
}

/* The text after a leading en or em dash, or NULL: editors and web pages turn "--" into one. */
static const char *after_dash(const char *word)
{
    bool dash = strncmp(word, "\xe2\x80\x93", 3) == 0 || strncmp(word, "\xe2\x80\x94", 3) == 0;
    return dash ? word + 3 : NULL;
}

static bool read_argument(Parser *p, const char *word)
{
    const Flag *args = find_args(p->c);
    const char *meant = after_dash(word);
    char        name[NAME_SIZE];
    if (meant && find_prefix(p->c, meant, name))
        return err_set(p->err, "'%s' starts with a long dash instead of two hyphens; write --%s", word, meant);
    if (!args || (args->existing && strcmp(word, "-") != 0 && !file_exists(word)))
        return stray(p, word);
    if (!*word)
        return err_set(p->err, "%s is empty; expected %s", args->name, args->help);
    const FlagList *list = (const void *)((const char *)p->options + args->field);
    if (args->max > 0 && list->n >= (int)args->max)
        return args->max == 1 ? err_set(p->err, "unexpected '%s': %s can be given only once", word, args->name)
                              : err_set(p->err, "unexpected '%s': %s can be given at most %d times", word, args->name,
                                        (int)args->max);
    return value_set(args, word, p->options, p->err);
}

static bool enough_arguments(const Parser *p)
{
    const Flag *args = find_args(p->c);
    if (!args)
        return true;
    const FlagList *list = (const void *)((const char *)p->options + args->field);
    if (list->n >= (int)args->min)
        return true;
    return err_set(p->err, "missing %s: %s", args->name, args->help);
}

static FlagsWant wanted(const Command *c, const char *word)
{
    if (strcmp(word, "--help") == 0 || (strcmp(word, "-h") == 0 && !find_letter(c, 'h')))
        return FLAGS_HELP;
    return strcmp(word, "--version") == 0 ? FLAGS_VERSION : FLAGS_RUN;
}

static bool read_flag(Parser *p, const char *word)
{
    p->open = NULL;
    return word[1] == '-' ? read_long(p, word + 2) : read_letters(p, word + 1);
}

enum { REST = 40 };                         /* bytes, for how many mistakes do not fit */

/* Adds a mistake to those found before, a line each, as far as they fit. */
static void add_mistake(Err *all, const Err *one, const char *command, int *left_out)
{
    size_t at = strlen(all->msg), size = sizeof all->msg - REST;
    if (*left_out || at + strlen(one->msg) + strlen(command) + 4 > size)
        ++*left_out;
    else if (at)
        snprintf(all->msg + at, size - at, "\n%s: %s", command, one->msg);
    else
        *all = *one;
}

/* The value of an unknown option, presumably. */
static bool is_value(const Parser *p) { return p->at < p->argc && p->argv[p->at][0] != '-'; }

/* One word and its value. False, with p->err set, for a mistake; what follows from it is skipped: the value of an
 * unknown option, the other words of a text without quotes. */
static bool read_word(Parser *p, const char *word, bool dashed)
{
    int  at = p->at;
    bool fine = dashed ? read_flag(p, word) : read_argument(p, word);
    if (!fine && dashed && p->at == at && !strchr(word, '=') && is_value(p))
        p->at++;
    while (!fine && !dashed && p->open && is_value(p))
        p->at++;
    return fine;
}

/* Reports all mistakes, since a line typed from memory has several. */
bool flags_parse(const Command *c, int argc, char **argv, void *options, FlagsWant *want, Err *err)
{
    Err    one = { 0 };
    Parser p = { .c = c, .argv = argv, .argc = argc, .at = 1, .options = options, .err = &one };
    bool   ended = false;
    int    left_out = 0;
    *want = FLAGS_RUN;
    while (p.at < argc) {
        const char *word = argv[p.at++];
        bool        dashed = !ended && word[0] == '-' && word[1] != '\0';
        if (dashed && (*want = wanted(c, word)) != FLAGS_RUN)
            return true;
        if (dashed && strcmp(word, "--") == 0) {
            ended = true;
        } else if (!read_word(&p, word, dashed)) {
            add_mistake(err, &one, c->name, &left_out);
            one = (Err){ 0 };
        }
    }
    if (!err_any(err) && !enough_arguments(&p))
        *err = one;
    if (left_out)
        err_add(err, "\n%s: and %d more", c->name, left_out);
    return !err_any(err);
}

void flags_free(const Command *c, void *options)
{
    for (size_t i = 0; i < c->n; i++) {
        if (c->flags[i].type != FLAG_LIST && c->flags[i].type != FLAG_ARGS)
            continue;
        FlagList *list = (void *)((char *)options + c->flags[i].field);
        free(list->items);
        *list = (FlagList){ 0 };
    }
}
