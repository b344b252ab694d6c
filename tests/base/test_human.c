#include "base/human.h"
#include "base/text.h"
#include "check_main.h"
#include <math.h>

START_TEST(counts_have_commas)
{
    static const struct {
        int64_t     n;
        const char *text;
    } rows[] = {
        { 0, "0" },
        { 999, "999" },
        { 1000, "1,000" },
        { 12345, "12,345" },
        { 123456, "123,456" },
        { 1115394, "1,115,394" },
        { -1, "-1" },
        { -100, "-100" },
        { -1000, "-1,000" },
        { -123456, "-123,456" },
        { INT64_MAX, "9,223,372,036,854,775,807" },
        { INT64_MIN, "-9,223,372,036,854,775,808" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        ck_assert_str_eq(human_count(rows[i].n).s, rows[i].text);
}
END_TEST

/* Both sides of every change of unit. */
START_TEST(seconds_in_two_units)
{
    static const struct {
        double      seconds;
        const char *text;
    } rows[] = {
        { 0, "0.0 s" },
        { 0.44, "0.4 s" },
        { 9.94, "9.9 s" },
        { 9.96, "10 s" },
        { 59.4, "59 s" },
        { 59.6, "1 m 00 s" },
        { 125, "2 m 05 s" },
        { 3599.4, "59 m 59 s" },
        { 3599.6, "1 h 00 m" },
        { 11220, "3 h 07 m" },
        { 3630, "1 h 01 m" },
        { 86369, "23 h 59 m" },
        { 86370, "1 d 00 h" },
        { 187200, "2 d 04 h" },
        { 1e9, "11574 d 02 h" },
        { 2e9, "?" },
        { -1, "?" },
        { NAN, "?" },
        { INFINITY, "?" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        ck_assert_str_eq(human_seconds(rows[i].seconds).s, rows[i].text);
}
END_TEST

START_TEST(characters_are_visible)
{
    static const struct {
        uint32_t    c;
        const char *utf8, *ascii;
    } rows[] = {
        { 'a', "a", "a" },
        { '~', "~", "~" },
        { ' ', "␣", "' '" },
        { '\n', "⏎", "\\n" },
        { '\t', "⇥", "\\t" },
        { 0, "^@", "^@" },
        { 1, "^A", "^A" },
        { 0x1f, "^_", "^_" },
        { 0x7f, "^?", "^?" },
        { 0x85, "U+0085", "U+0085" },
        { 0xe9, "é", "U+00E9" },
        { 0x4e2d, "中", "U+4E2D" },
        { 0x1f600, "😀", "U+1F600" },
        { 0x301, "U+0301", "U+0301" },
        { 0x200b, "U+200B", "U+200B" },
        { TEXT_RAW | 0xe9, "<e9>", "<e9>" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ck_assert_str_eq(human_char(rows[i].c, true).s, rows[i].utf8);
        ck_assert_str_eq(human_char(rows[i].c, false).s, rows[i].ascii);
    }
}
END_TEST

START_TEST(sizes_for_people)
{
    static const struct {
        size_t      n;
        const char *want;
    } known[] = { { 0, "0 bytes" },        { 1, "1 byte" },          { 1023, "1023 bytes" },
                  { 1024, "1.0 KiB" },     { 1536, "1.5 KiB" },      { 10188, "9.9 KiB" },
                  { 10200, "10 KiB" },     { 12 << 20, "12 MiB" },   { (1 << 20) - 1, "1.0 MiB" },
                  { SIZE_MAX, sizeof(size_t) == 8 ? "16 EiB" : "4.0 GiB" } };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        ck_assert_str_eq(human_bytes(known[i].n).s, known[i].want);
}
END_TEST

CHECK_MAIN("human", TEST(counts_have_commas), TEST(sizes_for_people), TEST(seconds_in_two_units),
           TEST(characters_are_visible))
