#ifndef CHECK_MAIN_H
#define CHECK_MAIN_H
#include <check.h>
#include <stdlib.h>

/* The main function of a test program, as a list of its tests:
 *     CHECK_MAIN("rng", TEST(same_bits_for_the_same_place), LOOP(uniform_stays_below_one, 0, 5))
 * A test is a START_TEST(name) … END_TEST; a LOOP runs once for each `_i` in from..to-1. Every run is a
 * separate process: tests share nothing, may crash, and have CHECK_SECONDS each. */
typedef struct CheckRow {
    const TTest *test;
    int          from, to;
} CheckRow;

enum { CHECK_SECONDS = 60 };

#define TEST(name)           { name, 0, 1 }
#define LOOP(name, from, to) { name, from, to }
#define CHECK_MAIN(suite, ...)                                                                     \
    int main(void)                                                                                 \
    {                                                                                              \
        const CheckRow check_rows[] = { __VA_ARGS__ };                                             \
        return check_run(suite, check_rows, sizeof check_rows / sizeof *check_rows);               \
    }

/* Runs the rows as one test case; returns 0 if none failed. */
static inline int check_run(const char *suite, const CheckRow *rows, size_t n)
{
    Suite *s     = suite_create(suite);
    TCase *tests = tcase_create(suite);
    tcase_set_timeout(tests, CHECK_SECONDS);
    for (size_t i = 0; i < n; i++)
        tcase_add_loop_test(tests, rows[i].test, rows[i].from, rows[i].to);
    suite_add_tcase(s, tests);
    SRunner *runner = srunner_create(s);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
#endif
