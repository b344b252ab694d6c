#include "base/hash.h"
#include "check_main.h"
#include "text/corpus.h"
#include "scratch.h"
#include <sys/stat.h>
#include <unistd.h>

static const CorpusOptions usual = { .cap = VOCAB_CAP };

/* The corpus decoded to text, in a static buffer. */
static const char *decoded(const Corpus *c, const Vocab *v)
{
    static char out[4096];
    size_t      n = 0;
    for (size_t i = 0; i < c->n; i++)
        n += (size_t)vocab_decode(v, corpus_token(c, i), out + n);
    out[n] = '\0';
    return out;
}

static Corpus read_one(char *path, CorpusOptions o, Vocab *v)
{
    Corpus c;
    Err    err = { 0 };
    ck_assert_msg(corpus_read(&c, &path, 1, o, v, &err), "%s", err.msg);
    return c;
}

START_TEST(byte_order_mark_and_line_ends)
{
    Vocab       v = { 0 };
    const char *text = "\xef\xbb\xbf" "a\r\nb\rc\r\r\n\nd\xef\xbb\xbf\r";
    Corpus      c = read_one(scratch_text("a", text), usual, &v);
    ck_assert_str_eq(decoded(&c, &v), "a\nb\nc\n\n\nd\xef\xbb\xbf\n");
    ck_assert(c.boms == 1 && c.crlf == 2 && c.cr == 3);
    ck_assert(c.bytes == strlen(text) && c.characters == 11 && c.n == 11 && c.n_train == 11);
    ck_assert(c.distinct == 6 && c.invalid == 0 && c.split == 0 && c.skipped == 0);
    corpus_free(&c);
    vocab_free(&v);
}
END_TEST

START_TEST(carriage_returns_kept)
{
    Vocab         v = { 0 };
    CorpusOptions o = { .cap = VOCAB_CAP, .keep_cr = true };
    Corpus        c = read_one(scratch_text("a", "\xef\xbb\xbf" "a\r\nb\r"), o, &v);
    ck_assert_str_eq(decoded(&c, &v), "a\r\nb\r");
    ck_assert(c.boms == 1 && c.crlf == 0 && c.cr == 0 && c.n == 5);
    corpus_free(&c);
    vocab_free(&v);
}
END_TEST

/* Each file may start with a byte order mark. A line end is added where a file lacks it, and hashed with the bytes. A
 * corpus of an earlier version, which added none, is recognized by its hash. */
START_TEST(several_files)
{
    static const char plain[] = "\xef\xbb\xbf" "ab\r\nc\xef\xbb\xef\xbb\xbf" "d";
    static const char joined[] = "\xef\xbb\xbf" "ab\r\nc\xef\xbb\n\xef\xbb\xbf" "d";
    char  *paths[] = { scratch_text("a", "\xef\xbb\xbf" "ab\r"), scratch_text("b", ""),
                       scratch_text("c", "\nc\xef\xbb"), scratch_text("d", "\xef\xbb\xbf" "d") };
    Hash h = hash_begin(), old = hash_begin();
    hash_add(&h, joined, sizeof joined - 1);
    hash_add(&old, plain, sizeof plain - 1);
    uint64_t hashes[] = { hash_end(&h), hash_end(&old), 7 };
    const struct { uint64_t wanted; bool earlier; } cases[] = { { 0, false }, { hashes[0], false }, { hashes[1], true },
                                                                { hashes[2], false } };
    for (int i = 0; i < 4; i++) {
        Corpus c;
        Vocab  v = { 0 };
        Err    err = { 0 };
        bool   earlier = cases[i].earlier;
        CorpusOptions o = { .cap = VOCAB_CAP, .hash = cases[i].wanted };
        ck_assert(corpus_read(&c, paths, 4, o, &v, &err));
        ck_assert_str_eq(decoded(&c, &v), earlier ? "ab\n\nc\xef\xbb" "d" : "ab\n\nc\xef\xbb\n" "d");
        ck_assert(c.boms == 2 && c.cr == 1 && c.invalid == 2 && c.bytes == 14 && c.joined == !earlier);
        ck_assert_uint_eq(c.hash, hashes[earlier]);
        Digest want = earlier ? blake2b_of(plain, sizeof plain - 1) : blake2b_of(joined, sizeof joined - 1);
        ck_assert(digest_equal(&c.digest, &want));
        corpus_free(&c);
        vocab_free(&v);
    }
}
END_TEST

