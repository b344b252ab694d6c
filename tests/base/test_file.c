#include "base/file.h"
#include "check_main.h"
#include "scratch.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/* A scripted read(): the first `fail` calls are interrupted, each returns at most `most` bytes, the `good`-th
 * successful call fails with EIO instead, and the first success sets the length of `path` to `size`. Linux only: there
 * the program's read overrides the library's. */
static struct {
    int         fail, good;
    size_t      most;
    const char *path;
    off_t       size;
} plan;

#ifdef __linux__
ssize_t read(int fd, void *p, size_t n)
{
    if (plan.fail > 0) {
        plan.fail--;
        errno = EINTR;
        return -1;
    }
    if (plan.good > 0 && --plan.good == 0) {
        errno = EIO;
        return -1;
    }
    if (plan.path && truncate(plan.path, plan.size) != 0)
        abort();
    plan.path = NULL;
    return syscall(SYS_read, fd, p, plan.most && n > plan.most ? plan.most : n);
}
#endif

static bool holds(const FileData *d, const void *want, size_t n)
{
    return d->len == n && memcmp(d->p, want, n) == 0 && d->p[n] == '\0';
}

START_TEST(files_are_concatenated)
{
    Err      err = { 0 };
    FileData d = { 0 };
    ck_assert(file_read(scratch_file("a", "x\0y", 3), &d, &err));
    ck_assert(holds(&d, "x\0y", 3));
    ck_assert(file_read(scratch_text("empty", ""), &d, &err));
    ck_assert(file_read(scratch_text("b", "123456789"), &d, &err));
    ck_assert(holds(&d, "x\0y123456789", 12));
    file_free(&d);
    ck_assert_ptr_null(d.p);
}
END_TEST

START_TEST(empty_file)
{
    Err      err = { 0 };
    FileData d = { 0 };
    ck_assert(file_read(scratch_text("empty", ""), &d, &err));
    ck_assert(holds(&d, "", 0));
    file_free(&d);
}
END_TEST

/* Earlier contents are kept; the error names the file and the cause. */
START_TEST(unreadable_paths)
{
    char       *file = scratch_text("file", "abc"), below[300];
    FileData    d = { 0 };
    snprintf(below, sizeof below, "%s/x", file);
    const struct {
        const char *path, *why;
    } bad[] = { { scratch("none"), "no such file or directory" },
                { scratch_dir, "it is a directory, not a file" },
                { below, "a component of the path is a file, not a directory" } };
    Err err = { 0 };
    ck_assert(file_read(file, &d, &err));
    for (size_t i = 0; i < 3; i++) {
        err = (Err){ 0 };
        ck_assert(!file_read(bad[i].path, &d, &err));
        ck_assert(strstr(err.msg, bad[i].path) && strstr(err.msg, bad[i].why));
        ck_assert(holds(&d, "abc", 3));
    }
    file_free(&d);
}
END_TEST

#ifdef __linux__
START_TEST(read_error_keeps_earlier_contents)
{
    Err      err = { 0 };
    FileData d = { 0 };
    ck_assert(file_read(scratch_text("a", "abc"), &d, &err));
    const char *path = scratch_text("b", "123456789");
    plan.most = 4;
    plan.good = 3;
    ck_assert(!file_read(path, &d, &err));
    ck_assert(strstr(err.msg, path) && strstr(err.msg, ": the device reports an input/output error"));
    ck_assert(holds(&d, "abc", 3));
    file_free(&d);
}
END_TEST

START_TEST(reported_size_is_not_trusted)
{
    Err      err = { 0 };
    FileData d = { 0 };
    ck_assert(file_read("/proc/self/status", &d, &err));   /* says that it has 0 bytes */
    ck_assert(d.len > 20 && strncmp(d.p, "Name:", 5) == 0);
    file_free(&d);
}
END_TEST

START_TEST(interrupted_and_in_small_pieces)
{
    Err         err = { 0 };
    FileData    d = { 0 };
    const char *text = "a text that takes several calls to read";
    const char *path = scratch_text("a", text);
    plan.fail = 3;
    plan.most = 7;
    ck_assert(file_read(path, &d, &err));
    ck_assert(holds(&d, text, strlen(text)));
    file_free(&d);
}
END_TEST

START_TEST(file_shrinks_while_being_read)
{
    Err      err = { 0 };
    FileData d = { 0 };
    plan.path = scratch_text("a", "0123456789");
    plan.size = 4;
    ck_assert(file_read(plan.path, &d, &err));
    ck_assert(holds(&d, "0123", 4));
    file_free(&d);
}
END_TEST

START_TEST(file_grows_while_being_read)
{
    Err      err = { 0 };
    FileData d = { 0 };
    plan.path = scratch_text("a", "0123456789");
    plan.size = 1000000;
    ck_assert(file_read(plan.path, &d, &err));
    ck_assert_uint_eq(d.len, 1000000);
    ck_assert(memcmp(d.p, "0123456789\0", 11) == 0 && d.p[999999] == 0);
    file_free(&d);
}
END_TEST

