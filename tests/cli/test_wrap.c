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

__attribute__((format(printf, 3, 4))) static void say(FILE *f, const char *label, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    wrap_say(f, label, fmt, args);
    va_end(args);
}

/* What is no terminal is 80 columns wide, of which 79 are used; a sentence that is too long is cut. */
START_TEST(a_sentence_stands_behind_its_label)
{
    static char buf[4096], many[2000];
    FILE *f = fmemopen(buf, sizeof buf, "w");
    ck_assert_ptr_nonnull(f);
    say(f, "text", "%d words, %s", 7, "of which the last is the first on the next line, as it has no more room");
    say(f, "", "more");
    memset(many, 'x', sizeof many - 1);
    say(f, "long", "%s", many);
    fclose(f);
    const char *want = "text     7 words, of which the last is the first on the next line, as it has no\n"
                       "         more room\n         more\nlong     xxx";
    ck_assert_msg(strncmp(buf, want, strlen(want)) == 0, "%s", buf);
    ck_assert_uint_eq(strspn(strstr(buf, "xxx"), "x"), 1023);
}
END_TEST

CHECK_MAIN("wrap", TEST(a_line_is_full_at_its_width), TEST(further_lines_are_indented),
           TEST(a_word_is_never_cut), TEST(newlines_are_kept), TEST(columns_count_not_bytes),
           TEST(a_sentence_stands_behind_its_label))
