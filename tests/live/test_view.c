/* A model looked at otherwise: softer, without positions, with a word masked. */
#include "live/watch_case.h"
#include "explain/sweep.h"

static void view(double factor, bool no_positions, const char *word)
{
    ck_assert_msg(live_watch_view(&c.w, factor, no_positions, word, word ? strlen(word) : 0, &c.err), "%s", c.err.msg);
    frame();
}

/* The losses of explain's sweep; hard rows are one-hot, and nothing pushes. */
START_TEST(softness_is_that_of_the_sweep)
{
    ExplainSweep sweep[SWEEP_ROWS];
    watch(_i);
    ck_assert(explain_sweep(&c.e, sweep));
    for (int r = 0; r + 1 < SWEEP_ROWS; r++) {
        view(sweep[r].factor, false, NULL);
        ck_assert_double_eq_tol(-log(c.w.frame.next[c.e.target]), sweep[r].loss, 1e-12);
    }
    view(INFINITY, false, NULL);
    for (int k = 0; k < L * H * N; k++) {
        int ones = 0;
        for (int j = 0; j <= k % N; j++) {
            double a = c.w.frame.weights[k * N + j];
            ck_assert(a == 0 || a == 1);
            ones += a == 1;
            ck_assert(c.w.frame.push[k * N + j] == 0);
        }
        ck_assert_int_eq(ones, 1);
    }
    LiveDerivation d;
    ck_assert(live_watch_derive(&c.w, (ExplainRow){ 1, 0, N - 1 }, 3, &d, &c.err) && d.key.ds == 0 && d.key.fd == 0);
    view(1, false, NULL);
    expect_frame(&c.e);
    c.err = (Err){ 0 };
    ck_assert(!live_watch_view(&c.w, 1e300, false, NULL, 0, &c.err));
    c.err = (Err){ 0 };
    ck_assert(!live_watch_view(&c.w, -1, false, NULL, 0, &c.err) && strstr(c.err.msg, "from 0 to 1000000"));
    end();
}
END_TEST

/* A word that is masked in the view has weight 0 exactly, as in explain's edit; positions off is another frame. */
START_TEST(a_masked_word_has_no_weight)
{
    bool   masked[N] = { [4] = true, [5] = true, [6] = true };
    double row[N + 1];
    watch(_i);
    view(1, false, "cat");
    double loss = -log(c.w.frame.next[c.e.target]);
    ExplainEdit d = { .kind = EDIT_MASK, .masked = masked };
    ck_assert_double_eq_tol(loss, explain_edit_make(&c.e, &d, row), 1e-12);
    for (int k = 0; k < L * H * N; k++)
        for (int j = 4; j < 7 && j < k % N; j++)
            ck_assert(c.w.frame.weights[k * N + j] == 0 && c.w.frame.push[k * N + j] == 0);
    view(1, true, NULL);
    ck_assert_double_gt(fabs(-log(c.w.frame.next[c.e.target]) - c.e.loss), 1e-6);
    c.err = (Err){ 0 };
    ck_assert(!live_watch_view(&c.w, 1, false, "\xc3\x89", 2, &c.err) && strstr(c.err.msg, "vocabulary has no"));
    end();
}
END_TEST

CHECK_MAIN("view", LOOP(softness_is_that_of_the_sweep, 0, 2), LOOP(a_masked_word_has_no_weight, 0, 2))
