#include "cli/flags.h"
#include "check_main.h"
#include <math.h>
#include <string.h>

typedef struct Options {
    bool        bias, quiet, force;
    int         layers, size;
    int64_t     seed;
    double      lr, time;
    const char *out, *title;
    FlagList    stops, corpus;
} Options;

static const char *const sizes[] = { "tiny", "small", NULL };

static const Flag rows[] = {
    { "CORPUS", 0, ARGS_FLAG(Options, corpus), .help = "texts to train on", .min = 1, .max = 3 },
    { "bias", 0, BOOL_FLAG(Options, bias), .help = "use biases", .negatable = true },
    { "quiet", 'q', BOOL_FLAG(Options, quiet), .help = "say less" },
    { "force", 'f', BOOL_FLAG(Options, force), .help = "write over" },
    { "layers", 'n', INT_FLAG(Options, layers), .metavar = "N", .help = "blocks", .min = 1, .max = 48, .elsewhere = "n-layer depth" },
    { "size", 0, CHOICE_FLAG(Options, size), .help = "how large", .choices = sizes },
    { "seed", 0, LONG_FLAG(Options, seed), "N", .help = "seed" },
    { "lr", 0, REAL_FLAG(Options, lr), "RATE", "rate", .max = 1, .above = true },
    { "time", 0, DURATION_FLAG(Options, time), "TIME", "budget", .max = HUGE_VAL },
    { "out", 'o', STRING_FLAG(Options, out), "DIR", .help = "folder" },
    { "title", 0, STRING_FLAG(Options, title), "TEXT", .help = "words", .blank = true },
    { "stop", 0, LIST_FLAG(Options, stops), "TEXT", .help = "stop there" },
};
static const Command train = { "train", "Trains.", NULL, rows, sizeof rows / sizeof *rows };
static const Command bare = { "bare", "Does nothing.", NULL, rows + 1, 3 };

/* One that reads a prompt, from standard input too. */
static const Flag says_rows[] = {
    { "-", 0, ARGS_FLAG(Options, corpus), .help = "read it from standard input", .max = 1 },
    { "prompt", 'p', STRING_FLAG(Options, title), "TEXT", .help = "words", .blank = true },
    { "count", 'n', INT_FLAG(Options, layers), .metavar = "N", .help = "how many" },
};
static const Command says = { "says", "Says.", NULL, says_rows, 3 }, mute = { "mute", "Says.", NULL, says_rows + 1, 2 };

/* A command line without its first word, and what came of it. */
typedef struct Outcome {
    Options   o;
    FlagsWant want;
    bool      fine;
    Err       err;
} Outcome;

enum { MOST = 12 };

static Outcome parse(const Command *c, const char *const *words)
{
    char   *argv[MOST + 2] = { (char *)"train" };
    int     argc = 1;
    Outcome got = { .o = { .bias = true, .layers = 4, .lr = 1e-3, .out = "run" } };
    for (; words[argc - 1]; argc++)
        argv[argc] = (char *)words[argc - 1];
    got.fine = flags_parse(c, argc, argv, &got.o, &got.want, &got.err);
    return got;
}

#define PARSE(...) parse(&train, (const char *const[]){ __VA_ARGS__, NULL })

START_TEST(every_type_both_ways)
{
    Outcome a = PARSE("a.txt", "--layers", "6", "--size", "small", "--seed", "-3", "--lr=0.5", "--time=2m",
                      "--out=x=y");
    ck_assert_msg(a.fine, "%s", a.err.msg);
    ck_assert_int_eq(a.want, FLAGS_RUN);
    ck_assert_int_eq(a.o.layers, 6);
    ck_assert_int_eq(a.o.size, 1);
    ck_assert_int_eq(a.o.seed, -3);
    ck_assert_double_eq(a.o.lr, 0.5);
    ck_assert_double_eq(a.o.time, 120);
    ck_assert_str_eq(a.o.out, "x=y");
    ck_assert_int_eq(a.o.corpus.n, 1);
    ck_assert_str_eq(a.o.corpus.items[0], "a.txt");
    ck_assert(a.o.bias && !a.o.quiet && !a.o.force);
    flags_free(&train, &a.o);
    ck_assert_int_eq(a.o.corpus.n, 0);
}
END_TEST

START_TEST(defaults_stay)
{
    Outcome a = PARSE("a.txt");
    ck_assert(a.fine && a.o.bias && a.o.layers == 4 && a.o.lr == 1e-3 && strcmp(a.o.out, "run") == 0);
    ck_assert(a.o.stops.n == 0 && a.o.seed == 0);
    flags_free(&train, &a.o);
}
END_TEST

