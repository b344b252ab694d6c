#include "cli/flag_text.h"
#include "cli/manual/main.h"

/* A single-quoted string: a prefix that needs no escaping, then text. */
static void quoted(FILE *out, const char *before, const char *text)
{
    fprintf(out, "'%s", before);
    for (; *text; text++) {
        if (*text == '\'' || *text == '\\')
            fputc('\\', out);
        fputc(*text, out);
    }
    fputc('\'', out);
}

/* __heed_is NAME: is the second word NAME? With an empty NAME: is there no second word yet? */
static const char beginning[] =
    "# fish completion for heed, generated from its flag tables\n"
    "function __heed_is\n"
    "    set -l words (commandline -opc)\n"
    "    test \"$words[2]\" = \"$argv[1]\"\n"
    "end\n"
    "function __heed_help_of_none\n"
    "    test (count (commandline -opc)) -eq 2; and __heed_is help\n"
    "end\n"
    "complete -c heed -f\n"
    "complete -c heed -n '__heed_is \"\"' -s h -l help -d 'show what heed is'\n"
    "complete -c heed -n '__heed_is \"\"' -l version -d 'print the version'\n"
    "complete -c heed -n '__heed_is \"\"' -a help -d 'the options of a command'\n";

static void value(FILE *out, const Flag *flag)
{
    switch (flag_value(flag)) {
    case VALUE_NONE:   break;
    case VALUE_FILE:   fputs(" -r -F", out); break;
    case VALUE_FOLDER: fputs(" -x -a '(__fish_complete_directories)'", out); break;
    case VALUE_OTHER:  fputs(" -x", out); break;
    case VALUE_CHOICE:
        fputs(" -x -a '", out);
        for (int i = 0; flag->choices[i]; i++)
            fprintf(out, "%s%s", i ? " " : "", flag->choices[i]);
        fputs("'", out);
    }
}

static void flag_line(FILE *out, const char *command, const Flag *flag, const char *prefix)
{
    if (flag->type == FLAG_ARGS && flag_value(flag) != VALUE_FILE)
        return;
    fprintf(out, "complete -c heed -n '__heed_is %s'", command);
    if (flag->type == FLAG_ARGS) {
        fputs(" -F\n", out);
        return;
    }
    if (flag->letter && !*prefix)
        fprintf(out, " -s %c", flag->letter);
    fprintf(out, " -l %s%s", prefix, flag->name);
    value(out, flag);
    fputs(" -d ", out);
    quoted(out, *prefix ? "not: " : "", flag->help);
    fputc('\n', out);
}

void manual_fish(FILE *out, const Manual *m)
{
    fputs(beginning, out);
    for (int i = 0; i < m->n; i++) {
        const Command *c = m->list[i].command;
        fprintf(out, "complete -c heed -n '__heed_is \"\"; or __heed_help_of_none' -a %s -d ", c->name);
        quoted(out, "", m->list[i].does);
        fputc('\n', out);
        for (size_t k = 0; k < c->n; k++) {
            flag_line(out, c->name, &c->flags[k], "");
            if (c->flags[k].negatable)
                flag_line(out, c->name, &c->flags[k], "no-");
        }
        for (int k = 0; k < FLAGS_EVERYWHERE; k++)
            flag_line(out, c->name, &flags_everywhere[k], "");
    }
}
