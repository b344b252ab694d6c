#include "base/bytes.h"
#include "base/rng.h"
#include "check_main.h"
#include "text/vocab_of_text.h"
#include <string.h>

static Vocab make(const char *text, int cap)
{
    Err   err = { 0 };
    Vocab v;
    ck_assert_msg(vocab_of_text(&v, text, strlen(text), cap, &err), "%s", err.msg);
    return v;
}

/* Encodes and decodes the text, and compares. */
static void check_round_trip(const Vocab *v, const char *text, size_t len)
{
    Err    err = { 0 };
    size_t n, done = 0;
    int   *ids = vocab_tokens(v, text, len, &n, NULL, &err);
    char  *back = malloc(len + TEXT_ENCODED);
    ck_assert_msg(ids && back, "%s", err.msg);
    for (size_t i = 0; i < n && done <= len; i++)
        done += (size_t)vocab_decode(v, ids[i], back + done);
    ck_assert_uint_eq(done, len);
    ck_assert_mem_eq(back, text, len);
    free(back);
    free(ids);
}

START_TEST(code_points_then_bytes)
{
    static const char     text[] = "b\xc3\xa9" "a\n\xff\xf0\x9f\x98\x80 b\0\x80";
    static const uint32_t want[] = { 0, '\n', ' ', 'a', 'b', 0xe9, 0x1f600, TEXT_RAW | 0x80, TEXT_RAW | 0xff };
    Err                   err = { 0 };
    Vocab                 v;
    ck_assert(vocab_of_text(&v, text, sizeof text - 1, VOCAB_CAP, &err));
    ck_assert_int_eq(v.n, 9);
    ck_assert_mem_eq(v.chars, want, sizeof want);
    for (int i = 0; i < v.n; i++)
        ck_assert_int_eq(vocab_find(&v, want[i]), i);
    ck_assert_int_eq(vocab_find(&v, 'c'), -1);
    ck_assert_int_eq(vocab_find(&v, TEXT_RAW | 0x81), -1);
    check_round_trip(&v, text, sizeof text - 1);
    vocab_free(&v);
}
END_TEST

/* 180,000 different characters of different frequencies. */
START_TEST(very_many_characters)
{
    static char text[180000 * 4 * 2];
    size_t      len = 0;
    uint32_t    c = 0x20;
    for (int i = 0; i < 180000; i++, c = c == 0xd7ff ? 0xe000 : c + 1) {
        int n = text_encode(c, text + len);
        len += (size_t)n;
        if (i % 1000 == 0)
            len += (size_t)text_encode(c, text + len);
    }
    Err   err = { 0 };
    Vocab v;
    ck_assert(vocab_of_text(&v, text, len, VOCAB_CAP, &err));
    ck_assert_int_le(v.n, VOCAB_CAP);
    ck_assert_int_gt(v.n, VOCAB_CAP - TEXT_ENCODED);
    ck_assert_int_ge(vocab_find(&v, 0x20 + 1000), 0);       /* twice */
    ck_assert_int_eq(vocab_find(&v, 0x20 + 1001), -1);      /* once, and with a high code point */
    check_round_trip(&v, text, len);
    vocab_free(&v);
    ck_assert(vocab_of_text(&v, text, len, VOCAB_MAX, &err));
    ck_assert_int_le(v.n, VOCAB_MAX);
    check_round_trip(&v, text, len);
    vocab_free(&v);
}
END_TEST

/* The tokens needed if the characters of `order` (most frequent first) from index `kept` on become bytes. */
static int tokens_when(const uint32_t *order, int n, int kept, int fixed)
{
    bool byte[256] = { false };
    int  tokens = fixed + kept;
    for (int i = kept; i < n; i++) {
        char b[TEXT_ENCODED];
        for (int j = text_encode(order[i], b); j-- > 0; byte[(unsigned char)b[j]] = true)
            tokens += !byte[(unsigned char)b[j]];
    }
    return tokens;
}

