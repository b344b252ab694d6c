#include "cli/value.h"
#include "check_main.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct Options {
    int         whole, choice;
    int64_t     big;
    double      real, time;
    const char *string;
    FlagList    list;
} Options;

static const char *const sizes[] = { "tiny", "small", "base", NULL };

static const Flag whole = { "whole", 0, INT_FLAG(Options, whole), .min = 1, .max = 48 };
static const Flag any = { "any", 0, INT_FLAG(Options, whole), .min = 0 };
static const Flag many = { "many", 0, INT_FLAG(Options, whole), .min = 1, .max = HUGE_VAL };
static const Flag big = { "big", 0, LONG_FLAG(Options, big), .min = 0 };
static const Flag seed = { "seed", 0, LONG_FLAG(Options, big), .min = 0, .max = 9e15 };
static const Flag real = { "real", 0, REAL_FLAG(Options, real), .min = 0, .max = 1, .below = true };
static const Flag rate = { "rate", 0, REAL_FLAG(Options, real), .min = 0, .max = HUGE_VAL, .above = true };
static const Flag free_real = { "free", 0, REAL_FLAG(Options, real), .min = 0 };
static const Flag choice = { "size", 0, CHOICE_FLAG(Options, choice), .choices = sizes };
static const Flag span = { "time", 0, DURATION_FLAG(Options, time), .min = 1, .max = 1e6 };
static const Flag string = { "string", 0, STRING_FLAG(Options, string), .min = 0 };
static const Flag list = { "list", 0, LIST_FLAG(Options, list), .min = 0 };

