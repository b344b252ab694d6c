#include "live/watch.h"
#include "base/topk.h"
#include "explain/pull.h"
#include "live/factor.h"
#include "live/hide.h"
#include "live/numbers.h"
#include "text/letters.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#ifndef HEED_DOUBLE
#error "live/watch is built in double only, like explain"
#endif

static size_t heads(const LiveWatch *w)
{
    return (size_t)w->model.file.config.layers * (size_t)w->model.file.config.heads;
}

/* ---- a model, a prompt ---- */

/* Frees what belongs to the prompt. */
static void stop(LiveWatch *w)
{
    if (w->watching)
        explain_close(&w->e);
    w->watching = w->edited = false;
    free(w->ids), free(w->hidden), free(w->masked), free(w->row);
    free(w->frame.weights), free(w->frame.next), free(w->frame.order);
    w->ids = NULL, w->hidden = w->masked = NULL, w->row = NULL;
    w->frame = (LiveFrame){ 0 };
}

/* Frees the model too, and keeps the view. */
static void close_model(LiveWatch *w)
{
    stop(w);
    if (w->open)
        model_close(&w->model);
    free(w->heads);
    w->open = false;
    w->heads = NULL;
}

bool live_watch_open(LiveWatch *w, const char *path, Err *err)
{
    close_model(w);
    if (!w->view.word && !w->view.no_positions && w->view.factor == 0)
        w->view.factor = 1;                 /* a new LiveWatch is all 0 */
    w->open = model_open(&w->model, path, PARAMS_GRADIENTS, err);
    w->heads = w->open ? calloc(heads(w), sizeof *w->heads) : NULL;
    if (w->heads)
        return true;
    close_model(w);
    return err_set(err, "out of memory for %s", path);
}

void live_watch_close(LiveWatch *w)
{
    close_model(w);
    free(w->view.word);
    *w = (LiveWatch){ 0 };
}

/* The view as the pass takes it. */
static void look(LiveWatch *w)
{
    const LiveView *v = &w->view;
    live_hide(w->ids, (size_t)w->n, (size_t)w->n, v->word, v->word_n, w->hidden);
    w->change = (GptChange){ { v->factor, v->word_n > 0 ? w->hidden : NULL }, v->no_positions };
}

static bool allocate(LiveWatch *w, Err *err)
{
    const Config *c = &w->model.file.config;
    size_t n = (size_t)w->n, cells = heads(w) * n * n;
    w->hidden = calloc(n, sizeof *w->hidden);
    w->masked = calloc(n, sizeof *w->masked);
    w->row = calloc(n + 1, sizeof *w->row);
    w->frame = (LiveFrame){ .L = c->layers, .H = c->heads, .n = w->n, .V = c->vocab };
    w->frame.weights = calloc(3 * cells, sizeof(double));
    w->frame.scores = w->frame.weights + cells;
    w->frame.push = w->frame.scores + cells;
    w->frame.next = calloc((size_t)c->vocab, sizeof(double));
    w->frame.order = calloc((size_t)c->vocab, sizeof(int));
    return (w->hidden && w->masked && w->row && w->frame.weights && w->frame.next && w->frame.order) ||
           err_set(err, "out of memory for a prompt of %d characters", w->n);
}

/* Takes the tokens over. After a failure nothing is watched. */
static bool start(LiveWatch *w, int *ids, int n, int target, Err *err)
{
    stop(w);
    w->ids = ids, w->n = n, w->asked = target;
    if (!allocate(w, err)) {
        stop(w);
        return false;
    }
    look(w);
    w->watching = true;
    bool ok = explain_open_changed(&w->e, &w->model.gpt, ids, n, target, &w->change);
    w->chunks = w->e.chunks;
    if (ok)
        return true;
    *err = w->e.err;
    stop(w);
    return false;
}

static int target_of(const LiveWatch *w, const char *target, size_t len, Err *err)
{
    size_t n;
    int   *ids = vocab_tokens(&w->model.file.vocab, target, len, &n, NULL, err), id = ids && n > 0 ? ids[0] : -1;
    int    step = 0;
    bool   one = ids && len > 0 && (text_decode(target, len, &step), (size_t)step == len);
    free(ids);
    if (!one)
        err_set(err, "the target must be one character");
    return one ? id : -1;
}

bool live_watch_prompt(LiveWatch *w, const char *prompt, size_t len, const char *target, size_t target_len, Err *err)
{
    size_t n = 0;
    int    asked = -1, context = w->model.file.config.context;
    if (!w->open)
        return err_set(err, "there is no model yet to watch");
    if (len == 0)
        return err_set(err, "the prompt is empty: give at least one character");
    if (target && (asked = target_of(w, target, target_len, err)) < 0)
        return err_in(err, "the target");
    int *ids = vocab_tokens(&w->model.file.vocab, prompt, len, &n, NULL, err);
    if (ids && n > 0 && n <= (size_t)context)
        return start(w, ids, (int)n, asked, err);
    free(ids);
    return err_set(err, "the prompt has %zu characters, but the model's context is %d: shorten it", n, context);
}

