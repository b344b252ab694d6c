#include "cli/term.h"
#include "check_main.h"
#include "cli/pty.h"
#include <sys/socket.h>
#include <string.h>

START_TEST(a_file_is_not_a_terminal)
{
    FILE *f = tmpfile();
    unsetenv("COLUMNS");
    Term t = term_of(f);
    ck_assert(t.file == f && !t.tty && !t.moves && !t.color);
    ck_assert_int_eq(t.width, 80);
    fclose(f);
}
END_TEST

START_TEST(COLUMNS_is_clamped)
{
    static const struct {
        const char *columns;
        int         width;
    } rows[] = { { "100", 100 }, { "5", 20 }, { "0", 80 }, { "-3", 80 }, { "wide", 80 },
                 { "", 80 }, { "99999999", 1000 } };
    FILE *f = tmpfile();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        setenv("COLUMNS", rows[i].columns, 1);
        ck_assert_int_eq(term_width(f), rows[i].width);
    }
    fclose(f);
}
END_TEST

START_TEST(a_terminal_reports_its_width)
{
    static const int columns[] = { 132, 7, 0 }, width[] = { 132, 20, 80 };
    Pty p = pty_open(columns[_i]);
    if (!p.file)
        return;
    unsetenv("COLUMNS");
    ck_assert_int_eq(term_width(p.file), width[_i]);
}
END_TEST

START_TEST(NO_COLOR_and_dumb_terminals_are_respected)
{
    static const struct {
        const char *term, *no_color;
        bool        moves, color;
    } rows[] = { { "xterm", NULL, true, true }, { "xterm", "", true, true },      { "xterm", "1", true, false },
                 { "dumb", NULL, false, false }, { NULL, NULL, false, false } };
    Pty p = pty_open(80);
    if (!p.file)
        return;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        unsetenv("TERM"), unsetenv("NO_COLOR");
        if (rows[i].term)
            setenv("TERM", rows[i].term, 1);
        if (rows[i].no_color)
            setenv("NO_COLOR", rows[i].no_color, 1);
        Term t = term_of(p.file);
        ck_assert(t.tty);
        ck_assert_int_eq(t.moves, rows[i].moves);
        ck_assert_int_eq(t.color, rows[i].color);
    }
}
END_TEST

START_TEST(utf8_follows_the_locale)
{
    static const struct {
        const char *all, *ctype, *lang;
        bool        utf8;
    } rows[] = {
        { "", "", "", false },         { "", "", "de_DE.UTF-8", true },   { "", "", "en_US.utf8", true },
        { "", "", "C", false },        { "C", "", "en_US.UTF-8", false }, { "", "C.UTF-8", "C", true },
        { "C.UTF-8", "C", "C", true }, { "", "", "ja_JP.eucJP", false },  { "", "", "en_US.UTF-8@x", true } };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        setenv("LC_ALL", rows[i].all, 1), setenv("LC_CTYPE", rows[i].ctype, 1), setenv("LANG", rows[i].lang, 1);
        ck_assert_msg(term_of(stdout).utf8 == rows[i].utf8, "row %zu", i);
    }
}
END_TEST

/* Redirects the standard output of this process for good (each test has a process of its own). */
static void stdout_to(int fd)
{
    fflush(stdout);
    ck_assert_int_eq(dup2(fd, STDOUT_FILENO), STDOUT_FILENO);
}

START_TEST(a_complete_write_is_no_error)
{
    FILE *f = tmpfile();
    Err   err = { 0 };
    stdout_to(fileno(f));
    printf("text");
    ck_assert(term_finish(&err));
    ck_assert(!err_any(&err));
    ck_assert_int_eq(lseek(STDOUT_FILENO, 0, SEEK_END), 4);
}
END_TEST

/* With the text still buffered, with most of it lost before the end, and with all of it lost. */
START_TEST(a_full_disk_is_reported)
{
    int full = open("/dev/full", O_WRONLY);
    Err err = { 0 };
    if (full < 0)
        return;
    stdout_to(full);
    for (int i = 0; i < (_i == 1 ? 100000 : 1); i++)
        printf("text");
    ck_assert(_i < 2 || !term_flush());
    ck_assert(!term_finish(&err));
    ck_assert_str_eq(err.msg, "cannot write to standard output: no space left on the device");
}
END_TEST

/* A pipe and a socket; with all of the text still buffered, some of it, or none. */
START_TEST(a_closed_pipe_is_no_error)
{
    int ends[2];
    Err err = { 0 };
    ck_assert_int_eq(_i % 2 ? socketpair(AF_UNIX, SOCK_STREAM, 0, ends) : pipe(ends), 0);
    setvbuf(stdout, NULL, _i / 2 == 2 ? _IONBF : _IOFBF, BUFSIZ);
    term_start();
    stdout_to(ends[1]);
    ck_assert(!term_deserted(stdout));
    close(ends[0]);
    ck_assert(term_deserted(stdout));
    for (int i = 0; i < (_i / 2 ? 100000 : 1); i++)
        printf("text");
    ck_assert(term_finish(&err));
    ck_assert(!err_any(&err));
}
END_TEST

/* A file opened later must not become the standard output that the caller closed. */
START_TEST(a_closed_stream_is_not_taken_over)
{
    Err err = { 0 };
    fflush(stdout);
    close(STDOUT_FILENO);
    term_start();
    int fd = open("/dev/null", O_WRONLY);
    ck_assert_int_gt(fd, 2);
    printf("text");
    ck_assert(!term_finish(&err));
    ck_assert(strncmp(err.msg, "cannot write to standard output: ", 33) == 0);
}
END_TEST

START_TEST(the_clock_goes_forward)
{
    double before = term_seconds();
    usleep(20000);
    double passed = term_seconds() - before;
    ck_assert_msg(passed >= 0.02 && passed < 20, "%g s", passed);
}
END_TEST

CHECK_MAIN("term", TEST(a_file_is_not_a_terminal), TEST(COLUMNS_is_clamped),
           LOOP(a_terminal_reports_its_width, 0, 3), TEST(NO_COLOR_and_dumb_terminals_are_respected),
           TEST(utf8_follows_the_locale), TEST(a_complete_write_is_no_error), LOOP(a_full_disk_is_reported, 0, 3),
           LOOP(a_closed_pipe_is_no_error, 0, 6), TEST(a_closed_stream_is_not_taken_over),
           TEST(the_clock_goes_forward))
