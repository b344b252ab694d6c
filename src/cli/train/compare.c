/* On --resume: are the losses so far comparable with those to come? A loss is one on a text and its validation windows.
 * A run keeps its windows when --eval-every changes. On another text best.heed is measured again, so that it is never
 * replaced by a model that is worse on the same windows, and log.csv begins anew, since a curve of two kinds of losses
 * shows changes that did not happen. */
#include "base/file.h"
#include "base/human.h"
#include "cli/train/run.h"
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* Have settings changed, those of the shape or the others? */
static bool changed(const Config *c, const TrainSettings *s, const Config *was_c, const TrainSettings *was, bool shape)
{
    for (const Setting *x = setting_table; x < setting_table + SETTINGS; x++)
        if (x->shape == shape && setting_value(x, c, s) != setting_value(x, was_c, was))
            return true;
    return false;
}

static bool same_model(const Checkpoint *a, const Checkpoint *b)
{
    return a->vocab.n == b->vocab.n && !changed(&a->config, &a->settings, &b->config, &b->settings, true) &&
           memcmp(a->vocab.chars, b->vocab.chars, (size_t)a->vocab.n * sizeof *a->vocab.chars) == 0;
}

/* The loss of another model on the windows of this session, in the trainer's parameters, which are loaded afterwards,
 * with the counts of that model's own text. */
static bool loss_of(Trainer *t, Checkpoint *other, double *loss)
{
    const Prior *ours = t->gpt.prior;
    Prior        own = { 0 };
    Err          none = { 0 };
    if (ours && !checkpoint_counts(other, &own, &none))
        return false;
    if (ours)
        t->gpt.prior = &own;
    bool ok = checkpoint_load(other, &t->gpt.params, &none) && trainer_validate(t, false, loss, &none);
    t->gpt.prior = ours;
    prior_free(&own);
    return ok && isfinite(*loss);
}

/* Without a best.heed any model is better. */
static void measure_best(TrainRun *r, Checkpoint *best)
{
    TrainState *state = &r->ck.state;
    double      loss;
    state->best_loss = INFINITY;
    state->best_step = 0;
    if (best && loss_of(&r->trainer, best, &loss)) {
        state->best_loss = loss;
        state->best_step = best->state.step;
    }
}

/* Keeps the windows of the run; on another text there are others. */
static void keep_windows(TrainRun *r)
{
    Trainer *t = &r->trainer;
    size_t   usual = trainer_windows(t, &r->ck.settings), was = (size_t)r->ck.state.eval_windows;
    if (!was)
        was = trainer_windows(t, &r->was);
    t->n_eval = r->anew ? usual : was < t->n_windows ? was : t->n_windows;
    r->ck.state.eval_windows = t->n_eval == usual ? 0 : (long)t->n_eval;
}

/* best.heed may also be later than the model, when the run was killed between two saves: with settings other
 * than its own, its step is not repeated, and it may stay the better one. */
void train_compare(TrainRun *r)
{
    TrainState *state = &r->ck.state;
    Checkpoint  best = { 0 };
    Err         none = { 0 };
    bool other = changed(&r->ck.config, &r->ck.settings, &r->ck.config, &r->was, false);
    r->anew = state->step > 0 && r->was_text != r->ck.corpus_hash;
    keep_windows(r);
    if (!file_exists(r->best)) {            /* removed by hand: any model is better */
        state->best_loss = INFINITY;
        state->best_step = 0;
    }
    if (!r->anew && !other)
        return;
    if (r->anew || r->was.eval_every != r->ck.settings.eval_every)
        state->bad_evals = 0;
    if (r->anew)
        state->val_loss = NAN;
    bool there = checkpoint_open(&best, r->best, &none) && same_model(&best, &r->ck);
    bool later = there && best.state.step > state->step &&
                 changed(&r->ck.config, &r->ck.settings, &r->ck.config, &best.settings, false);
    if (r->anew || later)
        measure_best(r, there ? &best : NULL);
    checkpoint_close(&best);
}

/* The share of the time that evaluations take, a window's forward pass being a third of a training sequence. */
static double share_of_evaluations(const TrainRun *r)
{
    const TrainSettings *s = &r->ck.settings;
    double windows = (double)r->trainer.n_eval / 3;
    return windows / (windows + (double)s->eval_every * (double)s->batch * (double)s->accumulate);
}

void train_compare_note(const TrainRun *r)
{
    const TrainState *s = &r->ck.state;
    char best[120] = "";
    if (s->eval_windows)
        train_say(r, "note", "evaluations keep the %ld validation window%s of this run, so that losses stay "
                  "comparable: they take about %.0f %% of the time", s->eval_windows, s->eval_windows == 1 ? "" : "s",
                  100 * share_of_evaluations(r));
    if (!r->anew)
        return;
    if (isfinite(s->best_loss))
        snprintf(best, sizeof best, ", on which best.heed (step %s) has %.4f nats", human_count(s->best_step).s,
                 s->best_loss);
    train_say(r, "note", "the first %s steps were on another text: losses are compared only with those on this one%s. "
              "log.csv begins anew; log-%ld.csv has the steps before", human_count(s->step).s, best, s->step);
}

bool train_compare_log(TrainRun *r, Err *err)
{
    struct stat st;
    double seconds = r->log.seconds;
    char   old[sizeof r->csv + 32];
    if (!r->anew || stat(r->csv, &st) != 0 || !S_ISREG(st.st_mode))
        return true;
    snprintf(old, sizeof old, "%s/log-%ld.csv", r->o->out, r->ck.state.step);
    if (!log_close(&r->log, err))
        return false;
    if (rename(r->csv, old) != 0)
        return err_set(err, "cannot rename %s to %s: %s", r->csv, old, file_why(errno));
    bool ok = log_open(&r->log, r->csv, -1, err);
    r->log.seconds = seconds;
    return ok;
}
