#include "explain/by_hand.h"
#include "check_main.h"
#include "explain/explain_model.h"

START_TEST(plain_loops_agree_with_the_engine)
{
    ExplainModel m;
    ExplainByHand  x;
    explain_begin(&m, _i);
    for (int l = 0; l < m.e.L; l++)
        for (int h = 0; h < m.e.H; h++)
            for (int i = 0; i < m.T; i++) {
                ck_assert(explain_by_hand(&m.e, (ExplainRow){ l, h, i }, &x));
                ck_assert_int_eq(x.n, i + 1);
                ck_assert_msg(x.error <= 1e-13, "layer %d, head %d, row %d: %g", l, h, i, x.error);
            }
    explain_end(&m);
}
END_TEST

/* One of the engine's numbers that the loops check, all of row 3 of layer 0, head 0. */
static double *number(Explain *e, int k)
{
    const GptBlockActs *y = &e->trace.layers[0];
    switch (k) {
    case 0: return y->projected->val + 3 * (size_t)y->projected->dim[2] + e->D - 1;
    case 1: return explain_row(y->scores, 0, 3) + 1;
    case 2: return explain_row(y->weights, 0, 3) + 3;
    case 3: return explain_row(y->mix, 0, 3) + e->D - 1;
    case 4: return explain_grad(y->weights, 0, 3) + 2;
    case 5: return explain_grad(y->scores, 0, 3) + 3;
    case 6: return explain_grad(y->q, 0, 3) + e->D - 1;
    default: return NULL;
    }
}

START_TEST(a_wrong_number_is_detected)
{
    ExplainModel m;
    ExplainByHand  x;
    double      *wrong, right;
    explain_begin(&m, 1);
    for (int k = 0; (wrong = number(&m.e, k)); k++) {
        right = *wrong;
        *wrong += 1e-6;
        ck_assert(explain_by_hand(&m.e, (ExplainRow){ 0, 0, 3 }, &x));
        ck_assert_msg(x.error > 1e-8, "number %d is wrong, and the error is %g", k, x.error);
        *wrong = NAN;
        ck_assert(explain_by_hand(&m.e, (ExplainRow){ 0, 0, 3 }, &x));
        ck_assert_msg(!(x.error <= 1e-8), "number %d is NaN, and the error is %g", k, x.error);
        *wrong = right;
    }
    explain_end(&m);
}
END_TEST

START_TEST(nothing_is_changed)
{
    ExplainModel m;
    ExplainByHand  x;
    explain_begin(&m, _i);
    EXPLAIN_UNCHANGED(&m.e, explain_by_hand(&m.e, (ExplainRow){ 0, 0, m.T - 1 }, &x));
    explain_end(&m);
}
END_TEST

CHECK_MAIN("explain_by_hand", LOOP(plain_loops_agree_with_the_engine, 0, EXPLAIN_MODELS),
           TEST(a_wrong_number_is_detected), LOOP(nothing_is_changed, 0, EXPLAIN_MODELS))