void live_watch_take(LiveWatch *w, const float *numbers)
{
    if (w->open)
        live_numbers_write(&w->model.gpt.params, w->model.gpt.params.val, numbers);
}

void live_watch_give(const LiveWatch *w, float *numbers)
{
    if (w->open)
        live_numbers_read(&w->model.gpt.params, w->model.gpt.params.val, numbers);
}

/* ---- frames ---- */

static void copy_cells(const LiveWatch *w, double *to, bool gradient, Tensor *(*of)(const GptBlockActs *))
{
    size_t n = (size_t)w->n, cells = (size_t)w->frame.H * n * n;
    for (int l = 0; l < w->frame.L; l++) {
        const Tensor *x = of(&w->e.trace.layers[l]);
        memcpy(to + (size_t)l * cells, gradient ? x->grad : x->val, cells * sizeof *to);
    }
}

static Tensor *scores_of(const GptBlockActs *y) { return y->scores; }
static Tensor *weights_of(const GptBlockActs *y) { return y->weights; }

/* Scores are computed for all keys, and used only for those up to the query. */
static void blank_future(LiveFrame *f)
{
    size_t n = (size_t)f->n, rows = (size_t)f->L * (size_t)f->H * n;
    for (size_t r = 0; r < rows; r++)
        for (size_t j = r % n + 1; j < n; j++)
            f->scores[r * n + j] = 0;
}

/* An ablated head's output is 0 whatever its scores are. */
static void blank_ablated(LiveWatch *w)
{
    size_t cells = (size_t)w->n * (size_t)w->n;
    for (size_t k = 0; w->edited && w->edit.kind == EDIT_ABLATE && k < heads(w); k++)
        if (w->heads[k])
            memset(w->frame.push + k * cells, 0, cells * sizeof *w->frame.push);
}

static void read_frame(LiveWatch *w, double loss)
{
    LiveFrame *f = &w->frame;
    copy_cells(w, f->weights, false, weights_of);
    copy_cells(w, f->scores, false, scores_of);
    copy_cells(w, f->push, true, scores_of);
    blank_future(f);
    blank_ablated(w);
    explain_next(&w->e, f->next);
    topk(f->next, f->V, f->V, false, f->order);
    f->target = w->e.target;
    f->loss = loss;
    f->p = exp(-loss);
}

/* The tape as explain_open would leave it. */
static bool refresh(LiveWatch *w, Err *err)
{
    if (!w->watching)
        return err_set(err, "no prompt is watched yet");
    explain_forget(&w->e, w->chunks);
    if (explain_refresh(&w->e, w->asked))
        return true;
    *err = w->e.err;
    return false;
}

bool live_watch_frame(LiveWatch *w, Err *err)
{
    if (!refresh(w, err))
        return false;
    double loss = w->e.loss;
    if (w->edited && !explain_edit_check(&w->e, &w->edit)) {    /* training has made it impossible */
        live_watch_undo(w);
        w->e.err = (Err){ 0 };
    }
    if (w->edited) {
        loss = explain_edit_make(&w->e, &w->edit, w->row);
        if (!explain_backward(&w->e))
            return err_set(err, "%s", w->e.err.msg);
    }
    read_frame(w, loss);
    return true;
}

/* ---- looking at it otherwise ---- */

/* The tape is built again: without positions it has other operations. */
static bool view_again(LiveWatch *w, Err *err)
{
    int *ids = w->ids, n = w->n, asked = w->asked;
    if (!w->watching)
        return true;
    w->ids = NULL;
    return start(w, ids, n, asked, err);
}

bool live_watch_view(LiveWatch *w, double factor, bool no_positions, const char *word, size_t len, Err *err)
{
    size_t n = 0;
    int   *ids = NULL;
    if (!w->open)
        return err_set(err, "there is no model yet to watch");
    if (!live_factor_allowed(factor, err))
        return false;
    if (word && len > 0 && !(ids = vocab_tokens(&w->model.file.vocab, word, len, &n, NULL, err)))
        return err_in(err, "the word to mask");
    free(w->view.word);
    w->view = (LiveView){ factor, no_positions, ids, (int)n };
    return view_again(w, err);
}

/* ---- edits ---- */

void live_watch_undo(LiveWatch *w) { w->edited = false; }

/* d with its arrays in the watch's own memory. */
static ExplainEdit own(LiveWatch *w, const ExplainEdit *d)
{
    ExplainEdit mine = *d;
    if (d->masked)
        mine.masked = memcpy(w->masked, d->masked, (size_t)w->n * sizeof *w->masked);
    if (d->kind == EDIT_ABLATE) {
        memset(w->heads, 0, heads(w) * sizeof *w->heads);
        for (size_t k = 0; k < heads(w); k++)
            w->heads[k] = d->heads ? d->heads[k] : k == (size_t)(d->layer * w->frame.H + d->head);
        mine.heads = w->heads;
    }
    return mine;
}

