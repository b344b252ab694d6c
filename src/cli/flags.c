#include "cli/flags.h"
#include "cli/near.h"
#include "cli/value.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAMED = 64 };                        /* bytes, more than the name of any flag has */

/* Where the reading of a command line stands. */
typedef struct Reader {
    const Command *c;
    char         **argv;
    int            argc, at;                /* argv[at] is the next word                             */
    void          *options;
    const Flag    *open;                    /* that the word before was a text for, which may go on   */
    Err           *err;
} Reader;

const Flag *flags_find(const Command *c, const char *name)
{
    for (size_t i = 0; i < c->n; i++)
        if (c->flags[i].type != FLAG_ARGS && strcmp(c->flags[i].name, name) == 0)
            return &c->flags[i];
    return NULL;
}

/* The flag that a word names, which may go on with '='; its name as written into `name`, of NAMED bytes. */
static const Flag *find_beginning(const Command *c, const char *word, char *name)
{
    snprintf(name, NAMED, "%.*s", (int)strcspn(word, "="), word);
    return flags_find(c, name);
}

static const Flag *find_letter(const Command *c, char letter)
{
    for (size_t i = 0; i < c->n; i++)
        if (c->flags[i].letter == letter)
            return &c->flags[i];
    return NULL;
}

static const Flag *find_args(const Command *c)
{
    for (size_t i = 0; i < c->n; i++)
        if (c->flags[i].type == FLAG_ARGS)
            return &c->flags[i];
    return NULL;
}

/* The row that "no-bias" switches off, or NULL. */
static const Flag *find_negated(const Command *c, const char *name)
{
    const Flag *flag = strncmp(name, "no-", 3) == 0 ? flags_find(c, name + 3) : NULL;
    return flag && flag->negatable ? flag : NULL;
}

/* Is the word one of these, which blanks part? An underscore is as good as a hyphen. */
static bool among(const char *word, const char *words)
{
    size_t n = strlen(word);
    while (words && n && *words) {
        size_t len = strcspn(words, " "), same = 0;
        while (same < len && same < n && words[same] == (word[same] == '_' ? '-' : word[same]))
            same++;
        if (same == n && same == len)
            return true;
        words += len + strspn(words + len, " ");
    }
    return false;
}

/* What other programs call a flag of ours, or NULL. */
static const Flag *find_elsewhere(const Command *c, const char *name)
{
    for (size_t i = 0; i < c->n; i++)
        if (among(name, c->flags[i].elsewhere))
            return &c->flags[i];
    return NULL;
}

/* The nearest flag, --no- forms and the two that exist everywhere included. */
static bool unknown(const Reader *r, const char *name)
{
    const Flag *meant = find_elsewhere(r->c, name);
    if (meant)
        return err_set(r->err, "there is no flag --%s; here it is --%s: %s", name, meant->name, meant->help);
    Near near = { .word = name };
    char negated[64], best[64] = "";
    for (size_t i = 0; i < r->c->n; i++) {
        const Flag *flag = &r->c->flags[i];
        if (flag->type != FLAG_ARGS)
            near_offer(&near, flag->name);
        snprintf(negated, sizeof negated, "no-%s", flag->name);
        if (flag->negatable)
            near_offer(&near, negated);
        if (near.best == negated)           /* it will be written over in the next round */
            near.best = memcpy(best, negated, sizeof best);
    }
    near_offer(&near, "help");
    near_offer(&near, "version");
    if (near.best)
        return err_set(r->err, "there is no flag --%s; did you mean --%s?", name, near.best);
    return err_set(r->err, "there is no flag --%s", name);
}

/* A value that is itself a flag of this command is more likely a value forgotten. */
static bool is_flag(const Command *c, const char *word)
{
    char name[NAMED];
    return strncmp(word, "--", 2) == 0 && (find_beginning(c, word + 2, name) || find_negated(c, name));
}

/* The value of a flag: what stands behind its '=', or else the next word. */
static bool take_value(Reader *r, const Flag *flag, const char *value)
{
    const char *next = value ? value : r->at < r->argc ? r->argv[r->at] : "";
    bool        empty = !*next && flag->type == FLAG_STRING && !flag->blank;
    if (empty || (!value && r->at >= r->argc))
        return err_set(r->err, "--%s needs a value: --%s %s", flag->name, flag->name,
                       flag->metavar ? flag->metavar : "VALUE");
    if (!value && is_flag(r->c, r->argv[r->at]))
        return err_set(r->err, "--%s needs a value, and %s is a flag (if it is meant: --%s=%s)", flag->name,
                       r->argv[r->at], flag->name, r->argv[r->at]);
    r->open = !value && flag->type == FLAG_STRING ? flag : NULL;
    r->at += !value;
    return value_set(flag, next, r->options, r->err);
}

static bool has_value(const Flag *flag) { return flag->type != FLAG_BOOL && flag->type != FLAG_SWITCH; }

