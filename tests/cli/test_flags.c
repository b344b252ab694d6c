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
    { "layers", 'n', INT_FLAG(Options, layers), .metavar = "N", .help = "blocks", .min = 1, .max = 48 },
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

/* A command that reads a prompt, also from standard input. */
static const Flag says_rows[] = {
    { "RUN", 0, ARGS_FLAG(Options, corpus), .help = "a run", .max = 1, .existing = true },
    { "prompt", 'p', STRING_FLAG(Options, title), "TEXT", .help = "words", .blank = true },
    { "count", 'n', INT_FLAG(Options, layers), .metavar = "N", .help = "how many" },
};
static const Command says = { "says", "Says.", NULL, says_rows, 3 }, mute = { "mute", "Says.", NULL, says_rows + 1, 2 };

/* The outcome of a command line, without its first word. */
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

/* The same without the list of files. */
static Outcome parse_brief(const char *const *words)
{
    Outcome got = parse(&train, words);
    flags_free(&train, &got.o);
    return got;
}

#define BRIEF(...) parse_brief((const char *const[]){ __VA_ARGS__, NULL })

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

/* No limit on arguments, and a row with the letter h. */
START_TEST(unlimited_arguments_and_a_letter_h)
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

START_TEST(invalid_command_lines_are_rejected)
{
    static const struct {
        const char *words[5], *says;
    } bad[] = {
        { { "a", "--layer", "3" }, "unknown option --layer; did you mean --layers?" },
        { { "a", "--lyaers=3" }, "unknown option --lyaers; did you mean --layers?" },
        { { "a", "--no-bais" }, "unknown option --no-bais; did you mean --no-bias?" },
        { { "a", "--hepl" }, "unknown option --hepl; did you mean --help?" },
        { { "a", "--no-quiet" }, "unknown option --no-quiet" },
        { { "a", "--zzz" }, "unknown option --zzz" },
        { { "a", "--CORPUS" }, "unknown option --CORPUS" },
        { { "a", "-x" }, "unknown option -x" },
        { { "a", "-qx" }, "unknown option -x" },
        { { "a", "--layers" }, "--layers needs a value: --layers N" },
        { { "a", "--out", "--layers", "3" },
          "--out needs a value, but --layers is an option; to use it as the value, write --out=--layers" },
        { { "a", "--out", "--layers=3" },
          "--out needs a value, but --layers=3 is an option; to use it as the value, write --out=--layers=3" },
        { { "a", "--layers", "many" }, "--layers takes a whole number, not 'many'" },
        { { "a", "--layers=" }, "--layers takes a whole number, not ''" },
        { { "a", "--quiet=maybe" }, "--quiet takes no value, but was given 'maybe'" },
        { { "a", "--no-bias=maybe" }, "--no-bias takes no value, but was given 'maybe'" },
        { { "a", "b", "c", "d" }, "unexpected 'd': CORPUS can be given at most 3 times" },
        { { "--quiet" }, "missing CORPUS: texts to train on" },
        { { "a", "" }, "CORPUS is empty; expected texts to train on" },
        { { "a", "--out=" }, "--out needs a value: --out DIR" },
        { { "a", "--out", "" }, "--out needs a value: --out DIR" },
        { { "a", "--out" }, "--out needs a value: --out DIR" },
        { { "a", "--eval_iters", "3" }, "unknown option --eval_iters: an evaluation uses the whole validation text, or "
          "an even sample that takes a tenth of the time" },
        { { "a", "-ngl", "99" }, "unknown option -ngl: it runs on the CPU alone, so leave it out; --threads N sets the "
          "threads" },
        { { "a", "-c3" }, "unknown option -c" },
        { { "a", "--dept", "3" }, "unknown option --dept" },
        { { "a", "-layers", "3" }, "unknown option -layers; did you mean --layers?" },
        { { "a", "-out=x" }, "unknown option -out; did you mean --out?" },
        { { "a", "\xe2\x80\x94layers", "3" },
          "'\xe2\x80\x94layers' starts with a long dash instead of two hyphens; write --layers" },
        { { "a", "\xe2\x80\x93layers=3" },
          "'\xe2\x80\x93layers=3' starts with a long dash instead of two hyphens; write --layers=3" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        Outcome a = parse(&train, bad[i].words);
        ck_assert_msg(!a.fine, "accepted: %s", bad[i].says);
        ck_assert_str_eq(a.err.msg, bad[i].says);
        flags_free(&train, &a.o);
    }
}
END_TEST

START_TEST(unusual_values_are_accepted)
{
    Outcome a = PARSE("\xe2\x80\x94 a dash", "\xe2\x80\x94", "--title=", "-n=3", "-o=", "-");
    ck_assert(!a.fine);                     /* -o= has no value either */
    ck_assert_str_eq(a.err.msg, "--out needs a value: --out DIR");
    ck_assert_int_eq(a.o.corpus.n, 3);
    ck_assert_int_eq(a.o.layers, 3);
    ck_assert_str_eq(a.o.title, "");
    flags_free(&train, &a.o);
}
END_TEST

/* Usually part of a text that contains spaces. */
START_TEST(a_stray_word_gets_advice)
{
    static const struct {
        const Command *command;
        const char    *words[5], *says;
    } rows_of[] = {
        { &says, { "-p", "Once", "upon", "a" },
          "unexpected 'upon' after --prompt Once; quote a text that contains spaces: --prompt \"Once upon\"" },
        { &says, { "--prompt", "Once", "upon" },
          "unexpected 'upon' after --prompt Once; quote a text that contains spaces: --prompt \"Once upon\"" },
        { &says, { "--prompt=Once", "upon" },
          "unexpected 'upon': no file or folder has that name; to pass a text, write --prompt \"upon\"" },
        { &says, { "-p", "Once", "-n", "3", "upon" },
          "unexpected 'upon': no file or folder has that name; to pass a text, write --prompt \"upon\"" },
        { &says, { "Once" },
          "unexpected 'Once': no file or folder has that name; to pass a text, write --prompt \"Once\"" },
        { &says, { "-", "-" }, "unexpected '-': RUN can be given only once" },
        { &mute, { "Once" }, "unexpected 'Once'; to pass a text, write --prompt \"Once\"" },
        { &mute, { "-" }, "unexpected '-'; to pass a text, write --prompt \"-\"" },
    };
    for (size_t i = 0; i < sizeof rows_of / sizeof *rows_of; i++) {
        const char *words[6] = { 0 };
        memcpy(words, rows_of[i].words, sizeof rows_of[i].words);
        Outcome a = parse(rows_of[i].command, words);
        ck_assert_msg(!a.fine, "accepted: %s", rows_of[i].says);
        ck_assert_str_eq(a.err.msg, rows_of[i].says);
        flags_free(rows_of[i].command, &a.o);
    }
}
END_TEST

START_TEST(hostile_names_are_rejected)
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
    ck_assert_str_eq(some.err.msg, "unexpected 'word': bare takes only options");
}
END_TEST

