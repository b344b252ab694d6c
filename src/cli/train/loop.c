#include "base/human.h"
#include "cli/interrupt.h"
#include "cli/train/run.h"
#include <math.h>
#include <stdio.h>

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

/* Flushes the logs and the receipt before saving, so that a resumed run appends after them. */
static bool save(TrainRun *r, Err *err)
{
    return log_force(&r->log, err) && (!r->watching || log_force(&r->watch.log, err)) &&
           train_receipt_save(r, err) && save_as(r, r->model, err);
}

/* The progress line while evaluations last. */
static void validated(void *run, size_t windows, size_t of)
{
    TrainRun *r = run;
    double    now = term_seconds();
    r->window_seconds = (now - r->began) / (double)windows;
    if (!r->o->quiet && r->progress.term.moves)
        progress_show(&r->progress, now, "step %ld  evaluating: window %zu of %zu, %s left", r->ck.state.step, windows,
                      of, human_seconds(r->window_seconds * (double)(of - windows)).s);
}

static bool validate(TrainRun *r, bool all, double *loss, Err *err)
{
    r->began = term_seconds();
    r->trainer.validated = validated;
    r->trainer.validated_context = r;
    return trainer_validate(&r->trainer, all, loss, err);
}

/* Measures the validation loss, and saves the model when it is the best so far. */
static bool evaluate(TrainRun *r, LogRow *row, Err *err)
{
    TrainState *state = &r->ck.state;
    if (!validate(r, false, &row->val_loss, err))
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

/* Seconds that the evaluation of the whole validation text takes at the end, if it is one of its own. */
static double last_evaluation(const TrainRun *r)
{
    const Trainer       *t = &r->trainer;
    const TrainSettings *s = &r->ck.settings;
    double window = r->window_seconds;
    if (t->n_eval == t->n_windows)
        return 0;
    if (!(window > 0))                      /* none yet: a third of a training sequence */
        window = r->step_seconds / (3 * (double)s->batch * (double)s->accumulate);
    return window * (double)t->n_windows;
}

/* Seconds until the nearer of the two limits, and of what comes after it. */
static double left(const TrainRun *r)
{
    const TrainSettings *s = &r->ck.settings;
    const TrainState    *state = &r->ck.state;
    double a_step = (state->seconds - r->before) / (double)(state->step - r->first + 1);
    double by_time = s->budget > 0 ? s->budget - state->seconds : INFINITY;
    double by_steps = s->steps > 0 ? a_step * (double)(s->steps - state->step) : INFINITY;
    return fmax(0, fmin(by_time, by_steps)) + last_evaluation(r);
}

/* One batch says little: the mean over about STEPS of them, with weights that fall exponentially. */
static double mean_loss(TrainRun *r, double loss)
{
    enum { STEPS = 20 };
    r->mean_weight += (1 - r->mean_weight) / STEPS;
    r->mean_loss += (loss - r->mean_loss) / STEPS / r->mean_weight;
    return r->mean_loss;
}

static void show(TrainRun *r, const LogRow *row)
{
    char val[32] = "", of[40] = "";
    if (r->ck.settings.steps > 0)
        snprintf(of, sizeof of, "/%ld", r->ck.settings.steps);
    if (!isnan(r->ck.state.val_loss))
        snprintf(val, sizeof val, "  val %.4f", r->ck.state.val_loss);
    progress_show(&r->progress, term_seconds(), "step %ld%s  loss %.4f%s  %s %s/s  %s, %s left", row->step,
                  of, mean_loss(r, row->train_loss), val, human_count((int64_t)row->tokens_per_second).s,
                  r->corpus.split ? "token" : "char", human_seconds(r->ck.state.seconds).s, human_seconds(left(r)).s);
}

/* In whole milliseconds, as the log has them: with --time the next rate follows from this, and so from the log. */
static void clock_step(TrainRun *r, LogRow *row, double began)
{
    const TrainSettings *s = &r->ck.settings;
    double now = term_seconds();
    row->tokens_per_second = (double)s->batch * (double)s->accumulate * r->ck.config.context / (now - began);
    row->seconds = r->ck.state.seconds = round(1000 * (r->before + now - r->started)) / 1000;
}

static bool every(long step, int64_t n) { return n > 0 && step % n == 0; }

/* A line of text after each evaluation, on a terminal. */
static bool taste(TrainRun *r, Err *err)
{
    char line[TRAIN_SAMPLE];
    if (r->o->quiet || !r->progress.term.tty || r->o->sample_every > 0)
        return true;
    if (!train_sample_line(r, line, err))
        return false;
    progress_note(&r->progress, "step %-7ld %s", r->ck.state.step, line);
    return true;
}

/* One step, and whatever is due after it: evaluation, log, save, sample. */
static bool step(TrainRun *r, Err *err)
{
    const TrainOptions *o = r->o;
    int64_t save_every = o->save_every > 0 ? o->save_every : r->ck.settings.eval_every;
    LogRow row;
    double began = term_seconds(), before = share(r), done = trainer_done(&r->ck.settings, &r->ck.state);
    if (!trainer_step(&r->trainer, done, &row, err))
        return err_in(err, "step %ld", r->ck.state.step + 1) || diverged(r, err);
    clock_step(r, &row, began);
    r->rate = r->ck.settings.lr > 0 ? row.lr / r->ck.settings.lr : 0;
    if (!train_watch_step(r, before, share(r), err))
        return false;
    bool last = finished(r);
    bool look = last || every(row.step, r->ck.settings.eval_every);
    if (look && !evaluate(r, &row, err))
        return false;
    bool logged = look || o->log_every == 0 || every(row.step, o->log_every);
    if ((logged && !log_write(&r->log, &row, err)) || !train_receipt_step(r, &row, logged, err))
        return false;
    if (!last && every(row.step, save_every) && !save(r, err))
        return false;
    if (!o->quiet)
        show(r, &row);
    if (look && !last && !taste(r, err))
        return false;
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

/* The loss on the whole validation text, which the last evaluation may have measured already. */
static bool whole_loss(TrainRun *r, double *loss, Err *err)
{
    const Trainer *t = &r->trainer;
    bool known = t->n_eval == t->n_windows && r->ck.state.step >= r->first && finished(r);
    if (!known && !r->o->quiet && !r->progress.term.moves && last_evaluation(r) > 2)
        train_say(r, "", "evaluating the whole validation text: %zu windows, about %s", t->n_windows,
                  human_seconds(last_evaluation(r)).s);
    *loss = r->ck.state.val_loss;
    bool ok = known || validate(r, true, loss, err);
    r->progress.line[0] = '\0';             /* nothing to keep of it */
    progress_end(&r->progress);
    return ok;
}

int train_loop(TrainRun *r, Err *err)
{
    char   line[TRAIN_SAMPLE] = "";
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
    if (!save(r, err) || !whole_loss(r, &whole, err) || (r->sampling && !train_sample_line(r, line, err)))
        return COMMAND_FAILED;
    if (impatient && !nothing_to_do)
        train_say(r, "note", "--patience %ld ended the run: a larger --patience continues it",
                  r->ck.settings.patience);
    if (nothing_to_do)
        train_say(r, "note", "the run is complete: a larger --steps or --time continues it");
    train_verdict(r, whole, out_of_patience(r), line);
    return COMMAND_DONE;
}
