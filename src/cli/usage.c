#include "cli/usage.h"
#include "cli/flag_text.h"
#include "cli/term.h"
#include "cli/wrap.h"
#include <string.h>

enum { INDENT = 2, HELP_AT = 28, NARROWEST = 40 };

static void spaces(FILE *out, int n) { fprintf(out, "%*s", n > 0 ? n : 0, ""); }

/* "-n, --count N", "    --[no-]bias", "    --size tiny|small" */
static int print_name(FILE *out, const Flag *flag)
{
    char letter[5] = "    ", operand[FLAG_TEXT];
    if (flag->letter)
        snprintf(letter, sizeof letter, "-%c, ", flag->letter);
    if (flag->type == FLAG_ARGS)
        return fprintf(out, "%s", flag->name);
    flag_operand(operand, flag);
    return fprintf(out, "%s--%s%s%s%s", letter, flag->negatable ? "[no-]" : "", flag->name, operand[0] ? " " : "",
                   operand);
}

static void print_flag(FILE *out, const Flag *flag, const void *options, int width)
{
    char phrase[FLAG_TEXT];
    spaces(out, INDENT);
    int at = INDENT + print_name(out, flag);
    if (at > HELP_AT - 2) {
        fputc('\n', out);
        at = 0;
    }
    spaces(out, HELP_AT - at);
    wrap_text(out, flag_phrase(phrase, flag, options), HELP_AT, HELP_AT, width);
}

static void print_call(FILE *out, const Command *c, const char *called)
{
    char argument[FLAG_TEXT];
    term_print(out, "usage: %s [OPTIONS]", called);
    for (size_t i = 0; i < c->n; i++)
        if (c->flags[i].type == FLAG_ARGS)
            fprintf(out, " %s", flag_argument(argument, &c->flags[i]));
    fputs("\n\n", out);
}

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
    fputs("\nCommon options:\n", out);
    for (size_t i = 0; i < FLAGS_EVERYWHERE; i++)
        print_flag(out, &flags_everywhere[i], options, width);
    if (c->notes) {
        fputc('\n', out);
        wrap_text(out, c->notes, 0, 0, width);
    }
}