START_TEST(bools_and_letters)
{
    Outcome a = PARSE("--no-bias", "-qf", "-n7", "-o", "d", "a.txt");
    ck_assert_msg(a.fine, "%s", a.err.msg);
    ck_assert(!a.o.bias && a.o.quiet && a.o.force && a.o.layers == 7 && strcmp(a.o.out, "d") == 0);
    flags_free(&train, &a.o);
    Outcome b = PARSE("--no-bias", "--bias", "a.txt");
    ck_assert(b.fine && b.o.bias);
    flags_free(&train, &b.o);
}
END_TEST

START_TEST(last_wins_and_lists_grow)
{
    Outcome a = PARSE("--layers", "2", "--stop", "x", "a", "--layers=3", "--stop=", "-", "--stop", "-z");
    ck_assert_msg(a.fine, "%s", a.err.msg);
    ck_assert_int_eq(a.o.layers, 3);
    ck_assert_int_eq(a.o.stops.n, 3);
    ck_assert_str_eq(a.o.stops.items[0], "x");
    ck_assert_str_eq(a.o.stops.items[1], "");
    ck_assert_str_eq(a.o.stops.items[2], "-z");
    ck_assert_int_eq(a.o.corpus.n, 2);
    ck_assert_str_eq(a.o.corpus.items[1], "-");
    flags_free(&train, &a.o);
}
END_TEST

START_TEST(two_dashes_end_the_flags)
{
    Outcome a = PARSE("--quiet", "--", "--layers", "--help", "--");
    ck_assert_msg(a.fine, "%s", a.err.msg);
    ck_assert_int_eq(a.want, FLAGS_RUN);
    ck_assert_int_eq(a.o.corpus.n, 3);
    ck_assert_str_eq(a.o.corpus.items[0], "--layers");
    ck_assert_str_eq(a.o.corpus.items[2], "--");
    flags_free(&train, &a.o);
}
END_TEST

START_TEST(help_and_version_need_nothing_else)
{
    Outcome help = PARSE("--help"), letter = PARSE("--quiet", "-h", "--nonsense"), version = PARSE("--version");
    ck_assert(help.fine && help.want == FLAGS_HELP);
    ck_assert(letter.fine && letter.want == FLAGS_HELP);
    ck_assert(version.fine && version.want == FLAGS_VERSION);
}
END_TEST

/* Without a greatest number of arguments, and with a letter h of the command's own. */
START_TEST(what_a_row_may_also_say)
{
    static const Flag free_rows[] = {
        { "WORD", 0, ARGS_FLAG(Options, corpus), .help = "words" },
        { "height", 'h', INT_FLAG(Options, layers), .help = "lines" },
    };
    const Command free_command = { "free", "Does.", NULL, free_rows, 2 };
    Outcome none = parse(&free_command, (const char *const[]){ NULL });
    Outcome many = parse(&free_command, (const char *const[]){ "a", "b", "-h", "7", "c", "d", "e", NULL });
    ck_assert(none.fine && none.o.corpus.n == 0);
    ck_assert(many.fine && many.want == FLAGS_RUN && many.o.layers == 7 && many.o.corpus.n == 5);
    flags_free(&free_command, &many.o);
}
END_TEST

