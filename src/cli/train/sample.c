#include "base/rng.h"
#include "cli/train/run.h"
#include <stdio.h>
#include <string.h>

enum { LONG = 240, BRIEF = 60, BYTES = TEXT_STREAM_ROOM(TEXT_ENCODED) };

bool train_sample_open(TrainRun *r, Err *err)
{
    SampleSettings as = { .temp = 0.8, .top_p = 1 };
    r->sampling = sampler_init(&r->sampler, &as, r->ck.vocab.n, err);
    return r->sampling;
}

void train_sample_close(TrainRun *r)
{
    if (r->sampling)
        sampler_free(&r->sampler);
    r->sampling = false;
}

size_t train_sample_bytes(const TrainRun *r)
{
    const Sampler *s = &r->sampler;
    return r->sampling ? (size_t)s->V * (sizeof *s->p + sizeof *s->weight + sizeof *s->heap + sizeof *s->e) : 0;
}

/* The token after ids[0..n-1]: of the last ones, as many as the context has. -1 on failure. */
static int next_token(TrainRun *r, const int *ids, int n, Err *err)
{
    int         T = r->ck.config.context, from = n > T ? n - T : 0;
    const real *x = trainer_logits(&r->trainer, ids + from, n - from, err);
    if (!x || !sampler_weigh(&r->sampler, x, err))
        return -1;
    return sampler_draw(&r->sampler, rng_uniform((uint64_t)r->ck.state.step, RNG_SAMPLE, (uint64_t)n));
}

/* Samples n tokens into text (n * BYTES bytes and a NUL), after a newline where the model knows it. Without a cache,
 * for the memory of a step is there already: n tokens cost as much as n windows of n / 2. Carriage returns are left
 * out. */
static bool write_text(TrainRun *r, int n, char *text, Err *err)
{
    int        ids[LONG + 1] = { vocab_find(&r->ck.vocab, '\n') >= 0 ? vocab_find(&r->ck.vocab, '\n') : 0 };
    TextStream stream = { 0 };
    size_t     at = 0;
    for (int i = 0; i < n; i++) {
        char bytes[TEXT_ENCODED];
        if ((ids[i + 1] = next_token(r, ids, i + 1, err)) < 0)
            return false;
        size_t len = text_stream(&stream, bytes, (size_t)vocab_decode(&r->ck.vocab, ids[i + 1], bytes), text + at);
        at += len == 1 && text[at] == '\r' ? 0 : len;
    }
    text[at] = '\0';
    return true;
}

bool train_sample(TrainRun *r, Err *err)
{
    char text[LONG * BYTES + 1];
    if (!write_text(r, LONG, text, err))
        return false;
    progress_note(&r->progress, "--- sample after step %ld ---\n%s\n---", r->ck.state.step, text);
    return true;
}

bool train_sample_line(TrainRun *r, char line[TRAIN_SAMPLE], Err *err)
{
    char text[BRIEF * BYTES + 1];
    if (!write_text(r, BRIEF, text, err))
        return false;
    for (char *p = text; *p; p++)
        *p = *p == '\n' || *p == '\t' ? ' ' : *p;
    snprintf(line, TRAIN_SAMPLE, "%s", text + strspn(text, " "));
    return true;
}
