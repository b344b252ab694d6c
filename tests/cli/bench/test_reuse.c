#include "cli/bench/reuse.h"
#include "check_main.h"

enum { A = 0, B = 100, C = 300, D = 600 };  /* tensors of 100, 200, 300 and 400 bytes */

static Reuse reuse;
static char  memory[1000];

static size_t touch(int at, int bytes) { return reuse_touch(&reuse, memory + at, (size_t)bytes); }

static void touch_all(void)
{
    reuse.n = 0;
    touch(A, 100), touch(B, 200), touch(C, 300), touch(D, 400);
}

START_TEST(first_time_counts_all_there_was)
{
    reuse.n = 0;
    ck_assert_uint_eq(touch(A, 100), 100);
    ck_assert_uint_eq(touch(B, 200), 300);
}
END_TEST

START_TEST(distance_counts_each_tensor_once)
{
    touch_all();
    ck_assert_uint_eq(touch(D, 400), 400);
    ck_assert_uint_eq(touch(C, 300), 700);
    ck_assert_uint_eq(touch(C, 300), 300);
    ck_assert_uint_eq(touch(A, 100), 1000);
    ck_assert_uint_eq(touch(C, 300), 400);
    ck_assert_int_eq(reuse.n, 4);
}
END_TEST

/* A tensor in memory of others counts from the most recent of them; what it leaves of them stays where it was. */
START_TEST(memory_is_used_for_other_tensors)
{
    touch_all();
    ck_assert_uint_eq(touch(B + 100, 200), 400 + 200);      /* half of B and a third of C */
    ck_assert_uint_eq(touch(C + 100, 200), 200 + 400 + 200);
    ck_assert_uint_eq(touch(B, 100), 100 + 200 + 200 + 400);
    ck_assert_uint_eq(touch(A, 1000), 1000);
    ck_assert_int_eq(reuse.n, 1);
}
END_TEST

START_TEST(the_oldest_are_forgotten)
{
    static char many[5000];
    reuse.n = 0;
    for (int i = 0; i < 5000; i++)
        reuse_touch(&reuse, many + i, 1);
    ck_assert_uint_eq(reuse_touch(&reuse, many + 4999, 1), 1);
    ck_assert_uint_eq(reuse_touch(&reuse, many + 4000, 1), 1000);
    ck_assert_uint_eq((size_t)reuse.n, sizeof reuse.stack / sizeof *reuse.stack);
}
END_TEST

CHECK_MAIN("reuse", TEST(first_time_counts_all_there_was), TEST(distance_counts_each_tensor_once),
           TEST(memory_is_used_for_other_tensors), TEST(the_oldest_are_forgotten))
