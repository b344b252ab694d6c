#include "cli/train/run.h"
#include "model/sampler.h"
#include <stdio.h>

enum { CHARACTERS = 240 };

/* Samples CHARACTERS tokens into text, which holds CHARACTERS * TEXT_STREAM_ROOM(TEXT_ENCODED) bytes; returns their
 * number of bytes, 0 on failure. */
static size_t write_text(const TrainRun *r, Sampler *s, char *text, Err *err)
{
    TextStream stream = { 0 };
    size_t     at = 0;
    for (int i = 0; i < CHARACTERS; i++) {
        char bytes[TEXT_ENCODED];
        int  id = sampler_next(s, err);
        if (id < 0)
            return 0;
        at += text_stream(&stream, bytes, (size_t)vocab_decode(&r->ck.vocab, id, bytes), text + at);
    }
    return at;
}

bool train_sample(TrainRun *r, Err *err)
{
    SampleSettings as = { .temp = 0.8, .top_p = 1 };
    Reader  reader;
    Sampler s;
    char    text[CHARACTERS * TEXT_STREAM_ROOM(TEXT_ENCODED)];
    int     start = vocab_find(&r->ck.vocab, '\n') >= 0 ? vocab_find(&r->ck.vocab, '\n') : 0;
    if (!reader_init(&reader, &r->trainer.gpt, false, err))
        return false;
    bool ok = sampler_init(&s, &as, r->ck.vocab.n, err);
    if (ok) {
        ok = sampler_begin(&s, &reader, &start, 1, (uint64_t)r->ck.state.step, err);
        size_t n = ok ? write_text(r, &s, text, err) : 0;
        ok = !err_any(err);
        if (ok)
            progress_note(&r->progress, "--- sample after step %ld ---\n%.*s\n---", r->ck.state.step, (int)n, text);
        sampler_free(&s);
    }
    reader_free(&reader);
    return ok;
}
