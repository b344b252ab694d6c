#include "explain/cause/verdict.h"
#include "base/rng.h"
#include "check_main.h"
#include <math.h>
#include <string.h>

enum { MOST = 8 };

/* Measures written by hand: word k at 4k to 4k+2, all of them with no effect; the last one ends the prompt. */
typedef struct Hand {
    ExplainCause c;
    CauseUnit    units[MOST];
    CauseFound   found[MOST];
} Hand;

/* A trial with D = odds whose two answers together have that probability, and other tokens less than B. */
static CauseTrial trial(double odds, double together)
{
    double p = together / (1 + exp(-odds));
    return (CauseTrial){ odds, odds, p, together - p };
}

static void lay(Hand *h, int n, double odds)
{
    *h = (Hand){ .c = { .now = trial(odds, 0.99), .n = n, .words = n, .last = n - 1 } };
    h->c.units = h->units;
    h->c.found = h->found;
    for (int k = 0; k < n; k++) {
        CauseTrial x = trial(odds, 0.99);
        h->units[k] = (CauseUnit){ { true, 4 * k, 4 * k + 2 }, x, x, x, odds, odds, 3, 0 };
    }
}

/* Unit k costs that much, deleted and replaced. */
static CauseUnit *costs(Hand *h, int k, double deleted, double replaced)
{
    CauseUnit *u = &h->units[k];
    u->deleted = trial(h->c.now.odds - deleted, 0.99);
    u->replaced = trial(h->c.now.odds - replaced, 0.99);
    return u;
}

static void is(const Hand *h, int k, CauseRole role, int side)
{
    int got;
    ck_assert_msg(cause_role(&h->c, k, &got) == role, "%d, not %d", (int)cause_role(&h->c, k, &got), (int)role);
    ck_assert(role == CAUSE_NONE || got == side);
}

static const double e = 1e-9;

/* D = 6: what leaves less than ln 2 decides, and both ways must agree. */
START_TEST(a_cause_takes_the_lead_deleted_and_replaced)
{
    Hand h;
    lay(&h, 3, 6);
    double edge = 6 - CAUSE_LEAST;
    costs(&h, 0, edge + e, 9);
    is(&h, 0, CAUSE_DECIDES, 1);
    costs(&h, 0, 9, edge + e);
    is(&h, 0, CAUSE_DECIDES, 1);
    costs(&h, 0, edge - e, 9);
    is(&h, 0, CAUSE_SUPPORTS, 1);
    costs(&h, 0, 3 + e, 3 + e);
    is(&h, 0, CAUSE_SUPPORTS, 1);
    costs(&h, 0, 3 - e, 9);
    is(&h, 0, CAUSE_NONE, 1);
    costs(&h, 0, 9, 3 - e);
    is(&h, 0, CAUSE_NONE, 1);
    costs(&h, 0, 9, -9);
    is(&h, 0, CAUSE_NONE, 1);
    costs(&h, 0, -3 - e, -3 - e);
    is(&h, 0, CAUSE_SUPPORTS, -1);
}
END_TEST

/* The target is behind: the words that hold it back decide, those for it support. */
START_TEST(for_an_unlikely_target_the_rival_leads)
{
    Hand h;
    lay(&h, 3, -6);
    costs(&h, 0, -7, -5.5);
    is(&h, 0, CAUSE_DECIDES, -1);
    costs(&h, 0, -3.1, -4);
    is(&h, 0, CAUSE_SUPPORTS, -1);
    costs(&h, 0, 3.1, 4);
    is(&h, 0, CAUSE_SUPPORTS, 1);
    costs(&h, 0, 2.9, 4);
    is(&h, 0, CAUSE_NONE, 1);
}
END_TEST

/* A lead below ln 2: a change below ln 2 is no cause, even if it flips the answer. */
START_TEST(a_narrow_lead_is_only_tipped)
{
    Hand h;
    lay(&h, 3, 0.3);
    costs(&h, 0, CAUSE_LEAST - e, 5);
    is(&h, 0, CAUSE_TIPS, 1);
    costs(&h, 0, CAUSE_LEAST + e, CAUSE_LEAST + e);
    is(&h, 0, CAUSE_DECIDES, 1);
    costs(&h, 0, 0.31, 0.29);
    is(&h, 0, CAUSE_NONE, 1);
    lay(&h, 3, -0.3);
    costs(&h, 0, -0.31, -0.4);
    is(&h, 0, CAUSE_TIPS, -1);
}
END_TEST

START_TEST(a_measure_for_the_other_side_disputes_a_cause)
{
    Hand h;
    lay(&h, 3, 4);
    CauseUnit *u = costs(&h, 0, 5, 6);
    u->masked.odds = 4 + 2 - e;
    u->integrated = -2 + e;
    is(&h, 0, CAUSE_DECIDES, 1);
    u->masked.odds = 4 + 2 + e;
    is(&h, 0, CAUSE_DISPUTED, 1);
    u->masked.odds = NAN;
    is(&h, 0, CAUSE_DECIDES, 1);
    u->integrated = -2 - e;
    is(&h, 0, CAUSE_DISPUTED, 1);
    u = costs(&h, 1, 2.1, 2.1);
    is(&h, 1, CAUSE_SUPPORTS, 1);
    u->integrated = -2 - e;
    is(&h, 1, CAUSE_NONE, 1);
}
END_TEST

