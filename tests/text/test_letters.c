#include "text/letters.h"
#include "check_main.h"
#include <string.h>

enum { MOST = 64 };

/* Decodes UTF-8; returns the number of characters. */
static int decode(const char *s, uint32_t *text)
{
    int n = 0;
    for (size_t at = 0, end = strlen(s); at < end; n++) {
        int len;
        text[n] = text_decode(s + at, end - at, &len);
        at += (size_t)len;
    }
    return n;
}

/* The words of s, each between brackets. */
static const char *words(const char *s, char *out)
{
    uint32_t text[MOST];
    int      n = decode(s, text), first, last;
    char    *p = out;
    for (int at = 0; letter_next_word(text, n, at, &first, &last); at = last + 1) {
        *p++ = '[';
        for (int i = first; i <= last; i++)
            p += text_encode(text[i], p);
        *p++ = ']';
    }
    *p = '\0';
    return out;
}

START_TEST(words_are_runs_of_letters_and_digits)
{
    static const char *const cases[][2] = {
        { "he works in the gar", "[he][works][in][the][gar]" },
        { "  (a) 3rd, x-ray\n", "[a][3rd][x][ray]" },
        { "don't 'tis dogs' rock'n'roll it''s", "[don't][tis][dogs][rock'n'roll][it][s]" },
        { "l’été «là»", "[l’été][là]" },
        { "Привет, мир!", "[Привет][мир]" },
        { "我爱你。ok", "[我][爱][你][ok]" },
        { "かな、 naïve", "[かな][naïve]" },
        { "e\xcc\x81t\xe9", "[e\xcc\x81t\xe9]" },       /* a combining accent; an invalid byte */
        { "5 € ☂ 🙂 a_b", "[5][a][b]" },
        { "", "" }, { " ,;'", "" }, { "x", "[x]" },
    };
    char out[4 * MOST];
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
        ck_assert_str_eq(words(cases[k][0], out), cases[k][1]);
}
END_TEST

START_TEST(every_character_has_one_kind)
{
    static const struct { uint32_t c; LetterKind kind; } cases[] = {
        { ' ', LETTER_BLANK }, { '\n', LETTER_BLANK }, { 0xa0, LETTER_BLANK }, { 0x3000, LETTER_BLANK },
        { '.', LETTER_MARK }, { '_', LETTER_MARK }, { 0, LETTER_MARK }, { 0x7f, LETTER_MARK }, { 0xd7, LETTER_MARK },
        { 0x2014, LETTER_MARK }, { 0x1f642, LETTER_MARK }, { '\'', LETTER_APOSTROPHE }, { 0x2019, LETTER_APOSTROPHE },
        { '0', LETTER_DIGIT }, { '9', LETTER_DIGIT }, { 'a', LETTER_LOWER }, { 'z', LETTER_LOWER },
        { 'A', LETTER_UPPER }, { 'Z', LETTER_UPPER }, { '@', LETTER_MARK }, { '[', LETTER_MARK }, { '`', LETTER_MARK },
        { 0xaa, LETTER_OTHER }, { 0xe9, LETTER_OTHER }, { 0x416, LETTER_OTHER }, { 0x301, LETTER_OTHER },
        { 0x200d, LETTER_OTHER }, { 0x4e2d, LETTER_HAN }, { 0x3042, LETTER_OTHER }, { TEXT_RAW | 0xe9, LETTER_BYTE },
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        ck_assert_msg(letter_kind(cases[k].c) == cases[k].kind, "U+%04X is %d", (unsigned)cases[k].c,
                      (int)letter_kind(cases[k].c));
        ck_assert_int_eq(letter_in_word(cases[k].c), cases[k].kind >= LETTER_DIGIT);
    }
}
END_TEST

CHECK_MAIN("letters", TEST(words_are_runs_of_letters_and_digits), TEST(every_character_has_one_kind))