/* A folder: its texts by name, the rest left out and listed; links are no loops. */
START_TEST(a_folder)
{
    Corpus c;
    Vocab  v = { 0 };
    Err    err = { 0 };
    CorpusOptions o = { .cap = VOCAB_CAP, .folders = true };
    char  *dir = strdup(scratch("folder")), path[600];
    static const char *const folders[] = { "", "/b", "/empty" };
    static const struct { const char *name, *text; } files[] = {
        { "/c.txt", "third" }, { "/b/x.txt", "second\n" }, { "/a.txt", "first" }, { "/.hidden", "no" },
        { "/d.pdf", "%PDF-1.4 no" }, { "/none.txt", "" } };
    for (int i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s%s", dir, folders[i]);
        ck_assert_int_eq(mkdir(path, 0777), 0);
    }
    for (int i = 0; i < 6; i++) {
        snprintf(path, sizeof path, "%s%s", dir, files[i].name);
        FILE *f = fopen(path, "w");
        ck_assert(f && fputs(files[i].text, f) >= 0 && fclose(f) == 0);
    }
    snprintf(path, sizeof path, "%s/b/loop", dir);
    ck_assert_int_eq(symlink("..", path), 0);
    ck_assert_msg(corpus_read(&c, &dir, 1, o, &v, &err), "%s", err.msg);
    ck_assert_str_eq(decoded(&c, &v), "first\nsecond\nthird");
    ck_assert_str_eq(c.named, "a.txt, b/x.txt, c.txt, none.txt");
    ck_assert_str_eq(c.unread, "d.pdf is a PDF document");
    ck_assert(c.files == 4 && c.left_out == 2 && c.joined == 1 && !c.not_text);
    corpus_free(&c);
    vocab_free(&v);
    snprintf(path, sizeof path, "%s/empty/", dir);
    ck_assert(!corpus_read(&c, (char *[]){ path }, 1, o, &v, &err));
    ck_assert_msg(strstr(err.msg, "holds no files") != NULL, "%s", err.msg);
    free(dir);
}
END_TEST

/* What is no text is refused if asked; otherwise every byte sequence is a text. */
START_TEST(not_a_text)
{
    Corpus c;
    Vocab  v = { 0 };
    Err    err = { 0 };
    char  *path = scratch_text("a.pdf", "%PDF-1.4 text");
    CorpusOptions o = { .cap = VOCAB_CAP, .text_only = true };
    ck_assert(!corpus_read(&c, &path, 1, o, &v, &err) && c.not_text);
    ck_assert_msg(strstr(err.msg, "is a PDF document, not text: make text of it with pdftotext") != NULL, "%s",
        err.msg);
    c = read_one(path, usual, &v);
    ck_assert_str_eq(decoded(&c, &v), "%PDF-1.4 text");
    for (int skip = 0; skip < 2; skip++) {  /* nor where a vocabulary lacks characters */
        Corpus other;
        char  *wide = scratch_text("b.pdf", "%PDF-1.4 \x80");
        o = (CorpusOptions){ .skip_unknown = skip };
        err = (Err){ 0 };
        ck_assert(!corpus_read(&other, &wide, 1, o, &v, &err) && other.not_text && !other.lacking);
        ck_assert_msg(strstr(err.msg, "b.pdf is a PDF document") != NULL, "%s", err.msg);
    }
    corpus_free(&c);
    vocab_free(&v);
}
END_TEST

START_TEST(every_kind_of_character)
{
    static const char text[] = "e\xcc\x81 \xf0\x9f\x98\x80 \xe4\xb8\xad\xe6\x96\x87 \0 \xff\xed\xa0\x80 \xe4\xb8";
    Vocab             v = { 0 };
    Corpus            c = read_one(scratch_file("a", text, sizeof text - 1), usual, &v);
    decoded(&c, &v);
    ck_assert_mem_eq(decoded(&c, &v), text, sizeof text - 1);
    ck_assert(c.characters == 17 && c.n == 17 && c.invalid == 6 && c.split == 0);
    ck_assert_int_eq(corpus_token(&c, 8), 0);              /* NUL is the lowest character */
    corpus_free(&c);
    vocab_free(&v);
}
END_TEST

