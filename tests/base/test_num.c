/* Compared with libm, within the error bounds of base/num.h. */
#include "base/num.h"
#include "check_main.h"
#include <math.h>

enum { MANY = 200000 };

static double relative(double got, double want) { return got == want ? 0 : fabs(got - want) / fabs(want); }

START_TEST(exp_is_within_its_error_bound)
{
    for (int i = 0; i <= MANY; i++) {
        double x = -708 + (double)i * (1417.0 / MANY);
        if (x > -708)
            ck_assert_msg(relative(num_exp(x), exp(x)) < 1e-15, "exp(%.17g) = %.17g", x, num_exp(x));
    }
}
END_TEST

START_TEST(exp_at_its_edges)
{
    ck_assert(num_exp(0) == 1);
    ck_assert(num_exp(-708) == 0);
    ck_assert(num_exp(-HUGE_VAL) == 0);
    ck_assert(num_exp(709) < HUGE_VAL);
    ck_assert(num_exp(709.001) == HUGE_VAL);
    ck_assert(num_exp(HUGE_VAL) == HUGE_VAL);
    ck_assert(isnan(num_exp(NAN)));
}
END_TEST

START_TEST(log_is_within_its_error_bound)
{
    for (int i = 0; i <= MANY; i++) {
        double x = exp(-700 + (double)i * (1400.0 / MANY)), near = 0.5 + (double)i * (1.5 / MANY);
        ck_assert_msg(relative(num_log(x), log(x)) < 1e-15, "log(%.17g) = %.17g", x, num_log(x));
        ck_assert_msg(relative(num_log(near), log(near)) < 1e-15, "log(%.17g) = %.17g", near, num_log(near));
    }
}
END_TEST

START_TEST(log_at_its_edges)
{
    ck_assert(num_log(1) == 0);
    ck_assert(num_log(0) == -HUGE_VAL);
    ck_assert(num_log(HUGE_VAL) == HUGE_VAL);
    ck_assert(isnan(num_log(-1)));
    ck_assert(isnan(num_log(NAN)));
    ck_assert(relative(num_log(0x1p-1074), log(0x1p-1074)) < 1e-15);
}
END_TEST

START_TEST(cos_is_within_its_error_bound)
{
    for (int i = -MANY; i <= MANY; i++) {
        double t = (double)i * (3.0 / MANY), want = cos(6.2831853071795865 * (t - floor(t)));
        ck_assert_msg(fabs(num_cos_turns(t) - want) < 1e-15, "cos_turns(%.17g) = %.17g", t, num_cos_turns(t));
    }
}
END_TEST

START_TEST(cos_of_quarter_turns_is_exact)
{
    static const double want[] = { 1, 0, -1, 0 };
    for (int i = -8; i <= 8; i++)
        ck_assert(num_cos_turns(i / 4.0) == want[(i + 8) % 4]);
    ck_assert(num_cos_turns(1e300) == 1);
}
END_TEST

START_TEST(pow_by_squaring)
{
    ck_assert(num_pow(3, 0) == 1);
    ck_assert(num_pow(0, 0) == 1);
    ck_assert(num_pow(-2, 5) == -32);
    ck_assert(num_pow(3, 20) == 3486784401.0);
    ck_assert(relative(num_pow(0.999, 100000), pow(0.999, 100000)) < 1e-12);
    ck_assert(num_pow(0.5, 1ull << 40) == 0);
}
END_TEST

/* Recorded bits: a library or compiler that yields others would change trained models. */
START_TEST(bits_are_fixed)
{
    const struct {
        double got, want;
    } rows[] = {
        { num_exp(1), 0x1.5bf0a8b14576ap+1 },         { num_exp(-20.25), 0x1.b93de1e27ca3bp-30 },
        { num_log(10), 0x1.26bb1bbb55515p+1 },        { num_log(1e-30), -0x1.144f69ff9ffc4p+6 },
        { num_cos_turns(0.1), 0x1.9e3779b97f4a8p-1 }, { num_cos_turns(0.2), 0x1.3c6ef372fe94ep-2 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        ck_assert_msg(rows[i].got == rows[i].want, "row %zu: %a", i, rows[i].got);
}
END_TEST

CHECK_MAIN("num", TEST(exp_is_within_its_error_bound), TEST(exp_at_its_edges), TEST(log_is_within_its_error_bound),
           TEST(log_at_its_edges), TEST(cos_is_within_its_error_bound), TEST(cos_of_quarter_turns_is_exact),
           TEST(pow_by_squaring), TEST(bits_are_fixed))
