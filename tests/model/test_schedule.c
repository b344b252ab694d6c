/* The learning rate: linear warm-up, then cosine decay or linear decay at the end, within its bounds. */
#include "model/schedule.h"
#include "check_main.h"
#include <math.h>

static const Schedule s = { .lr = 1e-3, .min_lr = 1e-4, .warmup = 9 };

START_TEST(warm_up_is_linear_from_zero)
{
    for (long step = 1; step <= 9; step++)
        ck_assert_double_eq_tol(schedule_lr(&s, step, 0), 1e-4 * (double)step, 1e-15);
    ck_assert_double_eq_tol(schedule_lr(&s, 5, 0.9), 5e-4, 1e-15);      /* whatever fraction of the run is complete */
}
END_TEST

START_TEST(it_ends_at_the_minimum)
{
    ck_assert_double_eq_tol(schedule_lr(&s, 10, 0), 1e-3, 1e-15);
    ck_assert_double_eq_tol(schedule_lr(&s, 500, 0.5), 5.5e-4, 1e-15);
    ck_assert_double_eq_tol(schedule_lr(&s, 1000, 1), 1e-4, 1e-15);
    ck_assert_double_eq_tol(schedule_lr(&s, 11, -0.1), 1e-3, 1e-15);    /* the completed fraction may be out of range */
    ck_assert_double_eq_tol(schedule_lr(&s, 11, 1.1), 1e-4, 1e-15);
}
END_TEST

START_TEST(it_follows_the_cosine)
{
    double before = 1;
    for (int i = 0; i <= 100; i++) {
        double done = i / 100.0, want = 1e-4 + 9e-4 * (1 + cos(acos(-1) * done)) / 2;
        double lr = schedule_lr(&s, 50, done);
        ck_assert_double_eq_tol(lr, want, 1e-15);
        ck_assert_double_lt(lr, before);
        before = lr;
    }
}
END_TEST

START_TEST(linear_decay_over_the_last_fraction)
{
    Schedule line = { .lr = 1, .min_lr = 0.1, .warmup = 3, .kind = SCHEDULE_LINEAR, .cooldown = 0.4 };
    static const double rows[][2] = { { 0, 1 }, { 0.5, 1 }, { 0.6, 1 }, { 0.7, 0.775 }, { 0.8, 0.55 }, { 1, 0.1 },
        { 2, 0.1 } };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        ck_assert_double_eq_tol(schedule_lr(&line, 4, rows[i][0]), rows[i][1], 1e-15);
    ck_assert_double_eq(schedule_lr(&line, 3, 0.9), 0.75);
    line.cooldown = 0;
    ck_assert_double_eq(schedule_lr(&line, 4, 1), 1);
}
END_TEST

START_TEST(without_warm_up_it_starts_at_the_peak)
{
    Schedule at_once = { .lr = 2, .min_lr = 2, .warmup = 0 };
    ck_assert_double_eq(schedule_lr(&at_once, 1, 0), 2);
    ck_assert_double_eq_tol(schedule_lr(&at_once, 77, 0.3), 2, 1e-15);
}
END_TEST

CHECK_MAIN("schedule", TEST(warm_up_is_linear_from_zero), TEST(it_ends_at_the_minimum),
           TEST(it_follows_the_cosine), TEST(linear_decay_over_the_last_fraction),
           TEST(without_warm_up_it_starts_at_the_peak))
