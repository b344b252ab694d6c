#include "plot/verdict.h"
#include "plot/axis.h"
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double alike = 0.012, risen_much = 0.3;
enum { LEAST_EVALS = 3, LEAST_ROWS = 20, MOST_EVALS = 4096 };

/* The evaluations of a run, at most the last MOST_EVALS of them. */
typedef struct Evals {
    size_t row[MOST_EVALS];
    double loss[MOST_EVALS];
    int    n, best;
} Evals;

static Evals evals_of(const Run *r)
{
    Evals e = { 0 };
    const double *val = r->column[RUN_VAL];
    size_t from = val ? r->n : 0;
    while (from > 0 && e.n < MOST_EVALS)
        e.n += isfinite(val[--from]);
    e.n = 0;
    for (size_t i = from; val && i < r->n; i++)
        if (isfinite(val[i])) {
            e.row[e.n] = i;
            e.loss[e.n++] = val[i];
            e.best = e.loss[e.n - 1] < e.loss[e.best] ? e.n - 1 : e.best;
        }
    return e;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The median distance from the middle of the neighbours, in the second half, where the curve is straight. */
static double noise(const Evals *e)
{
    double d[MOST_EVALS];
    int    n = 0;
    for (int i = e->n / 2; i > 0 && i + 1 < e->n; i++)
        d[n++] = fabs(e->loss[i] - (e->loss[i - 1] + e->loss[i + 1]) / 2);
    if (n < 3)
        return 0;
    qsort(d, (size_t)n, sizeof *d, by_size);
    return d[n / 2];
}

/* The average training loss in the row or the last one before it that has one. */
static double train_at(const Run *r, const double *average, size_t row)
{
    for (size_t i = average && row < r->n ? row + 1 : 0; i > 0; i--)
        if (isfinite(average[i - 1]))
            return average[i - 1];
    return NAN;
}

/* --- Words --- */

static void say(Verdict *v, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void say(Verdict *v, const char *fmt, ...)
{
    size_t  at = strlen(v->text);
    va_list args;
    va_start(args, fmt);
    vsnprintf(v->text + at, sizeof v->text - at, fmt, args);
    va_end(args);
}

typedef struct Word {
    char s[AXIS_LABEL + 8];
} Word;

static Word loss(double x)
{
    Word w = { "" };
    axis_value(x, w.s);
    return w;
}

/* "step 1,500", "epoch 3". */
static Word at_step(const Run *r, size_t row)
{
    Word   w;
    char   number[AXIS_LABEL];
    double step = r->column[RUN_STEP][row];
    if (step == floor(step))
        axis_whole(step, number);
    else
        snprintf(number, sizeof number, "%.6g", step);
    snprintf(w.s, sizeof w.s, "%s %s", r->faults.epochs ? "epoch" : r->faults.no_step ? "row" : "step", number);
    return w;
}

/* --- Judging --- */

/* Did training end in what is no number, with nothing sound behind it? */
static bool ends_badly(const Run *r, size_t *row)
{
    const double *train = r->column[RUN_TRAIN];
    size_t last = run_last(r, RUN_TRAIN), val = run_last(r, RUN_VAL);
    *row = last < r->n ? last + 1 : 0;
    while (train && *row < r->n && !isinf(train[*row]))
        (*row)++;
    return train && *row < r->n && (val == r->n || val <= *row);
}

static void say_not_finite(Verdict *v, const Run *r, size_t row)
{
    v->kind = VERDICT_NOT_FINITE;
    say(v, "the loss stopped being a number at %s: lower %s", at_step(r, row).s,
        r->ours ? "--lr, or --clip" : "the learning rate, or clip gradients");
    if (v->best < r->n)
        say(v, "; the best was %s at %s", loss(r->column[RUN_VAL][v->best]).s, at_step(r, v->best).s);
}

/* The row of the least average, when the last one is much above it, for itself and beside what was learned. */
static bool rises(const Verdict *v, const Run *r, const double *average, size_t *row)
{
    size_t least = r->n, begin = r->n;
    for (size_t i = 0; average && i < r->n; i++) {
        begin = begin == r->n && isfinite(average[i]) ? i : begin;
        if (isfinite(average[i]) && (least == r->n || average[i] < average[least]))
            least = i;
    }
    *row = least;
    if (least == r->n || r->n < LEAST_ROWS)
        return false;
    double up = v->train - average[least];
    return up > risen_much * fabs(average[least]) && up > 0.05 * (average[begin] - average[least]);
}

static void say_rising(Verdict *v, const Run *r, const double *average, size_t row)
{
    v->kind = VERDICT_RISING;
    say(v, "the training loss itself rises: %s at %s, %s at %s; the learning rate is too high, lower %s",
        loss(average[row]).s, at_step(r, row).s, loss(v->train).s, at_step(r, v->last).s, r->ours ? "--lr" : "it");
}

static void say_no_validation(Verdict *v, const Run *r)
{
    v->kind = VERDICT_NO_VALIDATION;
    say(v, "the training loss is %s at %s; without validation losses nothing tells learning from learning by heart",
        loss(v->train).s, at_step(r, v->last).s);
}

static void say_early(Verdict *v, const Run *r, const Evals *e)
{
    v->kind = VERDICT_EARLY;
    if (e->n == 1)
        say(v, "one evaluation so far, %s at %s: too early to tell", loss(e->loss[0]).s, at_step(r, v->best).s);
    else
        say(v, "two evaluations so far, the better one %s at %s: too early to tell", loss(e->loss[e->best]).s,
            at_step(r, v->best).s);
}

static void say_worse(Verdict *v, const Run *r, const Evals *e, double before, double same)
{
    say(v, "best %s at %s, rising since (%s at %s)", loss(e->loss[e->best]).s, at_step(r, v->best).s,
        loss(e->loss[e->n - 1]).s, at_step(r, v->last_val).s);
    v->kind = before - v->train > same / 2 ? VERDICT_OVERFITTING : VERDICT_WORSE;
    if (v->kind == VERDICT_OVERFITTING)
        say(v, " while the training loss falls on (%s): overfitting; stop there or raise %s", loss(v->train).s,
            r->ours ? "--dropout" : "dropout");
    else if (isfinite(v->train))
        say(v, ", and the training loss is no lower (%s): not by learning by heart; lower %s", loss(v->train).s,
            r->ours ? "--lr" : "the learning rate");
    else
        say(v, ": stop there");
}

static void say_level(Verdict *v, const Run *r, const Evals *e, double same)
{
    int since = 0;
    while (e->loss[since] > e->loss[e->best] + same)
        since++;
    v->kind = VERDICT_LEVEL;
    say(v, "best %s at %s, level since %s: more steps of this kind will bring little", loss(e->loss[e->best]).s,
        at_step(r, v->best).s, at_step(r, e->row[since]).s);
    if (e->loss[e->n - 1] - v->train > 10 * same)
        say(v, "; it knows the text it trains on far better (%s): more text or %s helps", loss(v->train).s,
            r->ours ? "--dropout" : "dropout");
    else
        say(v, "; a larger model may");
}

static void say_falling(Verdict *v, const Run *r, const Evals *e)
{
    v->kind = VERDICT_FALLING;
    say(v, "best %s at %s, still falling at the end: training longer will help", loss(e->loss[e->best]).s,
        at_step(r, v->best).s);
}

/* Are the last evaluations, three at most and all behind the best, on the whole worse? */
static bool has_risen(const Evals *e, double same)
{
    double sum = 0;
    int    behind = e->n - 1 - e->best, n = behind < 3 ? behind : 3;
    if (behind <= 0)
        return false;
    for (int i = e->n - n; i < e->n; i++)
        sum += e->loss[i];
    return sum / n - e->loss[e->best] > same && e->loss[e->n - 1] - e->loss[e->best] > same;
}

/* The best before the last third. */
static double best_before(const Evals *e)
{
    double best = e->loss[0];
    for (int i = 1; i < e->n - (e->n + 2) / 3; i++)
        best = fmin(best, e->loss[i]);
    return best;
}

static void judge(Verdict *v, const Run *r, const double *average, const Evals *e)
{
    double best = e->loss[e->best], same = fmax(alike * fabs(best), 2 * noise(e));
    if (has_risen(e, same))
        say_worse(v, r, e, train_at(r, average, v->best), same);
    else if (best_before(e) - best <= same)
        say_level(v, r, e, same);
    else
        say_falling(v, r, e);
}

static void compare(Verdict *v, double best, const Levels *l)
{
    if (best > l->uniform)
        say(v, "; no better than guessing blindly (%s)", loss(l->uniform).s);
    else if (best > l->unigram)
        say(v, "; no better than knowing how often each character comes (%s)", loss(l->unigram).s);
    else if (best > l->bigram)
        say(v, "; no better than knowing the character before (%s)", loss(l->bigram).s);
}

Verdict verdict_of(const Run *r, const double *average, const Levels *levels)
{
    Verdict v = { .best = run_least(r, RUN_VAL), .last_val = run_last(r, RUN_VAL), .last = run_last(r, RUN_TRAIN) };
    Evals   e = evals_of(r);
    size_t  row;
    v.train = train_at(r, average, v.last);
    if (ends_badly(r, &row))
        say_not_finite(&v, r, row);
    else if (v.last == r->n && e.n == 0)
        say(&v, "no loss is in it yet");
    else if (rises(&v, r, average, &row))
        say_rising(&v, r, average, row);
    else if (e.n == 0)
        say_no_validation(&v, r);
    else if (e.n < LEAST_EVALS)
        say_early(&v, r, &e);
    else
        judge(&v, r, average, &e);
    if (e.n >= LEAST_EVALS && v.kind >= VERDICT_OVERFITTING)
        compare(&v, e.loss[e.best], levels);
    return v;
}

const char *verdict_word(VerdictKind kind)
{
    static const char *const words[] = { "empty", "not finite", "rising", "no validation", "early", "overfitting", "worse",
                                         "level", "falling" };
    return words[kind];
}
