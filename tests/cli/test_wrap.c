/* Wrapping counts columns, never cuts a word and keeps line ends. */
#include "check_main.h"
#include "cli/wrap.h"
#include <string.h>

/* The output of wrap_text, valid until the next call. */
static const char *wrapped(const char *text, int at, int left, int width)
{
    static char buf[512];
    FILE *f = fmemopen(buf, sizeof buf, "w");
    ck_assert_ptr_nonnull(f);
    wrap_text(f, text, at, left, width);
    fclose(f);
    return buf;
}

START_TEST(a_line_is_full_at_its_width)
{
    ck_assert_str_eq(wrapped("one two three", 0, 0, 7), "one two\nthree\n");
    ck_assert_str_eq(wrapped("one two three", 0, 0, 6), "one\ntwo\nthree\n");
    ck_assert_str_eq(wrapped("one two", 0, 0, 80), "one two\n");
    ck_assert_str_eq(wrapped("", 0, 0, 80), "\n");
}
END_TEST

START_TEST(further_lines_are_indented)
{
    ck_assert_str_eq(wrapped("one two three", 4, 4, 11), "one two\n    three\n");
    ck_assert_str_eq(wrapped("one two three", 8, 2, 11), "one\n  two three\n");
}
END_TEST

START_TEST(a_word_is_never_cut)
{
    ck_assert_str_eq(wrapped("a incomprehensible b", 2, 2, 8), "a\n  incomprehensible\n  b\n");
    ck_assert_str_eq(wrapped("incomprehensible", 9, 9, 20), "incomprehensible\n");
}
END_TEST

START_TEST(newlines_are_kept)
{
    ck_assert_str_eq(wrapped("one\ntwo three", 0, 2, 9), "one\n  two\n  three\n");
    ck_assert_str_eq(wrapped("one\n\ntwo", 0, 2, 9), "one\n\n  two\n");
}
END_TEST

START_TEST(columns_count_not_bytes)
{
    ck_assert_str_eq(wrapped("éé éé éé", 0, 0, 5), "éé éé\néé\n");
    ck_assert_str_eq(wrapped("文字 文字", 0, 0, 8), "文字\n文字\n");
    ck_assert_str_eq(wrapped("文字 文字", 0, 0, 9), "文字 文字\n");
}
END_TEST

CHECK_MAIN("wrap", TEST(a_line_is_full_at_its_width), TEST(further_lines_are_indented),
           TEST(a_word_is_never_cut), TEST(newlines_are_kept), TEST(columns_count_not_bytes))
