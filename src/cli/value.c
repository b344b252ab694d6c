#include "cli/value.h"
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool value_in_range(const Flag *flag, double x)
{
    if (flag->min == 0 && flag->max == 0)
        return true;
    return (flag->above ? x > flag->min : x >= flag->min) && (flag->below ? x < flag->max : x <= flag->max);
}

/* A bound as a user would type it: all digits of a whole number, where "%g" prints 9e+15. */
typedef struct Bound {
    char s[32];
} Bound;

static Bound bound(double x)
{
    Bound b;
    snprintf(b.s, sizeof b.s, fabs(x) < 1e17 && floor(x) == x ? "%.0f" : "%.15g", x);
    return b;
}

/* "--dropout must be at least 0 and below 1, not 1.5" */
static bool out_of_range(const Flag *flag, const char *text, Err *err)
{
    Bound min = bound(flag->min), max = bound(flag->max);
    if (flag->min == 0 && flag->max == 0)
        return err_set(err, "--%s %s is out of range", flag->name, text);
    if (isinf(flag->max))
        return err_set(err, "--%s must be %s %s, not %s", flag->name, flag->above ? "above" : "at least", min.s, text);
    if (flag->above || flag->below)
        return err_set(err, "--%s must be %s %s and %s %s, not %s", flag->name,
                       flag->above ? "above" : "at least", min.s, flag->below ? "below" : "at most", max.s, text);
    return err_set(err, "--%s must be from %s to %s, not %s", flag->name, min.s, max.s, text);
}

/* Excludes what strtoll and strtod also accept: leading blanks, nan, infinity, hexadecimal. */
static bool spelled_with(const char *text, const char *letters)
{
    return *text != '\0' && text[strspn(text, letters)] == '\0';
}

/* Is it a whole number? *fits: in 64 bits. */
static bool whole(const char *text, long long *x, bool *fits)
{
    char *end;
    if (!spelled_with(text, "0123456789+-"))
        return false;
    errno = 0;
    *x    = strtoll(text, &end, 10);
    *fits = errno != ERANGE;
    return *end == '\0';
}

static bool set_whole(const Flag *flag, const char *text, void *field, Err *err)
{
    long long x;
    bool      fits;
    if (!whole(text, &x, &fits))
        return err_set(err, "--%s takes a whole number, not '%s'", flag->name, text);
    if (flag->type == FLAG_INT && (x < INT_MIN || x > INT_MAX))
        fits = false;
    if (!fits || !value_in_range(flag, (double)x))
        return out_of_range(flag, text, err);
    if (flag->type == FLAG_LONG)
        *(int64_t *)field = x;
    else
        *(int *)field = (int)x;
    return true;
}

/* No program here calls setlocale, so the decimal separator is a point. */
static bool number(const char *text, double *x)
{
    char *end;
    if (!spelled_with(text, "0123456789+-.eE"))
        return false;
    *x = strtod(text, &end);
    return *end == '\0';
}

static bool set_real(const Flag *flag, const char *text, double *field, Err *err)
{
    double x;
    if (!number(text, &x))
        return err_set(err, "--%s takes a number such as 0.5 or 3e-4, not '%s'", flag->name, text);
    if (isinf(x) || !value_in_range(flag, x))
        return out_of_range(flag, text, err);
    *field = x;
    return true;
}

/* Adds one part such as "2m" to the total and advances the text past it. */
static bool add_part(const char **text, double *total)
{
    static const char   letters[] = "smhd";
    static const double seconds[] = { 1, 60, 3600, 86400 };
    char        digits[32];
    size_t      n = strspn(*text, "0123456789.");
    const char *unit = (*text)[n] ? strchr(letters, (*text)[n]) : NULL;
    double      x;
    if (!unit || n >= sizeof digits)
        return false;
    snprintf(digits, sizeof digits, "%.*s", (int)n, *text);
    if (!number(digits, &x))
        return false;
    *total += x * seconds[unit - letters];
    *text += n + 1;
    return true;
}

bool value_seconds(const char *text, double *seconds)
{
    double total = 0;
    bool   bare = spelled_with(text, "0123456789.") && number(text, &total);
    if (!bare && *text == '\0')
        return false;
    while (!bare && *text)
        if (!add_part(&text, &total))
            return false;
    if (!isfinite(total))
        return false;
    *seconds = total;
    return true;
}

static bool set_duration(const Flag *flag, const char *text, double *field, Err *err)
{
    double x;
    if (!value_seconds(text, &x))
        return err_set(err, "--%s takes a time such as 90s, 10m or 2h, not '%s'", flag->name, text);
    if (!value_in_range(flag, x))
        return out_of_range(flag, text, err);
    *field = x;
    return true;
}

/* "tiny, small or base" */
static void list_choices(const Flag *flag, char *out, size_t size)
{
    size_t at = 0;
    for (const char *const *c = flag->choices; *c && at < size; c++) {
        const char *before = c == flag->choices ? "" : c[1] ? ", " : " or ";
        at += (size_t)snprintf(out + at, size - at, "%s%s", before, *c);
    }
}

static bool set_choice(const Flag *flag, const char *text, int *field, Err *err)
{
    for (int i = 0; flag->choices[i]; i++) {
        if (strcmp(flag->choices[i], text) == 0) {
            *field = i;
            return true;
        }
    }
    char all[300] = "";
    list_choices(flag, all, sizeof all);
    return err_set(err, "--%s must be %s, not '%s'", flag->name, all, text);
}

bool value_append(FlagList *list, const char *text, Err *err)
{
    const char **items = realloc(list->items, ((size_t)list->n + 1) * sizeof *items);
    if (!items)
        return err_set(err, "out of memory for %d command-line arguments", list->n + 1);
    items[list->n++] = text;
    list->items      = items;
    return true;
}

bool value_set(const Flag *flag, const char *text, void *options, Err *err)
{
    void *field = (char *)options + flag->field;
    switch (flag->type) {
    case FLAG_INT:
    case FLAG_LONG:     return set_whole(flag, text, field, err);
    case FLAG_REAL:     return set_real(flag, text, field, err);
    case FLAG_DURATION: return set_duration(flag, text, field, err);
    case FLAG_CHOICE:   return set_choice(flag, text, field, err);
    case FLAG_LIST:
    case FLAG_ARGS:     return value_append(field, text, err);
    case FLAG_STRING:   *(const char **)field = text; return true;
    case FLAG_BOOL:
    case FLAG_SWITCH:   break;
    }
    return err_set(err, "--%s takes no value, but was given '%s'", flag->name, text);
}
