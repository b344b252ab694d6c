#include "cli/command.h"
#include "check_main.h"
#include "kernel/kernel.h"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct Options {
    int      n, end;
    FlagList words;
} Options;

static const Flag flags[] = {
    { "WORD", 0, ARGS_FLAG(Options, words), .help = "words to say" },
    { "times", 'n', INT_FLAG(Options, n), "N", "how often", .min = 1, .max = 9 },
    { "end", 0, INT_FLAG(Options, end), "CODE", "how it ends", .min = 0, .max = 200 },
};
static const Command say = { "say", "Says words.", NULL, flags, sizeof flags / sizeof *flags };

static int run(void *options, const char *called, Err *err)
{
    const Options *o = options;
    for (int i = 0; i < o->n * o->words.n; i++)
        printf("%s ", o->words.items[i % o->words.n]);
    if (o->end == COMMAND_FAILED)
        err_set(err, "%s failed on request", called);
    return o->end;
}

/* The outcome of a command line. */
typedef struct Result {
    int  code;
    char out[4096], err[4096];
} Result;

static void slurp(int fd, char *buf, size_t size)
{
    lseek(fd, 0, SEEK_SET);
    ssize_t n = read(fd, buf, size - 1);
    buf[n > 0 ? n : 0] = '\0';
}

/* Each test runs in a process of its own, so its streams can be redirected permanently. */
static Result call(const char *const *words)
{
    Result  r = { 0 };
    Options o = { .n = 1 };
    char   *argv[10] = { NULL };
    int     argc = 0, out = fileno(tmpfile()), err = fileno(tmpfile());
    for (; words[argc]; argc++)
        argv[argc] = (char *)words[argc];
    fflush(stdout);
    dup2(out, STDOUT_FILENO), dup2(err, STDERR_FILENO);
    r.code = command_main(&say, &o, run, kernel_names, argc, argv);
    fflush(stderr);
    slurp(out, r.out, sizeof r.out), slurp(err, r.err, sizeof r.err);
    return r;
}

#define CALL(...) call((const char *const[]){ __VA_ARGS__, NULL })

START_TEST(runs_with_its_options)
{
    Result r = CALL("build/say", "a", "-n2", "b");
    ck_assert_int_eq(r.code, 0);
    ck_assert_str_eq(r.out, "a b a b ");
    ck_assert_str_eq(r.err, "");
}
END_TEST

START_TEST(failure_is_one_sentence)
{
    Result r = CALL("build/say", "a", "--end", "1");
    ck_assert_int_eq(r.code, 1);
    ck_assert_str_eq(r.out, "a ");
    ck_assert_str_eq(r.err, "say: build/say failed on request\n");
}
END_TEST

START_TEST(interruption_is_silent)
{
    Result r = CALL("say", "--end", "130");
    ck_assert_int_eq(r.code, 130);
    ck_assert_str_eq(r.err, "");
}
END_TEST

START_TEST(control_characters_do_not_reach_the_terminal)
{
    Result r = CALL("a\x1b[2Jb\x7f" "c\xc2\x9b" "d\r\t\xc3\xa9\xc2", "--end", "1");
    ck_assert_str_eq(r.err, "say: a?[2Jb?c?d?\t\xc3\xa9\xc2 failed on request\n");
}
END_TEST

START_TEST(misuse_is_reported_and_runs_nothing)
{
    Result r = CALL("heed say", "a", "--tims", "3");
    ck_assert_int_eq(r.code, 2);
    ck_assert_str_eq(r.out, "");
    ck_assert_str_eq(r.err,
                     "say: unknown option --tims; did you mean --times?\nFor all options: heed say --help\n");
}
END_TEST

START_TEST(help_and_version_go_to_stdout)
{
    Result help = CALL("heed say", "--help"), version = CALL("say", "--version");
    ck_assert(help.code == 0 && version.code == 0);
    ck_assert_int_eq(strncmp(help.out, "usage: heed say [OPTIONS] [WORD...]\n", 36), 0);
    ck_assert_ptr_nonnull(strstr(help.out, "how often (default 1)"));
    ck_assert_int_eq(strncmp(version.out, "say (heed) ", 11), 0);
    ck_assert_int_eq(version.out[strlen(version.out) - 1], '\n');
    ck_assert(help.err[0] == '\0' && version.err[0] == '\0');
}
END_TEST

START_TEST(lost_output_is_a_failure)
{
    static const int ends[] = { 0, 1, 130 };
    char    word[] = "say", a[] = "a", *argv[] = { word, a, NULL };
    Options o = { .n = 1, .end = ends[_i] };
    int     full = open("/dev/full", O_WRONLY), err = fileno(tmpfile());
    char    said[500];
    if (full < 0)
        return;
    fflush(stdout);
    dup2(full, STDOUT_FILENO), dup2(err, STDERR_FILENO);
    ck_assert_int_eq(command_main(&say, &o, run, kernel_names, 2, argv), _i ? ends[_i] : 1);
    slurp(err, said, sizeof said);
    ck_assert_str_eq(said, _i == 1 ? "say: say failed on request\n"
                                   : "say: cannot write to standard output: no space left on the device\n");
}
END_TEST

START_TEST(sibling_commands_are_called_the_same_way)
{
    static const struct {
        const char *called, *other;
    } rows[] = { { "build/train", "build/sample" }, { "heed train", "heed sample" }, { "train", "sample" },
                 { "/opt/my dir/train", "'/opt/my dir/sample'" }, { "build/heed train", "build/heed sample" },
                 { "/my dir/heed train", "'/my dir/heed' sample" }, { "a'b/train", "'a'\\''b/sample'" } };
    char out[100];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        command_beside(out, sizeof out, rows[i].called, "sample");
        ck_assert_str_eq(out, rows[i].other);
    }
}
END_TEST

/* printf in a shell gives the words back. */
START_TEST(words_survive_the_shell)
{
    static const char *const words[] = { "plain/name-1.txt", "two words", "it's", "$HOME `id` \\ \"!*?", "", "-x",
                                         "\xc3\xa9", "a\nb", "~", "#1", "a;b&c|d" };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        char quoted[100], command[200], said[100] = "";
        snprintf(command, sizeof command, "printf %%s, %s x", command_word(quoted, sizeof quoted, words[i]));
        FILE  *pipe = popen(command, "r");
        size_t n = fread(said, 1, sizeof said - 1, pipe);
        ck_assert_int_eq(pclose(pipe), 0);
        ck_assert_msg(n == strlen(words[i]) + 3 && memcmp(said, words[i], n - 3) == 0, "%s: %s", command, said);
    }
    char path[20];
    ck_assert_str_eq(command_path(path, sizeof path, "-x y"), "'./-x y'");
    ck_assert_str_eq(command_path(path, sizeof path, "run"), "run");
}
END_TEST

/* What does not fit is cut off, with its last quote. */
START_TEST(a_long_word_stays_within_its_room)
{
    char out[12];
    memset(out, '#', sizeof out);
    command_word(out, 11, "''");
    ck_assert(strlen(out) < 11 && out[11] == '#' && out[strlen(out) - 1] == '\'');
}
END_TEST

CHECK_MAIN("command", TEST(runs_with_its_options), TEST(failure_is_one_sentence),
           TEST(control_characters_do_not_reach_the_terminal),
           TEST(interruption_is_silent), TEST(misuse_is_reported_and_runs_nothing),
           TEST(help_and_version_go_to_stdout), LOOP(lost_output_is_a_failure, 0, 3),
           TEST(sibling_commands_are_called_the_same_way),
           TEST(words_survive_the_shell), TEST(a_long_word_stays_within_its_room))
