#include "base/hash.h"
#include "check_main.h"
#include <string.h>

/* The definition: one bit at a time. */
static uint32_t crc_by_bits(const unsigned char *p, size_t n)
{
    uint32_t c = 0xffffffff;
    for (size_t i = 0; i < n; i++) {
        c ^= p[i];
        for (int bit = 0; bit < 8; bit++)
            c = c & 1 ? c >> 1 ^ 0xedb88320 : c >> 1;
    }
    return c ^ 0xffffffff;
}

static void fill(unsigned char *p, size_t n)
{
    uint32_t x = 1;
    for (size_t i = 0; i < n; i++) {
        x = x * 1664525 + 1013904223;
        p[i] = (unsigned char)(x >> 24);
    }
}

START_TEST(crc_of_published_values)
{
    ck_assert_uint_eq(hash_crc32(0, "123456789", 9), 0xcbf43926);
    ck_assert_uint_eq(hash_crc32(0, "a", 1), 0xe8b7be43);
    ck_assert_uint_eq(hash_crc32(0, "", 0), 0);
}
END_TEST

START_TEST(crc_is_the_definition_at_every_length_and_split)
{
    unsigned char b[80];
    fill(b, sizeof b);
    for (size_t n = 0; n <= sizeof b; n++) {
        uint32_t want = crc_by_bits(b, n);
        for (size_t cut = 0; cut <= n; cut++)
            ck_assert_uint_eq(hash_crc32(hash_crc32(0, b, cut), b + cut, n - cut), want);
    }
}
END_TEST

static uint64_t hash_of(const void *p, size_t n)
{
    Hash s = hash_begin();
    hash_add(&s, p, n);
    return hash_end(&s);
}

/* Stored in model files: another value would make the corpus of every old model look changed. */
START_TEST(hash_keeps_its_values)
{
    ck_assert_uint_eq(hash_of("", 0), 0x9ca4295ad0ed852u);
    ck_assert_uint_eq(hash_of("attention", 9), 0xfa9fde9b841a41bdu);
}
END_TEST

START_TEST(hash_does_not_depend_on_the_pieces)
{
    unsigned char b[61];
    fill(b, sizeof b);
    uint64_t want = hash_of(b, sizeof b);
    for (size_t i = 0; i <= sizeof b; i++)
        for (size_t j = i; j <= sizeof b; j++) {
            Hash s = hash_begin();
            hash_add(&s, b, i);
            (void)hash_end(&s);
            hash_add(&s, b + i, j - i);
            hash_add(&s, b + j, sizeof b - j);
            ck_assert_uint_eq(hash_end(&s), want);
        }
}
END_TEST

START_TEST(hash_sees_every_bit_and_the_length)
{
    unsigned char b[40];
    uint64_t      seen[40 * 8 + 40];
    size_t        n = 0;
    memset(b, 0, sizeof b);
    for (size_t len = 1; len <= sizeof b; len++)
        seen[n++] = hash_of(b, len);
    for (size_t bit = 0; bit < sizeof b * 8; bit++) {
        b[bit / 8] ^= (unsigned char)(1 << bit % 8);
        seen[n++] = hash_of(b, sizeof b);
        b[bit / 8] ^= (unsigned char)(1 << bit % 8);
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++)
            if (seen[i] == seen[j])
                ck_abort_msg("texts %zu and %zu have the same hash", i, j);
}
END_TEST

CHECK_MAIN("hash", TEST(crc_of_published_values), TEST(crc_is_the_definition_at_every_length_and_split),
           TEST(hash_keeps_its_values), TEST(hash_does_not_depend_on_the_pieces),
           TEST(hash_sees_every_bit_and_the_length))
