#include "live/sample.h"
#include "base/rng.h"
#include <stdlib.h>
#include <string.h>

static int context(const LiveSample *x) { return x->gpt->config.context; }

/* The prompt's tokens, malloc'd; the token for an empty one is that of a line end, as in `sample`. */
static int *prompt_tokens(const LiveSample *x, const char *prompt, size_t len, size_t *n, Err *err)
{
    bool lines = vocab_find(x->vocab, '\n') >= 0;
    if (len > 0 || lines)
        return vocab_tokens(x->vocab, len > 0 ? prompt : "\n", len > 0 ? len : 1, n, NULL, err);
    int *one = calloc(1, sizeof *one);
    *n = 1;
    if (!one)
        err_set(err, "out of memory for the prompt");
    return one;
}

/* Appends a token to the window; a full one drops its first. */
static void append(LiveSample *x, int id)
{
    if (x->n == context(x))
        memmove(x->window, x->window + 1, (size_t)--x->n * sizeof *x->window);
    x->window[x->n++] = id;
}

static bool begin_window(LiveSample *x, const int *ids, size_t n, Err *err)
{
    x->window = malloc((size_t)context(x) * sizeof *x->window);
    for (size_t i = 0; x->window && i < n; i++)
        append(x, ids[i]);
    return x->window || err_set(err, "out of memory for sampling");
}

bool live_sample_begin(LiveSample *x, LiveSession *s, int run, const char *prompt, size_t len, double temperature,
                       uint64_t seed, Err *err)
{
    SampleSettings set = { .temp = temperature, .top_p = 1 };
    size_t         n = 0;
    *x = (LiveSample){ .gpt = live_session_gpt(s, run, err), .seed = seed };
    if (!x->gpt)
        return false;
    if (!(temperature >= 0 && temperature <= 1e6))
        return err_set(err, "a temperature of %g: it must be from 0 to 1000000", temperature);
    x->vocab = &live_session_file(s, run, err)->vocab;
    if (s->run[0] && s->run[run]->trainer.change)
        x->run = s->run[run];
    int *ids = prompt_tokens(x, prompt, len, &n, err);
    bool ok = ids && sampler_init(&x->sampler, &set, x->vocab->n, err);
    if (ok && x->run)
        ok = begin_window(x, ids, n, err);
    else if (ok && (ok = reader_init(&x->reader, x->gpt, false, err)))
        ok = sampler_begin(&x->sampler, &x->reader, ids, n, seed, err);
    free(ids);
    if (!ok)
        live_sample_end(x);
    return ok;
}

static int next_by_pass(LiveSample *x, Err *err)
{
    const real *logits = trainer_logits(&x->run->trainer, x->window, x->n, err);
    if (!logits || !sampler_weigh(&x->sampler, logits, err))
        return -1;
    int id = sampler_draw(&x->sampler, rng_uniform(x->seed, RNG_SAMPLE, x->drawn++));
    append(x, id);
    return id;
}

int live_sample_next(LiveSample *x, Err *err)
{
    return x->run ? next_by_pass(x, err) : sampler_next(&x->sampler, err);
}

void live_sample_end(LiveSample *x)
{
    sampler_free(&x->sampler);
    if (x->reader.gpt)
        reader_free(&x->reader);
    free(x->window);
    *x = (LiveSample){ 0 };
}
