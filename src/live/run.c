#include "live/run.h"
#include "live/factor.h"
#include "live/freeze.h"
#include "live/hide.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static size_t heads(const LiveRun *r) { return (size_t)r->ck.config.layers * (size_t)r->ck.config.heads; }

static size_t most_tokens(const LiveRun *r)
{
    return (size_t)r->ck.settings.batch * (size_t)r->ck.config.context;
}

/* ---- beginning, copying ---- */

/* Before each pass, of a step or of fewer tokens. */
static void hide(void *run, const int *ids, size_t n)
{
    LiveRun *r = run;
    size_t   T = (size_t)r->ck.config.context;
    live_hide(ids, n, n < T ? n : T, r->change.word, r->change.word_n, r->hidden);
}

/* Hands the change over to the trainer. */
static void put_to_work(LiveRun *r)
{
    const LiveChange *c = &r->change;
    bool hides = c->word_n > 0;
    r->pass = (GptChange){ { (real)c->factor, hides ? r->hidden : NULL }, c->no_positions };
    r->trainer.change = c->factor != 1 || c->no_positions || hides ? &r->pass : NULL;
    r->trainer.drawn = hides ? hide : NULL;
    r->trainer.drawn_context = r;
}

static bool open_trainer(LiveRun *r, const Corpus *corpus, size_t memory, size_t past, Err *err)
{
    r->change = (LiveChange){ .factor = 1 };
    if (!trainer_init(&r->trainer, &r->ck, corpus, memory, err))
        return false;
    live_past_init(&r->past, &r->trainer.gpt.params, past);
    return true;
}

bool live_run_begin(LiveRun *r, const Corpus *corpus, size_t memory, size_t past, Err *err)
{
    if (!open_trainer(r, corpus, memory, past, err))
        return false;
    trainer_begin(&r->trainer);
    if (live_past_keep(&r->past, &r->trainer.gpt.params, &r->ck.state, err))
        return true;
    live_run_free(r);
    return false;
}

void live_run_free(LiveRun *r)
{
    live_past_free(&r->past);
    trainer_free(&r->trainer);
    free(r->hidden);
    free(r->kept);
    free(r->change.word);
    free(r->change.frozen);
    *r = (LiveRun){ 0 };
}

static void *copy(const void *from, size_t n)
{
    void *to = from ? malloc(n ? n : 1) : NULL;
    return to ? memcpy(to, from, n) : NULL;
}

static bool copy_change(LiveRun *r, const LiveRun *from, Err *err)
{
    size_t H = heads(r), word = (size_t)from->change.word_n * sizeof *from->change.word;
    r->change = from->change;
    r->change.word = copy(from->change.word, word);
    r->change.frozen = copy(from->change.frozen, H);
    r->hidden = copy(from->hidden, most_tokens(r));
    r->kept = from->kept ? malloc(live_freeze_len(&r->trainer.gpt, from->change.frozen) * sizeof *r->kept + 1) : NULL;
    put_to_work(r);
    return (r->change.word || !from->change.word) && (r->change.frozen || !from->change.frozen) &&
           (r->hidden || !from->hidden) && (r->kept || !from->kept)
               ? true : err_set(err, "out of memory for a second run");
}

static void copy_numbers(Params *to, const Params *from)
{
    memcpy(to->val, from->val, to->len * sizeof(real));
    memcpy(to->m, from->m, to->len * sizeof(real));
    memcpy(to->v, from->v, to->len * sizeof(real));
}

/* An evaluation under way is copied too: it is part of where the run is. */
bool live_run_fork(LiveRun *r, const LiveRun *from, const LiveSnapshot *at, size_t memory, size_t past, Err *err)
{
    *r = (LiveRun){ .ck = from->ck };
    if (!open_trainer(r, from->trainer.corpus, memory, past, err))
        return false;
    Params *p = &r->trainer.gpt.params;
    if (at) {
        live_past_restore(at, p);
        r->ck.state = at->state;
    } else {
        copy_numbers(p, &from->trainer.gpt.params);
        r->evaluating = from->evaluating;
        r->evaluation = from->evaluation;
    }
    if (copy_change(r, from, err) && live_past_keep(&r->past, p, &r->ck.state, err))
        return true;
    live_run_free(r);
    return false;
}

/* ---- steps ---- */

static bool finished(const LiveRun *r) { return r->ck.state.step >= r->ck.settings.steps; }

