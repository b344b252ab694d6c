/* Texts: as a corpus of two files with a new or a given vocabulary, as output in pieces, in messages and in JSON. The
 * first byte selects how the corpus is read and which checks run (all would take ten times as long), the second where
 * the first file ends. */
#include "base/json.h"
#include "fuzz.h"
#include "text/corpus.h"
#include "text/kind.h"
#include "text/vocab_of_text.h"

enum { TABLES = 3 * VOCAB_SLOTS * 8 };      /* counting and finding characters, the same for every text */

/* The tokens decode to the bytes of the text. */
static void spells(const Corpus *c, const Vocab *v)
{
    size_t bytes = 0;
    char   one[TEXT_ENCODED];
    for (size_t i = 0; i < c->n; i++) {
        HOLDS(corpus_token(c, i) < v->n, "no token");
        int n = vocab_decode(v, corpus_token(c, i), one);
        HOLDS(n > 0 && n <= TEXT_ENCODED, "a token without bytes");
        bytes += (size_t)n;
    }
    size_t read = c->bytes + c->joined;
    HOLDS(bytes <= read && (c->skipped || bytes + c->boms * 3 + c->crlf == read), "bytes are lost");
}

/* A vocabulary survives writing and reading; other bytes are rejected or are a vocabulary. */
static void in_files(const Vocab *v, const uint8_t *data, size_t size)
{
    Vocab  w;
    Err    err = { 0 };
    size_t used = 0, n = vocab_bytes(v);
    unsigned char *room = malloc(n);
    HOLDS(room, "memory");
    vocab_write(v, room);
    HOLDS(vocab_read(&w, room, n, &used, &err) && used == n && w.n == v->n, err.msg);
    HOLDS(memcmp(w.chars, v->chars, (size_t)v->n * sizeof *v->chars) == 0, "other characters");
    vocab_free(&w);
    bool ok = vocab_read(&w, data, size, &used, &err);
    fuzz_told(ok, &err);
    if (ok) {
        HOLDS(used <= size && vocab_bytes(&w) == used, "not its bytes");
        for (int i = 0; i < w.n; i++)
            HOLDS(vocab_find(&w, w.chars[i]) == i, "a token that is not found");
        vocab_free(&w);
    }
    free(room);
}

/* Reading the text again with its vocabulary gives the same tokens. */
static void again(char *const *paths, CorpusOptions o, Vocab *v, const Corpus *c)
{
    Corpus d;
    Err    err = { 0 };
    HOLDS(corpus_read(&d, paths, 2, o, v, &err), err.msg);
    HOLDS(d.n == c->n && d.hash == c->hash && d.skipped == 0, "read otherwise");
    for (size_t i = 0; i < d.n; i++)
        HOLDS(corpus_token(&d, i) == corpus_token(c, i), "another token");
    corpus_free(&d);
}

/* With a vocabulary that may lack some of its characters. */
static void given(char *const *paths, CorpusOptions o, const uint8_t *text, size_t n)
{
    Vocab  v;
    Corpus c;
    Err    err = { 0 };
    if (n == 0 || !vocab_of_text(&v, (const char *)text, n / 4 + 1, 300, &err))
        return;
    o.skip_unknown = text[0] & 1;
    bool ok = corpus_read(&c, paths, 2, o, &v, &err);
    fuzz_told(ok, &err);
    if (ok)
        spells(&c, &v);
    if (ok)
        corpus_free(&c);
    vocab_free(&v);
}

/* What is no text is named, within the length of a sentence. */
static void kinds(const uint8_t *text, size_t n)
{
    Err  err = { 0 };
    char path[40];
    size_t m = n < sizeof path - 1 ? n : sizeof path - 1;
    memcpy(path, text + n - m, m);
    path[m] = '\0';
    fuzz_told(text_kind_check(path, (const char *)text, n, &err), &err);
    HOLDS(!text_kind((const char *)text, n).is == !err_any(&err), err.msg);
}

/* Output in pieces equals output at once, and is UTF-8. */
static void streams(const uint8_t *text, size_t n)
{
    char      *out = malloc(TEXT_STREAM_ROOM(n) + 16);
    TextStream s = { 0 };
    size_t     done = 0;
    int        len;
    HOLDS(out, "memory");
    for (size_t at = 0, step; at < n; at += step) {
        step = 1 + at % 3 < n - at ? 1 + at % 3 : n - at;
        done += text_stream(&s, (const char *)text + at, step, out + done);
    }
    for (int i = 0; i < s.n; i++, done += 3)
        memcpy(out + done, "\xef\xbf\xbd", 3);
    size_t at = 0, from = 0;
    for (; from < n; from += (size_t)len) {
        uint32_t c = text_decode((const char *)text + from, n - from, &len);
        int      shown;
        uint32_t d = text_decode(out + at, done - at, &shown);
        HOLDS(c & TEXT_RAW ? d == 0xfffd : d == c, "another character");
        char name[TEXT_NAME], quote[TEXT_NAME];
        HOLDS(*text_name(c, name) && *text_quote(c, quote) && text_width(c) <= 2, "no name");
        at += (size_t)shown;
    }
    HOLDS(at == done, "more than was given");
    free(out);
}

/* The JSON contains nothing that JSON or an HTML page forbids. */
static void as_json(const uint8_t *text, size_t n)
{
    char  *out = NULL;
    size_t len = 0;
    FILE  *f = open_memstream(&out, &len);
    HOLDS(f, "memory");
    Json j = { .out = f };
    json_array(&j, NULL);
    json_bytes(&j, NULL, (const char *)text, n);
    json_end_array(&j);
    HOLDS(fclose(f) == 0, "memory");
    int k, quotes = 0;
    for (size_t at = 0; at < len; at += (size_t)k) {
        uint32_t c = text_decode(out + at, len - at, &k);
        quotes += c == '"' && out[at - 1] != '\\';
        HOLDS(!(c & TEXT_RAW) && c >= (quotes == 1 ? ' ' : '\n') && c != '<' && c != '&' && c != 0x2028, out);
        if (c == '\\')
            k = 2;
    }
    HOLDS(quotes == 2, out);
    free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int caps[] = { 512, 2, 40, 256, 257, 65536, 300, 1 };
    if (size < 2 || size > 1 << 16)
        return 0;
    Vocab  v = { 0 };
    Corpus c;
    Err    err = { 0 };
    const uint8_t *text = data + 2;
    size_t n = size - 2, first = n * data[1] / 255;
    CorpusOptions o = { .cap = caps[data[0] & 7], .keep_cr = data[0] & 8 };
    char *paths[] = { fuzz_file("a", text, first), fuzz_file("b", text + first, n - first) };
    size_t before = fuzz_asked();
    bool   ok = corpus_read(&c, paths, 2, o, &v, &err);
    fuzz_told(ok, &err);
    HOLDS(fuzz_asked() - before <= 6 * n + TABLES + (1 << 18), "memory");
    if (ok) {
        HOLDS(v.n <= o.cap && c.bytes == n, "not as asked");
        spells(&c, &v);
        if (data[0] & 16)
            in_files(&v, text, n);
        if (data[0] & 32)
            again(paths, o, &v, &c);
        corpus_free(&c);
        vocab_free(&v);
    }
    if (data[0] & 64)
        given(paths, o, text, n);
    kinds(text, n);
    streams(text, n);
    as_json(text, n);
    return 0;
}
