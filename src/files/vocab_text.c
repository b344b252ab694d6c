#include "files/vocab_text.h"
#include "base/json.h"
#include "base/json_read.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- as words ---- */

void vocab_text_write_words(const Vocab *v, Buffer *b)
{
    for (int i = 0; i < v->n; i++) {
        uint32_t c = v->chars[i];
        if (i)
            buffer_u8(b, ' ');
        buffer_print(b, c & TEXT_RAW ? "<%x>" : "%x", (unsigned)(c & ~TEXT_RAW));
    }
}

/* A word: lower-case hexadecimal digits, in brackets for a byte. */
static bool read_word(const char *s, size_t n, uint32_t *c)
{
    bool raw = n > 2 && s[0] == '<' && s[n - 1] == '>';
    if (raw) {
        s++;
        n -= 2;
    }
    *c = 0;
    for (size_t i = 0; i < n; i++) {
        const char *digits = "0123456789abcdef", *d = s[i] ? strchr(digits, s[i]) : NULL;
        if (!d)
            return false;
        *c = *c << 4 | (uint32_t)(d - digits);
    }
    *c |= raw ? TEXT_RAW : 0;
    return n > 0 && n < 7 && text_is_char(*c);
}

static size_t word_end(const char *text, size_t at, size_t len)
{
    const char *space = memchr(text + at, ' ', len - at);
    return space ? (size_t)(space - text) : len;
}

bool vocab_text_read_words(Vocab *v, const char *text, size_t len, Err *err)
{
    size_t    n = 0, room = len / 2 + 1;                        /* a word is at least a digit and a space */
    uint32_t *tokens = malloc((room < VOCAB_MAX + 1 ? room : VOCAB_MAX + 1) * sizeof *tokens);
    bool      ok = true;
    if (!tokens)
        return err_set(err, "out of memory for a vocabulary");
    for (size_t at = 0; ok && at < len && n <= VOCAB_MAX;) {
        size_t end = word_end(text, at, len);
        ok = read_word(text + at, end - at, &tokens[n++]) ||
             err_set(err, "the vocabulary is damaged: its word %zu is not a character", n);
        at = end + 1;
    }
    ok = ok && vocab_from_tokens(v, tokens, n, err);
    free(tokens);
    return ok;
}

/* ---- as tokenizer.json ---- */

static void write_token(Json *j, uint32_t c, int id)
{
    char s[TEXT_NAME];
    int  n = c & TEXT_RAW ? snprintf(s, sizeof s, "<0x%02X>", (unsigned)(c & 0xff)) : text_encode(c, s);
    json_line(j);
    json_key(j, s, (size_t)n);
    json_int(j, NULL, id);
}

static void write_decoder(Json *j)
{
    static const char *const steps[] = { "ByteFallback", "Fuse" };
    json_object(j, "decoder");
    json_text(j, "type", "Sequence");
    json_array(j, "decoders");
    for (int i = 0; i < 2; i++) {
        json_object(j, NULL);
        json_text(j, "type", steps[i]);
        json_end(j);
    }
    json_end_array(j);
    json_end(j);
}

static void write_model(Json *j, const Vocab *v)
{
    json_object(j, "model");
    json_text(j, "type", "BPE");
    json_null(j, "dropout");
    json_text(j, "unk_token", "\xef\xbf\xbd");                        /* U+FFFD */
    json_null(j, "continuing_subword_prefix");
    json_null(j, "end_of_word_suffix");
    json_bool(j, "fuse_unk", false);
    json_bool(j, "byte_fallback", true);
    json_array(j, "merges");
    json_end_array(j);
    json_object(j, "vocab");
    for (int i = 0; i < v->n; i++)
        write_token(j, v->chars[i], i);
    json_line(j);
    json_end(j);
    json_end(j);
}

void vocab_text_write_tokenizer(const Vocab *v, Buffer *b)
{
    Json j = { .to = b, .plain = true };
    json_object(&j, NULL);
    json_text(&j, "version", "1.0");
    json_null(&j, "truncation");
    json_null(&j, "padding");
    json_array(&j, "added_tokens");
    json_end_array(&j);
    json_null(&j, "normalizer");
    json_null(&j, "pre_tokenizer");
    json_null(&j, "post_processor");
    write_decoder(&j);
    write_model(&j, v);
    json_end(&j);
}

/* The tokens of a tokenizer.json. */
typedef struct Tokens {
    uint32_t *tokens;                       /* (VOCAB_MAX) by number                */
    bool     *there;
    size_t    n;
    bool      vocab;                        /* a vocabulary was read               */
} Tokens;

