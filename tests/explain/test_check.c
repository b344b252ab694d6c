#include "explain/check.h"
#include "check_main.h"
#include "explain/explain_model.h"

static void check(ExplainModel *m, ExplainCheck *checks)
{
    ExplainTrace t;
    ck_assert(explain_trace(&m->e, explain_trace_most_pushed(&m->e, -1, -1, m->T - 1), &t));
    ck_assert(explain_check(&m->e, &t, checks));
}

START_TEST(all_checks_pass_for_any_model)
{
    ExplainModel m;
    ExplainCheck checks[EXPLAIN_CHECKS];
    explain_begin(&m, _i);
    check(&m, checks);
    for (int k = 0; k < EXPLAIN_CHECKS; k++)
        ck_assert_msg(checks[k].ok, "%s: %g, at most %g", checks[k].name, checks[k].value, checks[k].limit);
    explain_end(&m);
}
END_TEST

/* For each check a way to violate it; the last is a second one for number 3. */
static void break_it(Explain *e, int k)
{
    const GptBlockActs *y = &e->trace.layers[0];
    int T = e->T;
    switch (k) {
    case 0: explain_row(y->weights, 0, 2)[1] += 1e-6; break;
    case 1: explain_grad(y->scores, 0, 2)[1] += 1e-6; break;
    case 2: explain_grad(y->scores, 0, 0)[0] = 1e-300; break;
    case 3: explain_grad(y->scores, 0, 1)[T - 1] = 1e-300; break;
    case 4: explain_grad(y->k, 0, 1)[0] += 1e-6; break;
    case 5: explain_row(y->weights, 0, 1)[0] = 1, explain_row(y->weights, 0, 1)[1] = 0; break;
    case 6: explain_grad(y->scores, 0, 3)[1] += 1e-6, explain_grad(y->scores, 0, 3)[2] -= 1e-6; break;
    case 7: explain_grad(y->v, 0, 2)[0] += 1e-6; break;
    case EXPLAIN_CHECKS: explain_row(y->weights, 0, 1)[T - 1] = 1e-300; break;
    case 8: e->out.logits->grad[(T - 1) * e->V] += 1e-6; break;
    default: break;
    }
}

START_TEST(each_check_fails_when_its_identity_is_broken)
{
    ExplainModel m;
    ExplainTrace t;
    ExplainCheck checks[EXPLAIN_CHECKS];
    explain_begin(&m, 1);
    ck_assert(explain_trace(&m.e, explain_trace_most_pushed(&m.e, -1, -1, m.T - 1), &t));
    int broken = _i == EXPLAIN_CHECKS ? 3 : _i;
    break_it(&m.e, _i);
    if (_i == EXPLAIN_CHECKS - 1)
        t.keys[0].error = 1e-4;
    ck_assert(explain_check(&m.e, &t, checks));
    ck_assert_msg(!checks[broken].ok, "%s still passes: %g", checks[broken].name, checks[broken].value);
    explain_end(&m);
}
END_TEST

START_TEST(nothing_is_changed)
{
    ExplainModel m;
    ExplainTrace t;
    ExplainCheck checks[EXPLAIN_CHECKS];
    explain_begin(&m, _i);
    ck_assert(explain_trace(&m.e, explain_trace_most_pushed(&m.e, -1, -1, m.T - 1), &t));
    EXPLAIN_UNCHANGED(&m.e, explain_check(&m.e, &t, checks));
    explain_end(&m);
}
END_TEST

CHECK_MAIN("explain_check", LOOP(all_checks_pass_for_any_model, 0, EXPLAIN_MODELS),
           LOOP(each_check_fails_when_its_identity_is_broken, 0, EXPLAIN_CHECKS + 1),
           LOOP(nothing_is_changed, 0, EXPLAIN_MODELS))
