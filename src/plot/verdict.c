#include "plot/verdict.h"
#include "plot/axis.h"
#include "plot/evals.h"
#include "plot/smooth.h"
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Thresholds, as shares of a loss unless the name says otherwise. alike: two losses are the same (verdict.h).
 * far_below: training below the best validation loss. solved_nats: hardly anything left to learn. rise_of_*: training
 * rises, as a share of its lowest value and of its fall. diverged_by: above its beginning. */
static const double alike = 0.012, alike_of_fall = 0.005, alike_nats = 0.01, far_below = 0.15, solved_nats = 0.05;
static const double rise_of_least = 0.3, rise_of_fall = 0.05, diverged_by = 0.1;
enum { LEAST_EVALS = 3, LEAST_ROWS = 20, FIRST_ROWS = 5 };

/* The highest of the first averages: where the training loss started, whatever the noise of a row. */
static double start_of(const Run *r, const double *average)
{
    double start = NAN;
    int    n = 0;
    for (size_t i = 0; average && i < r->n && n < FIRST_ROWS; i++)
        if (isfinite(average[i])) {
            start = fmax(start, average[i]);
            n++;
        }
    return start;
}

static double same_of(const Run *r, const double *average, const Evals *e)
{
    double best = e->loss[e->best], fall = fmax(e->loss[0], start_of(r, average)) - best;
    double same = fmax(alike * fabs(best), fmax(alike_of_fall * fall, 2 * evals_noise(e)));
    return r->ours ? fmax(same, alike_nats) : same;
}

/* The average training loss in the row, or in the last one before it that has one. */
static double train_at(const Run *r, const double *average, size_t row)
{
    for (size_t i = average && row < r->n ? row + 1 : 0; i > 0; i--)
        if (isfinite(average[i - 1]))
            return average[i - 1];
    return NAN;
}

