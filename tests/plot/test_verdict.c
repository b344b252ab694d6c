/* The verdict on a log: each kind, on synthetic curves. */
#include "plot/verdict.h"
#include "plot/smooth.h"
#include "check_main.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { STEPS = 1000, EVERY = 50 };

static double step[STEPS], epoch[STEPS], rate[STEPS], train[STEPS], val[STEPS], mean[STEPS];
static Run    run = { .n = STEPS, .ours = true, .column = { [RUN_STEP] = step, [RUN_TRAIN] = train, [RUN_VAL] = val } };

/* Training and validation losses that fall from 4.2 to 1.2; the former with noise. */
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
    Levels none = LEVELS_UNKNOWN;
    smooth_trailing(train, run.n, 20, mean);
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
    expect(judged(), VERDICT_OVERFITTING, "best 1.50 at step 450, rising since (2.05 at step 1,000) while the training "
           "loss keeps falling (1.29): overfitting");
    ck_assert_ptr_null(strstr(judged().text, "--"));        /* flags are the commands' */
    run.ours = false;
    expect(judged(), VERDICT_OVERFITTING, "overfitting");
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
    expect(judged(), VERDICT_WORSE, "and the training loss has not fallen (1.80): not overfitting");
}
END_TEST

START_TEST(level)
{
    falling(0.1);
    for (int i = 0; i < STEPS; i++) {
        train[i] = fmax(train[i], 1.9);
        val[i] = isfinite(val[i]) ? fmax(val[i], 2 + 0.001 * sin(i)) : NAN;
    }
    expect(judged(), VERDICT_LEVEL, "level since step 350");
    ck_assert(!judged().overfit);
    for (int i = 0; i < STEPS; i++)
        train[i] -= 1;
    expect(judged(), VERDICT_LEVEL, "the training loss is far below it (0.9): overfitting, though the validation loss "
           "has not risen");
    ck_assert(judged().overfit);
}
END_TEST

/* A rise within the noise of the evaluations does not count. */
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
    expect(judged(), VERDICT_NOT_FINITE, "the training loss is not finite since step 801; the best validation loss was "
           "1.37 at step 800");
    val[STEPS - 1] = 1.3;                   /* unless a finite validation loss follows */
    ck_assert_int_ne(judged().kind, VERDICT_NOT_FINITE);
    val[STEPS - 1] = NAN;
    train[900] = 1.4;                       /* or finite training losses */
    for (int i = 901; i < STEPS; i++)
        train[i] = 1.4;
    ck_assert_int_ne(judged().kind, VERDICT_NOT_FINITE);
}
END_TEST

START_TEST(a_loss_that_rises)
{
    falling(0.1);
    for (int i = 500; i < STEPS; i++)
        train[i] += (i - 500) * 0.005;
    expect(judged(), VERDICT_RISING, "the training loss rises, from 1.6");
}
END_TEST

START_TEST(little_is_known)
{
    falling(0.1);
    for (int i = 0; i < STEPS; i++)
        val[i] = NAN;
    expect(judged(), VERDICT_NO_VALIDATION, "without validation losses overfitting goes unseen");
    val[499] = 1.9;
    expect(judged(), VERDICT_EARLY, "1 evaluation, 1.90 at step 500: too few to see a trend");
    val[999] = 1.8;
    expect(judged(), VERDICT_EARLY, "2 evaluations, the better 1.80 at step 1,000: too few to see a trend");
    run.n = 0;
    expect(judged(), VERDICT_EMPTY, "no loss yet");
}
END_TEST

/* The curve of falling(0), raised: compared with the first baseline that it does not beat. */
static const struct {
    double       raised;
    VerdictLevel unbeaten;
    const char  *words;
} levels_of[] = {
    { 0, LEVEL_NONE, "falling at the end" },
    { 0.2, LEVEL_NGRAM, "; not yet better than an 11-gram model (1.45)" },
    { 0.6, LEVEL_TRIGRAM, "; not yet better than a trigram model (1.80)" },
    { 1.5, LEVEL_BIGRAM, "; not yet better than a bigram model (2.48)" },
    { 2.5, LEVEL_UNIGRAM, "; not yet better than a unigram model (3.35)" },
    { 3.5, LEVEL_UNIFORM, "; not yet better than a uniform model (4.17)" },
};
enum { LEVELS_OF = sizeof levels_of / sizeof *levels_of };

