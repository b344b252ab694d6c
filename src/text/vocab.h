#ifndef TEXT_VOCAB_H
#define TEXT_VOCAB_H
#include "base/err.h"
#include "base/text.h"
#include <stddef.h>
#include <stdint.h>

/* The characters of a model. A token is a character of base/text.h: a code point, or a raw byte, for invalid bytes and
 * for the UTF-8 of characters beyond the cap. Tokens are numbered by code point, then bytes by value. */
typedef struct Vocab {
    int       n;
    uint32_t *chars;                        /* (n), ascending                                       */
    uint32_t *ids;                          /* (VOCAB_SLOTS) by vocab_slot: token number + 1, or 0  */
} Vocab;

enum { VOCAB_MAX = 65536, VOCAB_CAP = 512, VOCAB_SLOTS = 0x110000 + 256 };

/* Index of a character in a table of all characters. */
static inline size_t vocab_slot(uint32_t c) { return c & TEXT_RAW ? TEXT_POINTS + (c & 0xff) : c; }

/* Makes the vocabulary of the characters that occur, from their counts (VOCAB_SLOTS) by vocab_slot. Beyond `cap`
 * tokens, the rarest characters (of ties, the higher code point) are replaced by their UTF-8 bytes, as few as needed;
 * ASCII always stays. False if that does not fit (never for cap >= 256), for no characters, and for a cap outside 1
 * .. VOCAB_MAX. */
bool vocab_from_counts(Vocab *v, const uint64_t *counts, int cap, Err *err);

/* From n tokens in ascending order, copied. False when one is not a character or out of order, or n is not from 1
 * to VOCAB_MAX. */
bool vocab_from_tokens(Vocab *v, const uint32_t *tokens, size_t n, Err *err);

void vocab_free(Vocab *v);

/* The token of a character, or -1. */
static inline int vocab_find(const Vocab *v, uint32_t c) { return (int)v->ids[vocab_slot(c)] - 1; }

/* Writes the tokens of a character, itself or its bytes, to ids; returns their number, 0 if the vocabulary lacks it. */
int vocab_char(const Vocab *v, uint32_t c, int ids[TEXT_ENCODED]);

/* Writes the tokens of the text from *at to ids (room for len - *at) until the end or a character that the vocabulary
 * lacks, and sets *at to that position. Returns the number of tokens. To skip the character: text_decode at *at, add
 * its length, call again. */
size_t vocab_encode(const Vocab *v, const char *text, size_t len, size_t *at, int *ids);

/* All tokens of a text, in a malloc'd array of *n that the caller frees. A character that the vocabulary lacks is an
 * error that says which and where or, if skipped is not NULL, is skipped and counted there. NULL on error. */
int *vocab_tokens(const Vocab *v, const char *text, size_t len, size_t *n, size_t *skipped, Err *err);

/* Writes the bytes of token id in [0,n) to out; returns their number. A byte token is not a whole character. */
int vocab_decode(const Vocab *v, int id, char out[TEXT_ENCODED]);

/* Can the text have been UTF-8? Not if bytes of its own occur that no UTF-8 has, or more that begin characters of
 * several bytes than continue them: then they are letters of another encoding, such as Latin-1. */
bool vocab_utf8(const Vocab *v);

/* Reports that c is missing, and similar characters (other case, same base letter, neighbours):
 * "the vocabulary has no 'É' (U+00C9); closest: 'é', 'E'". Returns false. */
bool vocab_lacks(const Vocab *v, uint32_t c, Err *err);

/* In files: u32 count, then a u32 for each token, little-endian. The size in bytes; writing to out; reading *used of
 * len bytes, as untrusted input. */
size_t vocab_bytes(const Vocab *v);
void   vocab_write(const Vocab *v, void *out);
bool   vocab_read(Vocab *v, const void *in, size_t len, size_t *used, Err *err);
#endif
