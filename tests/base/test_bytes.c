#include "base/bytes.h"
#include "check_main.h"
#include <math.h>

START_TEST(little_endian_at_any_address)
{
    unsigned char b[9] = { 0, 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef };
    ck_assert_uint_eq(load_u16(b + 1), 0x2301);
    ck_assert_uint_eq(load_u32(b + 1), 0x67452301);
    ck_assert_uint_eq(load_u64(b + 1), 0xefcdab8967452301u);
    ck_assert_uint_eq(load_u32(b + 5), 0xefcdab89);
    unsigned char out[9] = { 0 };
    store_u64(out + 1, 0xefcdab8967452301u);
    ck_assert_mem_eq(out, b, 9);
    store_u32(out + 1, 0x11223344);
    ck_assert_mem_eq(out, "\0\x44\x33\x22\x11\x89\xab\xcd\xef", 9);
    store_u16(out + 7, 0xfedc);
    ck_assert_mem_eq(out, "\0\x44\x33\x22\x11\x89\xab\xdc\xfe", 9);
}
END_TEST

START_TEST(floating_point_by_its_bits)
{
    unsigned char b[8];
    store_f32(b, -1.5f);
    ck_assert_mem_eq(b, "\x00\x00\xc0\xbf", 4);
    ck_assert(load_f32(b) == -1.5f);
    store_f64(b, -1.5);
    ck_assert_mem_eq(b, "\0\0\0\0\0\0\xf8\xbf", 8);
    ck_assert(load_f64(b) == -1.5);
    store_u32(b, 0x7fc12345);
    float x = load_f32(b);
    ck_assert(isnan(x));
    store_f32(b, x);
    ck_assert_uint_eq(load_u32(b), 0x7fc12345);
}
END_TEST

CHECK_MAIN("bytes", TEST(little_endian_at_any_address), TEST(floating_point_by_its_bits))
