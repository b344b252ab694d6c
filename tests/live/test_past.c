/* Snapshots: what is kept, found and restored; and a word's positions. */
#include "live/live_case.h"
#include "live/hide.h"
#include "model/recipe.h"

static LiveSession s;
static Err err;

/* Every snapshot holds the numbers of its step, whichever were dropped. */
START_TEST(snapshots_are_those_of_their_steps)
{
    double   given[SETTINGS];
    float    first[41];
    LiveStep step;
    live_given(given);
    given[SETTING_steps] = 40;
    s = (LiveSession){ .past = (size_t)_i << 17 };
    ck_assert(live_session_begin(&s, live_text(), given, RECIPE_FAST, &err));
    LiveRun  *r = s.run[0];
    LivePast *past = &r->past;
    first[0] = (float)r->trainer.gpt.params.val[0];
    do {
        ck_assert(live_run_advance(r, &step, &err));
        first[step.step] = (float)r->trainer.gpt.params.val[0];
    } while (!step.done);
    ck_assert_uint_le(live_past_bytes(past), _i ? (size_t)_i << 17 : 96u << 20);
    ck_assert_uint_ge(past->n, past->room < 41 ? past->room / 2 : 41);
    for (size_t i = 0; i < past->n; i++) {
        long at = past->kept[i].state.step;
        ck_assert_int_eq(at, (long)i * past->every);
        ck_assert(past->kept[i].numbers[0] == first[at]);
    }
    for (long at = 0; at <= 40; at++) {
        const LiveSnapshot *x = live_past_at(past, at);
        ck_assert(x && x->state.step <= at && (x->state.step > at - past->every || x == &past->kept[past->n - 1]));
    }
    ck_assert(live_past_at(past, -5) == &past->kept[0]);
    live_session_close(&s);
}
END_TEST

START_TEST(a_word_is_found_where_it_stands)
{
    const int text[] = { 1, 1, 1, 2, 1, 1, 1, 2, 2, 1 }, word[] = { 1, 1 };
    bool      hidden[10], all[] = { 1, 1, 1, 0, 1, 1, 1, 0, 0, 0 }, in_fives[] = { 1, 1, 1, 0, 0, 1, 1, 0, 0, 0 };
    live_hide(text, 10, 10, word, 2, hidden);
    ck_assert(memcmp(hidden, all, sizeof all) == 0);
    live_hide(text, 10, 5, word, 2, hidden);
    ck_assert(memcmp(hidden, in_fives, sizeof in_fives) == 0);
    live_hide(text, 10, 5, word, 0, hidden);
    for (int i = 0; i < 10; i++)
        ck_assert(!hidden[i]);
}
END_TEST

CHECK_MAIN("past", LOOP(snapshots_are_those_of_their_steps, 0, 5), TEST(a_word_is_found_where_it_stands))
