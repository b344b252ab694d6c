/* Both moving averages against their definitions, over finite values. */
#include "plot/smooth.h"
#include "check_main.h"
#include <math.h>

enum { N = 200 };

static double wave(int i) { return 2 + sin(i * 0.7) + 0.01 * i; }

/* The definition: the mean of the finite x within `half` finite values of the t-th. */
static double direct(const double *x, int t, int half)
{
    double sum = x[t];
    int    n = 1;
    for (int way = -1; way <= 1; way += 2)
        for (int k = t + way, left = half; k >= 0 && k < N && left > 0; k += way)
            if (isfinite(x[k])) {
                sum += x[k];
                n++;
                left--;
            }
    return sum / n;
}

START_TEST(it_is_the_mean_of_its_window)
{
    static const int windows[] = { 1, 3, 11, 101, 1000001 };
    double x[N], y[N];
    for (int i = 0; i < N; i++)
        x[i] = i % 7 == 3 ? NAN : i == 50 ? INFINITY : wave(i);
    smooth_centred(x, N, windows[_i], y);
    for (int i = 0; i < N; i++)
        if (isfinite(x[i]))
            ck_assert_double_eq_tol(y[i], direct(x, i, windows[_i] / 2), 1e-12);
        else
            ck_assert(isnan(y[i]));
}
END_TEST

/* The definition: sum_k beta^(t-k) x_k / sum_k beta^(t-k), over finite x_k. */
static double trailing(const double *x, int t, double window)
{
    double sum = 0, weights = 0, weight = 1;
    for (int k = t; k >= 0; k--)
        if (isfinite(x[k])) {
            sum += weight * x[k];
            weights += weight;
            weight *= 1 - 1 / window;
        }
    return sum / weights;
}

START_TEST(the_trailing_one_is_the_weighted_mean)
{
    static const double windows[] = { 1.5, 2, 10, 100, 1e6 };
    double x[N], y[N];
    for (int i = 0; i < N; i++)
        x[i] = i % 7 == 3 ? NAN : i == 50 ? INFINITY : wave(i);
    smooth_trailing(x, N, windows[_i], y);
    for (int i = 0; i < N; i++)
        if (isfinite(x[i]))
            ck_assert_double_eq_tol(y[i], trailing(x, i, windows[_i]), 1e-9);
        else
            ck_assert(isnan(y[i]));
}
END_TEST

START_TEST(it_does_not_lag)
{
    double x[N], y[N];
    for (int i = 0; i < N; i++)
        x[i] = 7 - 0.03 * i;
    smooth_centred(x, N, 21, y);
    for (int i = 10; i < N - 10; i++)
        ck_assert_double_eq_tol(y[i], x[i], 1e-12);
    ck_assert_double_eq_tol(y[0], x[5], 1e-12);                 /* the window's other half: 0 to 10 */
    ck_assert_double_eq_tol(y[N - 1], x[N - 6], 1e-12);
}
END_TEST

/* A running sum must not carry a spike's rounding along. */
START_TEST(a_spike_leaves_no_trace)
{
    double x[N], y[N];
    for (int i = 0; i < N; i++)
        x[i] = i == 40 ? 1e15 : wave(i);
    smooth_centred(x, N, 9, y);
    for (int i = 60; i < N; i++)
        ck_assert_double_eq_tol(y[i], direct(x, i, 4), 1e-12);
}
END_TEST

START_TEST(a_constant_stays_constant)
{
    double x[N], y[N];
    for (int i = 0; i < N; i++)
        x[i] = 4.25;
    smooth_centred(x, N, 30, y);
    for (int i = 0; i < N; i++)
        ck_assert_double_eq_tol(y[i], 4.25, 1e-12);
}
END_TEST

START_TEST(a_window_of_one_changes_nothing)
{
    double x[N], y[N];
    for (int i = 0; i < N; i++)
        x[i] = wave(i);
    smooth_centred(x, N, 1, y);
    for (int i = 0; i < N; i++)
        ck_assert_double_eq(y[i], x[i]);
    smooth_centred(x, 0, 5, y);
}
END_TEST

START_TEST(windows_grow_with_the_values)
{
    ck_assert_double_eq(smooth_window(0), 1);
    ck_assert_double_eq(smooth_window(99), 1);
    ck_assert_double_eq(smooth_window(1500), 30);
    ck_assert_double_eq(smooth_window(1000000), 20000);
    ck_assert_double_eq(smooth_odd(1.9), 1);
    ck_assert_double_eq(smooth_odd(2), 3);
    ck_assert_double_eq(smooth_odd(31), 31);
}
END_TEST

CHECK_MAIN("smooth", LOOP(it_is_the_mean_of_its_window, 0, 5), TEST(it_does_not_lag), TEST(a_spike_leaves_no_trace),
           LOOP(the_trailing_one_is_the_weighted_mean, 0, 5), TEST(a_constant_stays_constant),
           TEST(a_window_of_one_changes_nothing), TEST(windows_grow_with_the_values))