enum { MANY = 40 };

/* Compared with trying every number of characters: as many as fit are kept, the most frequent ones. */
START_TEST(as_many_characters_as_fit)
{
    uint64_t *counts = calloc(VOCAB_SLOTS, sizeof *counts);
    uint32_t  order[MANY];
    counts['a'] = counts['b'] = 1;
    for (int i = 0; i < MANY; i++) {
        order[i] = 0x80 + (uint32_t)(rng_bits(7, (uint64_t)_i, (uint64_t)i) % 0x4000) * 2 + (uint32_t)(i & 1);
        counts[order[i]] = (uint64_t)(1000 - i);
    }
    for (int cap = 1; cap <= MANY + 3; cap++) {
        Err   err = { 0 };
        Vocab v;
        int   kept = MANY;
        while (kept >= 0 && tokens_when(order, MANY, kept, 2) > cap)
            kept--;
        ck_assert(vocab_from_counts(&v, counts, cap, &err) == (kept >= 0));
        ck_assert(err_any(&err) == (kept < 0));
        if (kept < 0)
            continue;
        ck_assert_int_eq(v.n, tokens_when(order, MANY, kept, 2));
        for (int i = 0; i < MANY; i++)
            ck_assert((vocab_find(&v, order[i]) >= 0) == (i < kept));
        vocab_free(&v);
    }
    free(counts);
}
END_TEST

START_TEST(of_equal_counts_the_lower_stays)
{
    /* Nine characters of three first and three second bytes: three stay, the rest become five bytes. */
    Vocab v = make("\xc6\x80\xc6\x81\xc6\x82\xc5\x80\xc5\x81\xc5\x82\xc4\x80\xc4\x81\xc4\x82", 8);
    ck_assert_int_eq(v.n, 8);
    ck_assert(vocab_find(&v, 0x100) == 0 && vocab_find(&v, 0x102) == 2 && vocab_find(&v, 0x140) == -1);
    vocab_free(&v);
}
END_TEST

/* Four characters of the same three bytes: they fit only once the last one becomes bytes, too. */
START_TEST(the_last_character_becomes_bytes)
{
    Vocab v = make("a\xe2\x82\xac" "\xe2\xac\x82" "\xe2\x82\x82" "\xe2\xac\xac", 4);
    ck_assert(v.n == 4 && vocab_find(&v, 'a') == 0 && vocab_find(&v, 0x2b2c) == -1 && vocab_find(&v, 0x2082) == -1);
    vocab_free(&v);
}
END_TEST

START_TEST(impossible_caps)
{
    static const struct {
        const char *text, *why;
        int         cap;
    } bad[] = { { "abc", "allow 3 tokens", 2 },
                { "ab\xc3\xa9", "2 ASCII characters and 1 others; allow 3 tokens", 2 },
                { "abc", "1 to 65536 tokens, not 0", 0 },
                { "abc", "1 to 65536 tokens, not -1", -1 },
                { "abc", "not 65537", 65537 },
                { "", "at least one character", 10 } };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        Err   err = { 0 };
        Vocab v;
        ck_assert(!vocab_of_text(&v, bad[i].text, strlen(bad[i].text), bad[i].cap, &err));
        ck_assert_msg(strstr(err.msg, bad[i].why) != NULL, "%s", err.msg);
        ck_assert(v.n == 0 && !v.chars && !v.ids);
    }
    Vocab v = make("aaaa", 1);
    ck_assert_int_eq(v.n, 1);
    vocab_free(&v);
}
END_TEST

/* All 256 bytes fit into 256 tokens, ASCII as characters. */
START_TEST(all_bytes)
{
    char  text[512];
    Err   err = { 0 };
    Vocab v;
    for (int i = 0; i < 512; i++)
        text[i] = (char)(i * 255);
    ck_assert(vocab_of_text(&v, text, sizeof text, 256, &err));
    ck_assert_int_eq(v.n, 256);
    ck_assert_int_eq(vocab_find(&v, TEXT_RAW | 0x80), 128);
    check_round_trip(&v, text, sizeof text);
    vocab_free(&v);
}
END_TEST

