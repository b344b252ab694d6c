#include "explain/keys/spearman.h"
#include "check_main.h"
#include <math.h>

static void near(double x, double y) { ck_assert_msg(fabs(x - y) <= 1e-15, "%.17g, not %.17g", x, y); }

/* Worked by hand from rho = 1 - 6 sum d^2 / (n (n^2 - 1)), which holds without ties. */
START_TEST(without_ties_it_is_the_classic_formula)
{
    /* ranks 1..10 against 1 6 8 7 10 9 3 5 2 4: sum d^2 = 194, rho = 1 - 6 194 / 990 = -29/165 */
    static const double iq[] = { 86, 97, 99, 100, 101, 103, 106, 110, 112, 113 },
                        tv[] = { 0, 20, 28, 27, 50, 29, 7, 17, 6, 12 };
    near(explain_spearman(iq, tv, 10), -29.0 / 165);
    near(explain_spearman((double[]){ 1, 2, 3 }, (double[]){ 1, 3, 2 }, 3), 0.5);
    near(explain_spearman((double[]){ 3, 1 }, (double[]){ -1, 7 }, 2), -1);
}
END_TEST

/* Ranks 1 2.5 2.5 4 against 1 2 3 4: 4.5 / sqrt(4.5 5). */
START_TEST(equal_values_share_their_mean_rank)
{
    near(explain_spearman((double[]){ 1, 2, 2, 3 }, (double[]){ 1, 2, 3, 4 }, 4), 4.5 / sqrt(22.5));
    near(explain_spearman((double[]){ 0, 0, 0, 9 }, (double[]){ 5, 5, 5, 6 }, 4), 1);
    near(explain_spearman((double[]){ 0, 0, 9, 9 }, (double[]){ 0, 9, 0, 9 }, 4), 0);
}
END_TEST

START_TEST(only_the_order_matters)
{
    double x[9], y[9], bent[9];
    for (int i = 0; i < 9; i++) {
        x[i] = i * 7 % 9 - 4, y[i] = i * i % 7;
        bent[i] = exp(x[i]);
    }
    near(explain_spearman(bent, y, 9), explain_spearman(x, y, 9));
    near(explain_spearman(y, x, 9), explain_spearman(x, y, 9));
    for (int i = 0; i < 9; i++)
        bent[i] = -x[i];
    near(explain_spearman(bent, y, 9), -explain_spearman(x, y, 9));
    near(explain_spearman(x, bent, 9), -1);
    near(explain_spearman(x, x, 9), 1);
}
END_TEST

START_TEST(without_an_order_there_is_none)
{
    double one[] = { 1, 2 }, same[] = { 4, 4 };
    ck_assert(isnan(explain_spearman(one, one, 0)) && isnan(explain_spearman(one, one, 1)));
    ck_assert(isnan(explain_spearman(one, same, 2)) && isnan(explain_spearman(same, one, 2)));
}
END_TEST

CHECK_MAIN("explain_spearman", TEST(without_ties_it_is_the_classic_formula), TEST(equal_values_share_their_mean_rank),
           TEST(only_the_order_matters), TEST(without_an_order_there_is_none))
