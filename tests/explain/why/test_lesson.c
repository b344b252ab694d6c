#include "explain/why/lesson.h"
#include "check_main.h"
#include "explain/dot.h"
#include "explain/edit.h"
#include "explain/explain_model.h"

#define EVERY_HEAD(m, x, rate, what)                                                               \
    do {                                                                                           \
        for (int l = 0; l < (m).e.L; l++)                                                          \
            for (int h = 0; h < (m).e.H; h++) {                                                    \
                ck_assert_msg(explain_why_lesson(&(m).e, l, h, rate, &(x)), "%s", (m).e.err.msg);  \
                what;                                                                              \
            }                                                                                      \
    } while (0)

static void outer_products(const Explain *e, const WhyLesson *x)
{
    for (int k = 0; k < LESSON_MATRICES; k++) {
        const LessonMatrix *m = &x->matrix[k];
        double              sum = 0;
        EXPLAIN_NEAR(m->error, 0, 1e-12 * (1 + m->norm));
        for (int t = 0; t < e->T; t++)
            sum += m->share[t];
        EXPLAIN_NEAR(sum, m->norm > 0, 1e-10);
        for (int n = 0; n < m->n; n++) {
            ck_assert(n == 0 || fabs(m->term[n].share) <= fabs(m->term[n - 1].share));
            EXPLAIN_NEAR(m->term[n].share, m->share[m->term[n].at], 0);
            ck_assert(m->term[n].likeness <= 1 + 1e-12 && (m->term[n].input < 0) == (k == LESSON_O));
        }
    }
}

START_TEST(outer_products_sum_to_the_gradient)
{
    ExplainModel m;
    WhyLesson    x;
    explain_begin(&m, _i);
    EXPLAIN_UNCHANGED(&m.e, explain_why_lesson(&m.e, m.e.L - 1, 0, 0, &x));
    EVERY_HEAD(m, x, 0, outer_products(&m.e, &x));
    explain_end(&m);
}
END_TEST

/* The norms of all heads and matrices are those of the two parameters' gradients. */
START_TEST(the_heads_are_the_matrices)
{
    ExplainModel m;
    WhyLesson    x;
    explain_begin(&m, _i);
    for (int l = 0; l < m.e.L; l++) {
        double squares = 0;
        for (int h = 0; h < m.e.H; h++) {
            ck_assert(explain_why_lesson(&m.e, l, h, 0, &x));
            for (int k = 0; k < LESSON_MATRICES; k++)
                squares += x.matrix[k].norm * x.matrix[k].norm;
        }
        double all = explain_grad_squares(m.g.blocks[l].qkv_w) + explain_grad_squares(m.g.blocks[l].out_w);
        EXPLAIN_NEAR(squares, all, 1e-11 * all);
    }
    explain_end(&m);
}
END_TEST

static void near_step(const LessonStep *s, double rate)
{
    for (int k = 0; k < LESSON_TOKENS; k++)
        EXPLAIN_NEAR(s->logit[k][1] / rate, s->logit[k][0] / rate, 1e-3 * (1 + fabs(s->logit[k][0] / rate)));
    EXPLAIN_NEAR(s->loss[1] / rate, s->loss[0] / rate, 1e-3 * (1 + fabs(s->loss[0] / rate)));
}

static void steps(const WhyLesson *x)
{
    double loss = 0;
    for (int k = 0; k < LESSON_MATRICES; k++) {
        near_step(&x->matrix[k].step, x->rate);
        loss += x->matrix[k].step.loss[0];
    }
    near_step(&x->together, x->rate);
    EXPLAIN_NEAR(x->together.loss[0], loss, 1e-15);
}

/* A small step does what the gradients of loss and logits say; all four together the sum of each. */
START_TEST(a_small_step_is_as_predicted)
{
    ExplainModel m;
    WhyLesson    x;
    explain_begin(&m, _i);
    EVERY_HEAD(m, x, 1e-6, steps(&x));
    explain_end(&m);
}
END_TEST

/* Without a rate the step is the one predicted to lower the loss by 1 %. */
START_TEST(the_rate_is_for_one_percent)
{
    ExplainModel m;
    WhyLesson    x;
    explain_begin(&m, _i);
    EVERY_HEAD(m, x, 0, EXPLAIN_NEAR(x.together.loss[0], -0.01 * m.e.loss, 1e-12));
    ck_assert(x.token[0] == m.e.target && x.token[1] != x.token[0]);
    explain_end(&m);
}
END_TEST

