#include "base/file.h"
#include "check_main.h"
#include "scratch.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>

static void check_content(const char *path, const char *want)
{
    FileData d = { 0 };
    Err      err = { 0 };
    ck_assert_msg(file_read(path, &d, &err), "%s", err.msg);
    ck_assert_str_eq(d.p, want);
    file_free(&d);
}

static int files_in_scratch(void)
{
    int  n = 0;
    DIR *dir = opendir(scratch_dir);
    while (dir && readdir(dir))
        n++;
    closedir(dir);
    return n - 2;                                   /* . and .. */
}

static bool replace_with(const char *path, const char *text, Err *err)
{
    FilePart part = { text, strlen(text) };
    return file_replace(path, &part, 1, err);
}

START_TEST(new_then_replaced)
{
    Err   err = { 0 };
    char *path = scratch("model");
    ck_assert(replace_with(path, "first, and longer", &err));
    check_content(path, "first, and longer");
    FilePart parts[] = { { "sec", 3 }, { NULL, 0 }, { "o", 1 }, { "nd", 2 } };
    ck_assert(file_replace(path, parts, 4, &err));
    check_content(path, "second");
    ck_assert(file_replace(path, NULL, 0, &err));
    check_content(path, "");
    ck_assert_int_eq(files_in_scratch(), 1);
}
END_TEST

START_TEST(in_the_current_directory)
{
    Err err = { 0 };
    scratch_text("model", "old");
    ck_assert_int_eq(chdir(scratch_dir), 0);
    ck_assert(replace_with("model", "new", &err));
    check_content(scratch("model"), "new");
    ck_assert_int_eq(files_in_scratch(), 1);
}
END_TEST

START_TEST(permissions_and_links_stay)
{
    Err         err = { 0 };
    char       *path = scratch_text("model", "old"), *link_path = scratch("link");
    struct stat st;
    ck_assert_int_eq(chmod(path, 0640), 0);
    ck_assert_int_eq(symlink("model", link_path), 0);
    ck_assert(replace_with(link_path, "new", &err));
    check_content(path, "new");
    ck_assert(lstat(link_path, &st) == 0 && S_ISLNK(st.st_mode));
    ck_assert(stat(path, &st) == 0 && (st.st_mode & 0777) == 0640);
}
END_TEST

/* A killed process leaves its temporary file; a link planted there must not be followed. */
START_TEST(leftover_temporary_files_are_removed)
{
    Err   err = { 0 };
    char *other = scratch_text("other", "precious");
    scratch_text(".model.0123456789abcdef.tmp", "half a mod");
    ck_assert(replace_with(scratch("model"), "new", &err));
    check_content(scratch("model"), "new");
    ck_assert_int_eq(files_in_scratch(), 2);
    ck_assert_int_eq(symlink(other, scratch(".model.0123456789abcdef.tmp")), 0);
    ck_assert(replace_with(scratch("model"), "newer", &err));
    check_content(scratch("model"), "newer");
    check_content(other, "precious");
}
END_TEST

/* Files of others, whose names only resemble a temporary one, and one that a living writer has locked. */
START_TEST(other_files_stay)
{
    static const char *const names[] = { ".model.0123456789abcde.tmp", ".model.0123456789abcdef0.tmp",
        ".model.0123456789abcdef.tmp.bak", ".model.tmp", ".model2.0123456789abcdef.tmp", "model.0123456789abcdef.tmp",
        ".model.0123456789ABCDEF.tmp", ".model.1123456789abcdef.tmp" };
    enum { N = sizeof names / sizeof *names };
    Err err = { 0 };
    for (int i = 0; i < N; i++)
        scratch_text(names[i], "kept");
    int fd = open(scratch(names[N - 1]), O_RDONLY);
    ck_assert_int_eq(flock(fd, LOCK_EX), 0);
    ck_assert(replace_with(scratch("model"), "new", &err));
    ck_assert_int_eq(files_in_scratch(), N + 1);
    close(fd);
    ck_assert(replace_with(scratch("model"), "new", &err));
    ck_assert_int_eq(files_in_scratch(), N);
}
END_TEST

/* 255 bytes is the most that a name has on most systems; the temporary name is longer than the file's. */
START_TEST(longest_name)
{
    char name[256], path[400];
    Err  err = { 0 };
    memset(name, 'n', 255);
    name[255] = '\0';
    snprintf(path, sizeof path, "%s/%s", (scratch(""), scratch_dir), name);
    ck_assert_msg(replace_with(path, "new", &err), "%s", err.msg);
    check_content(path, "new");
}
END_TEST

START_TEST(paths_that_cannot_be_saved)
{
    Err err = { 0 };
    ck_assert(!replace_with(scratch("none/model"), "x", &err));
    ck_assert(strstr(err.msg, "none/model: no such file or directory; nothing was written"));
    err = (Err){ 0 };
    ck_assert(!replace_with(scratch_dir, "x", &err));
    ck_assert(strstr(err.msg, "it is a directory"));
    err = (Err){ 0 };
    scratch_text("file", "kept");
    ck_assert(!replace_with(scratch("file/model"), "x", &err));
    ck_assert(strstr(err.msg, "a component of the path is a file, not a directory"));
    ck_assert_int_eq(files_in_scratch(), 1);
}
END_TEST

/* The system stops the write half-way. */
START_TEST(size_limit)
{
    static char   large[100000];
    Err           err = { 0 };
    char         *path = scratch_text("model", "old"), want[400];
    struct rlimit limit = { 50000, 50000 };
    FilePart      parts[] = { { large, 30000 }, { large, sizeof large } };
    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    ck_assert(!file_replace(path, parts, 2, &err));
    snprintf(want, sizeof want,
             "cannot save %s: larger than the system allows a file to be: 127 KiB needed; "
             "the previous file is unchanged",
             path);
    ck_assert_str_eq(err.msg, want);
    check_content(path, "old");
    ck_assert_int_eq(files_in_scratch(), 1);
}
END_TEST