/* A file with a hole can be larger than any memory. */
START_TEST(too_large_for_memory)
{
    Err      err = { 0 };
    FileData d = { 0 };
    char    *path = scratch_text("huge", "");
    if (truncate(path, (off_t)1 << 43) != 0)
        return;
    ck_assert(!file_read(path, &d, &err));
    ck_assert(strstr(err.msg, "does not fit in memory (8.0 TiB needed)"));
    file_free(&d);
}
END_TEST
#define LINUX_TESTS                                                                                \
    TEST(read_error_keeps_earlier_contents), TEST(reported_size_is_not_trusted),                   \
    TEST(interrupted_and_in_small_pieces), TEST(file_shrinks_while_being_read),                    \
    TEST(file_grows_while_being_read), TEST(too_large_for_memory),
#else
#define LINUX_TESTS
#endif

/* A pipe reports no size and returns at most 64 KiB at once. */
START_TEST(standard_input)
{
    Err      err = { 0 };
    FileData d = { 0 };
    int      ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        for (int i = 0; i < 300000; i += 3)
            if (write(ends[1], "abc", 3) != 3)
                _exit(1);
        _exit(0);
    }
    close(ends[1]);
    ck_assert_int_eq(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    ck_assert(file_read("-", &d, &err));
    waitpid(child, NULL, 0);
    ck_assert_uint_eq(d.len, 300000);
    size_t wrong = 0;
    for (size_t i = 0; i < d.len; i++)
        wrong += d.p[i] != "abc"[i % 3];
    ck_assert_uint_eq(wrong, 0);
    file_free(&d);
}
END_TEST

START_TEST(directories_are_created_with_their_parents)
{
    Err err = { 0 };
    ck_assert(file_make_dir(scratch("a/b//c/"), &err));
    ck_assert(file_is_dir(scratch("a/b/c")));
    ck_assert(file_make_dir(scratch("a/b"), &err));
    ck_assert(!file_is_dir(scratch("none")) && !file_exists(scratch("none")) && file_exists(scratch("a")));
}
END_TEST

START_TEST(directories_that_cannot_be_created)
{
    Err   err = { 0 };
    char *file = scratch_text("file", "x");
    ck_assert(!file_make_dir(file, &err));
    ck_assert(strstr(err.msg, "a file of that name already exists"));
    ck_assert(file_exists(file) && !file_is_dir(file));
    err = (Err){ 0 };
    ck_assert(!file_make_dir(scratch("file/x"), &err));
    ck_assert(strstr(err.msg, "/file: a file of that name already exists"));
    err = (Err){ 0 };
    ck_assert(!file_make_dir("", &err) && err_any(&err));
}
END_TEST

START_TEST(relative_directory)
{
    Err err = { 0 };
    ck_assert(file_make_dir(scratch(""), &err));
    ck_assert_int_eq(chdir(scratch_dir), 0);
    ck_assert(file_make_dir("one", &err) && file_make_dir("two/three", &err));
    ck_assert(file_is_dir(scratch("one")) && file_is_dir(scratch("two/three")));
}
END_TEST

START_TEST(the_start_of_a_file)
{
    Err    err = { 0 };
    char   start[4] = "....";
    size_t len = 9;
    ck_assert(file_start(scratch_text("long", "abcdef"), start, 4, &len, &err) && len == 4);
    ck_assert_mem_eq(start, "abcd", 4);
    ck_assert(file_start(scratch_text("short", "xy"), start, 4, &len, &err) && len == 2);
    ck_assert_mem_eq(start, "xycd", 4);
    ck_assert(file_start(scratch_text("empty", ""), start, 4, &len, &err) && len == 0);
    len = 9;
    ck_assert(file_start(scratch("none"), start, 4, &len, &err) && len == 0);
    len = 9;
    ck_assert_int_eq(mkfifo(scratch("pipe"), 0600), 0);
    ck_assert(file_start(scratch("pipe"), start, 4, &len, &err) && len == 0);       /* and does not wait for a writer */
    ck_assert(!file_start(scratch(""), start, 4, &len, &err) && len == 0);
    ck_assert_msg(strstr(err.msg, ", which already exists: it is a directory") != NULL, "%s", err.msg);
    err = (Err){ 0 };
    ck_assert(!file_start(scratch("short/x"), start, 4, &len, &err));
    ck_assert_msg(strstr(err.msg, "short/x, which already exists: a component of the path is a file") != NULL, "%s",
                  err.msg);
}
END_TEST

CHECK_MAIN("file", TEST(files_are_concatenated), TEST(empty_file), TEST(unreadable_paths),
           LINUX_TESTS
           TEST(standard_input), TEST(directories_are_created_with_their_parents),
           TEST(directories_that_cannot_be_created),
           TEST(relative_directory), TEST(the_start_of_a_file))
