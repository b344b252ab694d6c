#include "cli/bench/part.h"
#include "cli/term.h"
#include "kernel/pool.h"
#include "model/gpt_pack.h"
#include "model/sampler.h"
#include <math.h>
#include <stdio.h>

enum { PROMPT = 1000, VIEW = 1024, STREAM = 8 };

static bool rounded(const BenchOptions *o) { return o->precision == PRECISION_BF16; }

/* The fastest run of STREAM contexts, long enough for the window to slide several times. */
static bool stream(const BenchOptions *o, Sampler *s, int context, Err *err)
{
    double best = 0, until = term_seconds() + o->seconds;
    do {
        double began = term_seconds();
        for (int i = 0; i < STREAM * context; i++)
            if (sampler_next(s, err) < 0)
                return false;
        best = fmax(best, STREAM * context / (term_seconds() - began));
    } while (term_seconds() < until);
    printf("sample%s %s %d = %.0f %zu\n", rounded(o) ? "-bf16" : "", bench_size(o), pool_threads(), best,
           gpt_pack_bytes(s->reader->gpt, rounded(o)));
    return true;
}

static bool first(const BenchOptions *o, Sampler *s, Reader *reader, Err *err)
{
    int    prompt[PROMPT];
    double best = INFINITY, until = term_seconds() + o->seconds;
    for (int i = 0; i < PROMPT; i++)
        prompt[i] = i * 7 % s->V;
    do {
        double began = term_seconds();
        if (!sampler_begin(s, reader, prompt, PROMPT, 1, err) || sampler_next(s, err) < 0)
            return false;
        best = fmin(best, term_seconds() - began);
    } while (term_seconds() < until);
    printf("first%s %s %d = %.2f\n", rounded(o) ? "-bf16" : "", bench_size(o), pool_threads(), best * 1e3);
    return true;
}

/* Runs stream or first with a fresh model, reader and sampler. */
static bool run(const BenchOptions *o, bool prompted, Err *err)
{
    BenchModel m;
    BenchOptions in_float = *o;             /* the trainer, which never steps: its products need no bfloat16 */
    Reader     reader = { 0 };
    Sampler    s = { 0 };
    SampleSettings plain = { .temp = 1, .top_p = 1 };
    int        one = 0;
    in_float.precision = 0;
    bool       ok = bench_open(&m, &in_float, err) && reader_init(&reader, &m.trainer.gpt, rounded(o), err) &&
              sampler_init(&s, &plain, m.run.config.vocab, err) && sampler_begin(&s, &reader, &one, 1, 1, err);
    ok = ok && (prompted ? first(o, &s, &reader, err) : stream(o, &s, m.run.config.context, err));
    sampler_free(&s);
    if (reader.gpt)
        reader_free(&reader);
    bench_close(&m);
    return ok;
}

bool bench_sample(const BenchOptions *o, Err *err)
{
    BenchOptions half = *o, far;
    half.seconds /= 2;
    half.batch = 1;                         /* the trainer only initializes the weights */
    far = half;
    far.context = VIEW;
    return run(&half, false, err) && run(&far, true, err);
}