/* "gar" leaves d and a: without it neither comes, whatever their odds do. */
START_TEST(what_a_third_answer_replaces_limits)
{
    Hand h;
    lay(&h, 3, 4);
    CauseUnit *u = costs(&h, 2, 9, 0);
    u->deleted = trial(-5, 0.49);
    is(&h, 2, CAUSE_LIMITS, 1);
    u->deleted = trial(4, 0.4951);
    is(&h, 2, CAUSE_NONE, 1);
    u = costs(&h, 0, 9, 0);             /* not the last: its replacement must too */
    u->deleted = trial(-5, 0.49);
    is(&h, 0, CAUSE_NONE, 1);
    u->replaced = trial(-5, 0.49);
    is(&h, 0, CAUSE_LIMITS, 1);
    u = costs(&h, 1, 0, 0);             /* a third token leads, though A and B keep most */
    u->deleted.margin = u->replaced.margin = -0.1;
    is(&h, 1, CAUSE_LIMITS, 1);
    u->replaced.margin = 0.1;
    is(&h, 1, CAUSE_NONE, 1);
}
END_TEST

START_TEST(what_was_not_tried_has_no_role)
{
    Hand h;
    lay(&h, 3, 4);
    costs(&h, 0, 9, 9)->replaced = (CauseTrial){ NAN, NAN, NAN, NAN };
    is(&h, 0, CAUSE_NONE, 1);
    costs(&h, 0, 9, 9)->deleted = (CauseTrial){ NAN, NAN, NAN, NAN };
    is(&h, 0, CAUSE_NONE, 1);
}
END_TEST

START_TEST(findings_are_ordered_and_characters_of_a_cause_left_out)
{
    Hand h;
    lay(&h, 7, 6);
    costs(&h, 0, 4, 4);                 /* supports */
    costs(&h, 1, 7, 8);                 /* decides */
    costs(&h, 2, 9, 8.5);               /* decides, stronger */
    costs(&h, 3, 2, 2.5);               /* none: closest */
    costs(&h, 4, 2.4, 1);
    h.c.words = 5;
    h.units[5] = (CauseUnit){ { false, 9, 9 }, trial(-9, 0.99), trial(-9, 0.99), trial(6, 0.99), 0, 0, 3, 0 };
    h.units[6] = h.units[5];            /* a character of word 3, which has no role */
    h.units[6].at = (CauseSpan){ false, 13, 13 };
    h.c.last = 4;
    cause_verdict(&h.c);
    static const CauseFound want[] = { { 6, CAUSE_DECIDES, 1, 15 }, { 2, CAUSE_DECIDES, 1, 8.5 },
                                       { 1, CAUSE_DECIDES, 1, 7 }, { 0, CAUSE_SUPPORTS, 1, 4 } };
    ck_assert_int_eq(h.c.n_found, 4);
    for (int k = 0; k < 4; k++) {
        ck_assert_int_eq(h.c.found[k].unit, want[k].unit);
        ck_assert_int_eq(h.c.found[k].role, want[k].role);
        ck_assert_int_eq(h.c.found[k].side, want[k].side);
        ck_assert(fabs(h.c.found[k].strength - want[k].strength) < 1e-12);
    }
    ck_assert_int_eq(h.c.closest, 3);
    h.c.last = 3;                       /* the last word is not an earlier one */
    cause_verdict(&h.c);
    ck_assert_int_eq(h.c.closest, 4);
}
END_TEST

static double number(int i, double size) { return size * (2 * rng_uniform(11, 0, (uint64_t)i) - 1); }

/* For any numbers: nothing that costs less than ln 2 is a cause, and nothing that flips the answer is passed over. */
START_TEST(no_numbers_break_the_promise)
{
    enum { TIMES = 200000 };
    int roles[CAUSE_DISPUTED + 1] = { 0 };
    for (int i = 0; i < TIMES; i++) {
        Hand h;
        int  at = 16 * i, side;
        double size = i % 3 ? 6 : 1.5;
        lay(&h, 2, number(at, size));
        CauseUnit *u = costs(&h, 0, number(at + 1, 2 * size), number(at + 2, 2 * size));
        u->deleted.margin = fmin(u->deleted.odds, number(at + 3, size) + 3);
        u->replaced.margin = fmin(u->replaced.odds, number(at + 4, size) + 3);
        u->masked.odds = number(at + 5, size);
        u->integrated = number(at + 6, size);
        CauseRole role = cause_role(&h.c, 0, &side);
        double    D = h.c.now.odds, deleted = side * (D - u->deleted.odds), replaced = side * (D - u->replaced.odds);
        bool      flips = D < 0 ? u->deleted.odds > 0 && u->replaced.odds > 0
                                : u->deleted.margin < 0 && u->replaced.margin < 0;
        roles[role]++;
        if (role == CAUSE_DECIDES || role == CAUSE_SUPPORTS)
            ck_assert(deleted >= CAUSE_LEAST && replaced >= CAUSE_LEAST);
        ck_assert(!flips || role != CAUSE_NONE);
        ck_assert(!flips || fabs(D) < CAUSE_LEAST || role != CAUSE_TIPS);
    }
    for (int r = CAUSE_NONE; r <= CAUSE_DISPUTED; r++)
        ck_assert_msg(roles[r] > TIMES / 1000, "role %d: %d times", r, roles[r]);
}
END_TEST

CHECK_MAIN("cause_verdict", TEST(a_cause_takes_the_lead_deleted_and_replaced),
           TEST(for_an_unlikely_target_the_rival_leads), TEST(a_narrow_lead_is_only_tipped),
           TEST(a_measure_for_the_other_side_disputes_a_cause), TEST(what_a_third_answer_replaces_limits),
           TEST(what_was_not_tried_has_no_role), TEST(findings_are_ordered_and_characters_of_a_cause_left_out),
           TEST(no_numbers_break_the_promise))