/* More than 256 tokens take two bytes each; characters beyond the cap become bytes. The text stays the same. */
START_TEST(one_or_two_bytes_a_token)
{
    static char text[4000];
    size_t      len = 0;
    for (uint32_t i = 0; i < 1300; i++)
        len += (size_t)text_encode(i < 900 ? 0x100 + i % 300 : 'a' + i % 26, text + len);
    static const int caps[] = { 100, 256, 257, 512 };
    Vocab            v = { 0 };
    Corpus           c = read_one(scratch_file("a", text, len), (CorpusOptions){ .cap = caps[_i] }, &v);
    int              out[4000];
    ck_assert_int_le(v.n, caps[_i]);
    ck_assert((c.narrow != NULL) == (v.n <= 256) && (c.wide != NULL) == (v.n > 256));
    ck_assert(c.characters == 1300 && c.distinct == 326 && c.n == 1300 + c.split);
    ck_assert((c.split > 0) == (caps[_i] < 326));
    ck_assert_mem_eq(decoded(&c, &v), text, len);
    corpus_window(&c, 17, c.n - 17, out);
    for (size_t i = 17; i < c.n; i++)
        ck_assert_int_eq(out[i - 17], corpus_token(&c, i));
    corpus_free(&c);
    vocab_free(&v);
}
END_TEST

/* A text encoded in several pieces, cut anywhere: characters of one to four bytes, and stray continuation bytes. */
START_TEST(wide_in_pieces)
{
    enum { LEN = 9 << 20 };
    char *text = malloc(LEN + 16), *back = malloc(LEN + 16);
    size_t len = 0, n = 0;
    for (uint32_t i = 0; len < LEN; i++) {
        uint32_t h = i * 2654435761u >> 16, c = i < 300 ? 0x400 + i : h % 5 == 0 ? 0x1f600 : h % 5 == 1 ? 0x20ac
                     : h % 5 == 2 ? 'a' : h % 5 == 3 ? TEXT_RAW | 0x80 : 0x400 + h % 300;
        if (len / (5 << 20) == 1 && len % (5 << 20) < 1 << 20)
            c = TEXT_RAW | 0x80;
        len += (size_t)text_encode(c, text + len);
    }
    Vocab  v = { 0 };
    Corpus c = read_one(scratch_file("pieces", text, len), usual, &v);
    ck_assert(c.wide != NULL);
    for (size_t i = 0; i < c.n && n <= len; i++)
        n += (size_t)vocab_decode(&v, corpus_token(&c, i), back + n);
    ck_assert_uint_eq(n, len);
    ck_assert(memcmp(text, back, len) == 0);
    corpus_free(&c);
    vocab_free(&v);
    free(text);
    free(back);
}
END_TEST

static void check_refused(char **paths, int n, CorpusOptions o, Vocab *v, const char *why)
{
    Corpus c;
    Err    err = { 0 };
    int    had = v->n;
    ck_assert(!corpus_read(&c, paths, n, o, v, &err));
    ck_assert_msg(strstr(err.msg, why) != NULL, "%s", err.msg);
    ck_assert(v->n == had && c.n == 0 && !c.narrow && !c.wide);
}

START_TEST(unusable_files_are_refused)
{
    Vocab v = { 0 };
    char *good = scratch_text("good", "abc"), *none = scratch("none");
    char *empty[] = { scratch_text("e", ""), scratch_text("mark", "\xef\xbb\xbf") };
    check_refused((char *[]){ good, none }, 2, usual, &v, "none: no such file or directory");
    check_refused((char *[]){ scratch_dir }, 1, usual, &v, "it is a directory");
    check_refused(empty, 1, usual, &v, "/e is empty");
    check_refused(empty + 1, 1, usual, &v, "/mark is empty");
    check_refused(empty, 2, usual, &v, "the 2 files are empty");
    check_refused(&good, 1, (CorpusOptions){ .cap = 2 }, &v, "allow 3 tokens");
}
END_TEST

