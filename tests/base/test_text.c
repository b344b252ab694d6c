#include "base/text.h"
#include "check_main.h"
#include <stdio.h>
#include <string.h>

START_TEST(published_encodings)
{
    static const struct {
        uint32_t    c;
        const char *bytes;
    } known[] = { { 'A', "A" },           { 0x7f, "\x7f" },          { 0x80, "\xc2\x80" },
                  { 0xe9, "\xc3\xa9" },   { 0x7ff, "\xdf\xbf" },     { 0x800, "\xe0\xa0\x80" },
                  { 0x20ac, "\xe2\x82\xac" }, { 0xffff, "\xef\xbf\xbf" }, { 0x10000, "\xf0\x90\x80\x80" },
                  { 0x1f600, "\xf0\x9f\x98\x80" }, { 0x10ffff, "\xf4\x8f\xbf\xbf" } };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        char b[TEXT_ENCODED];
        int  n = text_encode(known[i].c, b);
        ck_assert_int_eq(n, (int)strlen(known[i].bytes));
        ck_assert_mem_eq(b, known[i].bytes, (size_t)n);
    }
}
END_TEST

/* Encodes, decodes, and truncates at every byte. */
static bool comes_back(uint32_t c)
{
    char b[TEXT_ENCODED];
    int  n = text_encode(c, b), len;
    if (c >= TEXT_POINTS || (c >= 0xd800 && c <= 0xdfff))
        return n == 0 && !text_is_char(c);
    bool ok = text_is_char(c) && text_decode(b, (size_t)n, &len) == c && len == n;
    for (int cut = 1; cut < n; cut++)
        ok = ok && text_decode(b, (size_t)cut, &len) == (TEXT_RAW | (unsigned char)b[0]) && len == 1;
    return ok;
}

START_TEST(every_character_round_trips)
{
    for (uint32_t c = 0; c < TEXT_POINTS + 10; c++)
        if (!comes_back(c))
            ck_abort_msg("U+%04X", (unsigned)c);
}
END_TEST

/* With every_character_round_trips: exactly the encodings are accepted, so no overlong forms, surrogates or larger
 * values. First bytes from 0x80 and a sample of continuations. */
START_TEST(nothing_else_is_accepted)
{
    for (uint32_t i = 0; i < 1u << 21; i++) {
        uint32_t word = i * 2654435761u | 0x80000000u;
        char     in[4] = { (char)(word >> 24), (char)(word >> 16), (char)(word >> 8), (char)word }, out[4];
        int      len;
        uint32_t c = text_decode(in, 4, &len);
        if (!text_is_char(c) || len < 1 || len > 4 || text_encode(c, out) != len || memcmp(in, out, (size_t)len))
            ck_abort_msg("0x%08x", (unsigned)word);
    }
}
END_TEST