START_TEST(encoding_stops_at_an_unknown_character)
{
    static const char text[] = "ab\xc3\x89" "ba";
    int               ids[sizeof text];
    size_t            at = 0, n, skipped;
    Err               err = { 0 };
    Vocab             v = make("abc\xc3\xa9", VOCAB_CAP);
    ck_assert_uint_eq(vocab_encode(&v, text, 6, &at, ids), 2);
    ck_assert(at == 2 && ids[0] == 0 && ids[1] == 1);
    at += 2;
    ck_assert_uint_eq(vocab_encode(&v, text, 6, &at, ids), 2);
    ck_assert(at == 6 && ids[0] == 1 && ids[1] == 0);
    ck_assert_ptr_null(vocab_tokens(&v, text, 6, &n, NULL, &err));
    ck_assert_str_eq(err.msg, "character 3: the vocabulary has no '\xc3\x89' (U+00C9); closest: '\xc3\xa9'");
    err = (Err){ 0 };
    int *all = vocab_tokens(&v, text, 6, &n, &skipped, &err);
    ck_assert(all && n == 4 && skipped == 1 && all[2] == 1 && !err_any(&err));
    free(all);
    all = vocab_tokens(&v, "", 0, &n, NULL, &err);
    ck_assert(all && n == 0);
    free(all);
    vocab_free(&v);
}
END_TEST

/* An unseen character can be encoded if all its bytes are tokens. */
START_TEST(unseen_characters_by_their_bytes)
{
    static const uint32_t chars[] = { 'a', TEXT_RAW | 0x82, TEXT_RAW | 0xac, TEXT_RAW | 0xe2 };
    unsigned char         file[20];
    int                   ids[TEXT_ENCODED];
    size_t                used;
    Err                   err = { 0 };
    Vocab                 v;
    store_u32(file, 4);
    for (int i = 0; i < 4; i++)
        store_u32(file + 4 + 4 * i, chars[i]);
    ck_assert(vocab_read(&v, file, sizeof file, &used, &err));
    ck_assert_int_eq(vocab_char(&v, 0x20ac, ids), 3);       /* e2 82 ac */
    ck_assert(ids[0] == 3 && ids[1] == 1 && ids[2] == 2);
    ck_assert_int_eq(vocab_char(&v, 0x20ad, ids), 0);       /* e2 82 ad */
    ck_assert_int_eq(vocab_char(&v, 'b', ids), 0);
    ck_assert(vocab_char(&v, TEXT_RAW | 0xac, ids) == 1 && ids[0] == 2);
    vocab_free(&v);
}
END_TEST

/* --- In files --- */

static const char several[] = "the \xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xff\x80\n";

/* In a separate block, so that a sanitizer detects a read past its end. */
static bool read_copy(Vocab *v, const unsigned char *bytes, size_t n, size_t *used, Err *err)
{
    unsigned char *copy = malloc(n ? n : 1);
    memcpy(copy, bytes, n);
    bool ok = vocab_read(v, copy, n, used, err);
    free(copy);
    return ok;
}

START_TEST(written_and_read)
{
    unsigned char bytes[100];
    size_t        used = 0;
    Err           err = { 0 };
    Vocab         v = make(several, VOCAB_CAP), w;
    size_t        n = vocab_bytes(&v);
    vocab_write(&v, bytes);
    ck_assert_uint_eq(load_u32(bytes), 10);
    ck_assert_uint_eq(load_u32(bytes + n - 4), 0x800000ff);
    ck_assert(read_copy(&w, bytes, sizeof bytes, &used, &err));
    ck_assert(used == n && n == 44 && w.n == v.n);
    ck_assert_mem_eq(v.chars, w.chars, 40);
    check_round_trip(&w, several, sizeof several - 1);
    vocab_free(&v);
    vocab_free(&w);
}
END_TEST

