/* log.csv: the format of its lines, appending to an old log after the right line, and a full disk. */
#include "train/log.h"
#include "base/file.h"
#include "check_main.h"
#include "scratch.h"
#include <fcntl.h>
#include <locale.h>
#include <math.h>
#include <signal.h>
#include <sys/resource.h>

enum { COLUMNS = 14 };

static const LogRow row = {
    .step = 7, .epoch = 0.25, .tokens = 5376, .seconds = 1.5, .lr = 1e-3, .train_loss = 2.5, .val_loss = NAN,
    .grad_norm = 1.25, .grad_embedding = 0.5, .grad_qkv = 0.25, .grad_attention_out = 1e-7, .grad_mlp = 1e10,
    .grad_output = 0.75, .tokens_per_second = 12345.6,
};
static const char written[] = "7,0.2500,5376,1.500,1.000000e-03,2.500000,,1.25000e+00,5.00000e-01,"
                              "2.50000e-01,1.00000e-07,1.00000e+10,7.50000e-01,12346\n";

/* The file's text, good until the next call. */
static const char *content(const char *path)
{
    static FileData d;
    Err err = { 0 };
    file_free(&d);
    d = (FileData){ 0 };
    ck_assert_msg(file_read(path, &d, &err), "%s", err.msg);
    return d.p ? d.p : "";
}

static void expect(const char *path, const char *lines)
{
    char want[2048];
    snprintf(want, sizeof want, "%s%s", log_header, lines);
    ck_assert_str_eq(content(path), want);
}

/* Writes the header and these lines to a file. */
static const char *old_log(const char *lines)
{
    char text[2048];
    snprintf(text, sizeof text, "%s%s", log_header, lines);
    return scratch_text("log.csv", text);
}

/* Opens the log as resumed after `step`, writes `row`, closes. */
static Log log_on(const char *path, long step)
{
    Log log;
    Err err = { 0 };
    ck_assert_msg(log_open(&log, path, step, &err), "%s", err.msg);
    Log opened = log;
    ck_assert_msg(log_write(&log, &row, &err), "%s", err.msg);
    ck_assert_msg(log_close(&log, &err), "%s", err.msg);
    return opened;
}

START_TEST(a_line_is_as_documented)
{
    const char *path = scratch("log.csv");
    log_on(path, -1);
    expect(path, written);
    int commas[2] = { 0 }, line = 0;
    for (const char *p = content(path); *p; p++) {
        commas[line] += *p == ',';
        line += *p == '\n';
    }
    ck_assert(line == 2 && commas[0] == COLUMNS - 1 && commas[1] == COLUMNS - 1);
}
END_TEST

START_TEST(a_line_is_written_at_once)
{
    const char *path = scratch("log.csv");
    Log log;
    Err err = { 0 };
    ck_assert(log_open(&log, path, -1, &err));
    expect(path, "");
    ck_assert(log_write(&log, &row, &err));
    expect(path, written);
    ck_assert(log_close(&log, &err));
}
END_TEST

START_TEST(a_new_log_replaces_the_old_one)
{
    const char *path = old_log("1,a\n2,b\n");
    ck_assert_double_eq(log_on(path, -1).seconds, 0);
    expect(path, written);
}
END_TEST

/* Lines that an interrupted run logged after the saved step would otherwise appear twice. */
START_TEST(lines_past_the_step_are_dropped)
{
    static const struct { long step; const char *old, *stays; double seconds; } rows[] = {
        { 6, "5,0,0,1.25,x\n6,0,0,2.5,y\n7,0,0,3,z\n8,0,0,4,u\n", "5,0,0,1.25,x\n6,0,0,2.5,y\n", 2.5 },
        { 6, "2,0,0,1.25,x\n4,0,0,2.5,y\n", "2,0,0,1.25,x\n4,0,0,2.5,y\n", 2.5 },       /* --log-every 2 */
        { 6, "2,0,0,1.25,x\n10,0,0,2.5,y\n", "2,0,0,1.25,x\n", 1.25 },
        { 6, "5,0,0,1.25,x\n6,0,0,2.5,", "5,0,0,1.25,x\n", 1.25 },                       /* cut off */
        { 6, "5,0,0,1.25,x\n6,0,0,2.5,y\n7,0,", "5,0,0,1.25,x\n6,0,0,2.5,y\n", 2.5 },
        { 0, "1,0,0,1.25,x\n", "", 0 },
        { 6, "5,0,0,nan,x\n", "5,0,0,nan,x\n", 0 },                                    /* no times */
        { 6, "5,0,0,inf,x\n", "5,0,0,inf,x\n", 0 },
        { 6, "5,0,0,-3,x\n", "5,0,0,-3,x\n", 0 },
        { 6, "5,0,0,1e300,x\n", "5,0,0,1e300,x\n", 0 },
        { 6, "5,0,0,\n7,0,0,3,z\n", "5,0,0,\n", 0 },
        { 6, "", "", 0 },
    };
    char want[512];
    const char *path = old_log(rows[_i].old);
    ck_assert_double_eq(log_on(path, rows[_i].step).seconds, rows[_i].seconds);
    snprintf(want, sizeof want, "%s%s", rows[_i].stays, written);
    expect(path, want);
}
END_TEST

START_TEST(a_log_with_other_columns_starts_anew)
{
    const char *path = scratch_text("log.csv", "step,loss\n5,1\n");
    Err err = { 0 };
    ck_assert(!log_is_one(path, log_header, &err));
    ck_assert_msg(strstr(err.msg, path) && strstr(err.msg, "not a log") && !strstr(err.msg, "--"), "%s", err.msg);
    log_on(path, 6);
    expect(path, written);
}
END_TEST

