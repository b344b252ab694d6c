/* One step of dynamic evaluation on a small random model, in double. */
#include "train/adapt.h"
#include "check_main.h"
#include "explain/explain_model.h"

enum { N = 8 };
static const int text[N + 1] = { 3, 1, 4, 1, 5, 9, 2, 6, 5 };

typedef struct Case {
    ExplainModel m;
    Adapter      a;
    double      *before;                    /* the parameters */
    Err          err;
} Case;

static void begin(Case *c, int seed, double rate)
{
    memset(c, 0, sizeof *c);
    explain_make(&c->m, seed);
    ck_assert_msg(adapter_open(&c->a, &c->m.g, rate, &c->err), "%s", c->err.msg);
    size_t n = c->m.g.params.len * sizeof *c->before;
    c->before = memcpy(malloc(n), c->m.g.params.val, n);
}

static void end(Case *c)
{
    adapter_close(&c->a);
    free(c->before);
    arena_free(&c->m.nodes);
    arena_free(&c->m.mem);
}

/* The window's mean loss by explain's own passes, a position at a time. */
static double loss(Case *c)
{
    double sum = 0;
    for (int i = 0; i < N; i++) {
        Explain e;
        ck_assert_msg(explain_open(&e, &c->m.g, text, i + 1, text[i + 1]), "%s", e.err.msg);
        sum += e.loss / N;
        explain_close(&e);
    }
    return sum;
}

/* The step has the length rate min(1, |g|), and lowers the loss by rate |g| min(1, |g|) to first order. */
START_TEST(a_step_descends)
{
    Case   c;
    double length = 0, norm, rate = 1e-4, squares[GPT_GROUPS];
    begin(&c, _i, rate);
    Params *p = &c.m.g.params;
    double  first = loss(&c);
    ck_assert(adapter_step(&c.a, text, N, &c.err));
    norm = sqrt(params_grad_squares(p, squares, GPT_GROUPS));
    for (size_t i = 0; i < p->len; i++)
        length += (p->val[i] - c.before[i]) * (p->val[i] - c.before[i]);
    EXPLAIN_NEAR(sqrt(length), rate * fmin(1, norm), 1e-9);
    double lower = first - loss(&c), promised = rate * norm * fmin(1, norm);
    ck_assert_msg(fabs(lower - promised) < 0.02 * promised, "%g, not %g", lower, promised);
    end(&c);
}
END_TEST

/* Nothing of a window stays but its step: two steps on two windows, the second of another length. */
START_TEST(steps_do_not_depend_on_earlier_windows)
{
    Case c, d;
    begin(&c, 6, 0.1), begin(&d, 6, 0.1);
    ck_assert(adapter_step(&c.a, text, N, &c.err) && adapter_step(&c.a, text, 3, &c.err));
    ck_assert(adapter_step(&d.a, text, N, &d.err));
    adapter_close(&d.a);
    ck_assert(adapter_open(&d.a, &d.m.g, 0.1, &d.err) && adapter_step(&d.a, text, 3, &d.err));
    ck_assert(memcmp(c.m.g.params.val, d.m.g.params.val, c.m.g.params.len * sizeof(double)) == 0);
    end(&c), end(&d);
}
END_TEST

START_TEST(a_gradient_that_is_not_finite_changes_nothing)
{
    Case c;
    begin(&c, 1, 0.1);
    size_t at = c.m.g.params.len / 2;
    c.m.g.params.val[at] = c.before[at] = INFINITY;
    ck_assert(!adapter_step(&c.a, text, N, &c.err) && strstr(c.err.msg, "not finite"));
    ck_assert(memcmp(c.before, c.m.g.params.val, c.m.g.params.len * sizeof(double)) == 0);
    end(&c);
}
END_TEST

CHECK_MAIN("adapt", LOOP(a_step_descends, 0, EXPLAIN_MODELS), TEST(steps_do_not_depend_on_earlier_windows),
           TEST(a_gradient_that_is_not_finite_changes_nothing))
