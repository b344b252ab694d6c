/* The moving average against its definition, without bias towards 0 at the start. */
#include "plot/smooth.h"
#include "check_main.h"
#include <math.h>

enum { N = 200 };

static double wave(int i) { return 2 + sin(i * 0.7) + 0.01 * i; }

/* The definition: sum_k beta^(t-k) x_k / sum_k beta^(t-k), over finite x_k. */
static double direct(const double *x, int t, double window)
{
    double sum = 0, weights = 0, beta = 1 - 1 / window;
    for (int k = 0; k <= t; k++) {
        if (!isfinite(x[k]))
            continue;
        int newer = 0;
        for (int j = k + 1; j <= t; j++)
            newer += isfinite(x[j]);
        sum += pow(beta, newer) * x[k];
        weights += pow(beta, newer);
    }
    return sum / weights;
}

START_TEST(it_is_the_weighted_mean)
{
    static const double windows[] = { 1.5, 2, 10, 100, 1e6 };
    double x[N], y[N];
    for (int i = 0; i < N; i++)
        x[i] = i % 7 == 3 ? NAN : i == 50 ? INFINITY : wave(i);
    smooth_average(x, N, windows[_i], y);
    for (int i = 0; i < N; i++)
        if (isfinite(x[i]))
            ck_assert_double_eq_tol(y[i], direct(x, i, windows[_i]), 1e-9);
        else
            ck_assert(isnan(y[i]));
}
END_TEST

START_TEST(a_constant_stays_constant)
{
    double x[N], y[N];
    for (int i = 0; i < N; i++)
        x[i] = 4.25;
    smooth_average(x, N, 30, y);
    for (int i = 0; i < N; i++)
        ck_assert_double_eq_tol(y[i], 4.25, 1e-12);
}
END_TEST

START_TEST(a_window_of_one_changes_nothing)
{
    double x[N], y[N];
    for (int i = 0; i < N; i++)
        x[i] = wave(i);
    smooth_average(x, N, 1, y);
    for (int i = 0; i < N; i++)
        ck_assert_double_eq(y[i], x[i]);
    smooth_average(x, 0, 5, y);
}
END_TEST

START_TEST(windows_grow_with_the_rows)
{
    ck_assert_double_eq(smooth_window(0), 1);
    ck_assert_double_eq(smooth_window(99), 1);
    ck_assert_double_eq(smooth_window(1500), 30);
    ck_assert_double_eq(smooth_window(1000000), 20000);
}
END_TEST

CHECK_MAIN("smooth", LOOP(it_is_the_weighted_mean, 0, 5), TEST(a_constant_stays_constant),
           TEST(a_window_of_one_changes_nothing), TEST(windows_grow_with_the_rows))
