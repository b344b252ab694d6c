#include "check_main.h"
#include "text/vocab_of_text.h"
#include <stdio.h>
#include <string.h>

static void check_says(const char *text, uint32_t c, const char *want)
{
    Err   err = { 0 };
    Vocab v;
    ck_assert(vocab_of_text(&v, text, strlen(text), VOCAB_CAP, &err));
    ck_assert(!vocab_lacks(&v, c, &err));
    ck_assert_str_eq(err.msg, want);
    vocab_free(&v);
}

START_TEST(other_case_then_same_letter_then_neighbours)
{
    check_says("Eaé", 0xc9, "the vocabulary has no 'É' (U+00C9); closest: 'é', 'E'");
    check_says("xyzZž", 0x17d, "the vocabulary has no 'Ž' (U+017D); closest: 'ž', 'Z', 'z'");
    check_says("acdefg", 'b', "the vocabulary has no 'b' (U+0062); closest: 'a', 'c', 'd', 'e'");
    check_says("АБя", 0x42f, "the vocabulary has no 'Я' (U+042F); closest: 'я'");
    check_says("σλ", 0x3a3, "the vocabulary has no 'Σ' (U+03A3); closest: 'σ'");
    check_says("џѡ", 0x460, "the vocabulary has no 'Ѡ' (U+0460); closest: 'ѡ', 'џ'");
    check_says("Ҿҽ", 0x4bf, "the vocabulary has no 'ҿ' (U+04BF); closest: 'Ҿ', 'ҽ'");
    check_says("Ŋŉ", 0x14b, "the vocabulary has no 'ŋ' (U+014B); closest: 'Ŋ', 'ŉ'");
    check_says("\"'- ", 0x201c, "the vocabulary has no '“' (U+201C); closest: '\"'");
}
END_TEST

/* The first and last letter of each alphabet: the other case comes before the letter without its diacritic. */
START_TEST(other_case_of_each_alphabet)
{
    static const struct { uint32_t c; const char *text, *near; } rows[] = {
        { 'A', "a", "'a'" },           { 'Z', "z", "'z'" },           { 0xc0, "aà", "'à', 'a'" },
        { 0xde, "tþ", "'þ', 't'" },    { 0xd7, "x÷", "'x'" },         { 0x391, "α", "'α'" },
        { 0x3a9, "ω", "'ω'" },         { 0x410, "а", "'а'" },         { 0x42f, "я", "'я'" },
        { 0x400, "ѐ", "'ѐ'" },         { 0x40f, "џ", "'џ'" },         { 0x139, "lĺ", "'ĺ', 'l'" },
        { 0x147, "nň", "'ň', 'n'" },   { 0x179, "zź", "'ź', 'z'" },   { 0x17d, "zž", "'ž', 'z'" },
        { 0x100, "aā", "'ā', 'a'" },   { 0x136, "kķ", "'ķ', 'k'" },   { 0x14a, "nŋ", "'ŋ', 'n'" },
        { 0x176, "yŷ", "'ŷ', 'y'" },   { 0x460, "ѡ", "'ѡ'" },         { 0x4be, "ҿ", "'ҿ'" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char want[128], upper[5] = "";
        text_encode(rows[i].c, upper);
        snprintf(want, sizeof want, "the vocabulary has no '%s' (U+%04X); closest: %s", upper, (unsigned)rows[i].c,
                 rows[i].near);
        check_says(rows[i].text, rows[i].c, want);
    }
}
END_TEST

START_TEST(only_the_four_nearest)
{
    check_says("aàáâãäåā", 0x105, "the vocabulary has no 'ą' (U+0105); closest: 'a', 'à', 'á', 'â'");
    check_says("efgihABCDaàáH", 'h', "the vocabulary has no 'h' (U+0068); closest: 'H', 'h', 'g', 'i'");
}
END_TEST

START_TEST(nothing_near)
{
    check_says("abc", 0x4e2d, "the vocabulary has no '中' (U+4E2D); it has 3 others, such as 'a', 'b', 'c'");
    check_says("x", 0x4e2d, "the vocabulary has no '中' (U+4E2D); it has 1 other, such as 'x'");
    check_says("\xe9", 0x4e2d, "the vocabulary has no '中' (U+4E2D); it has 1 other");
    check_says("ΑΒΓΔΕΖΗΘΙΚ", 'H', "the vocabulary has no 'H' (U+0048); it has 10 others, such as 'Β', 'Δ', 'Η', 'Ι'");
    check_says("abc\xe9", TEXT_RAW | 0xe8,
               "the vocabulary has no byte 0xe8 (invalid UTF-8); it has 4 others, such as 'a', 'b', 'c'");
    check_says("abc", 0x301, "the vocabulary has no U+0301; it has 3 others, such as 'a', 'b', 'c'");
    check_says("a b", '\t', "the vocabulary has no tab (U+0009); closest: space");
    check_says("a\nb", '\r', "the vocabulary has no carriage return (U+000D); closest: newline");
}
END_TEST

CHECK_MAIN("vocab_lacks", TEST(other_case_then_same_letter_then_neighbours), TEST(other_case_of_each_alphabet),
           TEST(only_the_four_nearest),
           TEST(nothing_near))
