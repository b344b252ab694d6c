#include "cli/usage.h"
#include "check_main.h"
#include <math.h>
#include <string.h>

typedef struct Options {
    bool        bias, quiet;
    int         count, size;
    int64_t     seed;
    double      lr, dropout, time;
    double      unset;
    int         skip;
    const char *out, *none;
    FlagList    stops, files;
} Options;

static const char *const sizes[] = { "tiny", "small", NULL };

static const Flag rows[] = {
    { "FILE", 0, ARGS_FLAG(Options, files), .help = "texts", .group = "Arguments", .min = 1 },
    { "count", 'n', INT_FLAG(Options, count), "N",
     "how many characters to write before it stops, described here at such length that it has to wrap",
     "What to write", .min = 1, .max = 100 },
    { "stop", 0, LIST_FLAG(Options, stops), "TEXT", "stop there", .group = "What to write" },
    { "bias", 0, BOOL_FLAG(Options, bias), .help = "use biases", .group = "Model", .negatable = true },
    { "quiet", 'q', BOOL_FLAG(Options, quiet), .help = "say less", .group = "Model" },
    { "size", 0, CHOICE_FLAG(Options, size), .help = "how large", .group = "Model", .choices = sizes },
    { "seed", 0, LONG_FLAG(Options, seed), "N", "seed", "Model", .min = 0, .max = HUGE_VAL,
     .otherwise = "random" },
    { "lr", 0, REAL_FLAG(Options, lr), "RATE", "rate", "Model", .max = 1 },
    { "dropout", 0, REAL_FLAG(Options, dropout), "P", "share", "Model", .max = 1 },
    { "unset", 0, REAL_FLAG(Options, unset), "X", "no range", .group = "Model" },
    { "skip", 0, INT_FLAG(Options, skip), "N", "left out", "Model", .min = 1, .max = 9 },
    { "as-wide-as-it-goes", 0, BOOL_FLAG(Options, quiet), .help = "a column more is too many",
     .group = "Model" },
    { "wider-than-it-can-be", 0, BOOL_FLAG(Options, quiet), .help = "so it goes beneath", .group = "Model" },
    { "time", 0, DURATION_FLAG(Options, time), "TIME", "budget", "Model", .max = HUGE_VAL },
    { "out", 0, STRING_FLAG(Options, out), "DIR", "folder", .group = "Model" },
    { "a-very-long-name-of-a-flag", 0, STRING_FLAG(Options, none), "X", "beneath", .group = "Model" },
};
static const Command write_it = { "write", "Writes text.", "Example:\n  write a.txt", rows,
                                  sizeof rows / sizeof *rows };
static const Options defaults = { .bias = true, .count = 50, .size = 1, .seed = -1, .lr = 1e-3, .dropout = NAN,
                                  .unset = NAN, .skip = 0,
                                  .time = 600, .out = "run" };

static char *help(int width)
{
    static char text[8192];
    FILE       *f = fmemopen(text, sizeof text, "w");
    usage_print(f, &write_it, "build/write", &defaults, width);
    fclose(f);
    return text;
}

static void has(const char *text, const char *part)
{
    ck_assert_msg(strstr(text, part) != NULL, "no '%s' in:\n%s", part, text);
}

START_TEST(starts_with_the_call)
{
    has(help(80), "usage: build/write [OPTIONS] FILE...\n\nWrites text.\n");
    has(help(80), "Example:\n  write a.txt\n");
}
END_TEST

START_TEST(defaults_are_shown)
{
    const char *text = help(80);
    has(text, "      --[no-]bias           use biases (default on)\n");
    has(text, "  -q, --quiet               say less\n");
    has(text, "      --size tiny|small     how large (default small)\n");
    has(text, "rate (default 0.001)\n");
    has(text, "budget (default 10m)\n");
    has(text, "folder (default run)\n");
    has(text, "seed (default random)\n");
}
END_TEST

/* NaN, NULL and values outside the row's range mean "not set". */
START_TEST(unset_defaults_are_not_shown)
{
    has(help(80), "      --dropout P           share\n");
    has(help(80), "      --unset X             no range\n");
    has(help(80), "      --skip N              left out\n");
    has(help(80), "      --stop TEXT           stop there\n");
    has(help(80), "      --a-very-long-name-of-a-flag X\n                            beneath\n");
}
END_TEST

START_TEST(groups_have_headings_once)
{
    const char *text = help(80), *model = strstr(text, "\nModel:\n");
    ck_assert_ptr_nonnull(model);
    ck_assert_ptr_null(strstr(model + 1, "\nModel:\n"));
    has(text, "\nWhat to write:\n  -n, --count N ");
    has(text, "\nCommon options:\n      --help ");
}
END_TEST

START_TEST(rows_without_a_group_have_no_heading)
{
    static const Flag one[] = { { "quiet", 0, BOOL_FLAG(Options, quiet), .help = "say less" } };
    const Command     c = { "x", "Does.", NULL, one, 1 };
    char              text[1000];
    FILE             *f = fmemopen(text, sizeof text, "w");
    usage_print(f, &c, "x", &defaults, 80);
    fclose(f);
    has(text, "usage: x [OPTIONS]\n\nDoes.\n\n      --quiet  ");
}
END_TEST

START_TEST(every_line_fits)
{
    static const int widths[] = { 40, 60, 80, 100 };
    int longest = 0, n = 0;
    for (const char *c = help(widths[_i]); *c; c++) {
        n = *c == '\n' ? 0 : n + 1;
        longest = n > longest ? n : longest;
    }
    ck_assert_msg(longest <= widths[_i], "%d columns in %d", longest, widths[_i]);
    ck_assert_msg(longest > widths[_i] - 10, "%d columns only in %d", longest, widths[_i]);
}
END_TEST

START_TEST(names_and_help_do_not_touch)
{
    has(help(80), "      --as-wide-as-it-goes  a column more");
    has(help(80), "      --wider-than-it-can-be\n                            so it goes beneath\n");
}
END_TEST

/* Below 40 columns the terminal itself wraps. */
START_TEST(narrower_than_40_is_40)
{
    char *forty = strdup(help(40));
    ck_assert_str_eq(help(7), forty);
    free(forty);
}
END_TEST

/* Wrapping neither loses nor repeats a word. */
START_TEST(no_word_is_lost)
{
    char flat[400];
    int  n = 0;
    for (const char *c = strstr(help(60), "how many"); *c && n < 300; c++)
        if (!(*c == '\n' || (*c == ' ' && n > 0 && flat[n - 1] == ' ')))
            flat[n++] = *c;
    flat[n] = '\0';
    has(flat,
        "how many characters to write before it stops, described here at such length that it has to wrap "
        "(default 50)");
}
END_TEST

CHECK_MAIN("usage", TEST(starts_with_the_call), TEST(defaults_are_shown), TEST(unset_defaults_are_not_shown),
           TEST(groups_have_headings_once), TEST(rows_without_a_group_have_no_heading),
           LOOP(every_line_fits, 0, 4), TEST(no_word_is_lost),
           TEST(names_and_help_do_not_touch), TEST(narrower_than_40_is_40))