START_TEST(standard_input_once)
{
    Vocab v = { 0 };
    ck_assert_ptr_nonnull(freopen(scratch_text("in", "from\r\ninput"), "r", stdin));
    Corpus c = read_one((char[]){ "-" }, usual, &v);
    ck_assert_str_eq(decoded(&c, &v), "from\ninput");
    corpus_free(&c);
    vocab_free(&v);
    check_refused((char *[]){ (char[]){ "-" } }, 1, usual, &v, "standard input is empty");
}
END_TEST

/* Resuming and scoring use the model's vocabulary, not the text's. */
START_TEST(with_a_given_vocabulary)
{
    Vocab  v = { 0 };
    Corpus first = read_one(scratch_text("a", "abc\xc3\xa9\n"), usual, &v);
    Corpus second = read_one(scratch_text("b", "\xc3\xa9" "cb\r\n"), usual, &v);
    ck_assert_int_eq(v.n, 5);
    ck_assert_str_eq(decoded(&second, &v), "\xc3\xa9" "cb\n");
    corpus_free(&first);
    corpus_free(&second);

    char *other = scratch_text("c", "abXXc\xc3\x89X");
    check_refused(&other, 1, usual, &v,
                  "4 characters of the text, 2 different ones, cannot be encoded: the vocabulary has no 'X' (U+0058)");
    char *once = scratch_text("e", "abXXcX");
    check_refused(&once, 1, usual, &v,
                  "3 characters of the text cannot be encoded: the vocabulary has no 'X' (U+0058)");
    char *single = scratch_text("f", "abXc");
    check_refused(&single, 1, usual, &v, "1 character of the text cannot be encoded");
    CorpusOptions skip = { .cap = VOCAB_CAP, .skip_unknown = true };
    Corpus        c = read_one(other, skip, &v);
    ck_assert_str_eq(decoded(&c, &v), "abc");
    ck_assert(c.skipped == 4 && c.n == 3 && c.characters == 7);
    corpus_free(&c);
    char *nothing = scratch_text("d", "XYZ");
    check_refused(&nothing, 1, skip, &v, "the vocabulary has none of the text's 3 characters");
    vocab_free(&v);
}
END_TEST

START_TEST(split_at_the_end)
{
    Corpus c = { .n = 1115394 };
    corpus_split(&c, 0.1);
    ck_assert_uint_eq(c.n_train, 1003854);                  /* as nanoGPT splits this text */
    corpus_split(&c, 0);
    ck_assert_uint_eq(c.n_train, 1115394);
    c.n = 3;
    corpus_split(&c, 0.5);
    ck_assert_uint_eq(c.n_train, 1);
}
END_TEST

/* Counting in lanes of eight bytes, with non-ASCII characters at every offset. */
START_TEST(counts_at_every_offset)
{
    char text[64];
    for (int at = 0; at < 32; at++) {
        Vocab v = { 0 };
        memset(text, 'a', sizeof text);
        memcpy(text + at, "\xe2\x82\xac", 3);
        text[at + 13] = '\xff';
        Corpus c = read_one(scratch_file("a", text, sizeof text), usual, &v);
        ck_assert(c.characters == 62 && c.n == 62 && c.invalid == 1 && c.distinct == 3);
        ck_assert_mem_eq(decoded(&c, &v), text, sizeof text);
        corpus_free(&c);
        vocab_free(&v);
    }
}
END_TEST

CHECK_MAIN("corpus", TEST(byte_order_mark_and_line_ends), TEST(carriage_returns_kept), TEST(several_files),
    TEST(a_folder), TEST(not_a_text),
           TEST(every_kind_of_character), LOOP(one_or_two_bytes_a_token, 0, 4), TEST(wide_in_pieces),
           TEST(unusable_files_are_refused),
           TEST(standard_input_once), TEST(with_a_given_vocabulary), TEST(split_at_the_end),
           TEST(counts_at_every_offset))
