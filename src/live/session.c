#include "live/session.h"
#include "model/given.h"
#include "train/fit_text.h"
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static size_t memory(const LiveSession *s) { return s->memory ? s->memory : 1000u << 20; }
static size_t past(const LiveSession *s) { return s->past ? s->past : 96u << 20; }

static void note(LiveSession *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void note(LiveSession *s, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    if (s->n_notes < LIVE_NOTES)
        vsnprintf(s->notes[s->n_notes++], LIVE_NOTE, fmt, args);
    va_end(args);
}

static void close_model(LiveSession *s)
{
    if (s->has_opened)
        model_close(&s->opened);
    s->has_opened = false;
}

void live_session_close(LiveSession *s)
{
    for (int k = LIVE_RUNS - 1; k >= 0; k--)
        live_session_drop(s, k);
    if (s->run[0]) {
        live_run_free(s->run[0]);
        free(s->run[0]);
    }
    close_model(s);
    corpus_free(&s->corpus);
    vocab_free(&s->vocab);
    *s = (LiveSession){ .memory = s->memory, .past = s->past };
}

/* ---- a new run ---- */

/* A context that the text can fill, and notes on what that leaves out. */
static bool fit_context(LiveSession *s, Checkpoint *ck, Err *err)
{
    double  val_frac = ck->settings.val_frac;
    size_t  n = s->corpus.n;
    FitText f;
    if (n < FIT_TEXT_LEAST)
        return err_set(err, "the text has %zu character%s: at least %d are needed, and thousands to learn anything", n,
                       n == 1 ? "" : "s", FIT_TEXT_LEAST);
    if (!fit_text(&s->corpus, &ck->config, &ck->settings, &f))
        return err_set(err, "holding out %g of %zu characters leaves %zu to train on: at least %d are needed", val_frac,
                       n, f.left, FIT_TEXT_LEAST);
    if (f.held_out > 0)
        note(s, "the last %g %% of the text, %zu characters, is shorter than the context: nothing is held out for "
             "validation", 100 * val_frac, f.held_out);
    if (f.context > 0)
        note(s, "the text has only %zu characters to train on: the context is %d instead of %d", f.left,
             ck->config.context, f.context);
    return true;
}

static bool given_allowed(const double *given, Err *err)
{
    for (int id = 0; id < SETTINGS; id++) {
        const Setting *x = &setting_table[id];
        double low = x->asked[1] > 0 ? x->asked[0] : x->low, high = x->asked[1] > 0 ? x->asked[1] : x->high;
        if (given[id] < low || given[id] > high || (x->below && given[id] == high) || (x->above && given[id] == low))
            return err_set(err, "%s is %.15g, it must be from %.15g to %.15g", x->key, given[id], low, high);
    }
    return true;
}

static bool describe(LiveSession *s, Checkpoint *ck, const double *given, int recipe, Err *err)
{
    const GivenFit fit = { .size = { NULL, 2, 4, 64, 64, 8 }, .steps = 2000, .eval_every = 250 };
    if (!given_allowed(given, err))
        return false;
    given_settings(given, &recipes[recipe], &fit, &ck->config, &ck->settings);
    if (isnan(given[SETTING_counts]))
        ck->config.counts = false;          /* what is watched is how attention learns, from nothing */
    ck->vocab = s->vocab;
    ck->config.vocab = s->vocab.n;
    ck->corpus_hash = s->corpus.hash;
    ck->state = (TrainState){ .train_loss = NAN, .val_loss = NAN, .best_loss = INFINITY };
    return fit_context(s, ck, err) && config_check(&ck->config, err);
}

static bool read_text(LiveSession *s, const char *path, bool keep_cr, Err *err)
{
    CorpusOptions o = { .cap = VOCAB_CAP, .keep_cr = keep_cr };
    return corpus_read(&s->corpus, (char *[]){ (char *)path }, 1, o, &s->vocab, err);
}

bool live_session_begin(LiveSession *s, const char *path, const double *given, int recipe, Err *err)
{
    live_session_close(s);
    LiveRun *r = calloc(1, sizeof *r);
    if (!r)
        return err_set(err, "out of memory for a run");
    if (read_text(s, path, given[SETTING_keep_cr] > 0, err) && describe(s, &r->ck, given, recipe, err) &&
        live_run_begin(r, &s->corpus, memory(s), past(s), err)) {
        s->run[0] = r;
        s->ngram = ngram_loss(&s->corpus, s->vocab.n);
        return true;
    }
    free(r);
    live_session_close(s);
    return false;
}

/* ---- a model that was saved ---- */

/* A session shows attention, not what counting says. */
static void note_opened(LiveSession *s)
{
    s->n_notes = 0;
    if (s->opened.file.config.counts)
        note(s, "the model also asks counts of its training text, which this page does not show: explain --counts "
             "does");
}

bool live_session_open(LiveSession *s, const char *path, Err *err)
{
    live_session_close(s);
    s->has_opened = model_open(&s->opened, path, PARAMS_VALUES, err);
    if (s->has_opened)
        note_opened(s);
    return s->has_opened;
}

/* Takes the file's parameters, and its moments if it has them; its first snapshot is of what was read. */
static bool load(LiveSession *s, LiveRun *r, const char *model, Err *err)
{
    Checkpoint ck;
    if (!checkpoint_open(&ck, model, err))
        return false;
    bool ok = checkpoint_load(&ck, &r->trainer.gpt.params, err);
    checkpoint_close(&ck);
    live_past_free(&r->past);
    live_past_init(&r->past, &r->trainer.gpt.params, past(s));
    return ok && live_past_keep(&r->past, &r->trainer.gpt.params, &r->ck.state, err);
}

/* The file's settings with more steps. Losses are comparable only on the same text. */
static bool describe_opened(LiveSession *s, LiveRun *r, long steps, Err *err)
{
    const Checkpoint *file = &s->opened.file;
    r->ck = *file;
    r->ck.vocab = s->vocab;
    r->ck.settings.steps = file->state.step + (steps > 0 ? steps : 1);
    r->ck.settings.budget = 0;
    r->ck.corpus_hash = s->corpus.hash;
    if (r->ck.settings.batch < 1)           /* a model of another program */
        r->ck.settings = recipes[RECIPE_DEFAULT].how, r->ck.settings.batch = 8, r->ck.settings.steps = steps;
    if (file->corpus_hash != s->corpus.hash)
        r->ck.state.train_loss = r->ck.state.val_loss = NAN, r->ck.state.best_loss = INFINITY;
    int context = r->ck.config.context;
    return fit_context(s, &r->ck, err) && (r->ck.config.context == context ||
        err_set(err, "the text has %zu characters, too few for the model's context of %d", s->corpus.n, context));
}

static bool copy_vocab(LiveSession *s, Err *err)
{
    const Vocab *v = &s->opened.file.vocab;
    return vocab_from_tokens(&s->vocab, v->chars, (size_t)v->n, err);
}

bool live_session_continue(LiveSession *s, const char *model, const char *text, long steps, Err *err)
{
    if (!s->has_opened)
        return err_set(err, "no model is open to train on");
    LiveRun *r = calloc(1, sizeof *r);
    note_opened(s);
    if (!r)
        return err_set(err, "out of memory for a run");
    if (copy_vocab(s, err) && read_text(s, text, s->opened.file.settings.keep_cr, err) &&
        describe_opened(s, r, steps, err) && live_run_begin(r, &s->corpus, memory(s), past(s), err)) {
        s->run[0] = r;
        if (load(s, r, model, err)) {
            s->ngram = ngram_loss(&s->corpus, s->vocab.n);
            close_model(s);
            return true;
        }
        live_run_free(r);
    }
    s->run[0] = NULL;
    free(r);
    corpus_free(&s->corpus);
    vocab_free(&s->vocab);
    return false;
}

/* ---- two runs ---- */

LiveRun *live_session_run(const LiveSession *s, int run, Err *err)
{
    LiveRun *r = run >= 0 && run < LIVE_RUNS ? s->run[run] : NULL;
    if (!r && s->has_opened)
        err_set(err, "the opened model has no text to train on yet");
    else if (!r)
        err_set(err, "there is no run %d", run);
    return r;
}

bool live_session_fork(LiveSession *s, int from, long step, Err *err)
{
    const LiveRun *a = live_session_run(s, from, err);
    if (!a || s->run[1])
        return err_set(err, "there are two runs already: drop one first");
    s->run[1] = calloc(1, sizeof *s->run[1]);
    if (!s->run[1])
        return err_set(err, "out of memory for a second run");
    if (live_run_fork(s->run[1], a, step < 0 ? NULL : live_past_at(&a->past, step), memory(s), past(s), err))
        return true;
    free(s->run[1]);
    s->run[1] = NULL;
    return false;
}

void live_session_drop(LiveSession *s, int run)
{
    if (run < 0 || run >= LIVE_RUNS || !s->run[1])
        return;
    live_run_free(s->run[run]);
    free(s->run[run]);
    s->run[0] = s->run[1 - run];
    s->run[1] = NULL;
}

/* ---- what both kinds have ---- */

Checkpoint *live_session_file(LiveSession *s, int run, Err *err)
{
    if (s->has_opened && !s->run[0])
        return &s->opened.file;
    LiveRun *r = live_session_run(s, run, err);
    return r ? &r->ck : NULL;
}

Gpt *live_session_gpt(LiveSession *s, int run, Err *err)
{
    if (s->has_opened && !s->run[0])
        return &s->opened.gpt;
    LiveRun *r = live_session_run(s, run, err);
    return r ? &r->trainer.gpt : NULL;
}

void live_session_count(LiveSession *s)
{
    Counting m;
    size_t   window = s->run[0] ? (size_t)s->run[0]->ck.config.context : 0;
    s->counting = (CountingBaseline){ .loss = NAN };
    if (window == 0 || s->corpus.n == s->corpus.n_train ||
        !counting_make(&m, &s->corpus, s->vocab.n, window, LIVE_COUNTED))
        return;
    s->counting = counting_measure(&m, window);
    counting_free(&m);
}

size_t live_session_bytes(const LiveSession *s)
{
    size_t n = s->has_opened ? s->opened.mem.size + s->opened.nodes.size : 0;
    for (int k = 0; k < LIVE_RUNS; k++)
        n += s->run[k] ? live_run_bytes(s->run[k]) : 0;
    return n;
}