START_TEST(what_is_refused)
{
    static const struct {
        const char *words[5], *says;
    } bad[] = {
        { { "a", "--layer", "3" }, "there is no flag --layer; did you mean --layers?" },
        { { "a", "--lyaers=3" }, "there is no flag --lyaers; did you mean --layers?" },
        { { "a", "--no-bais" }, "there is no flag --no-bais; did you mean --no-bias?" },
        { { "a", "--hepl" }, "there is no flag --hepl; did you mean --help?" },
        { { "a", "--no-quiet" }, "there is no flag --no-quiet" },
        { { "a", "--zzz" }, "there is no flag --zzz" },
        { { "a", "--CORPUS" }, "there is no flag --CORPUS" },
        { { "a", "-x" }, "there is no flag -x" },
        { { "a", "-qx" }, "there is no flag -x" },
        { { "a", "--layers" }, "--layers needs a value: --layers N" },
        { { "a", "--out", "--layers", "3" },
          "--out needs a value, and --layers is a flag (if it is meant: --out=--layers)" },
        { { "a", "--out", "--layers=3" },
          "--out needs a value, and --layers=3 is a flag (if it is meant: --out=--layers=3)" },
        { { "a", "--layers", "many" }, "--layers takes a whole number, not 'many'" },
        { { "a", "--layers=" }, "--layers takes a whole number, not ''" },
        { { "a", "--quiet=yes" }, "--quiet takes no value, so not 'yes'" },
        { { "a", "--no-bias=1" }, "--no-bias takes no value, so not '1'" },
        { { "a", "b", "c", "d" }, "'d' is one too many: no more than 3 CORPUS can be given" },
        { { "--quiet" }, "CORPUS is missing: texts to train on" },
        { { "a", "" }, "an empty word stands in the place of CORPUS: texts to train on" },
        { { "a", "--out=" }, "--out needs a value: --out DIR" },
        { { "a", "--out", "" }, "--out needs a value: --out DIR" },
        { { "a", "--out" }, "--out needs a value: --out DIR" },
        { { "a", "--n_layer=3" }, "there is no flag --n_layer; here it is --layers: blocks" },
        { { "a", "--depth", "3" }, "there is no flag --depth; here it is --layers: blocks" },
        { { "a", "--dept", "3" }, "there is no flag --dept" },
        { { "a", "-layers", "3" }, "there is no flag -layers; did you mean --layers?" },
        { { "a", "-out=x" }, "there is no flag -out; did you mean --out?" },
        { { "a", "\xe2\x80\x94layers", "3" },
          "'\xe2\x80\x94layers' begins with a long dash in the place of two hyphens: --layers" },
        { { "a", "\xe2\x80\x93layers=3" },
          "'\xe2\x80\x93layers=3' begins with a long dash in the place of two hyphens: --layers=3" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        Outcome a = parse(&train, bad[i].words);
        ck_assert_msg(!a.fine, "taken: %s", bad[i].says);
        ck_assert_str_eq(a.err.msg, bad[i].says);
        flags_free(&train, &a.o);
    }
}
END_TEST

START_TEST(what_only_looks_wrong_is_taken)
{
    Outcome a = PARSE("\xe2\x80\x94 a dash", "\xe2\x80\x94", "--title=", "-n=3", "-o=", "-");
    ck_assert(!a.fine);                     /* -o= has no value either */
    ck_assert_str_eq(a.err.msg, "--out needs a value: --out DIR");
    ck_assert_int_eq(a.o.corpus.n, 2);
    ck_assert_int_eq(a.o.layers, 3);
    ck_assert_str_eq(a.o.title, "");
    flags_free(&train, &a.o);
}
END_TEST

/* Mostly a text was meant that has blanks. */
START_TEST(a_stray_word_is_told_where_it_belongs)
{
    static const struct {
        const Command *command;
        const char    *words[5], *says;
    } rows_of[] = {
        { &says, { "-p", "Once", "upon", "a" },
          "'upon' is not expected behind --prompt Once: a text with blanks stands in quotes, --prompt \"Once upon\"" },
        { &says, { "--prompt", "Once", "upon" },
          "'upon' is not expected behind --prompt Once: a text with blanks stands in quotes, --prompt \"Once upon\"" },
        { &says, { "--prompt=Once", "upon" }, "'upon' is not expected: a text is given as --prompt \"upon\"" },
        { &says, { "-p", "Once", "-n", "3", "upon" }, "'upon' is not expected: a text is given as --prompt \"upon\"" },
        { &says, { "Once" }, "'Once' is not expected: a text is given as --prompt \"Once\"" },
        { &says, { "-", "-" }, "'-' is one too many: no more than 1 - can be given" },
        { &mute, { "Once" }, "'Once' is not expected: a text is given as --prompt \"Once\"" },
        { &mute, { "-" }, "'-' is not expected: a text is given as --prompt \"-\"" },
    };
    for (size_t i = 0; i < sizeof rows_of / sizeof *rows_of; i++) {
        const char *words[6] = { 0 };
        memcpy(words, rows_of[i].words, sizeof rows_of[i].words);
        Outcome a = parse(rows_of[i].command, words);
        ck_assert_msg(!a.fine, "taken: %s", rows_of[i].says);
        ck_assert_str_eq(a.err.msg, rows_of[i].says);
        flags_free(rows_of[i].command, &a.o);
    }
}
END_TEST

START_TEST(hostile_names_are_refused)
{
    char name[5000] = "--", value[5000] = "--quiet=";
    memset(name + 2, 'x', sizeof name - 3), memset(value + 8, 'x', sizeof value - 9);
    ck_assert(!PARSE(name).fine);
    ck_assert(!PARSE(value).fine);
    ck_assert(!PARSE("--=3").fine);
    ck_assert(!PARSE("-\n").fine);
}
END_TEST

START_TEST(a_command_without_arguments_takes_none)
{
    Outcome none = parse(&bare, (const char *const[]){ "--quiet", NULL });
    Outcome some = parse(&bare, (const char *const[]){ "word", NULL });
    ck_assert(none.fine && none.o.quiet);
    ck_assert(!some.fine);
    ck_assert_str_eq(some.err.msg, "'word' is not expected: bare takes flags only");
}
END_TEST

CHECK_MAIN("flags", TEST(every_type_both_ways), TEST(defaults_stay), TEST(bools_and_letters),
           TEST(last_wins_and_lists_grow), TEST(two_dashes_end_the_flags),
           TEST(help_and_version_need_nothing_else), TEST(what_is_refused), TEST(what_a_row_may_also_say),
           TEST(what_only_looks_wrong_is_taken), TEST(a_stray_word_is_told_where_it_belongs),
           TEST(hostile_names_are_refused), TEST(a_command_without_arguments_takes_none))
