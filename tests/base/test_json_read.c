#include "base/json_read.h"
#include "check_main.h"
#include <stdio.h>
#include <string.h>

/* Reads exactly one value of any type. The text is copied to a block of its size, so that the sanitizers detect reads
 * past its end. */
static bool whole(const char *text, size_t n, Err *err)
{
    char *copy = malloc(n ? n : 1);
    memcpy(copy, text, n);
    JsonRead r = json_read(copy, n, err);
    bool     ok = json_read_skip(&r) && json_read_end(&r);
    ck_assert(ok == !err_any(err));
    free(copy);
    return ok;
}

static const char *const good[] = {
    "{}", "[]", " { } ", "[ ]", "0", "-0", "1", "12.5e-3", "1E+2", "-0.5", "true", "false", "null", "\"\"",
    "[1,2, 3 ]", "{\"a\":1,\"b\":[{},{\"c\":null}]}", "\"\\u0041\\ud83d\\ude00\\n\\\\\\/\"", "\t\r\n[\n1\n,\t2]",
    "\"\xc3\xa9\xf0\x9f\x98\x80\"",
};

static const char *const bad[] = {
    "", " ", "{", "}", "[", "]", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "{,}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}",
    "{\"a\" 1}", "{a:1}", "{1:1}", "{\"a\":1 \"b\":2}", "[1}", "{\"a\":1]", "01", "-", "+1", ".5", "1.", "1e", "1e+",
    "0x10", "1a", "tru", "True", "nul", "nan", "Infinity", "\"", "\"a", "\"\\\"", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"",
    "\"\\ud800\"", "\"\\ud800x\"", "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"\n\"", "\"\t\"", "\"\x01\"", "\"\xff\"",
    "\"\xc3\"",
    "\"\xed\xa0\x80\"", "\"\xc0\x80\"", "1 2", "{} x", "[1]]", "'a'", "/**/1", "\"a\" ,",
};

enum { GOOD = sizeof good / sizeof *good, BAD = sizeof bad / sizeof *bad };

START_TEST(valid_json_is_accepted)
{
    Err err = { 0 };
    ck_assert_msg(whole(good[_i], strlen(good[_i]), &err), "%s: %s", good[_i], err.msg);
}
END_TEST

START_TEST(invalid_json_is_refused)
{
    Err err = { 0 };
    ck_assert_msg(!whole(bad[_i], strlen(bad[_i]), &err), "%s", bad[_i]);
    ck_assert_msg(strncmp(err.msg, "byte ", 5) == 0, "%s", err.msg);
}
END_TEST

/* A truncated text is never valid. */
START_TEST(every_prefix_is_refused)
{
    static const char text[] = "{\"a\":[1.5e2,true,\"\\ud83d\\ude00\xc3\xa9\"],\"b\":{\"c\":null}}";
    for (size_t n = 0; n < sizeof text - 1; n++) {
        Err err = { 0 };
        ck_assert_msg(!whole(text, n, &err), "%zu bytes", n);
    }
}
END_TEST

START_TEST(a_nul_byte_is_not_the_end)
{
    Err err = { 0 };
    ck_assert(!whole("[1]\0", 4, &err));
    err = (Err){ 0 };
    ck_assert(!whole("\0[1]", 4, &err));
    err = (Err){ 0 };
    ck_assert(!whole("[1\0]", 4, &err));
}
END_TEST

/* At most 63 levels, so the stack cannot overflow. */
START_TEST(depth)
{
    char text[200];
    for (size_t n = 62; n < 66; n++) {
        Err err = { 0 };
        memset(text, '[', n);
        memset(text + n, ']', n);
        ck_assert_msg(whole(text, 2 * n, &err) == (n <= 63), "%zu", n);
    }
    static char deep[1000000];
    Err err = { 0 };
    memset(deep, '[', sizeof deep);
    ck_assert(!whole(deep, sizeof deep, &err));
}
END_TEST