static bool train(LiveRun *r, LiveStep *step, Err *err)
{
    const TrainSettings *s = &r->ck.settings;
    Gpt   *g = &r->trainer.gpt;
    LogRow row;
    if (r->change.frozen)
        live_freeze_keep(g, r->change.frozen, r->kept);
    if (!trainer_step(&r->trainer, trainer_done(s, &r->ck.state), &row, err))
        return err_in(err, "step %ld", r->ck.state.step + 1);
    if (r->change.frozen)
        live_freeze_restore(g, r->change.frozen, r->kept);
    step->stepped = true;
    step->loss = row.train_loss;
    r->evaluation = trainer_evaluation(&r->trainer, false);
    r->evaluating = r->evaluation.of > 0 && (finished(r) || (s->eval_every > 0 && row.step % s->eval_every == 0));
    return live_past_keep(&r->past, &g->params, &r->ck.state, err);
}

/* As `train` does after an evaluation. */
static void record(LiveRun *r, double loss)
{
    TrainState *state = &r->ck.state;
    state->val_loss = loss;
    state->bad_evals++;
    if (!(loss < state->best_loss))
        return;
    state->best_loss = loss;
    state->best_step = state->step;
    state->bad_evals = 0;
}

static bool evaluate(LiveRun *r, LiveStep *step, Err *err)
{
    TrainerEvaluation *e = &r->evaluation;
    if (!trainer_evaluate_next(&r->trainer, e, err))
        return err_in(err, "evaluating after step %ld", r->ck.state.step);
    r->evaluating = e->done < e->of;
    if (r->evaluating)
        return true;
    step->val_loss = e->total / (double)e->of;
    record(r, step->val_loss);
    return true;
}

bool live_run_advance(LiveRun *r, LiveStep *step, Err *err)
{
    *step = (LiveStep){ .val_loss = NAN, .loss = r->ck.state.train_loss };
    bool ok = r->evaluating ? evaluate(r, step, err) : finished(r) || train(r, step, err);
    step->step = r->ck.state.step;
    step->done = finished(r) && !r->evaluating;
    return ok;
}

void live_run_extend(LiveRun *r, long steps)
{
    r->ck.settings.steps = (finished(r) ? r->ck.state.step : r->ck.settings.steps) + steps;
}

/* ---- changes ---- */

bool live_run_soften(LiveRun *r, double factor, Err *err)
{
    if (!live_factor_allowed(factor, err))
        return false;
    r->change.factor = factor;
    put_to_work(r);
    return true;
}

void live_run_positions(LiveRun *r, bool on)
{
    r->change.no_positions = !on;
    put_to_work(r);
}

bool live_run_mask(LiveRun *r, const char *word, size_t len, Err *err)
{
    size_t n = 0, T = (size_t)r->ck.config.context;
    int   *ids = len > 0 ? vocab_tokens(&r->ck.vocab, word, len, &n, NULL, err) : NULL;
    if (!ids)
        return err_set(err, "no word is given to mask");
    if (n > T) {
        free(ids);
        return err_set(err, "a word of %zu characters to mask: the context is %zu, so none can be seen whole", n, T);
    }
    r->hidden = r->hidden ? r->hidden : calloc(most_tokens(r), sizeof *r->hidden);
    free(r->change.word);
    r->change.word = ids;
    r->change.word_n = r->hidden ? (int)n : 0;
    put_to_work(r);
    return r->hidden || err_set(err, "out of memory for masking a word");
}

bool live_run_freeze(LiveRun *r, int layer, int head, Err *err)
{
    const Config *c = &r->ck.config;
    if (layer < 0 || layer >= c->layers || head < 0 || head >= c->heads)
        return err_set(err, "there is no head %d.%d: the model has %d layers of %d heads, counted from 0", layer, head,
                       c->layers, c->heads);
    r->change.frozen = r->change.frozen ? r->change.frozen : calloc(heads(r), sizeof *r->change.frozen);
    if (!r->change.frozen)
        return err_set(err, "out of memory for freezing a head");
    r->change.frozen[layer * c->heads + head] = true;
    free(r->kept);
    r->kept = malloc(live_freeze_len(&r->trainer.gpt, r->change.frozen) * sizeof *r->kept);
    if (r->kept)
        return true;
    free(r->change.frozen);
    r->change.frozen = NULL;
    return err_set(err, "out of memory for freezing a head");
}

/* ---- files, memory ---- */

bool live_run_save(const LiveRun *r, const char *path, bool moments, Err *err)
{
    Params p = r->trainer.gpt.params;
    if (!moments)
        p.m = p.v = NULL;
    return trainer_sound(&r->trainer, err) && checkpoint_save(path, &r->ck, &p, err);
}

size_t live_run_bytes(const LiveRun *r) { return trainer_bytes(&r->trainer) + live_past_bytes(&r->past); }
