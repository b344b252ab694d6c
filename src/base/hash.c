#include "base/hash.h"
#include "base/bytes.h"
#include <pthread.h>

/* table[0] is the usual byte table. table[k] is the effect of a byte followed by k zero bytes, so that eight lookups,
 * combined by exclusive or, advance eight bytes. */
static uint32_t       table[8][256];
static pthread_once_t table_once = PTHREAD_ONCE_INIT;

static void make_table(void)
{
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t c = i;
        for (int bit = 0; bit < 8; bit++)
            c = c >> 1 ^ (c & 1 ? 0xedb88320u : 0);
        table[0][i] = c;
    }
    for (int k = 1; k < 8; k++)
        for (int i = 0; i < 256; i++)
            table[k][i] = table[k - 1][i] >> 8 ^ table[0][table[k - 1][i] & 0xff];
}

uint32_t hash_crc32(uint32_t crc, const void *p, size_t n)
{
    const unsigned char *b = p;
    (void)pthread_once(&table_once, make_table);
    crc = ~crc;
    for (; n >= 8; n -= 8, b += 8) {
        uint32_t lo = crc ^ load_u32(b), hi = load_u32(b + 4);
        crc = table[7][lo & 0xff] ^ table[6][lo >> 8 & 0xff] ^ table[5][lo >> 16 & 0xff] ^ table[4][lo >> 24] ^
              table[3][hi & 0xff] ^ table[2][hi >> 8 & 0xff] ^ table[1][hi >> 16 & 0xff] ^ table[0][hi >> 24];
    }
    while (n--)
        crc = crc >> 8 ^ table[0][(crc ^ *b++) & 0xff];
    return ~crc;
}

/* Invertible (odd multiplier, xor with the upper half), so two texts of equal length that differ in only one word never
 * collide. */
static uint64_t step(uint64_t h, uint64_t word)
{
    h = (h ^ word) * 0x9e3779b97f4a7c15u;
    return h ^ h >> 32;
}

Hash hash_begin(void) { return (Hash){ .h = 0x243f6a8885a308d3u }; }

void hash_add(Hash *s, const void *p, size_t n)
{
    const unsigned char *b = p;
    uint64_t             h = s->h;
    size_t               held = s->len % 8;
    s->len += n;
    for (; held && n; n--) {
        s->tail[held++] = *b++;
        if (held == 8) {
            h = step(h, load_u64(s->tail));
            held = 0;
        }
    }
    for (; n >= 8; n -= 8, b += 8)
        h = step(h, load_u64(b));
    for (size_t i = 0; i < n; i++)
        s->tail[i] = b[i];
    s->h = h;
}

/* Hashes the tail padded with zeros, then the length, which distinguishes padding from zeros in the text. */
uint64_t hash_end(const Hash *s)
{
    unsigned char last[8] = { 0 };
    memcpy(last, s->tail, s->len % 8);
    uint64_t h = step(step(s->h, load_u64(last)), s->len);
    return step(h, h >> 29);
}
