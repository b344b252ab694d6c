#include "explain/example.h"
#include "check_main.h"
#include "explain/explain_model.h"

static void run(ExampleState *x, double *hand)
{
    Err err = { 0 };
    example_mix(example_weights, x, hand);
    ck_assert_msg(example_run(x, hand, &err), "%s", err.msg);
}

START_TEST(numbers_are_those_of_the_source)
{
    ExampleState x = example_start;
    double       hand[EXAMPLE_N], e1 = exp(1), e2 = exp(2), e5 = exp(5), all = e1 + e2 + e5;
    run(&x, hand);
    EXPLAIN_NEAR(hand[0], 0.2, 1e-15);
    EXPLAIN_NEAR(hand[1], 1.3, 1e-15);
    EXPLAIN_NEAR(hand[2], 0.6, 1e-15);
    ck_assert(x.s[0] == 1 && x.s[1] == 2 && x.s[2] == 5);
    EXPLAIN_NEAR(x.a[0], e1 / all, 1e-15);
    EXPLAIN_NEAR(x.a[1], e2 / all, 1e-15);
    EXPLAIN_NEAR(x.a[2], e5 / all, 1e-15);
    EXPLAIN_NEAR(x.o[0], (e1 - e2 + e5) / all, 1e-14);
    EXPLAIN_NEAR(x.o[1], (2 * e2 + e5) / all, 1e-14);
    EXPLAIN_NEAR(x.o[2], (e1 + e5) / all, 1e-14);
}
END_TEST

START_TEST(gradients_match_the_formulas)
{
    ExampleState x = example_start;
    double       hand[EXAMPLE_N], mean = 0, loss = 0;
    run(&x, hand);
    for (int d = 0; d < EXAMPLE_N; d++) {
        EXPLAIN_NEAR(x.g[d], x.o[d] - hand[d], 1e-14);
        mean += x.g[d] * x.o[d];
        loss += (x.o[d] - hand[d]) * (x.o[d] - hand[d]) / 2;
    }
    EXPLAIN_NEAR(x.loss, loss, 1e-14);
    for (int d = 0; d < EXAMPLE_N; d++) {
        double dq = 0;
        for (int j = 0; j < EXAMPLE_N; j++) {
            double da = x.g[0] * x.v[j][0] + x.g[1] * x.v[j][1] + x.g[2] * x.v[j][2];
            EXPLAIN_NEAR(x.ds[j], x.a[j] * (da - mean), 1e-14);
            EXPLAIN_NEAR(x.dk[j][d], x.ds[j] * x.q[d], 1e-14);
            EXPLAIN_NEAR(x.dv[j][d], x.a[j] * x.g[d], 1e-14);
            dq += x.ds[j] * x.k[j][d];
        }
        EXPLAIN_NEAR(x.dq[d], dq, 1e-14);
    }
}
END_TEST

START_TEST(a_step_lowers_the_loss)
{
    ExampleState x = example_start, y;
    double       hand[EXAMPLE_N], squares = 0;
    Err          err = { 0 };
    run(&x, hand);
    y = x;
    example_step(&y, 1e-6);
    ck_assert(example_run(&y, hand, &err));
    for (int d = 0; d < EXAMPLE_N; d++) {
        squares += x.dq[d] * x.dq[d];
        for (int j = 0; j < EXAMPLE_N; j++)
            squares += x.dk[j][d] * x.dk[j][d] + x.dv[j][d] * x.dv[j][d];
    }
    EXPLAIN_NEAR((y.loss - x.loss) / 1e-6, -squares, 1e-4);
}
END_TEST

CHECK_MAIN("explain_example", TEST(numbers_are_those_of_the_source),
           TEST(gradients_match_the_formulas), TEST(a_step_lowers_the_loss))
