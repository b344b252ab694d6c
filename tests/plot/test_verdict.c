/* What is said of a run: each kind of verdict for curves that are made to be of it. */
#include "plot/verdict.h"
#include "plot/smooth.h"
#include "check_main.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { STEPS = 1000, EVERY = 50 };

static double step[STEPS], train[STEPS], val[STEPS], mean[STEPS];
static Run    run = { .n = STEPS, .ours = true, .column = { [RUN_STEP] = step, [RUN_TRAIN] = train, [RUN_VAL] = val } };

/* Losses that fall from 4.2 to 1.2, and the same for validation, each with a given noise. */
static void falling(double noise)
{
    for (int i = 0; i < STEPS; i++) {
        step[i] = i + 1;
        train[i] = 1.2 + 3 * exp(-i * 0.004) + noise * sin(i * 12.9898);
        val[i] = (i + 1) % EVERY ? NAN : 1.25 + 3 * exp(-i * 0.004);
    }
}

static Verdict judged(void)
{
    Levels none = { NAN, NAN, NAN };
    smooth_average(train, run.n, 20, mean);
    return verdict_of(&run, mean, &none);
}

static void expect(Verdict v, VerdictKind kind, const char *words)
{
    ck_assert_msg(v.kind == kind && strstr(v.text, words), "%s: %s", verdict_word(v.kind), v.text);
}

START_TEST(a_run_that_falls)
{
    falling(0.3);
    Verdict v = judged();
    expect(v, VERDICT_FALLING, "best 1.31 at step 1,000, still falling at the end");
    ck_assert_uint_eq(v.best, STEPS - 1);
}
END_TEST

START_TEST(overfitting)
{
    falling(0.3);
    for (int i = EVERY - 1; i < STEPS; i += EVERY)
        val[i] = 1.5 + fabs(i - 449.0) / 1000;
    expect(judged(), VERDICT_OVERFITTING, "best 1.50 at step 450, rising since (2.05 at step 1,000) while the training loss falls on");
    ck_assert_ptr_nonnull(strstr(judged().text, "overfitting; stop there or raise --dropout"));
    run.ours = false;
    expect(judged(), VERDICT_OVERFITTING, "stop there or raise dropout");
}
END_TEST

START_TEST(worse_without_overfitting)
{
    falling(0);
    for (int i = 450; i < STEPS; i++) {
        train[i] = train[449] + (i - 449) * 0.0002;
        if (isfinite(val[i]))
            val[i] = val[449] + (i - 449) * 0.0004;
    }
    expect(judged(), VERDICT_WORSE, "not by learning by heart; lower --lr");
}
END_TEST

START_TEST(level)
{
    falling(0.1);
    for (int i = 0; i < STEPS; i++) {
        train[i] = fmax(train[i], 1.9);
        val[i] = isfinite(val[i]) ? fmax(val[i], 2 + 0.001 * sin(i)) : NAN;
    }
    expect(judged(), VERDICT_LEVEL, "level since step 350: more steps of this kind will bring little; a larger model may");
    for (int i = 0; i < STEPS; i++)
        train[i] -= 1;
    expect(judged(), VERDICT_LEVEL, "it knows the text it trains on far better");
}
END_TEST

/* Noise as large as the rise of the last evaluations is no rise. */
START_TEST(noise_is_no_rise)
{
    falling(0.1);
    for (int i = EVERY - 1, k = 0; i < STEPS; i += EVERY, k++)
        val[i] += k % 2 ? 0.1 : -0.1;
    val[STEPS - 1] += 0.02;
    Verdict v = judged();
    ck_assert_msg(v.kind == VERDICT_LEVEL || v.kind == VERDICT_FALLING, "%s", v.text);
}
END_TEST

START_TEST(not_finite)
{
    falling(0.1);
    for (int i = 800; i < STEPS; i++) {
        train[i] = INFINITY;
        val[i] = NAN;
    }
    expect(judged(), VERDICT_NOT_FINITE, "the loss stopped being a number at step 801: lower --lr, or --clip; the best was 1.37 at "
           "step 800");
    val[STEPS - 1] = 1.3;                   /* nor is it the end where a validation loss comes after it */
    ck_assert_int_ne(judged().kind, VERDICT_NOT_FINITE);
    val[STEPS - 1] = NAN;
    train[900] = 1.4;                       /* one among numbers is no end */
    for (int i = 901; i < STEPS; i++)
        train[i] = 1.4;
    ck_assert_int_ne(judged().kind, VERDICT_NOT_FINITE);
}
END_TEST

START_TEST(a_loss_that_rises)
{
    falling(0.1);
    for (int i = 500; i < STEPS; i++)
        train[i] += (i - 500) * 0.01;
    expect(judged(), VERDICT_RISING, "the learning rate is too high, lower --lr");
}
END_TEST

START_TEST(little_is_known)
{
    falling(0.1);
    for (int i = 0; i < STEPS; i++)
        val[i] = NAN;
    expect(judged(), VERDICT_NO_VALIDATION, "without validation losses nothing tells learning from learning by heart");
    val[499] = 1.9;
    expect(judged(), VERDICT_EARLY, "one evaluation so far, 1.90 at step 500");
    val[999] = 1.8;
    expect(judged(), VERDICT_EARLY, "two evaluations so far, the better one 1.80 at step 1,000");
    run.n = 0;
    expect(judged(), VERDICT_EMPTY, "no loss is in it yet");
}
END_TEST

START_TEST(compared_with_counting)
{
    Levels levels = { 4.17, 3.35, 2.48 };
    falling(0);
    smooth_average(train, run.n, 20, mean);
    ck_assert_ptr_null(strstr(verdict_of(&run, mean, &levels).text, "no better"));
    for (int i = 0; i < STEPS; i++)
        val[i] += 1.5;
    ck_assert_ptr_nonnull(strstr(verdict_of(&run, mean, &levels).text, "no better than knowing the character before (2.48)"));
    for (int i = 0; i < STEPS; i++)
        val[i] += 1;
    ck_assert_ptr_nonnull(strstr(verdict_of(&run, mean, &levels).text, "how often each character comes (3.35)"));
    for (int i = 0; i < STEPS; i++)
        val[i] += 1;
    ck_assert_ptr_nonnull(strstr(verdict_of(&run, mean, &levels).text, "guessing blindly (4.17)"));
}
END_TEST

START_TEST(validation_alone)
{
    falling(0);
    Levels none = { NAN, NAN, NAN };
    run.column[RUN_TRAIN] = NULL;
    run.faults.epochs = true;
    for (int i = 500; i < STEPS; i++)
        val[i] += (i - 500) * 0.002;
    expect(verdict_of(&run, NULL, &none), VERDICT_WORSE, "best 1.66 at epoch 500, rising since (2.30 at epoch 1,000): stop there");
}
END_TEST

CHECK_MAIN("verdict", TEST(a_run_that_falls), TEST(overfitting), TEST(worse_without_overfitting), TEST(level), TEST(noise_is_no_rise),
           TEST(not_finite), TEST(a_loss_that_rises), TEST(little_is_known), TEST(compared_with_counting), TEST(validation_alone))
