#ifndef BASE_HASH_H
#define BASE_HASH_H
#include <stddef.h>
#include <stdint.h>

/* CRC-32 (IEEE 802.3, as in zip and PNG: reflected polynomial 0xedb88320), continued over n more bytes from `crc`, 0
 * to start. The CRC of "123456789" is 0xcbf43926. Detects every error burst of up to 32 bits. Eight bytes a step:
 * Kounavis and Berry 2008, "slicing-by-8". */
uint32_t hash_crc32(uint32_t crc, const void *p, size_t n);

/* A 64-bit fingerprint of a text, fed in pieces of any size, to tell corpora apart; not cryptographic. The same on
 * every host; stored in model files. */
typedef struct Hash {
    uint64_t      h, len;
    unsigned char tail[8];                  /* the last len mod 8 bytes */
} Hash;

/* hash_end may be called at any time and does not change the state. */
Hash     hash_begin(void);
void     hash_add(Hash *s, const void *p, size_t n);
uint64_t hash_end(const Hash *s);
#endif
