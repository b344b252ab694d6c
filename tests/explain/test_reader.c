#include "check_main.h"
#include "explain/edit.h"
#include "explain/explain_model.h"
#include "explain/keys/keys.h"

/* A mask for one head, or one row of it: EDIT_MASK's heads and rows; and the head that reads the masked characters. */

static double change_of(Explain *e, const bool *masked, const bool *heads, const bool *rows)
{
    ExplainLossChange c;
    ExplainEdit       d = { .kind = EDIT_MASK, .masked = masked, .heads = heads, .rows = rows };
    EXPLAIN_UNCHANGED(e, explain_edit(e, &d, &c));
    return c.actual;
}

START_TEST(a_mask_for_all_heads_and_rows_is_a_mask)
{
    ExplainModel m;
    bool         masked[16] = { true, false, true }, all[16];
    memset(all, true, sizeof all);
    explain_begin(&m, _i);
    double whole = change_of(&m.e, masked, NULL, NULL);
    ck_assert(whole == change_of(&m.e, masked, all, all));
    ck_assert(whole == change_of(&m.e, masked, all, NULL));
    ck_assert(whole != 0);
    explain_end(&m);
}
END_TEST

/* explain_keys masks one key of one row by itself. */
START_TEST(a_mask_for_one_row_is_that_of_its_key)
{
    ExplainModel m;
    ExplainKeys  k;
    explain_begin(&m, _i);
    for (int h = 0; h < m.e.L * m.e.H; h++)
        for (int i = 1; i < m.T; i++) {
            bool heads[16] = { false }, rows[16] = { false };
            heads[h] = rows[i] = true;
            ck_assert(explain_keys(&m.e, (ExplainRow){ h / m.e.H, h % m.e.H, i }, &k));
            for (int j = 0; j < i; j++) {
                bool masked[16] = { false };
                masked[j] = true;
                EXPLAIN_NEAR(change_of(&m.e, masked, heads, rows), k.keys[j].masked, 1e-12);
            }
        }
    explain_end(&m);
}
END_TEST

/* The gradient's prediction agrees with a mask that is made a little. */
START_TEST(its_first_order_adds_up_over_heads_and_rows)
{
    ExplainModel      m;
    ExplainLossChange c;
    bool              masked[16] = { true, false, true };
    explain_begin(&m, _i);
    ck_assert(explain_edit(&m.e, &(ExplainEdit){ .kind = EDIT_MASK, .masked = masked }, &c));
    double whole = c.first, sum = 0;
    for (int h = 0; h < m.e.L * m.e.H; h++)
        for (int i = 0; i < m.T; i++) {
            bool heads[16] = { false }, rows[16] = { false };
            heads[h] = rows[i] = true;
            ck_assert(explain_edit(&m.e, &(ExplainEdit){ .kind = EDIT_MASK, .masked = masked, .heads = heads,
                                                         .rows = rows }, &c));
            sum += c.first;
        }
    EXPLAIN_NEAR(sum, whole, 1e-12);
    ck_assert(fabs(whole) > 1e-9);
    explain_end(&m);
}
END_TEST

/* The head, then its row, by trying all. */
START_TEST(the_reader_has_the_largest_effect)
{
    ExplainModel m;
    ExplainRow   at;
    double       change, most = 0;
    bool         masked[16] = { false, true };
    int          head = -1, row = -1;
    explain_begin(&m, _i);
    EXPLAIN_UNCHANGED(&m.e, explain_edit_reader(&m.e, masked, &at, &change));
    for (int h = 0; h < m.e.L * m.e.H; h++) {
        bool heads[16] = { false };
        heads[h] = true;
        double x = change_of(&m.e, masked, heads, NULL);
        if (fabs(x) > fabs(most))
            most = x, head = h;
    }
    ck_assert(change == most);
    ck_assert_int_eq(at.layer * m.e.H + at.head, head);
    most = 0;
    for (int i = 2; i < m.T; i++) {
        bool heads[16] = { false }, rows[16] = { false };
        heads[head] = rows[i] = true;
        double x = change_of(&m.e, masked, heads, rows);
        if (fabs(x) > fabs(most))
            most = x, row = i;
    }
    ck_assert_int_eq(at.row, row);
    explain_end(&m);
}
END_TEST

/* One head after another, in one row and in all. */
START_TEST(readings_are_those_of_single_heads)
{
    ExplainModel m;
    bool         masked[16] = { false, true }, last[16] = { false };
    double       change[16];
    explain_begin(&m, _i);
    last[m.T - 1] = true;
    for (int some = 0; some < 2; some++) {
        const bool *rows = some ? last : NULL;
        EXPLAIN_UNCHANGED(&m.e, explain_edit_readings(&m.e, masked, rows, change));
        for (int h = 0; h < m.e.L * m.e.H; h++) {
            bool heads[16] = { false };
            heads[h] = true;
            ck_assert(change[h] == change_of(&m.e, masked, heads, rows));
        }
    }
    ck_assert(!explain_edit_readings(&m.e, (bool[16]){ false }, NULL, change));
    explain_end(&m);
}
END_TEST

START_TEST(a_reader_of_nothing_is_refused)
{
    ExplainModel m;
    ExplainRow   at;
    double       change;
    explain_begin(&m, 0);
    ck_assert(!explain_edit_reader(&m.e, (bool[16]){ false }, &at, &change));
    ck_assert_msg(strstr(m.e.err.msg, "a mask of no character") != NULL, "%s", m.e.err.msg);
    explain_end(&m);
}
END_TEST

CHECK_MAIN("explain_reader", LOOP(a_mask_for_all_heads_and_rows_is_a_mask, 0, EXPLAIN_MODELS),
           LOOP(a_mask_for_one_row_is_that_of_its_key, 0, EXPLAIN_MODELS),
           LOOP(its_first_order_adds_up_over_heads_and_rows, 0, EXPLAIN_MODELS),
           LOOP(the_reader_has_the_largest_effect, 0, EXPLAIN_MODELS),
           LOOP(readings_are_those_of_single_heads, 0, EXPLAIN_MODELS), TEST(a_reader_of_nothing_is_refused))
