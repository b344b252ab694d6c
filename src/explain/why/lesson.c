#include "explain/why/lesson.h"
#include "explain/dot.h"
#include "explain/output/output.h"
#include "explain/why/matrix.h"
#include "base/topk.h"
#include <math.h>
#include <string.h>

const char *const explain_why_matrices[LESSON_MATRICES] = { "Q", "K", "V", "O" };

/* --- The sum of outer products --- */

/* <d_t x_t', dW> = d_t' dW x_t */
static double along(const LessonView *v, int t)
{
    double sum = 0;
    for (int r = 0; r < v->rows; r++)
        sum += lesson_output(v, t)[r] *
               explain_dot(lesson_row(v, v->w->grad, r), lesson_input(v, t), (size_t)v->columns);
    return sum;
}

/* Largest |sum_t d_t x_t' - dW|, and the squares of dW. */
static double gap(const LessonView *v, int T, double *squares)
{
    double worst = 0;
    for (int r = 0; r < v->rows; r++)
        for (int c = 0; c < v->columns; c++) {
            double g = lesson_row(v, v->w->grad, r)[c], sum = -g;
            *squares += g * g;
            for (int t = 0; t < T; t++)
                sum += lesson_output(v, t)[r] * lesson_input(v, t)[c];
            worst = fmax(worst, fabs(sum));
        }
    return worst;
}

/* --- What a term means to raise --- */

static double *last_row(const Explain *e, double *x) { return x + (size_t)(e->T - 1) * (size_t)e->V; }

static void find_partner(const Explain *e, const WhyLesson *x, int which, LessonTerm *y)
{
    const Tensor *scores = e->trace.layers[x->layer].scores;
    y->partner = -1, y->meant = 0, y->moved = NAN;
    for (int k = 0; which <= LESSON_K && k < e->T; k++) {
        int i = which == LESSON_Q ? y->at : k, j = which == LESSON_Q ? k : y->at;
        double ds = j <= i ? explain_grad(scores, x->head, i)[j] : 0;
        if (ds < y->meant)
            y->partner = k, y->meant = ds;
    }
}

/* Score ij as it is less its row's mean, by the weights a of the pass. */
static double above_mean(const Explain *e, const WhyLesson *x, const double *a, int i, int j)
{
    const double *s = explain_row(e->trace.layers[x->layer].scores, x->head, i);
    return s[j] - explain_dot(a, s, (size_t)i + 1);
}

/* What a term means to raise, as it is now: a score above its row's mean (Q, K), a difference of logits (V, O).
 * a (T,T): the weights of the pass. */
static double raised(const Explain *e, const WhyLesson *x, const double *a, int which, const LessonTerm *y)
{
    const double *logits = last_row(e, explain_uncapped(e)->val);
    if (which > LESSON_K)
        return logits[y->more[0]] - logits[y->less[0]];
    int i = which == LESSON_Q ? y->at : y->partner, j = which == LESSON_Q ? y->partner : y->at;
    return y->partner < 0 ? NAN : above_mean(e, x, a + i * e->T, i, j);
}

/* Called before the step and after it: `moved` of each term becomes now less before. */
static void note_raised(const Explain *e, const WhyLesson *x, const double *a, int which, bool after, LessonMatrix *m)
{
    for (int k = 0; k < m->n; k++)
        m->term[k].moved = raised(e, x, a, which, &m->term[k]) - (after ? m->term[k].moved : 0);
}

static bool read_matrix(Explain *e, const LessonReader *r, int which, WhyLesson *x)
{
    LessonMatrix *m = &x->matrix[which];
    LessonView    v = lesson_view(e, x->layer, x->head, which);
    int           order[LESSON_TERMS];
    double        squares = 0;
    m->share = explain_alloc(e, (size_t)e->T, sizeof *m->share);
    if (!m->share)
        return false;
    m->error = gap(&v, e->T, &squares);
    m->norm = sqrt(squares);
    for (int t = 0; t < e->T; t++)
        m->share[t] = squares > 0 ? along(&v, t) / squares : 0;
    m->n = topk(m->share, e->T, e->T < LESSON_TERMS ? e->T : LESSON_TERMS, true, order);
    for (int k = 0; k < m->n; k++) {
        m->term[k] = (LessonTerm){ .at = order[k], .share = m->share[order[k]] };
        lesson_read(r, &v, which, &m->term[k]);
        find_partner(e, x, which, &m->term[k]);
    }
    return true;
}

/* --- Predicted and measured --- */

/* The gradients of one logit, instead of the loss's: backward from there. */
static void logit_backward(Explain *e, int token)
{
    Tensor *logits = explain_uncapped(e);
    for (Tensor *y = e->tape.first; y; y = y->next)
        y->has_grad = false;
    params_forget_gradients(&e->g->params);
    memset(grad_zeroed(logits), 0, tensor_len(logits) * sizeof(double));
    last_row(e, logits->grad)[token] = 1;
    for (Tensor *y = logits; y; y = y->prev)
        if (y->has_grad)
            y->op->backward(y);
}

/* Change of the logit to first order, -rate <dlogit/dW, dW>, of each matrix. dw: their gradients. */
static void predict(Explain *e, WhyLesson *x, double *const *dw)
{
    for (int k = 0; k < LESSON_TOKENS; k++) {
        if (x->token[k] < 0)
            continue;
        logit_backward(e, x->token[k]);
        for (int which = 0; which < LESSON_MATRICES; which++) {
            LessonView v = lesson_view(e, x->layer, x->head, which);
            double     sum = 0;
            for (int r = 0; r < v.rows; r++)
                sum += explain_dot(lesson_row(&v, v.w->grad, r), dw[which] + r * v.columns, (size_t)v.columns);
            x->matrix[which].step.logit[k][0] = -x->rate * sum;
            x->together.logit[k][0] += -x->rate * sum;
        }
    }
}