START_TEST(other_files_are_not_taken_for_a_log)
{
    Err err = { 0 };
    ck_assert(log_is_one(scratch("missing.csv"), log_header, &err));
    ck_assert(log_is_one(scratch_text("empty.csv", ""), log_header, &err));
    ck_assert(log_is_one(scratch_text("begun.csv", "step,epoch"), log_header, &err));
    ck_assert(log_is_one(old_log("1,2\n"), log_header, &err));
    ck_assert(!log_is_one(scratch_text("other.csv", "step,epochs"), log_header, &err));
    err = (Err){ 0 };
    ck_assert(!log_is_one("/tmp", log_header, &err));
    ck_assert_msg(strstr(err.msg, "cannot read /tmp") != NULL, "%s", err.msg);
}
END_TEST

START_TEST(a_missing_log_starts_anew)
{
    const char *path = scratch("gone.csv");
    log_on(path, 6);
    expect(path, written);
}
END_TEST

/* A locale with a comma, made for the test where none is installed. */
static bool comma_locale(void)
{
    static const char *const names[] = { "de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "fr_FR.utf8", "de_DE" };
    char make[512];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (setlocale(LC_ALL, names[i]))
            return true;
    scratch("x");
    snprintf(make, sizeof make, "localedef -i de_DE -f UTF-8 %s/de_DE.UTF-8 > /dev/null 2>&1", scratch_dir);
    return system(make) == 0 && setenv("LOCPATH", scratch_dir, 1) == 0 && setlocale(LC_ALL, "de_DE.UTF-8");
}

START_TEST(the_locale_does_not_change_the_decimal_point)
{
    char number[8] = "1.5";
    const char *path = scratch("log.csv");
    if (comma_locale())
        snprintf(number, sizeof number, "%.1f", 1.5);
    else
        fputs("# no locale with a decimal comma is available: tested in the C locale only\n", stderr);
    ck_assert(number[1] == ',' || !setlocale(LC_ALL, "de_DE.UTF-8"));
    log_on(path, -1);
    expect(path, written);
}
END_TEST

START_TEST(other_columns_are_kept_the_same_way)
{
    static const char header[] = "step,loss\n";
    const char *path = scratch_text("watch.csv", "step,loss\n1,a\n1,b\n2,c\n");
    Log log;
    Err err = { 0 };
    ck_assert(log_open_columns(&log, path, header, 1, &err));
    ck_assert(log_append(&log, "2,d\n", 4, &err) && log_close(&log, &err));
    ck_assert_str_eq(content(path), "step,loss\n1,a\n1,b\n2,d\n");
}
END_TEST

START_TEST(a_full_disk_is_an_error_with_the_path)
{
    Log log;
    Err err = { 0 };
    if (!file_exists("/dev/full"))
        return;
    ck_assert(!log_open(&log, "/dev/full", -1, &err));
    ck_assert_msg(strstr(err.msg, "/dev/full") && strstr(err.msg, "no space left"), "%s", err.msg);
    err = (Err){ 0 };
    const char *path = scratch("log.csv");
    ck_assert(log_open(&log, path, -1, &err));
    close(log.fd);
    log.fd = open("/dev/full", O_WRONLY);
    ck_assert(!log_write(&log, &row, &err));
    ck_assert_msg(strstr(err.msg, path) && strstr(err.msg, "no space left"), "%s", err.msg);
    log_close(&log, &err);
}
END_TEST

/* The system stops the write in the middle of the second line. */
START_TEST(half_a_line_is_removed)
{
    Log log;
    Err err = { 0 };
    const char *path = scratch("log.csv");
    struct rlimit before, limit = { strlen(log_header) + sizeof written + 20, RLIM_INFINITY };
    signal(SIGXFSZ, SIG_IGN);
    ck_assert(log_open(&log, path, -1, &err) && log_write(&log, &row, &err));
    ck_assert(getrlimit(RLIMIT_FSIZE, &before) == 0);
    limit.rlim_max = before.rlim_max;
    setrlimit(RLIMIT_FSIZE, &limit);
    bool written_all = log_write(&log, &row, &err);
    setrlimit(RLIMIT_FSIZE, &before);       /* Check's own output may be longer */
    ck_assert(!written_all);
    ck_assert_msg(strstr(err.msg, path) != NULL, "%s", err.msg);
    expect(path, written);
}
END_TEST

START_TEST(a_folder_is_not_a_log)
{
    Log log;
    Err err = { 0 };
    scratch("x");
    ck_assert(!log_open(&log, scratch_dir, 3, &err));
    ck_assert_msg(strstr(err.msg, scratch_dir) && strstr(err.msg, "directory"), "%s", err.msg);
    ck_assert(log.fd < 0 && log_close(&log, &err));
}
END_TEST

CHECK_MAIN("log", TEST(a_line_is_as_documented), TEST(a_line_is_written_at_once),
           TEST(a_new_log_replaces_the_old_one), LOOP(lines_past_the_step_are_dropped, 0, 12),
           TEST(a_log_with_other_columns_starts_anew), TEST(other_files_are_not_taken_for_a_log),
           TEST(a_missing_log_starts_anew), TEST(the_locale_does_not_change_the_decimal_point),
           TEST(other_columns_are_kept_the_same_way), TEST(a_full_disk_is_an_error_with_the_path),
           TEST(half_a_line_is_removed), TEST(a_folder_is_not_a_log))
