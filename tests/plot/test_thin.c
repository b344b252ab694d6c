/* Thinning keeps the first, last, lowest and highest point of each column, in order. */
#include "plot/thin.h"
#include "check_main.h"
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

enum { N = 100000, COLUMNS = 70 };

static double x[N], y[N];
static size_t keep[4 * COLUMNS + 1];

static size_t thinned(size_t n, double low, double high)
{
    keep[4 * COLUMNS] = 12345;
    size_t kept = thin_points(x, y, n, low, high, COLUMNS, keep);
    ck_assert_uint_le(kept, 4 * COLUMNS);
    ck_assert_uint_eq(keep[4 * COLUMNS], 12345);
    for (size_t k = 1; k < kept; k++)
        ck_assert_uint_gt(keep[k], keep[k - 1]);
    return kept;
}

static bool has(size_t n, size_t i)
{
    for (size_t k = 0; k < n; k++)
        if (keep[k] == i)
            return true;
    return false;
}

static void wave(void)
{
    for (int i = 0; i < N; i++) {
        x[i] = i;
        y[i] = sin(i * 0.001) + 0.1 * sin(i * 12.9898);
    }
}

START_TEST(spikes_stay)
{
    wave();
    y[31] = 50;
    y[77777] = -50;
    y[99998] = 49;
    size_t n = thinned(N, 0, N - 1);
    ck_assert(has(n, 31) && has(n, 77777) && has(n, 99998) && has(n, 0) && has(n, N - 1));
}
END_TEST

START_TEST(each_column_keeps_its_range)
{
    wave();
    size_t n = thinned(N, 0, N - 1);
    for (int c = 0; c < COLUMNS; c++) {
        double least = INFINITY, most = -INFINITY, kept_least = INFINITY, kept_most = -INFINITY;
        for (int i = 0; i < N; i++)
            if ((int)(x[i] * COLUMNS / (N - 1)) == c) {
                least = fmin(least, y[i]);
                most = fmax(most, y[i]);
            }
        for (size_t k = 0; k < n; k++)
            if ((int)(x[keep[k]] * COLUMNS / (N - 1)) == c) {
                kept_least = fmin(kept_least, y[keep[k]]);
                kept_most = fmax(kept_most, y[keep[k]]);
            }
        ck_assert_double_eq(least, kept_least);
        ck_assert_double_eq(most, kept_most);
    }
}
END_TEST

START_TEST(few_points_all_stay)
{
    wave();
    ck_assert_uint_eq(thinned(COLUMNS / 2, 0, COLUMNS / 2 - 1), COLUMNS / 2);
    ck_assert_uint_eq(thinned(1, 0, 0), 1);
    ck_assert_uint_eq(thinned(0, 0, 1), 0);
}
END_TEST

START_TEST(only_finite_points_within_the_range)
{
    wave();
    for (int i = 0; i < N; i += 2)
        y[i] = i % 4 ? NAN : INFINITY;
    size_t n = thinned(N, 1000, 2000);
    ck_assert_uint_gt(n, 100);
    for (size_t k = 0; k < n; k++)
        ck_assert(isfinite(y[keep[k]]) && x[keep[k]] >= 1000 && x[keep[k]] <= 2000);
}
END_TEST

START_TEST(the_narrowest_range_has_two_columns)
{
    x[0] = 0;
    x[1] = 5e-324;                          /* the smallest number above 0: columns / 5e-324 overflows */
    y[0] = y[1] = 1;
    ck_assert_uint_eq(thinned(2, 0, 5e-324), 2);
}
END_TEST

START_TEST(descending_x_does_not_overrun)
{
    for (int i = 0; i < N; i++) {
        x[i] = i * 7919 % 1000;
        y[i] = i;
    }
    thinned(N, 0, 1000);
    for (int i = 0; i < N; i++)
        x[i] = N - i;
    ck_assert_uint_gt(thinned(N, 0, N), 0);
}
END_TEST

CHECK_MAIN("thin", TEST(spikes_stay), TEST(each_column_keeps_its_range), TEST(few_points_all_stay),
           TEST(only_finite_points_within_the_range), TEST(the_narrowest_range_has_two_columns),
           TEST(descending_x_does_not_overrun))
