/* live/session.h as the functions of the module that trains. The text is the file /text, a model /model.heed. */
#include "live/export.h"
#include "base/json.h"
#include "live/numbers.h"
#include "live/sample.h"
#include "model/recipe.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

void        LIVE_EXPORT(heed_given_none)(void);
bool        LIVE_EXPORT(heed_given)(const char *key, double value);
bool        LIVE_EXPORT(heed_begin)(void);
bool        LIVE_EXPORT(heed_open)(void);
bool        LIVE_EXPORT(heed_continue)(double steps);
const char *LIVE_EXPORT(heed_facts)(int run);
void        LIVE_EXPORT(heed_count_text)(void);
bool        LIVE_EXPORT(heed_extend)(int run, double steps);
bool        LIVE_EXPORT(heed_advance)(int run);
double     *LIVE_EXPORT(heed_stepped)(void);
bool        LIVE_EXPORT(heed_save)(int run, bool moments);
size_t      LIVE_EXPORT(heed_count)(int run);
float      *LIVE_EXPORT(heed_numbers)(int run);
bool        LIVE_EXPORT(heed_take)(int run);
float      *LIVE_EXPORT(heed_past)(int run, double step);
const char *LIVE_EXPORT(heed_snapshots)(int run);
bool        LIVE_EXPORT(heed_fork)(int from, double step);
void        LIVE_EXPORT(heed_drop)(int run);
bool        LIVE_EXPORT(heed_soften)(int run, double factor);
bool        LIVE_EXPORT(heed_positions)(int run, bool on);
bool        LIVE_EXPORT(heed_mask)(int run, const char *word, size_t len);
bool        LIVE_EXPORT(heed_freeze)(int run, int layer, int head);
bool        LIVE_EXPORT(heed_sample_begin)(int run, const char *prompt, size_t len, double temperature, double seed);
const char *LIVE_EXPORT(heed_sample)(int n);
void        LIVE_EXPORT(heed_sample_end)(void);
double      LIVE_EXPORT(heed_bytes)(void);

enum { STEP = 7 };

static struct {
    LiveSession session;
    double      given[SETTINGS];
    int         recipe;
    double      step[STEP];                 /* a LiveStep's fields in order; steps planned; evaluating? */
    float      *numbers;                    /* room for a run's parameters                          */
    size_t      room;
    LiveSample  sample;
    Buffer      said;
    Err         err;
} x;

static Err *fresh(void)
{
    x.err = (Err){ 0 };
    return &x.err;
}

const char *heed_error(void) { return x.err.msg; }

/* What was written to x.said, as a string. */
static const char *string(void)
{
    buffer_u8(&x.said, 0);
    return buffer_whole(&x.said, fresh()) ? x.said.p : "";
}

/* ---- beginning ---- */

void heed_given_none(void)
{
    x.recipe = RECIPE_DEFAULT;
    for (int id = 0; id < SETTINGS; id++)
        x.given[id] = NAN;
}

/* A setting by its key or its flag's name, with underscores; "recipe" is an index. */
bool heed_given(const char *key, double value)
{
    if (strcmp(key, "recipe") == 0) {
        x.recipe = value == RECIPE_GPT2 ? RECIPE_GPT2 : RECIPE_FAST;
        return true;
    }
    for (int id = 0; id < SETTINGS; id++) {
        const Setting *s = &setting_table[id];
        if (s->group != GROUP_NONE && (strcmp(s->key, key) == 0 || (s->name && strcmp(s->name, key) == 0))) {
            x.given[id] = value;
            return true;
        }
    }
    return err_set(fresh(), "unknown setting %.40s", key);
}

bool heed_begin(void) { return live_session_begin(&x.session, "/text", x.given, x.recipe, fresh()); }

bool heed_open(void) { return live_session_open(&x.session, "/model.heed", fresh()); }

bool heed_continue(double steps)
{
    return live_session_continue(&x.session, "/model.heed", "/text", (long)steps, fresh());
}

static void put_vocab(Json *j, const Vocab *v)
{
    char bytes[TEXT_ENCODED];
    json_array(j, "vocab");
    for (int id = 0; id < v->n; id++)
        json_bytes(j, NULL, bytes, (size_t)vocab_decode(v, id, bytes));
    json_end_array(j);
}

static void put_baselines(Json *j)
{
    const LiveSession *s = &x.session;
    bool none = s->corpus.n == 0;
    json_object(j, "baselines");
    json_number(j, "uniform", none ? NAN : log((double)s->vocab.n), 6);
    json_number(j, "unigram", none ? NAN : s->ngram.unigram, 6);
    json_number(j, "bigram", none ? NAN : s->ngram.bigram, 6);
    json_number(j, "trigram", none ? NAN : s->ngram.trigram, 6);
    json_number(j, "ngram", s->counting.n ? s->counting.loss : NAN, 6);
    json_int(j, "n", s->counting.n);
    json_end(j);
}

static void put_shape(Json *j, const Checkpoint *c, const Gpt *g)
{
    json_int(j, "parameters", (int64_t)g->params.count);
    json_int(j, "layers", c->config.layers);
    json_int(j, "heads", c->config.heads);
    json_int(j, "channels", c->config.channels);
    json_int(j, "context", c->config.context);
    json_int(j, "batch", c->settings.batch * c->settings.accumulate);
    json_int(j, "steps", c->settings.steps);
    json_int(j, "step", c->state.step);
    json_int(j, "seed", (int64_t)c->settings.seed);
}

