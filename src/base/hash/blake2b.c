#include "base/hash/blake2b.h"
#include "base/bytes.h"

enum { BLOCK = 128, BYTES = 32 };

/* RFC 7693, sections 2.6 and 2.7: the initialization vector, SHA-512's, and the order of message words by round; the
 * last two rounds repeat the first two. */
static const uint64_t start[8] = {
    0x6a09e667f3bcc908u, 0xbb67ae8584caa73bu, 0x3c6ef372fe94f82bu, 0xa54ff53a5f1d36f1u,
    0x510e527fade682d1u, 0x9b05688c2b3e6c1fu, 0x1f83d9abfb41bd6bu, 0x5be0cd19137e2179u,
};

static const unsigned char order[10][16] = {
    { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 }, { 14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3 },
    { 11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4 }, { 7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8 },
    { 9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13 }, { 2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9 },
    { 12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11 }, { 13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10 },
    { 6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5 }, { 10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0 },
};

static uint64_t turn(uint64_t x, int n) { return x >> n | x << (64 - n); }

/* Section 3.1. */
static inline void mix(uint64_t *a, uint64_t *b, uint64_t *c, uint64_t *d, uint64_t x, uint64_t y)
{
    *a += *b + x;
    *d = turn(*d ^ *a, 32);
    *c += *d;
    *b = turn(*b ^ *c, 24);
    *a += *b + y;
    *d = turn(*d ^ *a, 16);
    *c += *d;
    *b = turn(*b ^ *c, 63);
}

static inline __attribute__((always_inline)) void round_of(uint64_t v[16], const uint64_t m[16],
                                                           const unsigned char s[16])
{
    mix(&v[0], &v[4], &v[8], &v[12], m[s[0]], m[s[1]]);
    mix(&v[1], &v[5], &v[9], &v[13], m[s[2]], m[s[3]]);
    mix(&v[2], &v[6], &v[10], &v[14], m[s[4]], m[s[5]]);
    mix(&v[3], &v[7], &v[11], &v[15], m[s[6]], m[s[7]]);
    mix(&v[0], &v[5], &v[10], &v[15], m[s[8]], m[s[9]]);
    mix(&v[1], &v[6], &v[11], &v[12], m[s[10]], m[s[11]]);
    mix(&v[2], &v[7], &v[8], &v[13], m[s[12]], m[s[13]]);
    mix(&v[3], &v[4], &v[9], &v[14], m[s[14]], m[s[15]]);
}

/* One after the other: with `order` known to the compiler, 1.6 times as fast as a loop. */
static void rounds(uint64_t v[16], const uint64_t m[16])
{
    round_of(v, m, order[0]);
    round_of(v, m, order[1]);
    round_of(v, m, order[2]);
    round_of(v, m, order[3]);
    round_of(v, m, order[4]);
    round_of(v, m, order[5]);
    round_of(v, m, order[6]);
    round_of(v, m, order[7]);
    round_of(v, m, order[8]);
    round_of(v, m, order[9]);
    round_of(v, m, order[0]);
    round_of(v, m, order[1]);
}

/* Section 3.2, for texts of less than 2^64 bytes; `len` counts the bytes up to the end of this block. */
static void compress(uint64_t h[8], const unsigned char *block, uint64_t len, bool last)
{
    uint64_t v[16], m[16];
    for (int i = 0; i < 16; i++) {
        m[i] = load_u64(block + 8 * i);
        v[i] = i < 8 ? h[i] : start[i - 8];
    }
    v[12] ^= len;
    v[14] = last ? ~v[14] : v[14];
    rounds(v, m);
    for (int i = 0; i < 8; i++)
        h[i] ^= v[i] ^ v[i + 8];
}

Blake2b blake2b_begin(void)
{
    Blake2b s = { 0 };
    memcpy(s.h, start, sizeof start);
    s.h[0] ^= 0x01010000 ^ BYTES;           /* section 2.5: depth and fan-out 1, no key, the digest's length */
    return s;
}

void blake2b_add(Blake2b *s, const void *p, size_t n)
{
    const unsigned char *b = p;
    while (n > 0) {
        if (s->held == BLOCK) {
            compress(s->h, s->block, s->len, false);
            s->held = 0;
        }
        for (; s->held == 0 && n > BLOCK; n -= BLOCK, b += BLOCK)
            compress(s->h, b, s->len += BLOCK, false);
        size_t take = n < BLOCK - s->held ? n : BLOCK - s->held;
        memcpy(s->block + s->held, b, take);
        s->held += take;
        s->len += take;
        b += take;
        n -= take;
    }
}

Digest blake2b_end(const Blake2b *s)
{
    uint64_t      h[8];
    unsigned char block[BLOCK] = { 0 };
    Digest        d;
    memcpy(h, s->h, sizeof h);
    memcpy(block, s->block, s->held);
    compress(h, block, s->len, true);
    for (int i = 0; i < BYTES / 8; i++)
        store_u64(d.b + 8 * i, h[i]);
    return d;
}

Digest blake2b_of(const void *p, size_t n)
{
    Blake2b s = blake2b_begin();
    blake2b_add(&s, p, n);
    return blake2b_end(&s);
}

const char *digest_text(const Digest *d, char out[DIGEST_TEXT])
{
    static const char hex[] = "0123456789abcdef";
    for (int i = 0; i < BYTES; i++) {
        out[2 * i] = hex[d->b[i] >> 4];
        out[2 * i + 1] = hex[d->b[i] & 15];
    }
    out[2 * BYTES] = '\0';
    return out;
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool digest_read(Digest *d, const char *s, size_t n)
{
    if (n != 2 * BYTES)
        return false;
    for (int i = 0; i < BYTES; i++) {
        int high = hex_digit(s[2 * i]), low = hex_digit(s[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        d->b[i] = (unsigned char)(high << 4 | low);
    }
    return true;
}

bool digest_equal(const Digest *a, const Digest *b) { return memcmp(a, b, sizeof *a) == 0; }