/* The token's character, or TEXT_RAW for none. */
static uint32_t token_of(JsonText s)
{
    int len = 0;
    if (s.n == 6 && memcmp(s.s, "<0x", 3) == 0 && s.s[5] == '>') {
        char hex[3] = { s.s[3], s.s[4], '\0' };
        return strspn(hex, "0123456789ABCDEF") == 2 ? TEXT_RAW | (uint32_t)strtoul(hex, NULL, 16) : TEXT_RAW;
    }
    uint32_t c = s.n ? text_decode(s.s, s.n, &len) : TEXT_RAW;
    return (size_t)len == s.n ? c : TEXT_RAW;
}

static bool read_tokens(JsonRead *r, Tokens *t)
{
    JsonText key;
    if (t->vocab)
        return json_read_fail(r, "a second vocabulary");
    t->vocab = true;
    if (!json_read_object(r))
        return false;
    while (json_read_key(r, &key)) {
        uint32_t c = token_of(key);
        uint64_t id;
        if (!text_is_char(c))
            return json_read_fail(r, "the token \"%.*s\" is not a single character: heed's models know only characters",
                                  (int)(key.n < 40 ? key.n : 40), key.s);
        if (!json_read_count(r, &id))
            return false;
        if (id >= VOCAB_MAX || t->there[id])
            return json_read_fail(r, "token number %llu is too large or comes twice", (unsigned long long)id);
        t->tokens[id] = c;
        t->there[id] = true;
        t->n++;
    }
    return !err_any(r->err);
}

static bool read_model(JsonRead *r, Tokens *t)
{
    JsonText key, type;
    if (!json_read_object(r))
        return false;
    while (json_read_key(r, &key)) {
        if (json_text_is(key, "vocab")) {
            read_tokens(r, t);
        } else if (!json_text_is(key, "type")) {
            json_read_skip(r);
        } else if (json_read_text(r, &type) && !json_text_is(type, "BPE") && !json_text_is(type, "WordLevel")) {
            json_read_fail(r, "a model \"%.*s\"; only BPE and WordLevel can hold single characters",
                           (int)(type.n < 40 ? type.n : 40), type.s);
        }
    }
    return !err_any(r->err);
}

/* Splitting does not affect single characters; byte-level pre-tokenizers do. */
static bool read_pre_tokenizer(JsonRead *r)
{
    JsonText key, type;
    if (json_read_null(r) || !json_read_object(r))
        return !err_any(r->err);
    while (json_read_key(r, &key)) {
        if (!json_text_is(key, "type"))
            json_read_skip(r);
        else if (json_read_text(r, &type) && !json_text_is(type, "Split"))
            json_read_fail(r, "a pre_tokenizer \"%.*s\", which may change the text; only none or Split can be read",
                           (int)(type.n < 40 ? type.n : 40), type.s);
    }
    return !err_any(r->err);
}

static bool read_file(JsonRead *r, Tokens *t)
{
    JsonText key;
    if (!json_read_object(r))
        return false;
    while (json_read_key(r, &key)) {
        if (json_text_is(key, "model"))
            read_model(r, t);
        else if (json_text_is(key, "pre_tokenizer"))
            read_pre_tokenizer(r);
        else if (json_text_is(key, "normalizer") && !json_read_null(r))
            json_read_fail(r, "a normalizer, which changes the text");
        else if (!json_text_is(key, "normalizer"))
            json_read_skip(r);
    }
    return json_read_end(r) && (t->vocab || json_read_fail(r, "it has no vocabulary"));
}

static bool check_numbers(const Tokens *t, Err *err)
{
    for (size_t i = 0; i < t->n; i++)
        if (!t->there[i])
            return err_set(err, "its %zu tokens are not numbered from 0: %zu is missing", t->n, i);
    return true;
}

bool vocab_text_read_tokenizer(Vocab *v, char *text, size_t len, Err *err)
{
    Tokens   t = { .tokens = malloc(VOCAB_MAX * sizeof *t.tokens), .there = calloc(VOCAB_MAX, sizeof *t.there) };
    JsonRead r = json_read(text, len, err);
    bool     ok = t.tokens && t.there;
    if (!ok)
        err_set(err, "out of memory for a vocabulary");
    ok = ok && read_file(&r, &t) && check_numbers(&t, err) && vocab_from_tokens(v, t.tokens, t.n, err);
    free(t.tokens);
    free(t.there);
    return ok;
}
