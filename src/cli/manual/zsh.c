#include "cli/flag_text.h"
#include "cli/manual/main.h"
#include <string.h>

/* Text within single quotes, inside [...] or between colons of _arguments. */
static void words(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '\'')
            fputs("'\\'", out);
        else if (strchr("[]:\\", *text))
            fputc('\\', out);
        fputc(*text, out);
    }
}

static void names(FILE *out, const Manual *m)
{
    for (int i = 0; i < m->n; i++) {
        fprintf(out, "    '%s:", m->list[i].command->name);
        words(out, m->list[i].does);
        fputs("'\n", out);
    }
}

/* ":MESSAGE:ACTION" for the value of a flag. */
static void value(FILE *out, const Flag *flag)
{
    FlagValue kind = flag_value(flag);
    if (kind == VALUE_NONE)
        return;
    fputc(':', out);
    words(out, flag->type == FLAG_ARGS ? flag->name : flag->metavar ? flag->metavar : flag->name);
    fputs(kind == VALUE_FILE ? ":_files" : kind == VALUE_FOLDER ? ":_files -/" : kind == VALUE_OTHER ? ":" : ":(", out);
    for (int i = 0; kind == VALUE_CHOICE && flag->choices[i]; i++)
        fprintf(out, "%s%s", i ? " " : "", flag->choices[i]);
    if (kind == VALUE_CHOICE)
        fputc(')', out);
}

static void described(FILE *out, const char *before, const Flag *flag)
{
    fprintf(out, "[%s", before);
    words(out, flag->help);
    fputs("]", out);
    value(out, flag);
    fputs("' \\\n", out);
}

/* One _arguments specification for each spelling of the flag; each excludes the others. */
static void specification(FILE *out, const Flag *flag)
{
    const char *is = flag_value(flag) == VALUE_NONE ? "" : "=", *again = flag->type == FLAG_LIST ? "*" : "";
    if (flag->type == FLAG_ARGS) {
        fprintf(out, "      '%s", flag->max == 1 ? "1" : "*");
        value(out, flag);
        fputs("' \\\n", out);
        return;
    }
    for (int negated = 0; negated < (flag->negatable ? 2 : 1); negated++) {
        fprintf(out, "      '%s", again);
        if (flag->negatable)
            fprintf(out, "(--%s --no-%s)", flag->name, flag->name);
        else if (flag->letter)
            fprintf(out, "(-%c --%s)", flag->letter, flag->name);
        fprintf(out, "--%s%s%s", negated ? "no-" : "", flag->name, is);
        described(out, negated ? "not: " : "", flag);
    }
    if (flag->letter) {
        fprintf(out, "      '%s(-%c --%s)-%c%s", again, flag->letter, flag->name, flag->letter, *is ? "+" : "");
        described(out, "", flag);
    }
}

static void command_case(FILE *out, const Command *c)
{
    fprintf(out, "    %s)\n      _arguments -s \\\n", c->name);
    for (size_t i = 0; i < c->n; i++)
        specification(out, &c->flags[i]);
    for (int i = 0; i < FLAGS_EVERYWHERE; i++) {
        fprintf(out, "      '(- *)--%s", flags_everywhere[i].name);
        described(out, "", &flags_everywhere[i]);
    }
    fputs("      && return 0 ;;\n", out);
}

void manual_zsh(FILE *out, const Manual *m)
{
    fputs("#compdef heed\n"
          "# zsh completion for heed, generated from its flag tables\n"
          "_heed() {\n"
          "  local context curcontext=$curcontext state line\n"
          "  local -A opt_args\n"
          "  local -a commands\n"
          "  commands=(\n", out);
    names(out, m);
    fputs("  )\n"
          "  _arguments -C '(- *)'{-h,--help}'[show what heed is]' \\\n"
          "    '(- *)--version[print the version]' '1:command:->command' '*::argument:->argument' && return 0\n"
          "  case $state in\n"
          "  command)\n"
          "    commands+=('help:the options of a command')\n"
          "    _describe -t commands 'command of heed' commands ;;\n"
          "  argument)\n"
          "    curcontext=${curcontext%:*:*}:heed-$words[1]:\n"
          "    case $words[1] in\n"
          "    help) (( CURRENT == 2 )) && _describe -t commands 'command of heed' commands ;;\n", out);
    for (int i = 0; i < m->n; i++)
        command_case(out, m->list[i].command);
    fputs("    esac ;;\n  esac\n}\n_heed \"$@\"\n", out);
}
