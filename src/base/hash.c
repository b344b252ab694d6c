#include "base/hash.h"
#include "base/bytes.h"

/* The table of a step: entry i is the exclusive or of the constants of the bits set in i, because a CRC is linear. */
#define ENTRIES2(x, a)                   (x), (x) ^ (a)
#define ENTRIES4(x, a, b)                ENTRIES2(x, a), ENTRIES2((x) ^ (b), a)
#define ENTRIES8(x, a, b, c)             ENTRIES4(x, a, b), ENTRIES4((x) ^ (c), a, b)
#define ENTRIES16(x, a, b, c, d)         ENTRIES8(x, a, b, c), ENTRIES8((x) ^ (d), a, b, c)
#define ENTRIES32(x, a, b, c, d, e)      ENTRIES16(x, a, b, c, d), ENTRIES16((x) ^ (e), a, b, c, d)
#define ENTRIES64(x, a, b, c, d, e, f)   ENTRIES32(x, a, b, c, d, e), ENTRIES32((x) ^ (f), a, b, c, d, e)
#define ENTRIES128(x, a, b, c, d, e, f, g) ENTRIES64(x, a, b, c, d, e, f), ENTRIES64((x) ^ (g), a, b, c, d, e, f)
#define ENTRIES256(a, b, c, d, e, f, g, h) { ENTRIES128(0u, a, b, c, d, e, f, g), ENTRIES128(h, a, b, c, d, e, f, g) }

/* table[0] is the usual byte table. table[k] is the effect of a byte followed by k zero bytes, so that eight lookups,
 * combined by exclusive or, advance eight bytes. */
static const uint32_t table[8][256] = {
    ENTRIES256(0x77073096u, 0xee0e612cu, 0x076dc419u, 0x0edb8832u, 0x1db71064u, 0x3b6e20c8u, 0x76dc4190u, 0xedb88320u),
    ENTRIES256(0x191b3141u, 0x32366282u, 0x646cc504u, 0xc8d98a08u, 0x4ac21251u, 0x958424a2u, 0xf0794f05u, 0x3b83984bu),
    ENTRIES256(0x01c26a37u, 0x0384d46eu, 0x0709a8dcu, 0x0e1351b8u, 0x1c26a370u, 0x384d46e0u, 0x709a8dc0u, 0xe1351b80u),
    ENTRIES256(0xb8bc6765u, 0xaa09c88bu, 0x8f629757u, 0xc5b428efu, 0x5019579fu, 0xa032af3eu, 0x9b14583du, 0xed59b63bu),
    ENTRIES256(0x3d6029b0u, 0x7ac05360u, 0xf580a6c0u, 0x30704bc1u, 0x60e09782u, 0xc1c12f04u, 0x58f35849u, 0xb1e6b092u),
    ENTRIES256(0xcb5cd3a5u, 0x4dc8a10bu, 0x9b914216u, 0xec53826du, 0x03d6029bu, 0x07ac0536u, 0x0f580a6cu, 0x1eb014d8u),
    ENTRIES256(0xa6770bb4u, 0x979f1129u, 0xf44f2413u, 0x33ef4e67u, 0x67de9cceu, 0xcfbd399cu, 0x440b7579u, 0x8816eaf2u),
    ENTRIES256(0xccaa009eu, 0x4225077du, 0x844a0efau, 0xd3e51bb5u, 0x7cbb312bu, 0xf9766256u, 0x299dc2edu, 0x533b85dau),
};

uint32_t hash_crc32(uint32_t crc, const void *p, size_t n)
{
    const unsigned char *b = p;
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
