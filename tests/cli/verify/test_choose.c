#include "base/hash/blake2b.h"
#include "check_main.h"
#include "cli/verify/run.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STRETCHES = 400, FORGED = 20 };

/* A receipt of n stretches that can all be computed from step 0. */
static void make(VerifyRun *v, size_t n, uint64_t seed)
{
    ReceiptSegment *s = calloc(1, sizeof *s);
    s->n = n + 1;
    s->entries = calloc(s->n, sizeof *s->entries);
    for (size_t i = 0; i <= n; i++)
        s->entries[i].step = (long)i * 5;
    s->change = calloc(1, 1);
    *v = (VerifyRun){ .dir = "none", .seed = seed, .receipt = { s, 1 } };
}

static void drop(VerifyRun *v)
{
    free(v->stretches);
    receipt_free(&v->receipt);
}

/* The numbers that the texts give: of many stretches, 5 % forged. */
START_TEST(the_published_probabilities)
{
    ck_assert_double_eq_tol(verify_caught(1000000, 50000, 20), 0.6415, 1e-3);
    ck_assert_double_eq_tol(verify_caught(1000000, 50000, 60), 0.9539, 1e-3);
    ck_assert_double_eq_tol(verify_caught(10, 1, 3), 0.3, 1e-12);
    ck_assert_double_eq_tol(verify_caught(6, 2, 2), 0.6, 1e-12);
    ck_assert_double_eq(verify_caught(10, 1, 10), 1);
    ck_assert_double_eq(verify_caught(10, 3, 8), 1);
    ck_assert_double_eq(verify_caught(10, 0, 8), 0);
}
END_TEST

/* Forged stretches at the end of a run are caught as often as the formula says, and each stretch is as likely. */
START_TEST(as_often_as_the_formula_says)
{
    enum { SEEDS = 3000, K = 20 };
    int caught = 0, times[STRETCHES] = { 0 };
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        VerifyRun v;
        Err       err = { 0 };
        size_t    chosen = 0;
        bool      found = false;
        make(&v, STRETCHES, seed);
        ck_assert_msg(verify_choose(&v, K, &err), "%s", err.msg);
        ck_assert_uint_eq(v.n, STRETCHES);
        for (size_t i = 0; i < v.n; i++) {
            chosen += v.stretches[i].chosen;
            times[i] += v.stretches[i].chosen;
            found |= v.stretches[i].chosen && i >= STRETCHES - FORGED;
        }
        ck_assert_uint_eq(chosen, K);
        caught += found;
        drop(&v);
    }
    double p = verify_caught(STRETCHES, FORGED, K), deviation = sqrt(p * (1 - p) / SEEDS);
    ck_assert_double_eq_tol((double)caught / SEEDS, p, 4 * deviation);
    for (int i = 0; i < STRETCHES; i++)
        ck_assert_int_lt(abs(times[i] - SEEDS * K / STRETCHES), 62);        /* 150, deviation 12 */
}
END_TEST

START_TEST(all_when_there_are_no_more)
{
    VerifyRun v;
    Err       err = { 0 };
    make(&v, 7, 1);
    ck_assert(verify_choose(&v, 1000, &err));
    for (size_t i = 0; i < 7; i++)
        ck_assert(v.stretches[i].chosen && v.stretches[i].from == (long)i * 5 && v.stretches[i].to == (long)i * 5 + 5);
    drop(&v);
    make(&v, 0, 1);
    ck_assert(!verify_choose(&v, 1, &err));
    ck_assert_str_eq(err.msg, "the receipt has no step to recompute");
    drop(&v);
}
END_TEST

CHECK_MAIN("choose", TEST(the_published_probabilities), TEST(as_often_as_the_formula_says),
           TEST(all_when_there_are_no_more))