/* What is known before training, as JSON; "" with a sentence if there is nothing. */
const char *heed_facts(int run)
{
    Json              j = { .to = &x.said, .compact = true };
    const Checkpoint *c = live_session_file(&x.session, run, fresh());
    const Gpt        *g = c ? live_session_gpt(&x.session, run, &x.err) : NULL;
    if (!g)
        return "";
    x.said.len = 0;
    json_object(&j, NULL);
    json_int(&j, "characters", (int64_t)x.session.corpus.n);
    put_vocab(&j, &c->vocab);
    put_shape(&j, c, g);
    json_int(&j, "bytes", (int64_t)live_session_bytes(&x.session));
    put_baselines(&j);
    json_array(&j, "notes");
    for (int i = 0; i < x.session.n_notes; i++)
        json_text(&j, NULL, x.session.notes[i]);
    json_end_array(&j);
    json_end(&j);
    return string();
}

/* Adds to the facts the best that counting reaches on the text. */
void heed_count_text(void) { live_session_count(&x.session); }

/* ---- running ---- */

bool heed_extend(int run, double steps)
{
    LiveRun *r = live_session_run(&x.session, run, fresh());
    if (r)
        live_run_extend(r, (long)steps);
    return r != NULL;
}

bool heed_advance(int run)
{
    LiveRun *r = live_session_run(&x.session, run, fresh());
    LiveStep step = { 0 };
    bool     ok = r && live_run_advance(r, &step, &x.err);
    const double numbers[STEP] = { step.stepped, (double)step.step, step.loss, step.val_loss, step.done,
                                   r ? (double)r->ck.settings.steps : 0, r && r->evaluating };
    memcpy(x.step, numbers, sizeof numbers);
    return ok;
}

double *heed_stepped(void) { return x.step; }

bool heed_save(int run, bool moments)
{
    LiveRun *r = live_session_run(&x.session, run, fresh());
    return r && live_run_save(r, "/model.heed", moments, &x.err);
}

/* ---- numbers ---- */

size_t heed_count(int run)
{
    const Gpt *g = live_session_gpt(&x.session, run, fresh());
    return g ? g->params.count : 0;
}

/* The present parameters, heed_count of them; valid until the next call. NULL with a sentence. */
float *heed_numbers(int run)
{
    const Gpt *g = live_session_gpt(&x.session, run, fresh());
    size_t     n = g ? g->params.count : 0;
    if (n > x.room) {
        free(x.numbers);
        x.numbers = malloc(n * sizeof *x.numbers);
        x.room = x.numbers ? n : 0;
    }
    if (g && x.numbers)
        live_numbers_read(&g->params, g->params.val, x.numbers);
    else
        err_set(&x.err, "out of memory for %zu parameters", n);
    return g ? x.numbers : NULL;
}

/* Takes them back after they were changed. */
bool heed_take(int run)
{
    LiveRun *r = live_session_run(&x.session, run, fresh());
    if (r && x.numbers)
        live_numbers_write(&r->trainer.gpt.params, r->trainer.gpt.params.val, x.numbers);
    return r && x.numbers;
}

/* The parameters at the snapshot at or before the step, which heed_stepped()[1] then says. NULL if there is none. */
float *heed_past(int run, double step)
{
    const LiveRun      *r = live_session_run(&x.session, run, fresh());
    const LiveSnapshot *s = r ? live_past_at(&r->past, (long)step) : NULL;
    if (s)
        x.step[1] = (double)s->state.step;
    return s ? s->numbers : NULL;
}

/* The steps of all snapshots, as JSON. */
const char *heed_snapshots(int run)
{
    const LiveRun *r = live_session_run(&x.session, run, fresh());
    Json           j = { .to = &x.said, .compact = true };
    x.said.len = 0;
    json_array(&j, NULL);
    for (size_t i = 0; r && i < r->past.n; i++)
        json_int(&j, NULL, r->past.kept[i].state.step);
    json_end_array(&j);
    return string();
}

/* ---- a second run, changes ---- */

bool heed_fork(int from, double step) { return live_session_fork(&x.session, from, (long)step, fresh()); }

void heed_drop(int run) { live_session_drop(&x.session, run); }

bool heed_soften(int run, double factor)
{
    LiveRun *r = live_session_run(&x.session, run, fresh());
    return r && live_run_soften(r, factor, &x.err);
}

bool heed_positions(int run, bool on)
{
    LiveRun *r = live_session_run(&x.session, run, fresh());
    if (r)
        live_run_positions(r, on);
    return r != NULL;
}

bool heed_mask(int run, const char *word, size_t len)
{
    LiveRun *r = live_session_run(&x.session, run, fresh());
    return r && live_run_mask(r, word, len, &x.err);
}

bool heed_freeze(int run, int layer, int head)
{
    LiveRun *r = live_session_run(&x.session, run, fresh());
    return r && live_run_freeze(r, layer, head, &x.err);
}

/* ---- writing ---- */

bool heed_sample_begin(int run, const char *prompt, size_t len, double temperature, double seed)
{
    live_sample_end(&x.sample);
    return live_sample_begin(&x.sample, &x.session, run, prompt, len, temperature, (uint64_t)seed, fresh());
}

/* The next n tokens as bytes; heed_stepped()[0] is their number. NULL with a sentence. */
const char *heed_sample(int n)
{
    char bytes[TEXT_ENCODED];
    x.said.len = 0;
    fresh();
    for (int i = 0; i < n; i++) {
        int id = live_sample_next(&x.sample, &x.err);
        if (id < 0)
            return NULL;
        buffer_add(&x.said, bytes, (size_t)vocab_decode(x.sample.vocab, id, bytes));
    }
    x.step[0] = (double)x.said.len;
    return string();
}

void heed_sample_end(void) { live_sample_end(&x.sample); }

double heed_bytes(void) { return (double)live_session_bytes(&x.session); }