/* What users of other programs type: underscores, other names, yes and no in words. */
START_TEST(habits_work)
{
    static const char *const same[][3] = { { "--n_layer", "6" }, { "--n_layer=6" }, { "--num-layers", "6" }, { "-n6" },
        { "--layers=6" }, { "--lay_ers=6" } };
    for (int i = 0; i < 5; i++) {
        Outcome a = BRIEF("a.txt", same[i][0], same[i][1]);
        ck_assert_msg(a.fine && a.o.layers == 6, "%s: %s", same[i][0], a.err.msg);
    }
    ck_assert(!BRIEF("a.txt", same[5][0]).fine);
    ck_assert(!BRIEF("a.txt", "--bias=False").o.bias && BRIEF("a.txt", "--bias=True").o.bias);
    ck_assert(!BRIEF("a.txt", "--no_bias").o.bias && BRIEF("a.txt", "--no-bias=0").o.bias);
    ck_assert(!BRIEF("a.txt", "--force=no").o.force && BRIEF("a.txt", "--overwrite_output_dir").o.force);
    ck_assert(!BRIEF("a.txt", "--bias=maybe").fine);
    ck_assert_str_eq(BRIEF("a.txt", "--output_dir", "x").o.out, "x");
    ck_assert_int_eq(BRIEF("a.txt", "-s", "7").o.seed, 7);
}
END_TEST

/* All mistakes of a line, but none that follows from another. */
START_TEST(all_mistakes_at_once)
{
    Outcome a = BRIEF("a.txt", "--zzz", "3", "--layers", "x", "--lr=9", "-x");
    ck_assert_str_eq(a.err.msg, "unknown option --zzz\ntrain: --layers takes a whole number, not 'x'\n"
                     "train: --lr must be above 0 and at most 1, not 9\ntrain: unknown option -x");
    ck_assert_str_eq(BRIEF("--zzz", "a.txt").err.msg, "unknown option --zzz");
    Outcome b = parse(&mute, (const char *const[]){ "--prompt", "the", "cat", "sat", "--count", "x", NULL });
    ck_assert_str_eq(b.err.msg, "unexpected 'cat' after --prompt the; quote a text that contains spaces: --prompt "
                     "\"the cat\"\nmute: --count takes a whole number, not 'x'");
    ck_assert_int_eq(BRIEF("--zzz", "3", "--help").want, FLAGS_HELP);
    char word[80];
    const char *many[MOST + 1] = { 0 };
    memset(word, 'z', sizeof word);
    memcpy(word, "--", 2);
    word[60] = '\0';
    for (int i = 0; i < MOST; i++)
        many[i] = word;
    Outcome c = parse_brief(many);
    ck_assert_msg(strlen(c.err.msg) < sizeof c.err.msg - 1, "%s", c.err.msg);
    ck_assert_msg(strstr(c.err.msg, "\ntrain: and 7 more") != NULL, "%s", c.err.msg);
}
END_TEST

CHECK_MAIN("flags", TEST(every_type_both_ways), TEST(defaults_stay), TEST(bools_and_letters),
           TEST(last_wins_and_lists_grow), TEST(two_dashes_end_the_flags),
           TEST(help_and_version_need_nothing_else), TEST(invalid_command_lines_are_rejected),
           TEST(unlimited_arguments_and_a_letter_h),
           TEST(unusual_values_are_accepted), TEST(a_stray_word_gets_advice),
           TEST(hostile_names_are_rejected), TEST(a_command_without_arguments_takes_none),
           TEST(habits_work), TEST(all_mistakes_at_once))
