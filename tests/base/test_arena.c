#include "base/arena.h"
#include "check_main.h"
#include <stdint.h>
#include <string.h>

START_TEST(pieces_are_aligned_and_disjoint)
{
    Err   err = { 0 };
    Arena a;
    ck_assert(arena_init(&a, 4096, &err));
    char *end = NULL;
    for (size_t n = 0; n < 70; n++) {
        char *p = arena_take(&a, n);
        if (!p)
            break;
        ck_assert_uint_eq((uintptr_t)p % 64, 0);
        ck_assert(p >= end);
        memset(p, 1, n);
        end = p + n;
    }
    ck_assert(end != NULL && end <= a.base + 4096);
    arena_free(&a);
    ck_assert_ptr_null(a.base);
}
END_TEST

START_TEST(a_full_arena_returns_null_and_is_unchanged)
{
    Err   err = { 0 };
    Arena a;
    ck_assert(arena_init(&a, 128, &err));
    ck_assert_ptr_nonnull(arena_take(&a, 64));
    ck_assert_ptr_null(arena_take(&a, 65));
    ck_assert_ptr_null(arena_take(&a, SIZE_MAX));
    ck_assert_ptr_null(arena_zeroed(&a, SIZE_MAX - 64));
    ck_assert_uint_eq(a.used, 64);
    ck_assert_ptr_nonnull(arena_take(&a, 64));
    ck_assert_ptr_null(arena_take(&a, 1));
    arena_free(&a);
}
END_TEST

/* The next aligned offset is past the end. */
START_TEST(full_with_an_odd_size)
{
    Err   err = { 0 };
    Arena a;
    ck_assert(arena_init(&a, 100, &err));
    ck_assert_ptr_nonnull(arena_take(&a, 100));
    ck_assert_ptr_null(arena_take(&a, 1));
    ck_assert_ptr_null(arena_take(&a, 0));
    arena_free(&a);
}
END_TEST

START_TEST(zeroed_is_zero_after_reuse)
{
    Err   err = { 0 };
    Arena a;
    ck_assert(arena_init(&a, 1024, &err));
    memset(arena_take(&a, 1024), 0xff, 1024);
    a.used   = 0;
    long *p = arena_new(&a, long, 100);
    for (int i = 0; i < 100; i++)
        ck_assert_int_eq(p[i], 0);
    arena_free(&a);
}
END_TEST

/* The counted size is exact: one byte less fails. */
START_TEST(counting_measures_the_size)
{
    static const size_t sizes[] = { 1, 0, 63, 64, 65, 1000, 3 };
    enum { N = sizeof sizes / sizeof *sizes };
    Err   err = { 0 };
    Arena count, real;
    arena_count(&count);
    for (int i = 0; i < N; i++)
        ck_assert_ptr_nonnull(arena_zeroed(&count, sizes[i]));
    for (size_t less = 0; less < 2; less++) {
        ck_assert(arena_init(&real, count.used - less, &err));
        for (int i = 0; i < N - 1; i++)
            ck_assert_ptr_nonnull(arena_zeroed(&real, sizes[i]));
        ck_assert_int_eq(arena_zeroed(&real, sizes[N - 1]) != NULL, less == 0);
        arena_free(&real);
    }
}
END_TEST

/* More memory than any machine has: an error, and nothing to free. */
START_TEST(too_large_a_block_is_an_error)
{
    static const size_t sizes[] = { SIZE_MAX, SIZE_MAX / 4 };
    Err   err = { 0 };
    Arena a;
    ck_assert(!arena_init(&a, sizes[_i], &err));
    ck_assert_ptr_nonnull(strstr(err.msg, "out of memory"));
    arena_free(&a);
}
END_TEST

/* A block of several huge pages whose size is not a multiple of one. */
START_TEST(large_block_is_usable_to_its_end)
{
    Err    err = { 0 };
    Arena  a;
    size_t size = ((size_t)5 << 20) + 64;
    ck_assert(arena_init(&a, size, &err));
    char *p = arena_take(&a, size);
    ck_assert_ptr_nonnull(p);
    p[0] = p[size - 1] = 1;
    ck_assert_ptr_null(arena_take(&a, 1));
    arena_free(&a);
}
END_TEST

CHECK_MAIN("arena", TEST(pieces_are_aligned_and_disjoint), TEST(a_full_arena_returns_null_and_is_unchanged),
           TEST(full_with_an_odd_size), TEST(zeroed_is_zero_after_reuse), TEST(counting_measures_the_size),
           LOOP(too_large_a_block_is_an_error, 0, 2), TEST(large_block_is_usable_to_its_end))
