#include "base/lock.h"
#include "check_main.h"
#include "scratch.h"
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

/* Creates a directory in scratch; returns its name. */
static const char *made(const char *name)
{
    const char *dir = scratch(name);
    ck_assert_int_eq(mkdir(dir, 0777), 0);
    return dir;
}

/* Starts a process that locks `dir` until it is killed; returns its id. */
static pid_t other_takes(const char *dir)
{
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        Lock l;
        Err  err = { 0 };
        char ok = lock_take(&l, dir, &err) && l.fd >= 0;
        if (write(ends[1], &ok, 1) == 1)
            pause();
        _exit(1);
    }
    char ok = 0;
    ck_assert(read(ends[0], &ok, 1) == 1 && ok);
    return child;
}

START_TEST(the_holder_is_named)
{
    Err  err = { 0 };
    Lock l;
    char want[80];
    const char *dir = made("run");
    pid_t other = other_takes(dir);
    ck_assert(!lock_take(&l, dir, &err));
    ck_assert_int_eq(l.fd, -1);
#ifdef __linux__
    snprintf(want, sizeof want, "process %ld is writing to the folder %s:", (long)other, dir);
#else
    snprintf(want, sizeof want, "another process is writing to the folder %s:", dir);
#endif
    ck_assert_msg(strstr(err.msg, want) != NULL, "%s", err.msg);
    kill(other, SIGKILL);
}
END_TEST

START_TEST(a_killed_process_releases_the_lock)
{
    Err  err = { 0 };
    Lock l;
    const char *dir = made("run");
    pid_t other = other_takes(dir);
    kill(other, SIGKILL);
    waitpid(other, NULL, 0);
    ck_assert_msg(lock_take(&l, dir, &err) && l.fd >= 0, "%s", err.msg);
    ck_assert_int_eq(rmdir(dir), 0);        /* nothing was left in it */
}
END_TEST

START_TEST(released_and_taken_again)
{
    Err  err = { 0 };
    Lock l, again;
    const char *dir = made("run");
    ck_assert(lock_take(&l, dir, &err) && l.fd >= 0);
    ck_assert(!lock_take(&again, dir, &err));
    lock_release(&l);
    ck_assert_int_eq(l.fd, -1);
    err = (Err){ 0 };
    ck_assert(lock_take(&again, dir, &err) && again.fd >= 0);
    lock_release(&again);
    lock_release(&again);                   /* a second release does nothing */
}
END_TEST

START_TEST(other_directories_are_free)
{
    Err  err = { 0 };
    Lock l, other;
    ck_assert(lock_take(&l, made("run"), &err) && lock_take(&other, made("other"), &err));
    ck_assert(l.fd >= 0 && other.fd >= 0);
}
END_TEST

START_TEST(unsupported_locks_are_no_error)
{
    Err  err = { 0 };
    Lock l;
    ck_assert(lock_take(&l, scratch("none"), &err));
    ck_assert_int_eq(l.fd, -1);
    ck_assert(!err_any(&err));
}
END_TEST

CHECK_MAIN("lock", TEST(the_holder_is_named), TEST(a_killed_process_releases_the_lock), TEST(released_and_taken_again),
           TEST(other_directories_are_free), TEST(unsupported_locks_are_no_error))