/* How often the text had been read at the end; NaN: unknown. */
static double passes(const Run *r)
{
    RunColumn c = r->faults.epochs ? RUN_STEP : RUN_EPOCH;
    size_t    last = run_last(r, c);
    return last < r->n ? r->column[c][last] : NAN;
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

/* --- The training loss --- */

/* Did training end in nan or inf, with nothing sound after it? */
static bool ends_badly(const Run *r, size_t *row)
{
    const double *train = r->column[RUN_TRAIN];
    size_t last = run_last(r, RUN_TRAIN), val = run_last(r, RUN_VAL);
    *row = last < r->n ? last + 1 : 0;
    while (train && *row < r->n && !isinf(train[*row]))
        (*row)++;
    return train && *row < r->n && (val == r->n || val <= *row);
}

static void say_best(Verdict *v, const Run *r)
{
    if (v->best < r->n)
        say(v, "; the best validation loss was %s at %s", loss(r->column[RUN_VAL][v->best]).s, at_step(r, v->best).s);
}

static void say_not_finite(Verdict *v, const Run *r, size_t row)
{
    v->kind = VERDICT_NOT_FINITE;
    say(v, "the training loss is not finite since %s", at_step(r, row).s);
    say_best(v, r);
}

static bool no_rate(const Run *r)
{
    const double *rate = r->column[RUN_RATE];
    bool any = false;
    for (size_t i = 0; rate && i < r->n; i++) {
        if (isfinite(rate[i]) && rate[i] != 0)
            return false;
        any = any || rate[i] == 0;
    }
    return any;
}

/* The loss that ended above the beginning of training, or NaN. A training loss is measured before its step: of the
 * last of a few steps only validation shows the result. */
static double diverged(const Verdict *v, const Run *r, const double *average)
{
    double start = start_of(r, average), limit = start + diverged_by * fabs(start);
    double val = v->last_val < r->n ? r->column[RUN_VAL][v->last_val] : NAN;
    size_t n = run_count(r, RUN_TRAIN);
    if (v->train > limit && (r->ours || n >= LEAST_ROWS))
        return v->train;
    return r->ours && n < LEAST_ROWS && val > limit ? val : NAN;
}

/* The row of the lowest average, if the last one is far above it: relative to it and to the fall before it. */
static bool rises(const Verdict *v, const Run *r, const double *average, size_t *row)
{
    size_t least = r->n, first = r->n;
    for (size_t i = 0; average && i < r->n; i++) {
        first = first == r->n && isfinite(average[i]) ? i : first;
        if (isfinite(average[i]) && (least == r->n || average[i] < average[least]))
            least = i;
    }
    *row = least;
    if (least == r->n || run_count(r, RUN_TRAIN) < LEAST_ROWS)
        return false;
    double up = v->train - average[least];
    return up > rise_of_least * fabs(average[least]) && up > rise_of_fall * (average[first] - average[least]);
}

static void say_diverged(Verdict *v, const Run *r, const double *average)
{
    double end = diverged(v, r, average);
    v->kind = VERDICT_DIVERGED;
    say(v, "diverged: the %s loss is %s at %s, training started at %s", end == v->train ? "training" : "validation",
        loss(end).s, at_step(r, end == v->train ? v->last : v->last_val).s, loss(start_of(r, average)).s);
    if (end == v->train || v->best != v->last_val)
        say_best(v, r);
}

static void say_rising(Verdict *v, const Run *r, const double *average, size_t row)
{
    v->kind = VERDICT_RISING;
    say(v, "the training loss rises, from %s at %s to %s at %s", loss(average[row]).s, at_step(r, row).s,
        loss(v->train).s, at_step(r, v->last).s);
    say_best(v, r);
}

/* False when validation has to be asked. */
static bool judge_training(Verdict *v, const Run *r, const double *average)
{
    size_t row;
    if (ends_badly(r, &row))
        say_not_finite(v, r, row);
    else if (v->last == r->n && v->best == r->n)
        say(v, "no loss yet");
    else if (no_rate(r)) {
        v->kind = VERDICT_NO_RATE;
        say(v, "the learning rate was 0 throughout: nothing was learned");
    } else if (isfinite(diverged(v, r, average)))
        say_diverged(v, r, average);
    else if (rises(v, r, average, &row))
        say_rising(v, r, average, row);
    else
        return false;
    return true;
}

/* --- The validation loss --- */

static void say_other_text(Verdict *v, const Run *r, const Evals *e)
{
    v->kind = VERDICT_OTHER_TEXT;
    say(v, "best %s at %s, training loss %s after %.2g passes over the text: too soon to overfit, so the validation "
        "text is unlike the training text",
        loss(e->loss[e->best]).s, at_step(r, v->best).s, loss(v->train).s, passes(r));
}

static void say_risen(Verdict *v, const Run *r, const Evals *e, bool falls)
{
    v->kind = falls ? VERDICT_OVERFITTING : VERDICT_WORSE;
    say(v, "best %s at %s, rising since (%s at %s)", loss(e->loss[e->best]).s, at_step(r, v->best).s,
        loss(e->loss[e->n - 1]).s, at_step(r, v->last_val).s);
    if (falls)
        say(v, " while the training loss keeps falling (%s): overfitting", loss(v->train).s);
    else if (isfinite(v->train))
        say(v, ", and the training loss has not fallen (%s): not overfitting", loss(v->train).s);
}

static void say_early(Verdict *v, const Run *r, const Evals *e)
{
    v->kind = VERDICT_EARLY;
    if (e->n == 1)
        say(v, "1 evaluation, %s at %s: too few to see a trend", loss(e->loss[0]).s, at_step(r, v->best).s);
    else
        say(v, "2 evaluations, the better %s at %s: too few to see a trend", loss(e->loss[e->best]).s,
            at_step(r, v->best).s);
}

static void say_solved(Verdict *v, const Run *r, const Evals *e)
{
    v->kind = VERDICT_SOLVED;
    say(v, "best %s at %s: nearly every character of the validation text is predicted, hardly anything is left to "
        "learn", loss(e->loss[e->best]).s, at_step(r, v->best).s);
}

static void say_level(Verdict *v, const Run *r, const Evals *e)
{
    int since = 0;
    while (e->loss[since] > e->loss[e->best] + e->same)
        since++;
    v->kind = VERDICT_LEVEL;
    say(v, "best %s at %s, level since %s", loss(e->loss[e->best]).s, at_step(r, v->best).s,
        at_step(r, e->row[since]).s);
}

static void say_falling(Verdict *v, const Run *r, const Evals *e)
{
    v->kind = VERDICT_FALLING;
    say(v, "best %s at %s, still falling at the end", loss(e->loss[e->best]).s, at_step(r, v->best).s);
}

static void judge_validation(Verdict *v, const Run *r, const double *average, const Evals *e)
{
    double best = e->loss[e->best];
    bool   risen = evals_risen(e), falls = train_at(r, average, v->best) - v->train > e->same / 2;
    v->overfit = best - v->train > fmax(far_below * fabs(best), 2 * e->same);
    bool   early = passes(r) < 1, apart = v->overfit || (risen && falls);
    v->overfit = v->overfit && !early;
    if (apart && early && run_count(r, RUN_TRAIN) >= LEAST_ROWS)
        say_other_text(v, r, e);
    else if (risen)
        say_risen(v, r, e, falls && !early);
    else if (r->ours && best < solved_nats)
        say_solved(v, r, e);
    else if (e->n < LEAST_EVALS)
        say_early(v, r, e);
    else if (evals_best_before(e) - best <= e->same)
        say_level(v, r, e);
    else
        say_falling(v, r, e);
    if (v->overfit && !risen)
        say(v, "; the training loss is far below it (%s): overfitting, though the validation loss has not risen",
            loss(v->train).s);
}

/* --- Models that count --- */

/* Compared as printed: two losses with the same digits are equal. */
static double printed(double x)
{
    return strtod(loss(x).s, NULL);
}

static void compare(Verdict *v, double best, const Levels *l)
{
    static const char *const names[] = { "", "a uniform", "a unigram", "a bigram", "a trigram", "" };
    const double at[] = { NAN, l->uniform, l->unigram, l->bigram, l->trigram, l->ngram };
    bool more = !v->overfit && (v->kind == VERDICT_EARLY || v->kind == VERDICT_LEVEL || v->kind == VERDICT_FALLING);
    for (int k = LEVEL_UNIFORM; k <= LEVEL_NGRAM && v->unbeaten == LEVEL_NONE; k++)
        if (printed(best) >= printed(at[k]))
            v->unbeaten = (VerdictLevel)k;
    if (v->unbeaten == LEVEL_NONE)
        return;
    char ngram[24];
    snprintf(ngram, sizeof ngram, "%s %d-gram", l->n == 8 || l->n == 11 ? "an" : "a", l->n);
    say(v, "; not %sbetter than %s model (%s)", more ? "yet " : "", v->unbeaten == LEVEL_NGRAM ? ngram :
        names[v->unbeaten], loss(at[v->unbeaten]).s);
}

static bool comparable(VerdictKind kind)
{
    return kind == VERDICT_RISING || kind == VERDICT_DIVERGED || (kind >= VERDICT_EARLY && kind != VERDICT_SOLVED);
}

Verdict verdict_of(const Run *r, const double *average, const Levels *levels)
{
    Verdict v = { .best = run_least(r, RUN_VAL), .last_val = run_last(r, RUN_VAL), .last = run_last(r, RUN_TRAIN) };
    Evals   e = evals_of(r);
    v.train = train_at(r, average, v.last);
    e.same = e.n > 0 ? same_of(r, average, &e) : 0;
    if (judge_training(&v, r, average))
        ;
    else if (levels->uniform == 0) {
        v.kind = VERDICT_NOTHING;
        say(&v, "nothing to learn: the text repeats a single character");
    } else if (e.n == 0) {
        v.kind = VERDICT_NO_VALIDATION;
        say(&v, "the training loss is %s at %s; without validation losses overfitting goes unseen", loss(v.train).s,
            at_step(r, v.last).s);
    } else
        judge_validation(&v, r, average, &e);
    if (e.n > 0 && comparable(v.kind))
        compare(&v, e.loss[e.best], levels);
    return v;
}

bool verdict_of_text(Verdict *v, const char *text, size_t len, const Levels *levels, Err *err)
{
    Run r;
    if (!run_read(&r, text, len, (RunNames){ 0 }, false, err))
        return false;
    const double *train = r.column[RUN_TRAIN];
    size_t  n = r.n;
    double *average = malloc((n + 1) * sizeof *average);
    bool    ok = average != NULL;
    if (ok && train)
        smooth_trailing(train, n, smooth_window(run_count(&r, RUN_TRAIN)), average);
    if (ok)
        *v = verdict_of(&r, train ? average : NULL, levels);
    run_free(&r);
    free(average);
    return ok || err_set(err, "out of memory: no room for the averages of %zu rows", n);
}

const char *verdict_word(VerdictKind kind)
{
    static const char *const words[] = {
        "empty", "not finite", "rising", "diverged", "no validation", "nothing to learn", "no learning rate", "early",
        "overfitting", "worse", "other text", "solved", "level", "falling"
    };
    return words[kind];
}