/* The partner of a term has the least ds of its row or column. */
static void partners(const Explain *e, const WhyLesson *x)
{
    const Tensor *scores = e->trace.layers[x->layer].scores;
    for (int key = 0; key < 2; key++)
        for (int n = 0; n < x->matrix[key].n; n++) {
            const LessonTerm *y = &x->matrix[key].term[n];
            ck_assert(y->partner < 0 ? isnan(y->moved) && y->meant == 0 : y->meant < 0 && isfinite(y->moved));
            for (int k = 0; k < e->T; k++) {
                int i = key ? k : y->at, j = key ? y->at : k;
                ck_assert(j > i || explain_grad(scores, x->head, i)[j] >= y->meant);
                if (k == y->partner)
                    EXPLAIN_NEAR(explain_grad(scores, x->head, i)[j], y->meant, 0);
            }
        }
    for (int which = LESSON_V; which <= LESSON_O; which++)
        for (int n = 0; n < x->matrix[which].n; n++)
            ck_assert(x->matrix[which].term[n].partner == -1 && isfinite(x->matrix[which].term[n].moved));
}

START_TEST(a_partner_is_the_score_to_raise)
{
    ExplainModel m;
    WhyLesson    x;
    explain_begin(&m, _i);
    EVERY_HEAD(m, x, 0, partners(&m.e, &x));
    explain_end(&m);
}
END_TEST

static double logit_of(const Explain *e, int token)
{
    const Tensor *logits = e->out.logits->op == &op_soft_cap ? e->out.logits->in[0] : e->out.logits;
    return logits->val[(e->T - 1) * e->V + token];
}

/* What a term means to raise, as it is now; a: the weights of the row in the pass. */
static double meant_to_rise(const Explain *e, int layer, int which, const LessonTerm *y, const double *a)
{
    int i = which == LESSON_Q ? y->at : y->partner, j = which == LESSON_Q ? y->partner : y->at;
    if (which == LESSON_V)
        return logit_of(e, y->more[0]) - logit_of(e, y->less[0]);
    const double *s = explain_row(e->trace.layers[layer].scores, 0, i);
    return s[j] - explain_dot(a, s, (size_t)i + 1);
}

/* The parameter changed by hand, and the pass run again. */
static void by_hand(Explain *e, const WhyLesson *x, int which)
{
    const LessonTerm *y = &x->matrix[which].term[0];
    Tensor *w = e->g->blocks[x->layer].qkv_w;
    size_t  n = (size_t)e->D * (size_t)e->C, first = (size_t)(which * e->C * e->C);
    double  a[16], kept[600];
    int     i = which == LESSON_Q ? y->at : y->partner;
    if (which < LESSON_V && y->partner < 0)
        return;
    if (which < LESSON_V)
        memcpy(a, explain_row(e->trace.layers[x->layer].weights, 0, i), ((size_t)i + 1) * sizeof *a);
    memcpy(kept, w->val + first, n * sizeof *kept);
    double before = meant_to_rise(e, x->layer, which, y, a);
    explain_unpack(e);
    for (size_t k = 0; k < n; k++)
        w->val[first + k] -= x->rate * w->grad[first + k];
    explain_replay(e, NULL);
    EXPLAIN_NEAR(y->moved, meant_to_rise(e, x->layer, which, y, a) - before, 1e-11 * (1 + fabs(before)));
    memcpy(w->val + first, kept, n * sizeof *kept);
    explain_replay(e, NULL);
}

START_TEST(what_a_term_raises_is_measured)
{
    ExplainModel m;
    WhyLesson    x;
    explain_begin(&m, _i);
    ck_assert(explain_why_lesson(&m.e, m.e.L - 1, 0, 0, &x));
    for (int which = 0; which <= LESSON_V; which++)
        by_hand(&m.e, &x, which);
    explain_end(&m);
}
END_TEST

START_TEST(no_such_head)
{
    ExplainModel m;
    WhyLesson    x;
    explain_begin(&m, 0);
    ck_assert(!explain_why_lesson(&m.e, 0, 7, 0, &x) && strstr(m.e.err.msg, "head 0.7 (layer.head) does not exist"));
    m.e.err = (Err){ 0 };
    ck_assert(!explain_why_lesson(&m.e, -1, 0, 0, &x));
    explain_end(&m);
}
END_TEST

CHECK_MAIN("explain_why_lesson", LOOP(outer_products_sum_to_the_gradient, 0, EXPLAIN_MODELS),
           LOOP(the_heads_are_the_matrices, 0, EXPLAIN_MODELS),
           LOOP(a_small_step_is_as_predicted, 0, EXPLAIN_MODELS),
           LOOP(the_rate_is_for_one_percent, 0, EXPLAIN_MODELS),
           LOOP(a_partner_is_the_score_to_raise, 0, EXPLAIN_MODELS),
           LOOP(what_a_term_raises_is_measured, 0, EXPLAIN_MODELS), TEST(no_such_head))
