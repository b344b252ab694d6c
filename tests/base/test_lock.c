#include "base/lock.h"
#include "check_main.h"
#include "scratch.h"
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

/* The name of a directory in scratch. */
static const char *made(const char *name)
{
    const char *dir = scratch(name);
    ck_assert_int_eq(mkdir(dir, 0777), 0);
    return dir;
}

/* Another process takes `dir` and stays until it is killed; its id. */
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

START_TEST(who_has_it_is_told)
{
    Err  err = { 0 };
    Lock l;
    char want[80];
    const char *dir = made("run");
    pid_t other = other_takes(dir);
    ck_assert(!lock_take(&l, dir, &err));
    ck_assert_int_eq(l.fd, -1);
#ifdef __linux__
    snprintf(want, sizeof want, "process %ld writes to the folder %s now", (long)other, dir);
#else
    snprintf(want, sizeof want, "another process writes to the folder %s now", dir);
#endif
    ck_assert_msg(strstr(err.msg, want) != NULL, "%s", err.msg);
    kill(other, SIGKILL);
}
END_TEST

START_TEST(the_dead_hold_nothing)
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
    lock_release(&again);                   /* once more is nothing */
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

START_TEST(what_cannot_be_locked_is_no_error)
{
    Err  err = { 0 };
    Lock l;
    ck_assert(lock_take(&l, scratch("none"), &err));
    ck_assert_int_eq(l.fd, -1);
    ck_assert(!err_any(&err));
}
END_TEST

CHECK_MAIN("lock", TEST(who_has_it_is_told), TEST(the_dead_hold_nothing), TEST(released_and_taken_again),
           TEST(other_directories_are_free), TEST(what_cannot_be_locked_is_no_error))