START_TEST(compared_with_counting)
{
    Levels levels = { 4.17, 3.35, 2.48, 1.80, 1.45, 11 };
    falling(0);
    for (int i = 0; i < STEPS; i++) {
        val[i] += levels_of[_i].raised;
        train[i] += levels_of[_i].raised;
    }
    smooth_trailing(train, run.n, 20, mean);
    Verdict v = verdict_of(&run, mean, &levels);
    expect(v, VERDICT_FALLING, levels_of[_i].words);
    ck_assert_int_eq(v.unbeaten, levels_of[_i].unbeaten);
    ck_assert(v.unbeaten || !strstr(v.text, "better"));
}
END_TEST

/* Losses that print alike are equal. */
START_TEST(equal_digits_are_equal)
{
    falling(0);
    double best = val[STEPS - 1];
    Levels levels = { NAN, NAN, NAN, floor(best * 100 + 0.5) / 100 + 0.0049, NAN, 0 };
    smooth_trailing(train, run.n, 20, mean);
    ck_assert_int_eq(verdict_of(&run, mean, &levels).unbeaten, LEVEL_TRIGRAM);
    levels.trigram += 0.01;
    ck_assert_int_eq(verdict_of(&run, mean, &levels).unbeaten, LEVEL_NONE);
    levels.ngram = levels.trigram - 0.01;
    levels.n = 9;
    Verdict v = verdict_of(&run, mean, &levels);
    ck_assert_int_eq(v.unbeaten, LEVEL_NGRAM);
    ck_assert_msg(strstr(v.text, "better than a 9-gram model"), "%s", v.text);
}
END_TEST

/* After a fall of 4 nats a rise of 0.003 is level, however low the best loss is. */
START_TEST(a_tiny_rise_is_level)
{
    falling(0);
    for (int i = 0; i < STEPS; i++) {
        train[i] = fmax(0.05, train[i] - 1.15);
        val[i] = i < 450 ? val[i] - 1.15 : isfinite(val[i]) ? 0.1 + (i == 499 ? 0 : 0.003) : NAN;
    }
    run.ours = false;
    expect(judged(), VERDICT_LEVEL, "best 0.1 at step 500, level since step 500");
    val[STEPS - 1] = val[STEPS - 51] = val[STEPS - 101] = 0.14;
    expect(judged(), VERDICT_OVERFITTING, "rising since (0.14");
}
END_TEST

START_TEST(diverged)
{
    falling(0.1);
    for (int i = 500; i < STEPS; i++)
        train[i] = 5.2;
    expect(judged(), VERDICT_DIVERGED, "diverged: the training loss is 5.20 at step 1,000, training started at 4.");
}
END_TEST

/* A few steps are judged by validation, which is measured after the last one. */
START_TEST(diverged_in_a_few_steps)
{
    falling(0);
    run.n = 3;
    val[2] = 4.9;
    expect(judged(), VERDICT_DIVERGED, "the validation loss is 4.90 at step 3, training started at 4.2");
    ck_assert_ptr_null(strstr(judged().text, "best"));
    val[2] = train[0] * 1.09;
    expect(judged(), VERDICT_EARLY, "1 evaluation, ");
}
END_TEST

/* A training loss far below validation is overfitting once the text was read, and not before. */
START_TEST(nothing_is_overfit_before_one_pass)
{
    falling(0);
    for (int i = 0; i < STEPS; i++) {
        val[i] += 1;
        epoch[i] = 0.66 * (i + 1) / STEPS;
    }
    run.column[RUN_EPOCH] = epoch;
    expect(judged(), VERDICT_OTHER_TEXT, "after 0.66 passes over the text: too soon to overfit");
    ck_assert(!judged().overfit);
    epoch[STEPS - 1] = 1;
    expect(judged(), VERDICT_FALLING, "overfitting, though the validation loss has not risen");
}
END_TEST