START_TEST(invalid_values_are_rejected)
{
    static const struct {
        const Flag *flag;
        const char *text, *says;
    } rows[] = {
        { &whole, "0", "--whole must be from 1 to 48, not 0" },
        { &whole, "49", "--whole must be from 1 to 48, not 49" },
        { &whole, "99999999999999999999", "--whole must be from 1 to 48, not 99999999999999999999" },
        { &whole, "4294967297", "--whole must be from 1 to 48, not 4294967297" },
        { &whole, "", "--whole takes a whole number, not ''" },
        { &whole, "-", "--whole takes a whole number, not '-'" },
        { &whole, " 5", "--whole takes a whole number, not ' 5'" },
        { &whole, "5 ", "--whole takes a whole number, not '5 '" },
        { &whole, "5x", "--whole takes a whole number, not '5x'" },
        { &whole, "0x5", "--whole takes a whole number, not '0x5'" },
        { &whole, "2.5", "--whole takes a whole number, not '2.5'" },
        { &any, "2147483648", "--any 2147483648 is out of range" },
        { &any, "-2147483649", "--any -2147483649 is out of range" },
        { &many, "0", "--many must be at least 1, not 0" },
        { &big, "9223372036854775808", "--big 9223372036854775808 is out of range" },
        { &seed, "-1", "--seed must be from 0 to 9000000000000000, not -1" },
        { &real, "1", "--real must be at least 0 and below 1, not 1" },
        { &real, "-0.001", "--real must be at least 0 and below 1, not -0.001" },
        { &real, "nan", "--real takes a number such as 0.5 or 3e-4, not 'nan'" },
        { &real, "inf", "--real takes a number such as 0.5 or 3e-4, not 'inf'" },
        { &real, "0x1p-2", "--real takes a number such as 0.5 or 3e-4, not '0x1p-2'" },
        { &real, "0,5", "--real takes a number such as 0.5 or 3e-4, not '0,5'" },
        { &real, "0.5.1", "--real takes a number such as 0.5 or 3e-4, not '0.5.1'" },
        { &real, "e", "--real takes a number such as 0.5 or 3e-4, not 'e'" },
        { &real, "", "--real takes a number such as 0.5 or 3e-4, not ''" },
        { &rate, "0", "--rate must be above 0, not 0" },
        { &rate, "1e999", "--rate must be above 0, not 1e999" },
        { &free_real, "-1e999", "--free -1e999 is out of range" },
        { &choice, "huge", "--size must be tiny, small or base, not 'huge'" },
        { &choice, "", "--size must be tiny, small or base, not ''" },
        { &span, "0", "--time must be from 1 to 1000000, not 0" },
        { &span, "300h", "--time must be from 1 to 1000000, not 300h" },
        { &span, "soon", "--time takes a time such as 90s, 10m or 2h, not 'soon'" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Options o = { .whole = 7, .choice = 1, .big = 7, .real = 0.25, .time = 7 }, before = o;
        Err     err = { 0 };
        ck_assert_msg(!value_set(rows[i].flag, rows[i].text, &o, &err), "%s accepted '%s'", rows[i].flag->name,
                      rows[i].text);
        ck_assert_str_eq(err.msg, rows[i].says);
        ck_assert_mem_eq(&o, &before, sizeof o);
    }
}
END_TEST

static Options set(const Flag *flag, const char *text)
{
    Options o = { .whole = -7, .choice = -7, .big = -7, .real = -7, .time = -7 };
    Err     err = { 0 };
    ck_assert_msg(value_set(flag, text, &o, &err), "%s '%s': %s", flag->name, text, err.msg);
    ck_assert(!err_any(&err));
    return o;
}

START_TEST(valid_values_are_accepted)
{
    ck_assert_int_eq(set(&whole, "1").whole, 1);
    ck_assert_int_eq(set(&whole, "48").whole, 48);
    ck_assert_int_eq(set(&whole, "+05").whole, 5);
    ck_assert_int_eq(set(&any, "-2147483648").whole, -2147483647 - 1);
    ck_assert_int_eq(set(&many, "2147483647").whole, 2147483647);
    ck_assert_int_eq(set(&big, "9223372036854775807").big, INT64_MAX);
    ck_assert_int_eq(set(&big, "-9223372036854775808").big, INT64_MIN);
    ck_assert_double_eq(set(&real, "0").real, 0);
    ck_assert_double_eq(set(&real, ".5").real, 0.5);
    ck_assert_double_eq(set(&rate, "3e-4").real, 3e-4);
    ck_assert_double_eq(set(&free_real, "-1E3").real, -1000);
    ck_assert_int_eq(set(&choice, "tiny").choice, 0);
    ck_assert_int_eq(set(&choice, "base").choice, 2);
    ck_assert_double_eq(set(&span, "90").time, 90);
    ck_assert_str_eq(set(&string, "").string, "");
}
END_TEST

START_TEST(times_are_seconds)
{
    static const struct {
        const char *text;
        double      seconds;
    } rows[] = { { "0", 0 }, { "90", 90 }, { "1.5", 1.5 }, { "90s", 90 }, { "10m", 600 }, { "2h", 7200 },
                 { "1.5h", 5400 }, { "1d", 86400 }, { "2m30s", 150 }, { "1h0m1s", 3601 }, { "0s", 0 } };
    char many_digits[500] = "";
    memset(many_digits, '9', sizeof many_digits - 1);
    const char *const none[] = { many_digits, "1000000000000000000000000000000000000000m",
                                 "", "m", "1h30", "-1", "-1m", "1 m", "10M", "1e3m", "nan", "1.2.3s", ".s" };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double seconds = -1;
        ck_assert_msg(value_seconds(rows[i].text, &seconds), "%s", rows[i].text);
        ck_assert_double_eq(seconds, rows[i].seconds);
    }
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        double seconds = -1;
        ck_assert_msg(!value_seconds(none[i], &seconds), "'%s' is %g", none[i], seconds);
        ck_assert_double_eq(seconds, -1);
    }
}
END_TEST

START_TEST(a_list_keeps_all)
{
    Options o = { 0 };
    Err     err = { 0 };
    char    words[100][12];
    for (int i = 0; i < 100; i++) {
        snprintf(words[i], sizeof words[i], "%d", i);
        ck_assert(value_set(&list, words[i], &o, &err));
    }
    ck_assert_int_eq(o.list.n, 100);
    for (int i = 0; i < 100; i++)
        ck_assert_ptr_eq(o.list.items[i], words[i]);
    free(o.list.items);
}
END_TEST

START_TEST(a_bool_takes_no_value)
{
    struct {
        bool on;
    } o = { 0 };
    static const Flag flag = { "on", 0, FLAG_BOOL, 0, .min = 0 };
    Err err = { 0 };
    ck_assert(!value_set(&flag, "yes", &o, &err));
    ck_assert_str_eq(err.msg, "--on takes no value, but was given 'yes'");
}
END_TEST

CHECK_MAIN("value", TEST(invalid_values_are_rejected), TEST(valid_values_are_accepted), TEST(times_are_seconds),
           TEST(a_list_keeps_all), TEST(a_bool_takes_no_value))
