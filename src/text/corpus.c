#include "text/corpus.h"
#include "text/corpus_files.h"
#include "text/kind.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LANES = 4, PIECE = 1 << 22 };

/* --- Counting --- */

/* Eight ASCII bytes at a time. Equal neighbours would wait for the same counter, so there are several. */
static size_t count_ascii(const unsigned char *s, size_t n, uint64_t lane[LANES][128])
{
    size_t   i = 0;
    uint64_t word;
    for (; i + 8 <= n; i += 8) {
        memcpy(&word, s + i, 8);
        if (word & 0x8080808080808080u)
            break;
        for (size_t j = 0; j < 8; j++)
            lane[j % LANES][s[i + j]]++;
    }
    return i;
}

static void count(const char *text, size_t len, uint64_t *counts)
{
    uint64_t lane[LANES][128] = { 0 };
    size_t   i = 0;
    int      k;
    while (i < len) {
        i += count_ascii((const unsigned char *)text + i, len - i, lane);
        for (size_t end = i + 8; i < end && i < len; i += (size_t)k)
            counts[vocab_slot(text_decode(text + i, len - i, &k))]++;
    }
    for (size_t j = 0; j < LANES; j++)
        for (size_t ch = 0; ch < 128; ch++)
            counts[ch] += lane[j][ch];
}

/* Reports `times` characters, `kinds` distinct ones, without a token; ch is one of them. */
static bool lacks(const Vocab *v, uint32_t ch, size_t times, size_t kinds, Err *err)
{
    char different[48] = "";
    if (kinds > 1)
        snprintf(different, sizeof different, ", %zu different ones,", kinds);
    vocab_lacks(v, ch, err);
    return err_in(err, "%zu character%s of the text%s cannot be encoded", times, times == 1 ? "" : "s", different);
}

static uint32_t char_at(size_t slot)
{
    return slot < TEXT_POINTS ? (uint32_t)slot : TEXT_RAW | (uint32_t)(slot - TEXT_POINTS);
}

/* Computes from the counts the length in tokens, and what is skipped or lacking. */
static bool survey(Corpus *c, const uint64_t *counts, const Vocab *v, bool skip, Err *err)
{
    int    ids[TEXT_ENCODED];
    size_t kinds = 0, first = 0;
    for (size_t slot = 0; slot < VOCAB_SLOTS; slot++) {
        size_t times = (size_t)counts[slot];
        if (times == 0)
            continue;
        int n = vocab_char(v, char_at(slot), ids);
        if (n == 0 && kinds++ == 0)
            first = slot;
        c->distinct++;
        c->characters += times;
        c->n += times * (size_t)n;
        c->invalid += slot >= TEXT_POINTS ? times : 0;
        c->split += n > 0 && ids[0] != vocab_find(v, char_at(slot)) ? times : 0;
        c->skipped += n == 0 ? times : 0;
    }
    c->lacking = c->n == 0 || (kinds > 0 && !skip);
    if (kinds > 0 && !skip)
        return lacks(v, char_at(first), c->skipped, kinds, err);
    return c->n > 0 || err_set(err, "the vocabulary has none of the text's %zu character%s", c->characters,
                                   c->characters == 1 ? "" : "s");
}

/* --- Encoding --- */

static void put(uint8_t *narrow, uint16_t *wide, size_t i, uint32_t id)
{
    if (narrow)
        narrow[i] = (uint8_t)id;
    else
        wide[i] = (uint16_t)id;
}

/* `narrow` may be the text itself: a token takes no more bytes than its character, so writing never overtakes reading.
 * After survey, only characters to skip have no token. Returns the number of tokens. */
static size_t encode(const Vocab *v, const char *text, size_t len, uint8_t *narrow, uint16_t *wide)
{
    size_t i = 0, to = 0;
    int    k, ids[TEXT_ENCODED];
    while (i < len) {
        unsigned char b = (unsigned char)text[i];
        if (b < 0x80) {
            uint32_t id = v->ids[b];
            i++;
            if (id)
                put(narrow, wide, to++, id - 1);
            continue;
        }
        int n = vocab_char(v, text_decode(text + i, len - i, &k), ids);
        i += (size_t)k;
        for (int j = 0; j < n; j++)
            put(narrow, wide, to++, (uint32_t)ids[j]);
    }
    return to;
}