static void set_bool(const Reader *r, const Flag *flag, bool on)
{
    void *field = (char *)r->options + flag->field;
    if (flag->type == FLAG_SWITCH)
        *(int *)field = on;
    else
        *(bool *)field = on;
}

/* --name, --name=value, --no-name */
static bool read_long(Reader *r, const char *word)
{
    char   name[NAMED];
    size_t n = strcspn(word, "=");
    const char *value = word[n] ? word + n + 1 : NULL;
    const Flag *flag = find_beginning(r->c, word, name), *negated = flag ? NULL : find_negated(r->c, name);
    if (!flag && !negated)
        return unknown(r, name);
    if (flag && has_value(flag))
        return take_value(r, flag, value);
    if (value)
        return err_set(r->err, "--%s takes no value, so not '%s'", name, value);
    set_bool(r, flag ? flag : negated, flag != NULL);
    return true;
}

/* -n 5, -n5, -n=5, and several without a value in one: -qf */
static bool read_letters(Reader *r, const char *letters)
{
    char name[NAMED];
    if (letters[1] && find_beginning(r->c, letters, name))
        return err_set(r->err, "there is no flag -%s; did you mean --%s?", name, name);
    for (; *letters; letters++) {
        const Flag *flag = find_letter(r->c, *letters);
        if (!flag)
            return err_set(r->err, "there is no flag -%c", *letters);
        if (has_value(flag))
            return take_value(r, flag, letters[1] ? letters + 1 + (letters[1] == '=') : NULL);
        set_bool(r, flag, true);
    }
    return true;
}

/* A word that stands where none is expected: mostly one of a text without quotes. */
static bool stray(const Reader *r, const char *word)
{
    const char *text = r->open && r->at > 1 ? r->argv[r->at - 2] : NULL;
    if (text)
        return err_set(r->err, "'%s' is not expected behind --%s %s: a text with blanks stands in quotes, --%s \"%s %s\"",
                       word, r->open->name, text, r->open->name, text, word);
    if (flags_find(r->c, "prompt"))
        return err_set(r->err, "'%s' is not expected: a text is given as --prompt \"%s\"", word, word);
    return err_set(r->err, "'%s' is not expected: %s takes flags only", word, r->c->name);
}

/* What stands behind an en or em dash that was made of two hyphens where the command was copied from; or NULL. */
static const char *behind_dash(const char *word)
{
    bool dash = strncmp(word, "\xe2\x80\x93", 3) == 0 || strncmp(word, "\xe2\x80\x94", 3) == 0;
    return dash ? word + 3 : NULL;
}

static bool read_argument(Reader *r, const char *word)
{
    const Flag *args = find_args(r->c);
    const char *meant = behind_dash(word);
    bool        stdin_only = args && strcmp(args->name, "-") == 0;
    char        name[NAMED];
    if (meant && find_beginning(r->c, meant, name))
        return err_set(r->err, "'%s' begins with a long dash in the place of two hyphens: --%s", word, meant);
    if (!args || (stdin_only && strcmp(word, "-") != 0))
        return stray(r, word);
    if (!*word)
        return err_set(r->err, "an empty word stands in the place of %s: %s", args->name, args->help);
    const FlagList *list = (const void *)((const char *)r->options + args->field);
    if (args->max > 0 && list->n >= (int)args->max)
        return err_set(r->err, "'%s' is one too many: no more than %d %s can be given", word, (int)args->max,
                       args->name);
    return value_set(args, word, r->options, r->err);
}

static bool enough_arguments(const Reader *r)
{
    const Flag *args = find_args(r->c);
    if (!args)
        return true;
    const FlagList *list = (const void *)((const char *)r->options + args->field);
    if (list->n >= (int)args->min)
        return true;
    return err_set(r->err, "%s is missing: %s", args->name, args->help);
}

static FlagsWant wanted(const Command *c, const char *word)
{
    if (strcmp(word, "--help") == 0 || (strcmp(word, "-h") == 0 && !find_letter(c, 'h')))
        return FLAGS_HELP;
    return strcmp(word, "--version") == 0 ? FLAGS_VERSION : FLAGS_RUN;
}

static bool read_flag(Reader *r, const char *word)
{
    r->open = NULL;
    return word[1] == '-' ? read_long(r, word + 2) : read_letters(r, word + 1);
}

bool flags_parse(const Command *c, int argc, char **argv, void *options, FlagsWant *want, Err *err)
{
    Reader r = { .c = c, .argv = argv, .argc = argc, .at = 1, .options = options, .err = err };
    bool   ended = false, fine = true;
    *want = FLAGS_RUN;
    while (fine && r.at < argc) {
        const char *word = argv[r.at++];
        bool        dashed = !ended && word[0] == '-' && word[1] != '\0';
        if (dashed && (*want = wanted(c, word)) != FLAGS_RUN)
            return true;
        if (dashed && strcmp(word, "--") == 0)
            ended = true;
        else if (dashed)
            fine = read_flag(&r, word);
        else
            fine = read_argument(&r, word);
    }
    return fine && enough_arguments(&r);
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
