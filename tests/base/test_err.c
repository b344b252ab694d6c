#include "base/err.h"
#include "check_main.h"
#include <string.h>

START_TEST(empty_until_something_fails)
{
    Err err = { 0 };
    ck_assert(!err_any(&err));
    ck_assert(!err_set(&err, "cannot open %s: %d", "a.txt", 7));
    ck_assert(err_any(&err));
    ck_assert_str_eq(err.msg, "cannot open a.txt: 7");
}
END_TEST

START_TEST(first_cause_wins)
{
    Err err = { 0 };
    err_set(&err, "first");
    ck_assert(!err_set(&err, "second"));
    ck_assert_str_eq(err.msg, "first");
}
END_TEST

START_TEST(context_is_prefixed)
{
    Err err = { 0 };
    err_set(&err, "truncated");
    ck_assert(!err_in(&err, "loading %s", "a.heed"));
    ck_assert(!err_in(&err, "sample"));
    ck_assert_str_eq(err.msg, "sample: loading a.heed: truncated");
}
END_TEST

/* Hostile file names are long: the message is truncated, the memory after it untouched. */
START_TEST(too_long_is_truncated)
{
    struct {
        Err  err;
        char after[8];
    } box = { .after = "after" };
    char name[2000];
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    err_set(&box.err, "%s", name);
    ck_assert_uint_eq(strlen(box.err.msg), sizeof box.err.msg - 1);
    err_in(&box.err, "short");
    ck_assert_uint_eq(strlen(box.err.msg), sizeof box.err.msg - 1);
    ck_assert_int_eq(strncmp(box.err.msg, "short: xxx", 10), 0);
    err_in(&box.err, "%s", name);
    ck_assert_uint_eq(strlen(box.err.msg), sizeof box.err.msg - 1);
    ck_assert_str_eq(box.after, "after");
}
END_TEST

CHECK_MAIN("err", TEST(empty_until_something_fails), TEST(first_cause_wins), TEST(context_is_prefixed),
           TEST(too_long_is_truncated))
