#include "files/vocab_text.h"
#include "check_main.h"
#include <string.h>

/* Tokens that need escapes: byte 0, newline, quotes, DEL, characters of two, three and four bytes, bytes. */
static const uint32_t hard[] = { 0, '\n', ' ', '"', '<', '\\', 'a', 0x7f, 0xe9, 0x2028, 0xfffd, 0x1f600,
    TEXT_RAW | 0x80,
                                 TEXT_RAW | 0xff };

enum { HARD = sizeof hard / sizeof *hard };

static Vocab make(void)
{
    Vocab v;
    Err   err = { 0 };
    ck_assert_msg(vocab_from_tokens(&v, hard, HARD, &err), "%s", err.msg);
    return v;
}

static void assert_hard(Vocab *v)
{
    ck_assert_int_eq(v->n, HARD);
    ck_assert_mem_eq(v->chars, hard, sizeof hard);
    ck_assert_int_eq(vocab_find(v, 0x1f600), 11);
    vocab_free(v);
}

START_TEST(words)
{
    Vocab  v = make();
    Buffer b = { 0 };
    Err    err = { 0 };
    vocab_text_write_words(&v, &b);
    vocab_free(&v);
    static const char want[] = "0 a 20 22 3c 5c 61 7f e9 2028 fffd 1f600 <80> <ff>";
    ck_assert_uint_eq(b.len, sizeof want - 1);
    ck_assert_mem_eq(b.p, want, b.len);
    ck_assert_msg(vocab_text_read_words(&v, b.p, b.len, &err), "%s", err.msg);
    assert_hard(&v);
    buffer_free(&b);
}
END_TEST

static const char *const bad_words[] = { "", " ", "61 ", " 61", "61  62", "61 61", "62 61", "<80> 61", "g", "A",
    "0x61", "<61>",
    "<80", "80>", "<>", "<180>", "110000", "1f6000f", "d800", "61\n62", "-1", "80000080" };

START_TEST(bad_words_are_refused)
{
    Vocab v;
    Err   err = { 0 };
    bool  blank_after = strcmp(bad_words[_i], "61 ") == 0;         /* a blank may follow the last word */
    bool  ok = vocab_text_read_words(&v, bad_words[_i], strlen(bad_words[_i]), &err);
    ck_assert_msg(ok == blank_after, "\"%s\"", bad_words[_i]);
    ck_assert(ok == !err_any(&err));
    if (ok)
        vocab_free(&v);
}
END_TEST

START_TEST(maximum_number_of_words)
{
    for (uint32_t n = VOCAB_MAX; n <= VOCAB_MAX + 1; n++) {
        Buffer b = { 0 };
        Vocab  v;
        Err    err = { 0 };
        for (uint32_t i = 0; i < n; i++)
            buffer_print(&b, "%s%x", i ? " " : "", i < 0xd800 ? i : i + 0x800);
        bool ok = vocab_text_read_words(&v, b.p, b.len, &err);
        ck_assert_msg(ok == (n == VOCAB_MAX), "%s", err.msg);
        if (ok)
            vocab_free(&v);
        buffer_free(&b);
    }
}
END_TEST

START_TEST(tokenizer)
{
    Vocab  v = make();
    Buffer b = { 0 };
    Err    err = { 0 };
    vocab_text_write_tokenizer(&v, &b);
    vocab_free(&v);
    buffer_u8(&b, '\0');
    ck_assert(strstr(b.p, "\"\\u0000\":0,\n\"\\n\":1,\n\" \":2,\n\"\\\"\":3,\n\"<\":4,\n"
                          "\"\\\\\":5,\n\"a\":6,\n\"\\u007f\":7,\n\"\xc3\xa9\":8"));
    ck_assert(strstr(b.p, "\"<0x80>\":12,\n\"<0xFF>\":13\n}"));
    ck_assert_msg(vocab_text_read_tokenizer(&v, b.p, b.len - 1, &err), "%s", err.msg);
    assert_hard(&v);
    buffer_free(&b);
}
END_TEST

#define MODEL(type, vocab) "{\"model\":{\"type\":\"" type "\",\"vocab\":" vocab "}}"

static const struct { const char *text, *why; } files[] = {
    { MODEL("WordLevel", "{\"b\":1,\"a\":0}"), NULL },
    { "{\"pre_tokenizer\":{\"type\":\"Split\",\"pattern\":{\"Regex\":\"[\\\\s\\\\S]\"}},\"normalizer\":null,"
      "\"model\":{\"vocab\":{\"a\":0,\"b\":1},\"unk_token\":\" \",\"type\":\"BPE\",\"merges\":[[1]]}}", NULL },
    { "", "byte 0" },
    { "{}", "no vocabulary" },
    { "[]", "expected {" },
    { MODEL("BPE", "{}"), "0 tokens" },
    { MODEL("Unigram", "{\"a\":0}"), "a model \"Unigram\"" },
    { MODEL("BPE", "{\"a\":0,\"the\":1}"), "\"the\" is not a single character" },
    { MODEL("BPE", "{\"a\":0,\"\":1}"), "not a single character" },
    { MODEL("BPE", "{\"<0x61>\":0}"), "not a single character" },
    { MODEL("BPE", "{\"<0x8g>\":0}"), "not a single character" },
    { MODEL("BPE", "{\"abc80>\":0}"), "not a single character" },
    { MODEL("BPE", "{\"<0x80)\":0}"), "not a single character" },
    { MODEL("BPE", "{\"a\":0,\"b\":0}"), "comes twice" },
    { MODEL("BPE", "{\"a\":0,\"b\":2}"), "1 is missing" },
    { MODEL("BPE", "{\"a\":1,\"b\":0}"), "out of order" },
    { MODEL("BPE", "{\"a\":0,\"a\":1}"), "out of order" },
    { MODEL("BPE", "{\"a\":65536}"), "too large" },
    { MODEL("BPE", "{\"a\":18446744073709551616}"), "beyond 64 bits" },
    { MODEL("BPE", "{\"a\":-1}"), "whole number" },
    { MODEL("BPE", "[\"a\"]"), "expected {" },
    { MODEL("BPE", "{\"a\":0},\"vocab\":{\"b\":1}"), "second vocabulary" },
    { "{\"normalizer\":{\"type\":\"Lowercase\"},\"model\":{}}", "normalizer" },
    { "{\"pre_tokenizer\":{\"type\":\"ByteLevel\"},\"model\":{}}", "pre_tokenizer \"ByteLevel\"" },
    { MODEL("BPE", "{\"a\":0}") "x", "unexpected text after the end" },
};

enum { BAD_WORDS = sizeof bad_words / sizeof *bad_words, FILES = sizeof files / sizeof *files };

START_TEST(foreign_tokenizers)
{
    Vocab v;
    Err   err = { 0 };
    char *text = strdup(files[_i].text);
    bool  ok = vocab_text_read_tokenizer(&v, text, strlen(text), &err);
    ck_assert_msg(ok == !files[_i].why, "%s: %s", files[_i].text, err.msg);
    ck_assert_msg(ok || strstr(err.msg, files[_i].why), "%s: %s", files[_i].text, err.msg);
    if (ok) {
        ck_assert(v.n == 2 && v.chars[0] == 'a' && v.chars[1] == 'b');
        vocab_free(&v);
    }
    free(text);
}
END_TEST

CHECK_MAIN("vocab_text", TEST(words), LOOP(bad_words_are_refused, 0, BAD_WORDS), TEST(maximum_number_of_words),
           TEST(tokenizer),
           LOOP(foreign_tokenizers, 0, FILES))
