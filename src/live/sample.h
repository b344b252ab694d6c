#ifndef LIVE_SAMPLE_H
#define LIVE_SAMPLE_H
#include "live/session.h"
#include "model/sampler.h"

/* A text from a model of the session, a few characters at a time. The run must not advance until live_sample_end: the
 * reader has its weights packed. A run that is changed (LiveChange) is read with its change, by whole passes. */
typedef struct LiveSample {
    Gpt     *gpt;
    LiveRun *run;                           /* read by whole passes; NULL: by the reader         */
    Vocab   *vocab;
    Reader   reader;
    Sampler  sampler;
    int     *window, n;                     /* (context) tokens so far, for whole passes         */
    uint64_t seed, drawn;
} LiveSample;

/* Reads the prompt (len bytes; "": a line end, or the vocabulary's first token). temperature as in SampleSettings.
 * False with a sentence and nothing to end: a character that the vocabulary lacks, a temperature below 0, no memory. */
bool live_sample_begin(LiveSample *x, LiveSession *s, int run, const char *prompt, size_t len, double temperature,
                       uint64_t seed, Err *err);

/* The next token; -1 with a sentence. */
int live_sample_next(LiveSample *x, Err *err);

void live_sample_end(LiveSample *x);
#endif
