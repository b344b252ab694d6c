#include "base/buffer.h"
#include "base/bytes.h"
#include "base/size.h"
#include "check_main.h"

static void assert_bytes(const Buffer *b, const char *want, size_t n)
{
    ck_assert(!b->lost);
    ck_assert_uint_eq(b->len, n);
    ck_assert_mem_eq(b->p, want, n);
}

START_TEST(numbers_are_little_endian)
{
    Buffer b = { 0 };
    buffer_u8(&b, 1);
    buffer_u16(&b, 0x0302);
    buffer_u32(&b, 0x07060504);
    buffer_u64(&b, 0x0f0e0d0c0b0a0908);
    buffer_f32(&b, -2.0f);
    buffer_zeros(&b, 2);
    assert_bytes(&b, "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x00\x00\x00\xc0\x00\x00", 21);
    buffer_free(&b);
}
END_TEST

START_TEST(text)
{
    Buffer b = { 0 };
    buffer_print(&b, "%d,%s ", 7, "x");
    static const char want[] = "7,x ";
    assert_bytes(&b, want, sizeof want - 1);
    buffer_free(&b);
}
END_TEST

START_TEST(padding)
{
    Buffer b = { 0 };
    buffer_pad(&b, 32, 'x');
    ck_assert_uint_eq(b.len, 0);
    buffer_add(&b, "abc", 3);
    buffer_pad(&b, 8, '.');
    assert_bytes(&b, "abc.....", 8);
    buffer_pad(&b, 8, '.');
    ck_assert_uint_eq(b.len, 8);
    buffer_free(&b);
}
END_TEST

/* Many small pieces, across every reallocation. */
START_TEST(grows)
{
    Buffer b = { 0 };
    for (uint32_t i = 0; i < 100000; i++)
        buffer_u32(&b, i);
    ck_assert_uint_eq(b.len, 400000);
    for (uint32_t i = 0; i < 100000; i++)
        ck_assert_uint_eq(load_u32(b.p + 4 * i), i);
    buffer_free(&b);
}
END_TEST

START_TEST(reserved_room_does_not_move)
{
    Buffer b = { 0 };
    buffer_add(&b, "abc", 3);
    buffer_reserve(&b, 100000);
    const char *p = b.p;
    buffer_zeros(&b, 100000);
    ck_assert_ptr_eq(b.p, p);
    ck_assert_uint_eq(b.room, 100003);
    buffer_free(&b);
}
END_TEST

/* Running out of memory is remembered and reported. */
START_TEST(too_much)
{
    Buffer b = { 0 };
    Err    err = { 0 };
    buffer_add(&b, "abc", 3);
    ck_assert(buffer_whole(&b, &err));
    buffer_reserve(&b, UINT64_MAX - 2);
    ck_assert(b.lost);
    buffer_add(&b, "d", 1);
    buffer_u64(&b, 1);
    buffer_pad(&b, 64, ' ');
    ck_assert_uint_eq(b.len, 3);
    ck_assert(!buffer_whole(&b, &err));
    ck_assert_msg(strstr(err.msg, "out of memory") != NULL, "%s", err.msg);
    buffer_free(&b);
    buffer_reserve(&b, (uint64_t)1 << 62);
    ck_assert(b.lost);
    buffer_free(&b);
}
END_TEST

/* Checked size arithmetic on both sides of each limit. */
START_TEST(sizes)
{
    uint64_t x = 5;
    ck_assert(size_add(UINT64_MAX - 1, 1, &x) && x == UINT64_MAX);
    ck_assert(!size_add(UINT64_MAX, 1, &x) && !size_add(1, UINT64_MAX, &x) && x == UINT64_MAX);
    ck_assert(size_mul(UINT64_MAX, 1, &x) && x == UINT64_MAX && size_mul(0, UINT64_MAX, &x) && x == 0);
    ck_assert(size_mul(1ull << 32, (1ull << 32) - 1, &x) && !size_mul(1ull << 32, 1ull << 32, &x));
    ck_assert(!size_mul(2, 1ull << 63, &x) && !size_mul(3, UINT64_MAX / 3 + 1, &x));
    ck_assert(size_pad(0, 32, &x) && x == 0 && size_pad(1, 32, &x) && x == 32 && size_pad(32, 32, &x) && x == 32);
    ck_assert(size_pad(UINT64_MAX - 31, 32, &x) && x == UINT64_MAX - 31 && !size_pad(UINT64_MAX - 30, 32, &x));
}
END_TEST

CHECK_MAIN("buffer", TEST(numbers_are_little_endian), TEST(text), TEST(padding), TEST(grows),
           TEST(reserved_room_does_not_move), TEST(too_much), TEST(sizes))