/* Start of the last piece of a text, at a character boundary: a byte that starts one, or after three continuation
 * bytes, which no character exceeds. */
static size_t last_piece(const char *text, size_t len)
{
    if (len <= PIECE)
        return 0;
    for (size_t at = len - PIECE; at > len - PIECE - TEXT_ENCODED; at--)
        if (((unsigned char)text[at] & 0xc0) != 0x80)
            return at;
    return len - PIECE;
}

/* Encodes piece by piece from the end and frees each piece of text at once, so that text and tokens are never in memory
 * together. A piece is encoded to the free start of `wide` first: its length in tokens is unknown before. */
static void encode_wide(FileData *d, const Vocab *v, uint16_t *wide, size_t n)
{
    for (size_t begin; d->len > 0; d->len = begin) {
        begin = last_piece(d->p, d->len);
        size_t k = encode(v, d->p + begin, d->len - begin, NULL, wide);
        memmove(wide + (n -= k), wide, k * sizeof *wide);
        char *less = realloc(d->p, begin + 1);
        d->p = less ? less : d->p;
    }
}

/* One-byte tokens reuse the text's memory. */
static bool encode_text(Corpus *c, FileData *d, const Vocab *v, Err *err)
{
    if (v->n <= 256) {
        c->narrow = (uint8_t *)d->p;
        encode(v, d->p, d->len, c->narrow, NULL);
        void *less = realloc(d->p, c->n + 1);
        c->narrow = less ? less : c->narrow;
        d->p = NULL;
        return true;
    }
    c->wide = malloc((c->n + 1) * sizeof *c->wide);
    if (!c->wide)
        return err_set(err, "out of memory for a text of %zu tokens", c->n);
    encode_wide(d, v, c->wide, c->n);
    return true;
}

/* When a given vocabulary lacks characters: is the reason that the file is no text? Then that is the error. */
static bool is_other(Corpus *c, const FileData *d, const char *path, Err *err)
{
    Err why = { 0 };
    c->not_text = path && !text_kind_check(path, d->p, d->len, &why);
    if (c->not_text) {
        *err = why;
        c->lacking = false;
    }
    return c->not_text;
}

/* `path` names the file, if there is one. */
static bool tokens_from(Corpus *c, FileData *d, const char *path, CorpusOptions o, Vocab *v, uint64_t *counts, Err *err)
{
    count(d->p, d->len, counts);
    bool made = v->n == 0;
    if (made && !vocab_from_counts(v, counts, o.cap, err))
        return false;
    bool known = survey(c, counts, v, o.skip_unknown, err);
    if (c->skipped > 0 && is_other(c, d, path, err))
        return false;
    if (known && encode_text(c, d, v, err))
        return true;
    if (made)
        vocab_free(v);
    return false;
}

bool corpus_read(Corpus *c, char *const *paths, int n_paths, CorpusOptions o, Vocab *v, Err *err)
{
    FileData d = { 0 };
    *c = (Corpus){ 0 };
    bool ok = corpus_files(c, &d, paths, n_paths, o, err);
    if (ok) {
        uint64_t *counts = calloc(VOCAB_SLOTS, sizeof *counts);
        ok = counts ? tokens_from(c, &d, n_paths == 1 ? paths[0] : NULL, o, v, counts, err)
                    : err_set(err, "out of memory for counting characters");
        free(counts);
    }
    file_free(&d);
    c->n_train = c->n;
    bool lacking = c->lacking, not_text = c->not_text;
    if (!ok)
        corpus_free(c);
    c->lacking = lacking;
    c->not_text = not_text;
    return ok;
}

void corpus_free(Corpus *c)
{
    free(c->narrow);
    free(c->wide);
    *c = (Corpus){ 0 };
}

/* --- Parts of it --- */

void corpus_split(Corpus *c, double fraction) { c->n_train = (size_t)((double)c->n * (1 - fraction)); }

void corpus_window(const Corpus *c, size_t start, size_t n, int *out)
{
    if (c->narrow)
        for (size_t i = 0; i < n; i++)
            out[i] = c->narrow[start + i];
    else
        for (size_t i = 0; i < n; i++)
            out[i] = c->wide[start + i];
}
