/* Processes that replace one file at the same time, and signals in the middle of it. On Linux, where the test's own
 * functions override the library's. */
#include "base/file.h"
#include "check_main.h"
#ifdef __linux__
#include "scratch.h"
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

static unsigned slow;                       /* nanoseconds before each call, at most; 0: no delay */

static void delay(void)
{
    if (slow)
        nanosleep(&(struct timespec){ 0, (long)((unsigned)rand() % slow) }, NULL);
}

/* A second writer of the same path, whole, before the call number `at` of the first one; 0: none. */
static struct {
    const char *path;
    int         at, calls;
} second;

static void interfere(void)
{
    Err err = { 0 };
    if (!second.path || ++second.calls != second.at)
        return;
    const char *path = second.path;
    second.path = NULL;
    ck_assert_msg(file_replace(path, &(FilePart){ "second", 6 }, 1, &err), "%s", err.msg);
    second.path = path;
}

/* Half of what was asked for. */
ssize_t write(int fd, const void *p, size_t n)
{
    delay();
    interfere();
    return syscall(SYS_write, fd, p, slow && n > 1 ? n / 2 : n);
}

int fsync(int fd)
{
    (void)fd;
    delay();
    interfere();
    return 0;
}

int close(int fd)
{
    delay();
    interfere();
    return (int)syscall(SYS_close, fd);
}

int flock(int fd, int how)
{
    delay();
    interfere();
    return (int)syscall(SYS_flock, fd, how);
}

int rename(const char *from, const char *to)
{
    delay();
    interfere();
    return (int)syscall(SYS_renameat, AT_FDCWD, from, AT_FDCWD, to);
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

enum { WRITERS = 3, PART = 4000 };

/* A child that writes PART * (k + 1) times its letter, in two parts, slowly. */
static pid_t writer(const char *path, int k, unsigned most, unsigned seed)
{
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    static char text[PART * WRITERS];
    Err      err = { 0 };
    FilePart parts[] = { { text, PART }, { text + PART, (size_t)k * PART } };
    memset(text, 'a' + k, sizeof text);
    srand(seed);
    slow = most;
    bool ok = file_replace(path, parts, 2, &err);
    if (!ok)
        fprintf(stderr, "%s\n", err.msg);
    _exit(!ok);
}

/* Whole: one letter, as often as its writer has written it. */
static void check_whole(const char *path)
{
    FileData d = { 0 };
    Err      err = { 0 };
    ck_assert_msg(file_read(path, &d, &err), "%s", err.msg);
    int k = d.len ? d.p[0] - 'a' : -1;
    ck_assert_msg(k >= 0 && k < WRITERS && d.len == (size_t)PART * (size_t)(k + 1), "%zu bytes", d.len);
    for (size_t i = 0; i < d.len; i++)
        ck_assert_msg(d.p[i] == d.p[0], "byte %zu", i);
    file_free(&d);
}

/* Three writers: the last is stopped at a random moment and, in half of the rounds, killed; the others succeed, and so
 * does it when it goes on. */
static void one_round(const char *path, int round)
{
    pid_t pid[WRITERS];
    int   status;
    bool  kills = round % 2;
    for (int k = 0; k < WRITERS; k++)
        pid[k] = writer(path, k, 1 + 20000u * (unsigned)(round % 8), (unsigned)(round * WRITERS + k));
    nanosleep(&(struct timespec){ 0, rand() % 1000000 }, NULL);
    kill(pid[WRITERS - 1], SIGSTOP);
    for (int k = 0; k < WRITERS; k++) {
        if (k == WRITERS - 1)
            kill(pid[k], kills ? SIGKILL : SIGCONT);
        ck_assert_int_eq(waitpid(pid[k], &status, 0), pid[k]);
        bool killed = WIFSIGNALED(status) && kills && k == WRITERS - 1;
        ck_assert_msg(killed || (WIFEXITED(status) && WEXITSTATUS(status) == 0), "round %d, writer %d", round, k);
        check_whole(path);
    }
}

/* A fiftieth of 50 rounds; of 1,000 with HEED_NIGHTLY=1, which take a minute or two. */
START_TEST(many_writers_at_once)
{
    int   rounds = getenv("HEED_NIGHTLY") ? 20 : 1;
    char *path = scratch("model");
    Err   err = { 0 };
    for (int i = _i * rounds; i < (_i + 1) * rounds; i++)
        one_round(path, i);
    ck_assert(file_replace(path, &(FilePart){ "last", 4 }, 1, &err));
    ck_assert_int_eq(files_in_scratch(), 1);
}
END_TEST

/* The handler of a signal calls file_abandon at any moment of a write: no temporary file stays. */
static void on_signal(int signal)
{
    file_abandon();
    _exit(signal);
}

START_TEST(abandoned_when_a_signal_ends_it)
{
    char *path = scratch_text("model", "old");
    for (int i = 0; i < 100; i++) {
        signal(SIGTERM, on_signal);
        pid_t pid = writer(path, 1, 500000, (unsigned)i);
        signal(SIGTERM, SIG_DFL);
        nanosleep(&(struct timespec){ 0, rand() % 2000000 }, NULL);
        kill(pid, SIGTERM);
        ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
        ck_assert_int_eq(files_in_scratch(), 1);
    }
}
END_TEST

/* Wherever the second writer comes in between, the first one finishes. */
START_TEST(a_second_writer_before_each_call)
{
    char *path = scratch("model");
    Err   err = { 0 };
    ck_assert(file_replace(path, &(FilePart){ "old", 3 }, 1, &err));
    for (int at = 1, calls = 99; at <= calls; at++) {
        second.path = path;
        second.at = at;
        second.calls = 0;
        ck_assert_msg(file_replace(path, &(FilePart){ "first", 5 }, 1, &err), "call %d: %s", at, err.msg);
        second.path = NULL;
        calls = second.calls;
        ck_assert_int_ge(calls, 8);
        ck_assert_int_eq(files_in_scratch(), 1);
    }
}
END_TEST

CHECK_MAIN("file_writers", LOOP(many_writers_at_once, 0, 50), TEST(abandoned_when_a_signal_ends_it),
           TEST(a_second_writer_before_each_call))
#else
START_TEST(nothing_here) {}
END_TEST

CHECK_MAIN("file_writers", TEST(nothing_here))
#endif
