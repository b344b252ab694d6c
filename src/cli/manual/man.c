#include "base/text.h"
#include "cli/commands.h"
#include "cli/flag_text.h"
#include "cli/manual/main.h"
#include <ctype.h>
#include <string.h>

/* Characters that are special in roff; a bare hyphen would not be a minus sign. */
static const char *escaped(uint32_t c)
{
    switch (c) {
    case '\\': return "\\e";
    case '-':  return "\\-";
    case '\'': return "\\(aq";
    case '`':  return "\\(ga";
    case '^':  return "\\(ha";
    case '~':  return "\\(ti";
    case '"':  return "\\(dq";
    default:   return NULL;
    }
}

/* n bytes of text, escaped. */
static void some(FILE *out, const char *text, size_t n)
{
    int len;
    for (; n > 0; text += len, n -= (size_t)len) {
        uint32_t    c = text_decode(text, n, &len);
        const char *name = escaped(c);
        if (name)
            fputs(name, out);
        else if (c >= 0x80)
            fprintf(out, "\\[u%04X]", (unsigned)c);
        else
            fputc((int)c, out);
    }
}

static void words(FILE *out, const char *text) { some(out, text, strlen(text)); }

/* A line of text; \& keeps a leading point from being a request. */
static void line(FILE *out, const char *text)
{
    fputs("\\&", out);
    words(out, text);
    fputc('\n', out);
}

/* Text of several lines, each a paragraph. The section's heading begins the first. */
static void lines(FILE *out, const char *text)
{
    for (bool first = true; *text; first = false) {
        text += strspn(text, " \n");
        size_t n = strcspn(text, "\n");
        fputs(first ? "\\&" : ".PP\n\\&", out);
        some(out, text, n);
        fputc('\n', out);
        text += n + (text[n] == '\n');
    }
}

static void section(FILE *out, const char *name) { fprintf(out, ".SH %s\n", name); }

/* "HEED-TRAIN", with the hyphen escaped. */
static void title(FILE *out, const char *command)
{
    fputs(*command ? "HEED\\-" : "HEED", out);
    for (; *command; command++)
        fputc(toupper((unsigned char)*command), out);
}

/* No date, so that the same sources give the same bytes. Ragged right, no hyphenation. */
static void begin(FILE *out, const char *command, const char *does)
{
    fputs(".\\\" Generated from the flag tables in src/cli.\n.TH ", out);
    title(out, command);
    fprintf(out, " 1 \"\" \"heed %s\" \"heed\"\n.nh\n.ad l\n", HEED_VERSION);
    section(out, "NAME");
    fprintf(out, "heed%s%s \\- ", *command ? "\\-" : "", command);
    words(out, does);
    fputc('\n', out);
}

static void flag_row(FILE *out, const Flag *flag, const void *defaults)
{
    char text[FLAG_TEXT];
    fputs(".TP\n", out);
    if (flag->letter)
        fprintf(out, "\\fB\\-%c\\fR, ", flag->letter);
    fputs("\\fB", out);
    if (flag->type != FLAG_ARGS)
        fprintf(out, "\\-\\-%s", flag->negatable ? "[no\\-]" : "");
    words(out, flag->name);
    fputs("\\fR", out);
    if (flag_operand(text, flag)[0]) {
        fputs(" \\fI", out);
        words(out, text);
        fputs("\\fR", out);
    }
    fputc('\n', out);
    line(out, flag_phrase(text, flag, defaults));
}

static void flag_rows(FILE *out, const ManualCommand *m)
{
    const Command *c = m->command;
    const char    *group = NULL;
    section(out, "OPTIONS");
    for (size_t i = 0; i < c->n; i++) {
        if (c->flags[i].group && (!group || strcmp(group, c->flags[i].group) != 0)) {
            fputs(".SS ", out);
            line(out, group = c->flags[i].group);
        }
        flag_row(out, &c->flags[i], m->defaults);
    }
    fputs(".SS Common options\n", out);
    for (size_t i = 0; i < FLAGS_EVERYWHERE; i++)
        flag_row(out, &flags_everywhere[i], NULL);
    fputs(".PP\nA value may also be written \\fB\\-\\-option=value\\fR; \\fB\\-\\-\\fR ends the options.\n", out);
}

static void exit_status(FILE *out)
{
    section(out, "EXIT STATUS");
    fputs(".TP\n0\nsuccess\n.TP\n1\nfailure; files saved earlier are kept\n"
          ".TP\n2\nusage error\n.TP\n130\ninterrupted\n", out);
}

static void see_also(FILE *out, const Manual *m, const ManualCommand *except)
{
    section(out, "SEE ALSO");
    fputs(except ? ".BR heed (1)" : "", out);
    for (int i = 0, shown = except != NULL; i < m->n; i++) {
        if (&m->list[i] == except)
            continue;
        fprintf(out, "%s.BR heed\\-%s (1)", shown ? ",\n" : "", m->list[i].command->name);
        shown = 1;
    }
    fputc('\n', out);
}

void manual_page(FILE *out, const Manual *m, const ManualCommand *c)
{
    char argument[FLAG_TEXT];
    begin(out, c->command->name, c->does);
    section(out, "SYNOPSIS");
    fprintf(out, "\\fBheed %s\\fR [\\fIOPTIONS\\fR]", c->command->name);
    for (size_t i = 0; i < c->command->n; i++)
        if (c->command->flags[i].type == FLAG_ARGS) {
            fputs(" \\fI", out);
            words(out, flag_argument(argument, &c->command->flags[i]));
            fputs("\\fR", out);
        }
    fputc('\n', out);
    section(out, "DESCRIPTION");
    line(out, c->command->does);
    flag_rows(out, c);
    if (c->command->notes) {
        section(out, "NOTES");
        lines(out, c->command->notes);
    }
    exit_status(out);
    see_also(out, m, c);
}

/* An example: the command line, and below it what it does. */
static void example(FILE *out, bool first, const char *typed, const char *does)
{
    fprintf(out, "%s.nf\n\\fBheed ", first ? "" : ".PP\n");
    words(out, typed);
    fputs("\\fR\n.fi\n.RS 4\n", out);
    line(out, does);
    fputs(".RE\n", out);
}

#define EXAMPLE(typed, does) { typed, does },
static const struct { const char *typed, *does; } examples[] = { HEED_EXAMPLES(EXAMPLE) };

void manual_overview(FILE *out, const Manual *m)
{
    begin(out, "", "train a small transformer on a text, and explain its attention");
    section(out, "SYNOPSIS");
    fputs("\\fBheed\\fR \\fICOMMAND\\fR [\\fIOPTIONS\\fR] [\\fIARGUMENTS\\fR]\n.br\n"
          "\\fBheed help\\fR [\\fICOMMAND\\fR]\n.br\n\\fBheed \\-\\-version\\fR\n", out);
    section(out, "DESCRIPTION");
    line(out, HEED_IS);
    section(out, "COMMANDS");
    for (int i = 0; i < m->n; i++) {
        fprintf(out, ".TP\n\\fB%s\\fR\n", m->list[i].command->name);
        line(out, m->list[i].does);
    }
    section(out, "EXAMPLES");
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++)
        example(out, i == 0, examples[i].typed, examples[i].does);
    exit_status(out);
    see_also(out, m, NULL);
}
