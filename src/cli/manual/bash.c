#include "cli/flag_text.h"
#include "cli/manual/main.h"

/* Must also work in macOS's bash 3.2, which has no compopt and no associative arrays. Bash splits "--flag=value" into
 * three words. */
static const char beginning[] =
    "# bash completion for heed, generated from its flag tables\n"
    "_heed()\n"
    "{\n"
    "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} flags= kind= values= IFS=$' \\t\\n'\n"
    "    COMPREPLY=()\n"
    "    if [ \"$word\" = = ]; then\n"
    "        word=\n"
    "    elif [ \"$before\" = = ] && [ \"$COMP_CWORD\" -gt 2 ]; then\n"
    "        before=${COMP_WORDS[COMP_CWORD-2]}\n"
    "    fi\n";
static const char end[] =
    "    case $kind:$word in\n"
    "    choice:*) COMPREPLY=($(compgen -W \"$values\" -- \"$word\")) ;;\n"
    "    other:*) ;;\n"
    "    folder:* | file:* | rest:[!-]* | rest:)\n"
    "        IFS=$'\\n'\n"
    "        compopt -o filenames 2> /dev/null\n"
    "        if [ $kind = folder ]; then\n"
    "            COMPREPLY=($(compgen -d -- \"$word\"))\n"
    "        else\n"
    "            COMPREPLY=($(compgen -f -- \"$word\"))\n"
    "        fi ;;\n"
    "    *) COMPREPLY=($(compgen -W \"$flags\" -- \"$word\")) ;;\n"
    "    esac\n"
    "}\n"
    "complete -F _heed heed\n";

static void names(FILE *out, const Manual *m)
{
    for (int i = 0; i < m->n; i++)
        fprintf(out, "%s ", m->list[i].command->name);
}

static void flag_names(FILE *out, const Command *c)
{
    for (size_t i = 0; i < c->n; i++) {
        const Flag *flag = &c->flags[i];
        if (flag->type == FLAG_ARGS)
            continue;
        fprintf(out, "--%s ", flag->name);
        if (flag->negatable)
            fprintf(out, "--no-%s ", flag->name);
    }
    for (int i = 0; i < FLAGS_EVERYWHERE; i++)
        fprintf(out, "--%s ", flags_everywhere[i].name);
}

/* The case that completes the value of a flag. */
static void value_case(FILE *out, const Flag *flag)
{
    static const char *const kinds[] = { [VALUE_FILE] = "file", [VALUE_FOLDER] = "folder", [VALUE_OTHER] = "other",
                                         [VALUE_CHOICE] = "choice" };
    FlagValue value = flag_value(flag);
    if (flag->type == FLAG_ARGS || value == VALUE_NONE)
        return;
    fprintf(out, "        --%s", flag->name);
    if (flag->letter)
        fprintf(out, " | -%c", flag->letter);
    fprintf(out, ") kind=%s", kinds[value]);
    if (value == VALUE_CHOICE) {
        fputs(" values='", out);
        for (int i = 0; flag->choices[i]; i++)
            fprintf(out, "%s ", flag->choices[i]);
        fputs("'", out);
    }
    fputs(" ;;\n", out);
}

static void command_case(FILE *out, const Command *c)
{
    bool arguments = false;
    fprintf(out, "    *:%s)\n        flags='", c->name);
    flag_names(out, c);
    fputs("'\n        case $before in\n", out);
    for (size_t i = 0; i < c->n; i++) {
        value_case(out, &c->flags[i]);
        arguments |= c->flags[i].type == FLAG_ARGS && flag_value(&c->flags[i]) == VALUE_FILE;
    }
    if (arguments)
        fputs("        *) kind=rest ;;\n", out);
    fputs("        esac ;;\n", out);
}

void manual_bash(FILE *out, const Manual *m)
{
    fputs(beginning, out);
    fputs("    case $COMP_CWORD:${COMP_WORDS[1]} in\n    1:*) kind=choice values='", out);
    names(out, m);
    fputs("help --help --version' ;;\n    2:help) kind=choice values='", out);
    names(out, m);
    fputs("' ;;\n", out);
    for (int i = 0; i < m->n; i++)
        command_case(out, m->list[i].command);
    fputs("    *) kind=other ;;\n    esac\n", out);
    fputs(end, out);
}