START_TEST(truncated_anywhere)
{
    unsigned char bytes[100];
    Vocab         v = make(several, VOCAB_CAP), w;
    vocab_write(&v, bytes);
    for (size_t n = 0; n < vocab_bytes(&v); n++) {
        size_t used;
        Err    err = { 0 };
        ck_assert(!read_copy(&w, bytes, n, &used, &err));
        ck_assert(strstr(err.msg, "cut off") && w.n == 0 && !w.chars && !w.ids);
    }
    vocab_free(&v);
}
END_TEST

/* What is accepted is a valid, ordered vocabulary that writes the bytes it was read from. */
static void check_sound(const Vocab *v, const unsigned char *bytes, size_t used)
{
    unsigned char again[100];
    ck_assert_uint_eq(used, vocab_bytes(v));
    vocab_write(v, again);
    ck_assert_mem_eq(again, bytes, used);
    for (int i = 0; i < v->n; i++)
        ck_assert(text_is_char(v->chars[i]) && (i == 0 || v->chars[i - 1] < v->chars[i]));
}

START_TEST(every_bit_flipped)
{
    unsigned char bytes[100];
    Vocab         v = make(several, VOCAB_CAP), w;
    size_t        n = vocab_bytes(&v), refused = 0;
    vocab_write(&v, bytes);
    for (size_t bit = 0; bit < n * 8; bit++) {
        size_t used;
        Err    err = { 0 };
        bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
        if (read_copy(&w, bytes, n, &used, &err))
            check_sound(&w, bytes, used);
        else
            refused += err_any(&err) && w.n == 0;
        ck_assert(w.n > 0 || err_any(&err));
        vocab_free(&w);
        bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
    }
    ck_assert_uint_gt(refused, n * 4);
    vocab_free(&v);
}
END_TEST

START_TEST(inconsistent_vocabularies_are_refused)
{
    static const struct {
        uint32_t    n, a, b;
        const char *why;
    } bad[] = { { 0, 'a', 'b', "0 tokens" },
                { 3, 'a', 'b', "3 tokens, but only 8 bytes are left" },
                { 65536, 'a', 'b', "cut off" },
                { 65537, 'a', 'b', "1 to 65536" },
                { 0xffffffff, 'a', 'b', "4294967295" },
                { 0x40000001, 'a', 'b', "1 to 65536" },
                { 2, 'b', 'a', "token 1, 0x00000061" },
                { 2, 'a', 'a', "token 1" },
                { 2, 'a', 0xd800, "token 1, 0x0000d800" },
                { 2, 'a', 0x110000, "token 1" },
                { 2, 'a', TEXT_RAW | 0x7f, "token 1" },
                { 2, 'a', TEXT_RAW | 0x100, "token 1" },
                { 2, TEXT_RAW | 0x80, 'a', "token 1" } };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        unsigned char bytes[12];
        size_t        used;
        Err           err = { 0 };
        Vocab         v;
        store_u32(bytes, bad[i].n);
        store_u32(bytes + 4, bad[i].a);
        store_u32(bytes + 8, bad[i].b);
        ck_assert(!read_copy(&v, bytes, sizeof bytes, &used, &err));
        ck_assert_msg(strstr(err.msg, bad[i].why) != NULL, "%s", err.msg);
    }
}
END_TEST

CHECK_MAIN("vocab", TEST(code_points_then_bytes), TEST(very_many_characters), LOOP(as_many_characters_as_fit, 0, 5),
           TEST(of_equal_counts_the_lower_stays), TEST(the_last_character_becomes_bytes), TEST(impossible_caps),
           TEST(all_bytes),
           TEST(encoding_stops_at_an_unknown_character), TEST(unseen_characters_by_their_bytes), TEST(written_and_read),
           TEST(truncated_anywhere), TEST(every_bit_flipped), TEST(inconsistent_vocabularies_are_refused))
