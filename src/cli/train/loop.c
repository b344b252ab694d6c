#include "base/human.h"
#include "cli/interrupt.h"
#include "cli/train/run.h"
#include <math.h>
#include <stdio.h>

/* The completed share of the run: of the steps after warm-up, or of the time. */
static double done(const TrainRun *r)
{
    const TrainSettings *s = &r->ck.settings;
    const TrainState    *state = &r->ck.state;
    double by_time = s->budget > 0 ? state->seconds / s->budget : 0, by_steps = 0;
    if (s->steps > s->warmup)
        by_steps = (double)(state->step - s->warmup) / (double)(s->steps - s->warmup);
    return by_time > by_steps ? by_time : by_steps;
}

/* The share of the whole run, warm-up included. */
static double share(const TrainRun *r)
{
    const TrainSettings *s = &r->ck.settings;
    double by_time = s->budget > 0 ? r->ck.state.seconds / s->budget : 0;
    double by_steps = s->steps > 0 ? (double)r->ck.state.step / (double)s->steps : 0;
    return by_time > by_steps ? by_time : by_steps;
}

static bool finished(const TrainRun *r)
{
    const TrainSettings *s = &r->ck.settings;
    const TrainState    *state = &r->ck.state;
    return (s->steps > 0 && state->step >= s->steps) || (s->budget > 0 && state->seconds >= s->budget);
}

static bool out_of_patience(const TrainRun *r)
{
    return r->ck.settings.patience > 0 && r->ck.state.bad_evals >= r->ck.settings.patience;
}

/* What to do when a number is no longer finite. */
static bool diverged(const TrainRun *r, Err *err)
{
    return err_add(err, ": a model that was saved before is kept; try a smaller %s, a longer --warmup, or --clip 1",
                   r->ck.settings.optimizer == OPTIMIZER_MUON ? "--lr (and --muon-lr)" : "--lr");
}

/* A model with parameters that are not finite never replaces a good one. */
static bool save_as(TrainRun *r, const char *path, Err *err)
{
    return (trainer_sound(&r->trainer, err) || diverged(r, err)) &&
           checkpoint_save(path, &r->ck, &r->trainer.gpt.params, err);
}

/* Flushes the logs before saving, so that a resumed run appends after them. */
static bool save(TrainRun *r, Err *err)
{
    return log_force(&r->log, err) && (!r->watching || log_force(&r->watch.log, err)) && save_as(r, r->model, err);
}

/* Measures the validation loss, and saves the model when it is the best so far. */
static bool evaluate(TrainRun *r, LogRow *row, Err *err)
{
    TrainState *state = &r->ck.state;
    if (!trainer_validate(&r->trainer, false, &row->val_loss, err))
        return diverged(r, err);
    state->val_loss = row->val_loss;
    if (isnan(row->val_loss))
        return true;
    state->bad_evals++;
    if (!(row->val_loss < state->best_loss))
        return true;
    state->best_loss = row->val_loss;
    state->best_step = state->step;
    state->bad_evals = 0;
    return save_as(r, r->best, err);
}

/* Seconds until the nearer of the two limits. */
static double left(const TrainRun *r)
{
    const TrainSettings *s = &r->ck.settings;
    const TrainState    *state = &r->ck.state;
    double a_step = (state->seconds - r->before) / (double)(state->step - r->first + 1);
    double by_time = s->budget > 0 ? s->budget - state->seconds : INFINITY;
    double by_steps = s->steps > 0 ? a_step * (double)(s->steps - state->step) : INFINITY;
    return fmax(0, fmin(by_time, by_steps));
}

static void show(TrainRun *r, const LogRow *row)
{
    char val[32] = "", of[40] = "";
    if (r->ck.settings.steps > 0)
        snprintf(of, sizeof of, "/%ld", r->ck.settings.steps);
    if (!isnan(r->ck.state.val_loss))
        snprintf(val, sizeof val, "  val %.4f", r->ck.state.val_loss);
    progress_show(&r->progress, term_seconds(), "step %ld%s  loss %.4f%s  %s %s/s  %s, %s left", row->step,
                  of, row->train_loss, val, human_count((int64_t)row->tokens_per_second).s,
                  r->corpus.split ? "token" : "char", human_seconds(r->ck.state.seconds).s, human_seconds(left(r)).s);
}

static void clock_step(TrainRun *r, LogRow *row, double began)
{
    const TrainSettings *s = &r->ck.settings;
    double now = term_seconds();
    row->tokens_per_second = (double)s->batch * (double)s->accumulate * r->ck.config.context / (now - began);
    row->seconds = r->ck.state.seconds = r->before + now - r->started;
}

static bool every(long step, int64_t n) { return n > 0 && step % n == 0; }

/* One step, and whatever is due after it: evaluation, log, save, sample. */
static bool step(TrainRun *r, Err *err)
{
    const TrainOptions *o = r->o;
    int64_t save_every = o->save_every > 0 ? o->save_every : r->ck.settings.eval_every;
    LogRow row;
    double began = term_seconds(), before = share(r);
    if (!trainer_step(&r->trainer, done(r), &row, err))
        return err_in(err, "step %ld", r->ck.state.step + 1) || diverged(r, err);
    clock_step(r, &row, began);
    r->rate = r->ck.settings.lr > 0 ? row.lr / r->ck.settings.lr : 0;
    if (!train_watch_step(r, before, share(r), err))
        return false;
    bool last = finished(r);
    bool look = last || every(row.step, r->ck.settings.eval_every);
    if (look && !evaluate(r, &row, err))
        return false;
    if ((look || o->log_every == 0 || every(row.step, o->log_every)) && !log_write(&r->log, &row, err))
        return false;
    if (!last && every(row.step, save_every) && !save(r, err))
        return false;
    if (!o->quiet)
        show(r, &row);
    return o->quiet || !every(row.step, o->sample_every) || train_sample(r, err);
}

static int stopped(TrainRun *r, Err *err)
{
    progress_end(&r->progress);
    if (!save(r, err))
        return COMMAND_FAILED;
    train_say(r, "stopped", "after step %s, as asked; saved in %s. The same command with --resume continues.",
              human_count(r->ck.state.step).s, r->model);
    return COMMAND_INTERRUPTED;
}

int train_loop(TrainRun *r, Err *err)
{
    double whole = NAN;
    bool   nothing_to_do = finished(r), impatient = out_of_patience(r);
    r->started = term_seconds();
    r->first = r->ck.state.step + 1;
    while (!finished(r) && !out_of_patience(r)) {
        if (!step(r, err)) {
            progress_end(&r->progress);
            return COMMAND_FAILED;
        }
        if (interrupt_came() && !finished(r))
            return stopped(r, err);
    }
    progress_end(&r->progress);
    if (!save(r, err) || !trainer_validate(&r->trainer, true, &whole, err))
        return COMMAND_FAILED;
    if (impatient && !nothing_to_do)
        train_say(r, "note", "--patience %ld ended the run: a larger --patience continues it",
                  r->ck.settings.patience);
    if (nothing_to_do)
        train_say(r, "note", "the run is complete: a larger --steps or --time continues it");
    train_verdict(r, whole, out_of_patience(r));
    return COMMAND_DONE;
}