START_TEST(a_rate_of_0)
{
    falling(0);
    memset(rate, 0, sizeof rate);
    run.column[RUN_RATE] = rate;
    expect(judged(), VERDICT_NO_RATE, "the learning rate was 0 throughout");
    rate[3] = 1e-9;
    expect(judged(), VERDICT_FALLING, "best");
}
END_TEST

START_TEST(one_character)
{
    Levels levels = { 0, 0, 0, 0, NAN, 0 };
    falling(0);
    expect(verdict_of(&run, train, &levels), VERDICT_NOTHING, "the text repeats a single character");
}
END_TEST

/* Validation at `best` and at `end` from step 501 on; training falls from `start` to `last`. */
static void bend(double best, double end, double start, double last)
{
    falling(0);
    for (int i = 0; i < STEPS; i++) {
        train[i] = last + (start - last) * exp(-i * 0.02);
        val[i] = isnan(val[i]) ? NAN : i < 500 ? best : end;
    }
}

/* Both sides of each threshold. */
START_TEST(thresholds)
{
    bend(2, 2.02, 2.3, 1.9);                /* 1.2 % of the best loss */
    expect(judged(), VERDICT_LEVEL, "level");
    bend(2, 2.03, 2.3, 1.9);
    ck_assert_int_ne(judged().kind, VERDICT_LEVEL);
    bend(0.2, 0.208, 1, 0.19);              /* 0.01 nats, in train's own logs only */
    expect(judged(), VERDICT_LEVEL, "level");
    run.ours = false;
    ck_assert_int_ne(judged().kind, VERDICT_LEVEL);
    bend(2, 2, 2.3, 1.75);                  /* 15 % below */
    ck_assert(!judged().overfit);
    bend(2, 2, 2.3, 1.65);
    ck_assert(judged().overfit);
    bend(0.04, 0.04, 4, 0.04);
    expect(judged(), VERDICT_LEVEL, "level");
    run.ours = true;
    expect(judged(), VERDICT_SOLVED, "nearly every character");
    for (int i = 500; i < STEPS; i++)
        train[i] = 0.08;                    /* doubled, but by 1 % of the fall */
    expect(judged(), VERDICT_SOLVED, "nearly every character");
}
END_TEST

/* A dozen rows of another program are too few to call a rise divergence. */
START_TEST(few_rows_of_others_do_not_diverge)
{
    falling(0);
    run.n = 12;
    run.ours = false;
    for (int i = 0; i < 12; i++)
        train[i] = i < 6 ? 1 : 9;
    ck_assert_int_ne(judged().kind, VERDICT_DIVERGED);
}
END_TEST

START_TEST(validation_alone)
{
    falling(0);
    Levels none = LEVELS_UNKNOWN;
    run.column[RUN_TRAIN] = NULL;
    run.faults.epochs = true;
    for (int i = 500; i < STEPS; i++)
        val[i] += (i - 500) * 0.002;
    expect(verdict_of(&run, NULL, &none), VERDICT_WORSE, "best 1.66 at epoch 500, rising since (2.30 at epoch 1,000)");
}
END_TEST

CHECK_MAIN("verdict", TEST(a_run_that_falls), TEST(overfitting), TEST(worse_without_overfitting), TEST(level),
           TEST(noise_is_no_rise), TEST(not_finite), TEST(a_loss_that_rises), TEST(little_is_known),
           LOOP(compared_with_counting, 0, LEVELS_OF), TEST(equal_digits_are_equal), TEST(a_tiny_rise_is_level),
           TEST(diverged), TEST(diverged_in_a_few_steps), TEST(few_rows_of_others_do_not_diverge), TEST(thresholds),
           TEST(nothing_is_overfit_before_one_pass), TEST(a_rate_of_0), TEST(one_character),
           TEST(validation_alone))