/* W -= rate dW for the matrices first..last; rate < 0 would not undo it exactly, so values are kept by the caller. */
static void move(Explain *e, const WhyLesson *x, double *const *dw, int first, int last)
{
    for (int which = first; which <= last; which++) {
        LessonView v = lesson_view(e, x->layer, x->head, which);
        for (int r = 0; r < v.rows; r++)
            for (int c = 0; c < v.columns; c++)
                lesson_row(&v, v.w->val, r)[c] -= x->rate * dw[which][r * v.columns + c];
    }
}

/* A step on the matrices first..last, measured. before: the logits. */
static void measure(Explain *e, WhyLesson *x, double *const *dw, int first, int last, const double *before,
                    LessonStep *step)
{
    move(e, x, dw, first, last);
    explain_replay(e, NULL);
    step->loss[1] = e->out.loss->val[0] - e->loss;
    for (int k = 0; k < LESSON_TOKENS; k++)
        if (x->token[k] >= 0)
            step->logit[k][1] = last_row(e, explain_uncapped(e)->val)[x->token[k]] - before[k];
}

/* kept: room for the values of both parameters; a (T,T). */
static void make_steps(Explain *e, WhyLesson *x, double *const *dw, double *kept, double *a)
{
    const GptBlockParams *b = &e->g->blocks[x->layer];
    size_t n = tensor_len(b->qkv_w), o = tensor_len(b->out_w), T = (size_t)e->T;
    double before[LESSON_TOKENS] = { 0 };
    for (int k = 0; k < LESSON_TOKENS; k++)
        before[k] = x->token[k] < 0 ? 0 : last_row(e, explain_uncapped(e)->val)[x->token[k]];
    memcpy(kept, b->qkv_w->val, n * sizeof *kept);
    memcpy(kept + n, b->out_w->val, o * sizeof *kept);
    memcpy(a, explain_row(e->trace.layers[x->layer].weights, x->head, 0), T * T * sizeof *a);
    explain_unpack(e);
    for (int which = 0; which <= LESSON_MATRICES; which++) {
        bool          all = which == LESSON_MATRICES;
        LessonMatrix *m = all ? NULL : &x->matrix[which];
        if (m)
            note_raised(e, x, a, which, false, m);
        measure(e, x, dw, all ? 0 : which, all ? LESSON_O : which, before, all ? &x->together : &m->step);
        if (m)
            note_raised(e, x, a, which, true, m);
        memcpy(b->qkv_w->val, kept, n * sizeof *kept);
        memcpy(b->out_w->val, kept + n, o * sizeof *kept);
        explain_replay(e, NULL);
    }
    explain_pack(e);
}

/* --- All --- */

static bool exists(Explain *e, int layer, int head)
{
    return (layer >= 0 && layer < e->L && head >= 0 && head < e->H) ||
           err_set(&e->err, "head %d.%d (layer.head) does not exist: there are %d layers of %d heads, counted from 0",
                   layer, head, e->L, e->H);
}

/* Copies of the four gradients, and the rate. */
static bool keep_gradients(Explain *e, double rate, WhyLesson *x, double **dw)
{
    double squares = 0;
    for (int which = 0; which < LESSON_MATRICES; which++) {
        LessonView v = lesson_view(e, x->layer, x->head, which);
        size_t     columns = (size_t)v.columns;
        dw[which] = explain_alloc(e, (size_t)v.rows * columns, sizeof **dw);
        if (!dw[which])
            return false;
        for (int r = 0; r < v.rows; r++)
            memcpy(dw[which] + (size_t)r * columns, lesson_row(&v, v.w->grad, r), columns * sizeof **dw);
        squares += x->matrix[which].norm * x->matrix[which].norm;
    }
    x->rate = rate > 0 ? rate : squares > 0 ? 0.01 * e->loss / squares : 1;
    for (int which = 0; which < LESSON_MATRICES; which++)
        x->matrix[which].step.loss[0] = -x->rate * x->matrix[which].norm * x->matrix[which].norm;
    x->together.loss[0] = -x->rate * squares;
    return true;
}

bool explain_why_lesson(Explain *e, int layer, int head, double rate, WhyLesson *x)
{
    LessonReader reader;
    double      *dw[LESSON_MATRICES];
    *x = (WhyLesson){ .layer = layer, .head = head };
    if (!exists(e, layer, head) || !lesson_reader(e, layer, head, &reader))
        return false;
    x->token[0] = e->target, x->token[1] = explain_rival(e);
    for (int which = 0; which < LESSON_MATRICES; which++)
        if (!read_matrix(e, &reader, which, x))
            return false;
    const GptBlockParams *b = &e->g->blocks[layer];
    double *kept = explain_alloc(e, tensor_len(b->qkv_w) + tensor_len(b->out_w), sizeof *kept);
    double *a = explain_alloc(e, (size_t)e->T * (size_t)e->T, sizeof *a);
    if (!kept || !a || !keep_gradients(e, rate, x, dw))
        return false;
    predict(e, x, dw);
    make_steps(e, x, dw, kept, a);
    return explain_backward(e);
}
