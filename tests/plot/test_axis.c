/* Axes: positions of values, few and round ticks, distinct labels. */
#include "plot/axis.h"
#include "check_main.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

static AxisTick ticks[AXIS_TICKS];

/* The labels, separated by blanks. */
static const char *labels(Axis a, int most)
{
    static char text[AXIS_TICKS * AXIS_LABEL];
    int n = axis_ticks(&a, most, ticks);
    text[0] = '\0';
    for (int i = 0; i < n; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", i ? " " : "", ticks[i].label);
    return text;
}

static const struct { Axis axis; int most; const char *labels; } cases[] = {
    { { 0, 10, false, AXIS_COUNT }, 6, "0 2 4 6 8 10" },
    { { 1.17, 4.29, false, AXIS_COUNT }, 6, "2 3 4" },
    { { 1.2, 1.9, false, AXIS_COUNT }, 8, "1.2 1.3 1.4 1.5 1.6 1.7 1.8 1.9" },
    { { -1, 1, false, AXIS_COUNT }, 5, "-1.0 -0.5 0.0 0.5 1.0" },
    { { 1, 1500, false, AXIS_COUNT }, 5, "500 1,000 1,500" },
    { { 0, 50000, false, AXIS_COUNT }, 6, "0 10k 20k 30k 40k 50k" },
    { { 0, 3e6, false, AXIS_COUNT }, 4, "0 1M 2M 3M" },
    { { 0, 0.01, false, AXIS_COUNT }, 3, "0.000 0.005 0.010" },
    { { 0, 100, false, AXIS_TIME }, 5, "0 s 30 s 1 m 00 s 1 m 30 s" },
    { { 0, 4000, false, AXIS_TIME }, 5, "0 s 15 m 30 m 45 m 1 h 00 m" },
    { { 0, 20000, false, AXIS_TIME }, 4, "0 s 2 h 00 m 4 h 00 m" },
    { { 0.01, 100, true, AXIS_COUNT }, 5, "0.01 0.1 1 10 100" },
    { { 0.9, 30, true, AXIS_COUNT }, 8, "1 2 5 10 20" },
    { { 1.5, 4.3, true, AXIS_COUNT }, 4, "2 3 4" },
    { { 1e-12, 1e12, true, AXIS_COUNT }, 4, "1e-12 1e-05 100 1G" },
};

START_TEST(ticks_are_round)
{
    ck_assert_str_eq(labels(cases[_i].axis, cases[_i].most), cases[_i].labels);
}
END_TEST

/* For any range: at most `most` ticks, none outside, ascending, with distinct labels. */
START_TEST(ticks_are_few_and_within)
{
    for (int e = -12; e <= 12; e++)
        for (int k = 1; k < 40; k++)
            for (int most = 2; most < 12; most++) {
                Axis a = { _i * 0.37 * pow(10, e), 0, false, k % 2 ? AXIS_COUNT : AXIS_TIME };
                a.high = a.low + k * 0.41 * pow(10, e);
                int n = axis_ticks(&a, most, ticks);
                ck_assert_int_ge(n, 0);
                ck_assert_int_le(n, most);
                for (int i = 0; i < n; i++) {
                    ck_assert(ticks[i].at >= a.low - 1e-6 * (a.high - a.low));
                    ck_assert(ticks[i].at <= a.high + 1e-6 * (a.high - a.low));
                    ck_assert(i == 0 || ticks[i].at > ticks[i - 1].at);
                    ck_assert(i == 0 || a.kind == AXIS_TIME || strcmp(ticks[i].label, ticks[i - 1].label) != 0);
                }
            }
}
END_TEST

START_TEST(a_range_holds_the_finite_values)
{
    Axis a = { .low = INFINITY, .high = -INFINITY };
    axis_settle(&a);
    ck_assert(a.low == 0 && a.high == 1);
    a = (Axis){ .low = INFINITY, .high = -INFINITY };
    axis_hold(&a, NAN);
    axis_hold(&a, INFINITY);
    axis_hold(&a, 3);
    axis_settle(&a);
    ck_assert(a.low < 3 && a.high > 3);
    ck_assert_double_eq_tol(axis_position(&a, 3), 0.5, 1e-12);
    a = (Axis){ .low = INFINITY, .high = -INFINITY, .log = true };
    axis_hold(&a, -1);
    axis_hold(&a, 0);
    axis_settle(&a);
    ck_assert(a.low > 0 && a.high > a.low);
    a = (Axis){ 1e10, nextafter(1e10, 2e10), true, AXIS_COUNT };    /* of equal logarithms */
    axis_settle(&a);
    ck_assert_double_eq_tol(axis_position(&a, 1e10), 0.5, 1e-12);
}
END_TEST

START_TEST(log_axis_spaces_ratios_equally)
{
    Axis a = { 1, 100, true, AXIS_COUNT };
    ck_assert_double_eq_tol(axis_position(&a, 10), 0.5, 1e-12);
    ck_assert_double_eq_tol(axis_position(&a, 1000), 1.5, 1e-12);
    ck_assert(isnan(axis_position(&a, 0)) && isnan(axis_position(&a, -3)));
}
END_TEST

START_TEST(far_positions_are_clamped)
{
    Axis a = { 0, 1, false, AXIS_COUNT }, narrow = { 0, 5e-324, false, AXIS_COUNT }, log = { 1, 2, true, AXIS_COUNT };
    ck_assert(axis_position(&a, 1.5) == 1.5 && axis_position(&a, 1e308) == 2 && axis_position(&a, -1e308) == -1);
    ck_assert(axis_position(&narrow, 0) == 0);
    ck_assert(axis_position(&narrow, 1e308) == 2 && axis_position(&narrow, -1e308) == -1);
    ck_assert(axis_position(&log, 1e308) == 2 && axis_position(&log, 1e-308) == -1);
}
END_TEST

START_TEST(numbers_are_readable)
{
    static const struct { double x; const char *whole, *value; } words[] = {
        { 0, "0", "0" }, { 999, "999", "999.00" }, { 1234567, "1,234,567", "1.23e+06" },
        { -12345, "-12,345", "-12345.00" }, { 1.7071, "2", "1.71" }, { 0.01234, "0", "0.0123" },
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        char text[AXIS_LABEL];
        axis_whole(words[i].x, text);
        ck_assert_str_eq(text, words[i].whole);
        axis_value(words[i].x, text);
        ck_assert_str_eq(text, words[i].value);
    }
}
END_TEST

CHECK_MAIN("axis", LOOP(ticks_are_round, 0, sizeof cases / sizeof *cases), LOOP(ticks_are_few_and_within, -3, 4),
           TEST(a_range_holds_the_finite_values), TEST(log_axis_spaces_ratios_equally), TEST(far_positions_are_clamped),
           TEST(numbers_are_readable))
