#ifndef BASE_HASH_BLAKE2B_H
#define BASE_HASH_BLAKE2B_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* BLAKE2b with a digest of 256 bits (RFC 7693; no key): a cryptographic hash, for what others check. The digest of a
 * file's bytes is what `b2sum -l 256 FILE` prints. */
typedef struct Digest {
    unsigned char b[32];
} Digest;

/* A text fed in pieces of any size. */
typedef struct Blake2b {
    uint64_t      h[8], len;                /* the chained state; bytes so far                    */
    size_t        held;
    unsigned char block[128];               /* the last `held` of them: a full block stays until  */
} Blake2b;                                  /* more follows, as the last one is hashed otherwise  */

/* blake2b_end may be called at any time and does not change the state. */
Blake2b blake2b_begin(void);
void    blake2b_add(Blake2b *s, const void *p, size_t n);
Digest  blake2b_end(const Blake2b *s);

/* Of n bytes at once. */
Digest blake2b_of(const void *p, size_t n);

enum { DIGEST_TEXT = 65 };

/* A digest as 64 hex digits in lower case, NUL-terminated; returns out. And back: false for any other text. */
const char *digest_text(const Digest *d, char out[DIGEST_TEXT]);
bool digest_read(Digest *d, const char *s, size_t n);

bool digest_equal(const Digest *a, const Digest *b);
#endif
