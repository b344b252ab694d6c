#include "text/vocab.h"
#include "base/bytes.h"
#include <stdlib.h>
#include <string.h>

/* The tokens, and the table that finds them, whose untouched pages take no memory. */
static bool allocate(Vocab *v, int n, Err *err)
{
    *v = (Vocab){ .n = n };
    v->chars = malloc((size_t)n * sizeof *v->chars);
    v->ids = calloc(VOCAB_SLOTS, sizeof *v->ids);
    if (v->chars && v->ids)
        return true;
    vocab_free(v);
    return err_set(err, "out of memory for a vocabulary of %d tokens", n);
}

void vocab_free(Vocab *v)
{
    free(v->chars);
    free(v->ids);
    *v = (Vocab){ 0 };
}

static void number(Vocab *v)
{
    for (int i = 0; i < v->n; i++)
        v->ids[vocab_slot(v->chars[i])] = (uint32_t)i + 1;
}

bool vocab_utf8(const Vocab *v)
{
    int begin = 0, follow = 0;
    for (uint32_t b = 0x80; b < 0x100; b++) {
        bool there = vocab_find(v, TEXT_RAW | b) >= 0;
        if (there && (b == 0xc0 || b == 0xc1 || b > 0xf4))
            return false;
        follow += there && b < 0xc0;
        begin += there && b >= 0xc0;
    }
    return begin <= follow;
}

/* --- From counts --- */

/* A character above ASCII, and how often it occurs. */
typedef struct Rarity {
    uint64_t count;
    uint32_t c;
} Rarity;

/* Frequent before rare; of ties the lower code point first. */
static int often_first(const void *x, const void *y)
{
    const Rarity *a = x, *b = y;
    if (a->count != b->count)
        return a->count < b->count ? 1 : -1;
    return a->c < b->c ? -1 : a->c > b->c;
}

/* The choice of tokens; ASCII and invalid bytes are always tokens. */
typedef struct Choice {
    Rarity *rare;                           /* code points above ASCII, often first; the first `kept` stay */
    size_t  kept, n_rare;
    bool    byte[256];                      /* bytes that are tokens                                       */
    size_t  n_bytes, n_ascii;
} Choice;

static void need_bytes(Choice *ch, uint32_t c)
{
    char b[TEXT_ENCODED];
    int  n = text_encode(c, b);
    for (int i = 0; i < n; i++) {
        ch->n_bytes += !ch->byte[(unsigned char)b[i]];
        ch->byte[(unsigned char)b[i]] = true;
    }
}

static size_t tokens_of(const Choice *ch) { return ch->n_ascii + ch->kept + ch->n_bytes; }

static bool sort_out(Choice *ch, const uint64_t *counts, Err *err)
{
    for (size_t c = 0; c < 0x80; c++)
        ch->n_ascii += counts[c] != 0;
    for (size_t c = 0x80; c < TEXT_POINTS; c++)
        ch->n_rare += counts[c] != 0;
    ch->rare = malloc((ch->n_rare + 1) * sizeof *ch->rare);
    if (!ch->rare)
        return err_set(err, "out of memory for %zu different characters", ch->n_rare);
    for (uint32_t c = 0x80; c < TEXT_POINTS; c++)
        if (counts[c])
            ch->rare[ch->kept++] = (Rarity){ counts[c], c };
    for (uint32_t b = 0; b < 256; b++)
        if (counts[TEXT_POINTS + b])
            need_bytes(ch, TEXT_RAW | b);
    qsort(ch->rare, ch->kept, sizeof *ch->rare, often_first);
    return true;
}

static int ascending(const void *x, const void *y)
{
    uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
    return a < b ? -1 : a > b;
}

static bool take(Vocab *v, const Choice *ch, const uint64_t *counts, Err *err)
{
    if (!allocate(v, (int)tokens_of(ch), err))
        return false;
    uint32_t *to = v->chars;
    for (uint32_t c = 0; c < 0x80; c++)
        if (counts[c])
            *to++ = c;
    for (size_t i = 0; i < ch->kept; i++)
        *to++ = ch->rare[i].c;
    for (uint32_t b = 0; b < 256; b++)
        if (ch->byte[b])
            *to++ = TEXT_RAW | b;
    qsort(v->chars, (size_t)v->n, sizeof *v->chars, ascending);
    number(v);
    return true;
}

static bool too_many(const Choice *ch, int cap, size_t least, Err *err)
{
    return err_set(err,
                   "the text does not fit into a vocabulary of %d tokens: it has %zu ASCII characters and %zu"
                   " others; allow %zu tokens or more",
                   cap, ch->n_ascii, ch->n_rare, least);
}

/* Replaces characters by their bytes, rarest first, until the rest fits. The number of tokens may rise at first (one
 * character less, up to four bytes more), but must fall later, since there are at most 128 such bytes. */
static bool choose(Vocab *v, Choice *ch, const uint64_t *counts, int cap, Err *err)
{
    if (!sort_out(ch, counts, err))
        return false;
    size_t least = tokens_of(ch);
    if (least == 0)
        return err_set(err, "a vocabulary needs at least one character");
    while (tokens_of(ch) > (size_t)cap && ch->kept > 0) {
        need_bytes(ch, ch->rare[--ch->kept].c);
        least = tokens_of(ch) < least ? tokens_of(ch) : least;
    }
    return tokens_of(ch) > (size_t)cap ? too_many(ch, cap, least, err) : take(v, ch, counts, err);
}