bool live_watch_edit(LiveWatch *w, const ExplainEdit *d, ExplainLossChange *c, Err *err)
{
    live_watch_undo(w);
    if (!isfinite(d->by))
        return err_set(err, "a score or weight cannot be changed by %g", d->by);
    if (!refresh(w, err))
        return false;
    w->edited = explain_edit_check(&w->e, d);
    if (w->edited) {
        w->edit = own(w, d);
        w->edited = explain_edit(&w->e, &w->edit, c);
    }
    return w->edited || err_set(err, "%s", w->e.err.msg);
}

bool live_watch_derive(LiveWatch *w, ExplainRow at, int j, LiveDerivation *x, Err *err)
{
    if (!refresh(w, err))
        return false;
    if (at.layer < 0 || at.layer >= w->e.L || at.head < 0 || at.head >= w->e.H || at.row < 0 || at.row >= w->n ||
        j < 0 || j > at.row)
        return err_set(err, "there is no score of query %d and key %d in head %d.%d", at.row, j, at.layer, at.head);
    if (!explain_trace_key(&w->e, at, j, &x->trace))
        return err_set(err, "%s", w->e.err.msg);
    x->key = x->trace.keys[j];
    return true;
}

/* The word's cost to the target in nats, the smaller of deletion's and replacement's; NaN if they were not tried. */
static double cost(const ExplainCause *c, int k)
{
    const CauseUnit *u = &c->units[k];
    double deleted = log(c->now.p / u->deleted.p), replaced = log(c->now.p / u->replaced.p);
    return deleted < replaced ? deleted : replaced;
}

static bool find_reader(LiveWatch *w, LiveNeed *x, Err *err)
{
    bool *masked = calloc((size_t)w->n, sizeof *masked);
    if (!masked)
        return err_set(err, "out of memory for %d characters", w->n);
    for (int j = x->word.at.first; j <= x->word.at.last; j++)
        masked[j] = true;
    bool ok = explain_edit_reader(&w->e, masked, &x->at, &x->change);
    free(masked);
    return ok || err_set(err, "%s", w->e.err.msg);
}

bool live_watch_needs(LiveWatch *w, LiveNeed *x, Err *err)
{
    ExplainCause c;
    int          best = -1;
    *x = (LiveNeed){ .found = false };
    if (!refresh(w, err))
        return false;
    if (!explain_cause(&w->e, &w->model.file.vocab, &c))
        return err_set(err, "%s", w->e.err.msg);
    for (int k = 0; k < c.words; k++)
        if (k != c.last && cost(&c, k) >= CAUSE_READS && (best < 0 || cost(&c, k) > cost(&c, best)))
            best = k;
    if (best < 0)
        return true;
    x->found = true;
    x->word = c.units[best];
    return find_reader(w, x, err);
}

/* letter (V): the tokens that words consist of. */
static bool *letters(LiveWatch *w)
{
    const Vocab *v = &w->model.file.vocab;
    bool        *letter = explain_alloc(&w->e, (size_t)v->n, sizeof *letter);
    for (int id = 0; letter && id < v->n; id++)
        letter[id] = letter_in_word(v->chars[id]) || letter_kind(v->chars[id]) == LETTER_APOSTROPHE;
    return letter;
}

/* Runs the model, and refuses a view other than its own. */
static bool as_it_is(LiveWatch *w, Err *err)
{
    if (!refresh(w, err))
        return false;
    if (w->view.factor != 1 || w->view.word_n > 0 || w->view.no_positions)
        return err_set(err, "a score is taken apart only as the model itself computes it: with softness 1, positions, "
                       "and no word masked");
    return true;
}

bool live_watch_why(LiveWatch *w, ExplainRow at, int j, ExplainWhy *x, Err *err)
{
    if (!as_it_is(w, err))
        return false;
    bool *letter = letters(w);
    w->e.change = NULL;                     /* this view changes nothing */
    bool ok = letter && explain_why(&w->e, at, j, letter, x);
    w->e.change = &w->change;
    return ok || err_set(err, "%s", w->e.err.msg);
}

bool live_watch_writes(LiveWatch *w, ExplainRow at, int j, WhyWrites *x, Err *err)
{
    if (!as_it_is(w, err))
        return false;
    w->e.change = NULL;                     /* as above */
    bool ok = explain_why_writes(&w->e, at, j, x);
    w->e.change = &w->change;
    return ok || err_set(err, "%s", w->e.err.msg);
}

double live_watch_pull(LiveWatch *w, ExplainRow at, int j, double by, Err *err)
{
    double reached = NAN;
    if (!refresh(w, err))
        return NAN;
    if (!isfinite(by))
        err_set(err, "a score cannot be moved by %g", by);
    else if (!explain_pull(&w->e, at, j, by, 200, &reached))
        err_set(err, "%s", w->e.err.msg);
    return err_any(err) ? NAN : reached;
}