/* Replacing a device by a file would break the machine. */
START_TEST(devices_are_written_to)
{
    Err         err = { 0 };
    struct stat st;
    ck_assert(replace_with("/dev/null", "x", &err));
    ck_assert(stat("/dev/null", &st) == 0 && S_ISCHR(st.st_mode));
#ifdef __linux__
    ck_assert(!replace_with("/dev/full", "x", &err));
    ck_assert_str_eq(err.msg, "cannot write to /dev/full: no space left on the device");
    ck_assert(stat("/dev/full", &st) == 0 && S_ISCHR(st.st_mode));
#endif
}
END_TEST

#ifdef __linux__
/* The relevant calls, logged by their first letter. Call `fail_at` fails with `error` or, if that is 0, writes less
 * than asked (write) or is interrupted (fsync). On Linux the program's functions override the library's. */
static struct {
    bool on;
    int  n, fail_at, error;
    char log[64];
} plan;

static bool fails(char letter)
{
    if (!plan.on || plan.n == (int)sizeof plan.log - 1)
        return false;
    plan.log[plan.n] = letter;
    errno = plan.error;
    return plan.n++ == plan.fail_at;
}

ssize_t write(int fd, const void *p, size_t n)
{
    if (fails('w')) {
        if (plan.error)
            return -1;
        n = n > 1 ? n / 2 : n;
    }
    return syscall(SYS_write, fd, p, n);
}

int fsync(int fd)
{
    if (!fails('f'))
        return (int)syscall(SYS_fsync, fd);
    errno = plan.error ? plan.error : EINTR;
    return -1;
}

int close(int fd)
{
    bool bad = fails('c');
    int  done = (int)syscall(SYS_close, fd);
    if (bad && plan.error)
        errno = plan.error;
    return bad && plan.error ? -1 : done;
}

int rename(const char *from, const char *to)
{
    return fails('r') && plan.error ? -1 : (int)syscall(SYS_renameat, AT_FDCWD, from, AT_FDCWD, to);
}

static bool replace_in_two(const char *path, Err *err)
{
    FilePart parts[] = { { "new ", 4 }, { "one", 3 } };
    ck_assert(replace_with(path, "old", err));      /* the first time, the names' seed is read */
    plan.n = 0;
    memset(plan.log, 0, sizeof plan.log);
    plan.on = true;
    bool ok = file_replace(path, parts, 2, err);
    plan.on = false;
    return ok;
}

/* Written and synced before the rename; the directory synced last. */
START_TEST(order_of_the_steps)
{
    Err err = { 0 };
    plan.fail_at = -1;
    ck_assert(replace_in_two(scratch_text("model", "old"), &err));
    ck_assert_str_eq(plan.log, "wwfcrcfc");
}
END_TEST

/* Each step fails in turn: all or nothing, and reported. */
START_TEST(every_step_fails_once)
{
    static const int errors[] = { ENOSPC, EIO, EDQUOT };
    for (plan.fail_at = 0; plan.fail_at < 7; plan.fail_at++)
        for (int i = 0; i < 3 && plan.fail_at != 5; i++) {      /* 5: only the lock is let go */
            Err   err = { 0 };
            char *path = scratch_text("model", "old");
            bool  named = plan.fail_at == 6;            /* the directory: the new one is there already */
            plan.error = errors[i];
            ck_assert(!replace_in_two(path, &err));
            ck_assert(strstr(err.msg, file_why(errors[i])));
            ck_assert(strstr(err.msg, named ? "saved" : "the previous file is unchanged"));
            ck_assert(named || errors[i] == EIO || strstr(err.msg, "7 bytes needed"));
            check_content(path, named ? "new one" : "old");
            ck_assert_int_eq(files_in_scratch(), 1);
        }
}
END_TEST

START_TEST(interrupted_and_short_steps_are_retried)
{
    plan.error = 0;
    for (plan.fail_at = 0; plan.fail_at < 8; plan.fail_at++) {
        Err   err = { 0 };
        char *path = scratch_text("model", "old");
        ck_assert_msg(replace_in_two(path, &err), "%s", err.msg);
        check_content(path, "new one");
    }
    plan.error = EINTR;
    plan.fail_at = 1;
    Err err = { 0 };
    ck_assert(replace_in_two(scratch("model"), &err));
    check_content(scratch("model"), "new one");
}
END_TEST

/* Some file systems do not support fsync: saving works all the same. */
START_TEST(unsupported_fsync_is_accepted)
{
    plan.error = EINVAL;
    for (int i = 0; i < 2; i++) {
        Err err = { 0 };
        plan.fail_at = i ? 6 : 2;
        ck_assert(replace_in_two(scratch_text("model", "old"), &err));
        check_content(scratch("model"), "new one");
    }
}
END_TEST
#define LINUX_TESTS                                                                                \
    TEST(order_of_the_steps), TEST(every_step_fails_once),                                         \
    TEST(interrupted_and_short_steps_are_retried), TEST(unsupported_fsync_is_accepted),
#else
#define LINUX_TESTS
#endif

CHECK_MAIN("file_replace", TEST(new_then_replaced), TEST(in_the_current_directory), TEST(permissions_and_links_stay),
           TEST(leftover_temporary_files_are_removed), TEST(other_files_stay), TEST(longest_name),
           TEST(paths_that_cannot_be_saved), TEST(size_limit),
           LINUX_TESTS
           TEST(devices_are_written_to))
