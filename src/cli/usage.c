#include "cli/usage.h"
#include "cli/value.h"
#include "cli/wrap.h"
#include <math.h>
#include <string.h>

enum { INDENT = 2, HELP_AT = 28, NARROWEST = 40 };

static void spaces(FILE *out, int n) { fprintf(out, "%*s", n > 0 ? n : 0, ""); }

/* "90s", "10m", "2h": the largest unit that divides it */
static void duration(char *out, size_t size, double x)
{
    double unit = fmod(x, 3600) == 0 ? 3600 : fmod(x, 60) == 0 ? 60 : 1;
    snprintf(out, size, "%.15g%c", x / unit, unit == 3600 ? 'h' : unit == 60 ? 'm' : 's');
}

/* A number outside the row's range is there to say "not set". */
static void number(char *out, size_t size, const Flag *flag, double x)
{
    if (isnan(x) || !value_in_range(flag, x))
        return;
    if (flag->type == FLAG_DURATION)
        duration(out, size, x);
    else
        snprintf(out, size, "%.15g", x);
}

/* The default in words, or "". */
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

/* "-n, --count N", "    --[no-]bias", "    --size tiny|small|base" */
static int print_name(FILE *out, const Flag *flag)
{
    char letter[5] = "    ";
    if (flag->letter)
        snprintf(letter, sizeof letter, "-%c, ", flag->letter);
    if (flag->type == FLAG_ARGS)
        return fprintf(out, "%s", flag->name);
    int at = fprintf(out, "%s--%s%s", letter, flag->negatable ? "[no-]" : "", flag->name);
    if (flag->metavar)
        at += fprintf(out, " %s", flag->metavar);
    for (int i = 0; flag->type == FLAG_CHOICE && !flag->metavar && flag->choices[i]; i++)
        at += fprintf(out, "%c%s", i ? '|' : ' ', flag->choices[i]);
    return at;
}

static void print_flag(FILE *out, const Flag *flag, const void *options, int width)
{
    char help[600], value[200];
    default_text(value, sizeof value, flag, options);
    snprintf(help, sizeof help, value[0] ? "%s (default %s)" : "%s", flag->help, value);
    spaces(out, INDENT);
    int at = INDENT + print_name(out, flag);
    if (at > HELP_AT - 2) {
        fputc('\n', out);
        at = 0;
    }
    spaces(out, HELP_AT - at);
    wrap_text(out, help, HELP_AT, HELP_AT, width);
}

static void print_call(FILE *out, const Command *c, const char *called)
{
    fprintf(out, "usage: %s [FLAGS]", called);
    for (size_t i = 0; i < c->n; i++) {
        const Flag *flag = &c->flags[i];
        if (flag->type != FLAG_ARGS)
            continue;
        fprintf(out, flag->min > 0 ? " %s" : " [%s", flag->name);
        fprintf(out, "%s%s", flag->max == 1 ? "" : "...", flag->min > 0 ? "" : "]");
    }
    fputs("\n\n", out);
}

static const Flag everywhere[] = {
    { "help", 0, FLAG_BOOL, 0, .help = "print this and exit" },
    { "version", 0, FLAG_BOOL, 0, .help = "print the version and exit" },
};

void usage_print(FILE *out, const Command *c, const char *called, const void *options, int width)
{
    if (width < NARROWEST)
        width = NARROWEST;
    print_call(out, c, called);
    wrap_text(out, c->does, 0, 0, width);
    const char *group = NULL;
    if (c->n && !c->flags[0].group)
        fputc('\n', out);
    for (size_t i = 0; i < c->n; i++) {
        if (c->flags[i].group && (!group || strcmp(group, c->flags[i].group) != 0))
            fprintf(out, "\n%s:\n", group = c->flags[i].group);
        print_flag(out, &c->flags[i], options, width);
    }
    fputs("\nEverywhere:\n", out);
    for (size_t i = 0; i < sizeof everywhere / sizeof *everywhere; i++)
        print_flag(out, &everywhere[i], options, width);
    if (c->notes) {
        fputc('\n', out);
        wrap_text(out, c->notes, 0, 0, width);
    }
}