START_TEST(strings_are_decoded)
{
    char     text[] = "[\"a\\u00e9\\ud83d\\ude00\\u0000\\\"\\\\\\/\\b\\f\\n\\r\\tz\",\"\xc3\xa9\",\"\"]";
    Err      err = { 0 };
    JsonRead r = json_read(text, strlen(text), &err);
    JsonText x, y, z;
    ck_assert(json_read_array(&r) && json_read_item(&r) && json_read_text(&r, &x) && json_read_item(&r) &&
              json_read_text(&r, &y) && json_read_item(&r) && json_read_text(&r, &z));
    ck_assert(!json_read_item(&r) && json_read_end(&r));
    ck_assert_uint_eq(x.n, 17);
    ck_assert_mem_eq(x.s, "a\xc3\xa9\xf0\x9f\x98\x80\0\"\\/\b\f\n\r\tz", 17);
    ck_assert(json_text_is(y, "\xc3\xa9") && json_text_is(z, "") && !json_text_is(y, "\xc3"));
    ck_assert(json_text_order(y, z) > 0 && json_text_order(z, y) < 0 && json_text_order(y, y) == 0 &&
              json_text_order(x, y) < 0);
}
END_TEST

static bool count(const char *text, uint64_t *x)
{
    char     copy[64];
    Err      err = { 0 };
    snprintf(copy, sizeof copy, "%s", text);
    JsonRead r = json_read(copy, strlen(copy), &err);
    return json_read_count(&r, x) && json_read_end(&r);
}

START_TEST(counts)
{
    uint64_t x;
    ck_assert(count("0", &x) && x == 0);
    ck_assert(count(" 18446744073709551615 ", &x) && x == UINT64_MAX);
    ck_assert(!count("18446744073709551616", &x) && !count("99999999999999999999999", &x));
    ck_assert(!count("-1", &x) && !count("1.0", &x) && !count("1e3", &x) && !count("007", &x) && !count("", &x) &&
              !count("\"1\"", &x));
}
END_TEST

START_TEST(numbers_and_words)
{
    char     text[] = "[1e-05,-12.25,true,false,null,1e999]";
    Err      err = { 0 };
    JsonRead r = json_read(text, strlen(text), &err);
    double   x;
    bool     yes;
    ck_assert(json_read_array(&r) && json_read_item(&r) && json_read_number(&r, &x));
    ck_assert_double_eq(x, 1e-5);
    ck_assert(json_read_item(&r) && !json_read_null(&r) && json_read_number(&r, &x));
    ck_assert_double_eq(x, -12.25);
    ck_assert(json_read_item(&r) && json_read_bool(&r, &yes) && yes && json_read_item(&r) &&
              json_read_bool(&r, &yes) && !yes);
    ck_assert(json_read_item(&r) && json_read_null(&r));
    ck_assert(json_read_item(&r) && !json_read_number(&r, &x));
    ck_assert_msg(strstr(err.msg, "beyond") != NULL, "%s", err.msg);
}
END_TEST

/* After an error every call returns false, and the first error is kept. */
START_TEST(errors_stay)
{
    char     text[] = "{\"a\":x,\"b\":1}";
    Err      err = { 0 };
    JsonRead r = json_read(text, strlen(text), &err);
    JsonText key;
    uint64_t x;
    ck_assert(json_read_object(&r) && json_read_key(&r, &key) && json_text_is(key, "a") && !json_read_count(&r, &x));
    Err first = err;
    ck_assert(!json_read_key(&r, &key) && !json_read_skip(&r) && !json_read_item(&r) && !json_read_null(&r) &&
              !json_read_array(&r) && !json_read_end(&r));
    ck_assert_str_eq(err.msg, first.msg);
    ck_assert_msg(strstr(err.msg, "byte 5: expected a whole number") != NULL, "%s", err.msg);
}
END_TEST

CHECK_MAIN("json_read", LOOP(valid_json_is_accepted, 0, GOOD), LOOP(invalid_json_is_refused, 0, BAD),
           TEST(every_prefix_is_refused), TEST(a_nul_byte_is_not_the_end), TEST(depth), TEST(strings_are_decoded),
           TEST(counts),
           TEST(numbers_and_words), TEST(errors_stay))