START_TEST(invalid_bytes_one_by_one)
{
    static const char *const bad[] = { "\xc0\xaf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
                                       "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\x80", "\xe2\x82" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        for (const char *p = bad[i]; *p; p++) {
            int len;
            ck_assert_uint_eq(text_decode(p, strlen(p), &len), TEXT_RAW | (unsigned char)*p);
            ck_assert_int_eq(len, 1);
        }
    char b[TEXT_ENCODED];
    ck_assert_int_eq(text_encode(TEXT_RAW | 0xe9, b), 1);
    ck_assert_int_eq((unsigned char)b[0], 0xe9);
    ck_assert(!text_is_char(TEXT_RAW | 0x7f) && !text_is_char(TEXT_RAW | 0x100) && text_is_char(TEXT_RAW | 0x80));
}
END_TEST

START_TEST(names_for_people)
{
    static const struct {
        uint32_t    c;
        const char *quote, *name;
    } known[] = {
        { 'a', "'a'", "U+0061 'a'" },
        { 0xe9, "'\xc3\xa9'", "U+00E9 '\xc3\xa9'" },
        { '\n', "newline", "U+000A newline" },
        { ' ', "space", "U+0020 space" },
        { 0xa0, "no-break space", "U+00A0 no-break space" },
        { 0x1f600, "'\xf0\x9f\x98\x80'", "U+1F600 '\xf0\x9f\x98\x80'" },
        { 0, "U+0000", "U+0000" },
        { 0x9b, "U+009B", "U+009B" },
        { 0x301, "U+0301", "U+0301" },
        { 0x10fffe, "'\xf4\x8f\xbf\xbe'", "U+10FFFE '\xf4\x8f\xbf\xbe'" },
        { TEXT_RAW | 0xe9, "byte 0xe9", "byte 0xe9" },
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        char buf[TEXT_NAME];
        ck_assert_str_eq(text_quote(known[i].c, buf), known[i].quote);
        ck_assert_str_eq(text_name(known[i].c, buf), known[i].name);
    }
}
END_TEST

static bool whole(const char *s, size_t n)
{
    int len;
    for (size_t i = 0; i < n; i += (size_t)len)
        if (text_decode(s + i, n - i, &len) & TEXT_RAW)
            return false;
    return true;
}

/* However the bytes are split, the same whole characters come out, and the incomplete one at the end is held. */
START_TEST(stream_in_any_pieces)
{
    static const char in[] =
        "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\n\xff\xe2\x82z\xf0\x9f\xc3\xa9\xed\xa0\x80\xf0\x9f\x98";
    static const char want[] = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\n?" "??z" "??\xc3\xa9" "???";
    const size_t      incomplete = 3;
    char              expect[200];
    size_t            n = sizeof in - 1, wanted = 0;
    for (const char *p = want; *p; p++)
        wanted += (size_t)sprintf(expect + wanted, *p == '?' ? "\xef\xbf\xbd" : "%c", *p);
    for (size_t i = 0; i <= n; i++)
        for (size_t j = i; j <= n; j++) {
            TextStream   s = { 0 };
            const size_t cut[] = { 0, i, j, n };
            char         out[TEXT_STREAM_ROOM(sizeof in)];
            size_t       done = 0;
            for (int k = 0; k < 3; k++) {
                size_t len = text_stream(&s, in + cut[k], cut[k + 1] - cut[k], out + done);
                ck_assert(len <= TEXT_STREAM_ROOM(cut[k + 1] - cut[k]) && whole(out + done, len));
                done += len;
            }
            ck_assert_int_eq(s.n, incomplete);
            ck_assert_uint_eq(done, wanted);
            ck_assert_mem_eq(out, expect, wanted);
        }
}
END_TEST

START_TEST(invalid_bytes_are_not_held_back)
{
    TextStream s = { 0 };
    char       out[TEXT_STREAM_ROOM(1)];
    ck_assert_uint_eq(text_stream(&s, "\xe2", 1, out), 0);
    ck_assert_uint_eq(text_stream(&s, "\x82", 1, out), 0);
    ck_assert_uint_eq(text_stream(&s, "x", 1, out), 7);
    ck_assert_mem_eq(out, "\xef\xbf\xbd\xef\xbf\xbdx", 7);
    ck_assert_int_eq(s.n, 0);
    ck_assert_uint_eq(text_stream(&s, "\xe0\x80", 2, out), 6);
}
END_TEST

/* Every code point and every single byte: what changes a terminal's state or the order of a line becomes '?'. */
START_TEST(harmless_text)
{
    static const struct { uint32_t first, last; } harmful[] = { { 1, 8 }, { 0xb, 0x1f }, { 0x7f, 0x9f },
        { 0x61c, 0x61c }, { 0x200e, 0x200f }, { 0x2028, 0x202e }, { 0x2066, 0x2069 },
        { TEXT_RAW | 0x80, TEXT_RAW | 0x9f } };
    for (uint32_t c = 1; c <= (TEXT_RAW | 0xff); c = c == TEXT_POINTS - 1 ? TEXT_RAW | 0x80 : c + 1) {
        char s[TEXT_ENCODED + 3] = "a", was[TEXT_ENCODED + 3];
        bool bad = false;
        if (!text_is_char(c))
            continue;
        s[1 + text_encode(c, s + 1)] = 'b';
        strcpy(was, s);
        for (size_t k = 0; k < sizeof harmful / sizeof *harmful; k++)
            bad = bad || (c >= harmful[k].first && c <= harmful[k].last);
        if (strcmp(text_harmless(s), bad ? "a?b" : was) != 0)
            ck_abort_msg("U+%04x: %s", (unsigned)c, s);
    }
    char long_one[] = "\x1b]0;title\x07 one\ntwo\tthree\r\xc2\x9b" "4m \xe2\x80\xae\xe2\x82\xac \xe2\x82";
    ck_assert_str_eq(text_harmless(long_one), "?]0;title? one\ntwo\tthree??4m ?\xe2\x82\xac \xe2?");
}
END_TEST

CHECK_MAIN("text", TEST(published_encodings), TEST(every_character_round_trips), TEST(nothing_else_is_accepted),
           TEST(invalid_bytes_one_by_one), TEST(names_for_people), TEST(stream_in_any_pieces),
           TEST(invalid_bytes_are_not_held_back),
           TEST(harmless_text))
