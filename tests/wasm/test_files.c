/* The system that src/wasm/wasi.js plays: files in memory, as base/file.h and stdio use them. */
#include "base/file.h"
#include "check_main.h"
#include "train/log.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* The contents of a file, as a string; "-" if it cannot be read. */
static const char *contents(const char *path)
{
    static FileData d;
    Err err = { 0 };
    d.len = 0;
    return file_read(path, &d, &err) ? (d.p ? d.p : "") : "-";
}

static bool save(const char *path, const char *text)
{
    Err      err = { 0 };
    FilePart parts[] = { { text, strlen(text) }, { "!", 1 } };
    return file_replace(path, parts, 2, &err);
}

START_TEST(replaced_whole)
{
    ck_assert(!file_exists("/a"));
    ck_assert(strcmp(contents("/a"), "-") == 0);
    ck_assert(save("/a", "a long first text"));
    ck_assert(strcmp(contents("/a"), "a long first text!") == 0);
    ck_assert(save("/a", "short"));
    ck_assert(strcmp(contents("/a"), "short!") == 0);
    ck_assert(strcmp(contents("a"), "short!") == 0);            /* the working folder is / */
    ck_assert(!file_exists("/a.tmp"));
}
END_TEST

START_TEST(folders)
{
    Err err = { 0 };
    ck_assert(!file_is_dir("/run/one"));
    ck_assert(file_make_dir("/run/one", &err));
    ck_assert(file_make_dir("/run/one", &err));
    ck_assert(file_is_dir("/run") && file_is_dir("/run/one"));
    ck_assert(save("/run/one/model", "m"));
    ck_assert(strcmp(contents("/run/./one/model"), "m!") == 0);
    ck_assert(!file_make_dir("/run/one/model", &err));
}
END_TEST

START_TEST(flags_of_open)
{
    ck_assert(save("/b", "12345"));
    ck_assert_int_eq(open("/b", O_WRONLY | O_CREAT | O_EXCL, 0666), -1);
    ck_assert_int_eq(errno, EEXIST);
    ck_assert_int_eq(open("/none", O_RDONLY), -1);
    ck_assert_int_eq(errno, ENOENT);
    int fd = open("/b", O_RDWR);
    ck_assert_int_eq(write(fd, "ab", 2), 2);                    /* overwrites, and keeps what follows */
    ck_assert_int_eq(lseek(fd, 0, SEEK_END), 6);
    ck_assert_int_eq(lseek(fd, -7, SEEK_CUR), -1);
    ck_assert_int_eq(ftruncate(fd, 3), 0);
    ck_assert_int_eq(close(fd), 0);
    ck_assert(strcmp(contents("/b"), "ab3") == 0);
    fd = open("/b", O_WRONLY | O_APPEND);
    ck_assert_int_eq(write(fd, "cd", 2), 2);
    close(fd);
    ck_assert(strcmp(contents("/b"), "ab3cd") == 0);
    close(open("/b", O_WRONLY | O_TRUNC));
    ck_assert(strcmp(contents("/b"), "") == 0);
    ck_assert_int_eq(unlink("/b"), 0);
    ck_assert_int_eq(unlink("/b"), -1);
}
END_TEST

/* Longer than any buffer of stdio's, and grown in steps. */
START_TEST(large_files)
{
    enum { ROWS = 20000 };
    FILE *f = fopen("/large", "w");
    ck_assert_ptr_nonnull(f);
    for (int i = 0; i < ROWS; i++)
        fprintf(f, "row %d\n", i);
    ck_assert_int_eq(fclose(f), 0);
    f = fopen("/large", "r");
    int n = 0, at = -1;
    while (fscanf(f, "row %d\n", &at) == 1)
        ck_assert_int_eq(at, n++);
    fclose(f);
    ck_assert_int_eq(n, ROWS);
}
END_TEST

START_TEST(logs_append)
{
    Err err = { 0 };
    Log log;
    ck_assert_msg(log_open(&log, "/log.csv", -1, &err), "%s", err.msg);
    ck_assert(log_append(&log, "1,2\n", 4, &err) && log_append(&log, "2,3\n", 4, &err) && log_close(&log, &err));
    ck_assert(strncmp(contents("/log.csv"), log_header, strlen(log_header)) == 0);
    ck_assert(strcmp(contents("/log.csv") + strlen(log_header), "1,2\n2,3\n") == 0);
    ck_assert(log_open(&log, "/log.csv", 1, &err) && log_close(&log, &err));        /* resumed at step 1 */
    ck_assert(strcmp(contents("/log.csv") + strlen(log_header), "1,2\n") == 0);
}
END_TEST

START_TEST(the_clock_advances)
{
    struct timespec a, b;
    ck_assert_int_eq(clock_gettime(CLOCK_MONOTONIC, &a), 0);
    b = a;
    for (int i = 0; i < 10000000 && b.tv_sec == a.tv_sec && b.tv_nsec == a.tv_nsec; i++)
        clock_gettime(CLOCK_MONOTONIC, &b);
    ck_assert(b.tv_sec > a.tv_sec || b.tv_nsec > a.tv_nsec);
    ck_assert(time(NULL) > 1700000000);
}
END_TEST

CHECK_MAIN("files", TEST(replaced_whole), TEST(folders), TEST(flags_of_open), TEST(large_files), TEST(logs_append),
           TEST(the_clock_advances))
