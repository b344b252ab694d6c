#ifndef TEXT_VOCAB_H
#define TEXT_VOCAB_H
#include "base/err.h"
#include "base/text.h"
#include <stddef.h>
#include <stdint.h>

/* The characters that a model knows. A token is a character of base/text.h: a code point, or a raw
 * byte, of which invalid bytes and the characters beyond the cap are made. Tokens are numbered by
 * code point, then the bytes by value. */
typedef struct Vocab {
    int       n;
    uint32_t *chars;                        /* (n), ascending                                       */
    uint32_t *ids;                          /* (VOCAB_SLOTS) by vocab_slot: token number + 1, or 0  */
} Vocab;

enum { VOCAB_MAX = 65536, VOCAB_CAP = 512, VOCAB_SLOTS = 0x110000 + 256 };

/* Where a character stands in a table over all characters. */
static inline size_t vocab_slot(uint32_t c) { return c & TEXT_RAW ? TEXT_POINTS + (c & 0xff) : c; }

/* From how often each character occurs, counts (VOCAB_SLOTS) by vocab_slot. Holds what occurs and
 * nothing else. When that is more than `cap` tokens, the rarest characters (of equals, the higher
 * code point) are written as their UTF-8 bytes, as few as makes it fit; ASCII always stays. False
 * when even that is more than cap (never from 256 on), for no characters, cap < 1 or > VOCAB_MAX. */
bool vocab_from_counts(Vocab *v, const uint64_t *counts, int cap, Err *err);

/* The same from a text. */
bool vocab_from_text(Vocab *v, const char *text, size_t len, int cap, Err *err);

/* From n tokens in ascending order, copied. False when one is not a character or out of order, or n is not from 1
 * to VOCAB_MAX. */
bool vocab_from_tokens(Vocab *v, const uint32_t *tokens, size_t n, Err *err);

void vocab_free(Vocab *v);

/* The token of a character, or -1. */
static inline int vocab_find(const Vocab *v, uint32_t c) { return (int)v->ids[vocab_slot(c)] - 1; }

/* The tokens of one character: itself, or its bytes where the vocabulary has all of them; their
 * number, 0 when it lacks the character. */
int vocab_char(const Vocab *v, uint32_t c, int ids[TEXT_ENCODED]);

/* Writes the tokens of text from *at on to ids (room for len - *at), up to the end or to the first
 * character that the vocabulary lacks, whose position is left in *at (len at the end). Returns
 * how many were written. To skip: text_decode at *at, add its length, call again. */
size_t vocab_encode(const Vocab *v, const char *text, size_t len, size_t *at, int *ids);

/* All tokens of a text, as a malloc'd array of *n (at least one element is allocated). A character
 * that the vocabulary lacks is an error that says which and where, or is left out and counted in
 * *skipped when that is not NULL. NULL on error. */
int *vocab_tokens(const Vocab *v, const char *text, size_t len, size_t *n, size_t *skipped, Err *err);

/* The bytes of token id in [0,n): how many. They are no whole character when it is a byte. */
int vocab_decode(const Vocab *v, int id, char out[TEXT_ENCODED]);

/* Says that c is missing and what is near it (other case, same base letter, neighbours):
 * "the vocabulary has no 'É' (U+00C9); near ones: 'é', 'E'". Returns false. */
bool vocab_lacks(const Vocab *v, uint32_t c, Err *err);

/* In files: u32 count, then a u32 for each token, little-endian. Bytes that it takes; write puts
 * them to out; read takes them from the first of len bytes, *used of them, and believes nothing. */
size_t vocab_bytes(const Vocab *v);
void   vocab_write(const Vocab *v, void *out);
bool   vocab_read(Vocab *v, const void *in, size_t len, size_t *used, Err *err);
#endif
