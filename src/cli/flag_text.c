#include "cli/flag_text.h"
#include "cli/value.h"
#include <math.h>
#include <string.h>

const Flag flags_everywhere[FLAGS_EVERYWHERE] = {
    { "help", 0, FLAG_BOOL, 0, .help = "print this help and exit" },
    { "version", 0, FLAG_BOOL, 0, .help = "print the version, compiler and instruction sets, and exit" },
};

/* "90s", "10m", "2h": in the largest unit that divides it */
static void duration(char *out, size_t size, double x)
{
    double unit = fmod(x, 3600) == 0 ? 3600 : fmod(x, 60) == 0 ? 60 : 1;
    snprintf(out, size, "%.15g%c", x / unit, unit == 3600 ? 'h' : unit == 60 ? 'm' : 's');
}

/* Nothing for a number outside the row's range, which means "not set". */
static void number(char *out, size_t size, const Flag *flag, double x)
{
    if (isnan(x) || !value_in_range(flag, x))
        return;
    if (flag->type == FLAG_DURATION)
        duration(out, size, x);
    else
        snprintf(out, size, "%.15g", x);
}

/* The default as text, or "". */
static void default_text(char *out, size_t size, const Flag *flag, const void *options)
{
    const void *field = (const char *)options + flag->field;
    int         choice;
    out[0] = '\0';
    if (flag->otherwise) {
        snprintf(out, size, "%s", flag->otherwise);
        return;
    }
    switch (flag->type) {
    case FLAG_INT:      number(out, size, flag, *(const int *)field); break;
    case FLAG_LONG:     number(out, size, flag, (double)*(const int64_t *)field); break;
    case FLAG_REAL:
    case FLAG_DURATION: number(out, size, flag, *(const double *)field); break;
    case FLAG_STRING:
        if (*(const char *const *)field)
            snprintf(out, size, "%s", *(const char *const *)field);
        break;
    case FLAG_CHOICE:
        choice = *(const int *)field;
        for (int i = 0; flag->choices[i]; i++)
            if (i == choice)
                snprintf(out, size, "%s", flag->choices[i]);
        break;
    case FLAG_BOOL:
        if (flag->negatable)
            snprintf(out, size, *(const bool *)field ? "on" : "off");
        break;
    case FLAG_SWITCH:
        if (*(const int *)field >= 0)
            snprintf(out, size, *(const int *)field ? "on" : "off");
        break;
    case FLAG_LIST:
    case FLAG_ARGS: break;
    }
}

const char *flag_phrase(char *out, const Flag *flag, const void *options)
{
    char value[200];
    default_text(value, sizeof value, flag, options);
    snprintf(out, FLAG_TEXT, value[0] ? "%s (default %s)" : "%s", flag->help, value);
    return out;
}

const char *flag_operand(char *out, const Flag *flag)
{
    size_t at = (size_t)snprintf(out, FLAG_TEXT, "%s", flag->metavar ? flag->metavar : "");
    for (int i = 0; flag->type == FLAG_CHOICE && !flag->metavar && flag->choices[i] && at < FLAG_TEXT; i++)
        at += (size_t)snprintf(out + at, FLAG_TEXT - at, "%s%s", i ? "|" : "", flag->choices[i]);
    return out;
}

const char *flag_argument(char *out, const Flag *flag)
{
    const char *more = flag->max == 1 ? "" : "...";
    if (flag->metavar) {
        snprintf(out, FLAG_TEXT, "%s", flag->metavar);
        return out;
    }
    snprintf(out, FLAG_TEXT, flag->min > 0 ? "%s%s" : "[%s%s]", flag->name, more);
    return out;
}

FlagValue flag_value(const Flag *flag)
{
    const char *is = flag->metavar ? flag->metavar : "";
    if (flag->type == FLAG_BOOL || flag->type == FLAG_SWITCH)
        return VALUE_NONE;
    if (flag->type == FLAG_CHOICE)
        return VALUE_CHOICE;
    if (flag->type == FLAG_ARGS)
        return VALUE_FILE;
    if (strcmp(is, "FILE") == 0 || strcmp(is, "MODEL") == 0)
        return VALUE_FILE;
    return strcmp(is, "DIR") == 0 ? VALUE_FOLDER : VALUE_OTHER;
}