bool vocab_from_counts(Vocab *v, const uint64_t *counts, int cap, Err *err)
{
    *v = (Vocab){ 0 };
    if (cap < 1 || cap > VOCAB_MAX)
        return err_set(err, "a vocabulary may have 1 to %d tokens, not %d", (int)VOCAB_MAX, cap);
    Choice ch = { 0 };
    bool   ok = choose(v, &ch, counts, cap, err);
    free(ch.rare);
    return ok;
}

/* --- Text to tokens and back --- */

int vocab_char(const Vocab *v, uint32_t c, int ids[TEXT_ENCODED])
{
    ids[0] = vocab_find(v, c);
    if (ids[0] >= 0)
        return 1;
    char b[TEXT_ENCODED];
    int  n = text_encode(c, b);
    for (int i = 0; i < n; i++) {
        ids[i] = vocab_find(v, TEXT_RAW | (unsigned char)b[i]);
        if (ids[i] < 0)
            return 0;
    }
    return n;
}

size_t vocab_encode(const Vocab *v, const char *text, size_t len, size_t *at, int *ids)
{
    size_t n = 0;
    while (*at < len) {
        int k, one[TEXT_ENCODED];
        int got = vocab_char(v, text_decode(text + *at, len - *at, &k), one);
        if (got == 0)
            break;
        memcpy(ids + n, one, (size_t)got * sizeof *ids);
        n += (size_t)got;
        *at += (size_t)k;
    }
    return n;
}

static size_t characters_before(const char *text, size_t at)
{
    size_t n = 0;
    int    k;
    for (size_t i = 0; i < at; i += (size_t)k, n++)
        (void)text_decode(text + i, at - i, &k);
    return n;
}

static bool encode_all(const Vocab *v, const char *text, size_t len, size_t *n, size_t *skipped, int *ids,
                       Err *err)
{
    size_t at = 0;
    for (;;) {
        *n += vocab_encode(v, text, len, &at, ids + *n);
        if (at == len)
            return true;
        int      k;
        uint32_t c = text_decode(text + at, len - at, &k);
        if (!skipped) {
            vocab_lacks(v, c, err);
            return err_in(err, "character %zu", characters_before(text, at) + 1);
        }
        ++*skipped;
        at += (size_t)k;
    }
}

int *vocab_tokens(const Vocab *v, const char *text, size_t len, size_t *n, size_t *skipped, Err *err)
{
    *n = 0;
    if (skipped)
        *skipped = 0;
    int *ids = len < SIZE_MAX / sizeof *ids ? malloc((len + 1) * sizeof *ids) : NULL;
    if (!ids) {
        err_set(err, "out of memory for a text of %zu bytes", len);
        return NULL;
    }
    if (encode_all(v, text, len, n, skipped, ids, err))
        return ids;
    free(ids);
    return NULL;
}

int vocab_decode(const Vocab *v, int id, char out[TEXT_ENCODED]) { return text_encode(v->chars[id], out); }

/* --- In files --- */

size_t vocab_bytes(const Vocab *v) { return 4 + 4 * (size_t)v->n; }

void vocab_write(const Vocab *v, void *out)
{
    unsigned char *p = out;
    store_u32(p, (uint32_t)v->n);
    for (int i = 0; i < v->n; i++)
        store_u32(p + 4 + 4 * i, v->chars[i]);
}

/* False, with nothing left, when one of the tokens is not a character or not above the one before. */
static bool settle(Vocab *v, Err *err)
{
    for (int i = 0; i < v->n; i++) {
        uint32_t c = v->chars[i];
        if (text_is_char(c) && (i == 0 || c > v->chars[i - 1]))
            continue;
        vocab_free(v);
        return err_set(err, "the vocabulary is damaged: token %d, 0x%08x, is not a character or is out of order", i,
                       (unsigned)c);
    }
    number(v);
    return true;
}

static bool count_allowed(uint64_t n, Err *err)
{
    return (n >= 1 && n <= VOCAB_MAX) ||
           err_set(err, "the vocabulary is damaged: %llu tokens, it must have from 1 to %d", (unsigned long long)n,
                   (int)VOCAB_MAX);
}

bool vocab_from_tokens(Vocab *v, const uint32_t *tokens, size_t n, Err *err)
{
    *v = (Vocab){ 0 };
    if (!count_allowed(n, err) || !allocate(v, (int)n, err))
        return false;
    memcpy(v->chars, tokens, n * sizeof *tokens);
    return settle(v, err);
}

bool vocab_read(Vocab *v, const void *in, size_t len, size_t *used, Err *err)
{
    *v = (Vocab){ 0 };
    const unsigned char *p = in;
    if (len < 4)
        return err_set(err, "the vocabulary is cut off: %zu bytes are left of its 4 byte count", len);
    uint32_t n = load_u32(p);
    if (!count_allowed(n, err))
        return false;
    if (n > (len - 4) / 4)
        return err_set(err, "the vocabulary is cut off: %u tokens, but only %zu bytes are left", (unsigned)n,
                       len - 4);
    if (!allocate(v, (int)n, err))
        return false;
    for (int i = 0; i < v->n; i++)
        v->chars[i] = load_u32(p + 4 + 4 * i);
    if (!settle(v, err))
        return false;
    *used = vocab_bytes(v);
    return true;
}
