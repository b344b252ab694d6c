#include "base/rng.h"
#include "cli/bench_part.h"
#include "cli/term.h"
#include "cli/train_run.h"
#include "kernel/pool.h"
#include "model/sample.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

enum { VOCAB = 65 };

Config bench_config(const BenchOptions *o, long *batch)
{
    const ConfigSize *s = &config_sizes[o->size];
    *batch = o->batch > 0 ? (long)o->batch : o->size == 2 ? 16 : 12;
    return (Config){ .vocab = VOCAB, .context = o->context ? o->context : s->context,
                     .layers = o->layers ? o->layers : s->layers, .heads = s->heads,
                     .channels = o->channels ? o->channels : s->channels };
}

double bench_flops(const Config *c)
{
    double C = c->channels, L = c->layers, T = c->context;
    return 6 * (12 * C * C * L + c->vocab * C) + 6 * L * T * C;
}

/* A text of random tokens to train on: what they are changes nothing about the time. */
static bool make_text(Corpus *text, Err *err)
{
    text->n = text->n_train = 1 << 20;
    text->narrow = malloc(text->n);
    for (size_t i = 0; text->narrow && i < text->n; i++)
        text->narrow[i] = (uint8_t)(rng_bits(1, 1, i) % VOCAB);
    return text->narrow || err_set(err, "out of memory: no room for a text");
}

static bool start(const BenchOptions *o, Corpus *text, Checkpoint *run, Trainer *t, Err *err)
{
    *text = (Corpus){ 0 };
    *run = (Checkpoint){ 0 };
    run->config = bench_config(o, &run->settings.batch);
    run->settings = (TrainSettings){ .batch = run->settings.batch, .accumulate = 1, .steps = 1000000,
                                     .eval_every = 1, .lr = 1e-4, .beta1 = 0.9, .beta2 = 0.99,
                                     .weight_decay = 0.1, .clip = 1, .precision = o->precision };
    if (!make_text(text, err) || !trainer_init(t, run, text, 0, err))
        return false;
    params_start(&t->gpt.params, 1);
    return true;
}

static void report(const BenchOptions *o, const Checkpoint *run, const Trainer *t, double best)
{
    const char *name = config_sizes[o->size].name;
    double tokens = (double)run->settings.batch * run->config.context / best;
    double rate = tokens * bench_flops(&run->config) / 1e9;
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    printf("heed %s %s %d tokens/s %.0f\n", name, o->precision ? "bf16" : "fp32", pool_threads(), tokens);
    printf("heed %s %s %d GFLOP/s %.1f share %.3f\n", name, o->precision ? "bf16" : "fp32", pool_threads(), rate,
           rate / bench_peak_of(bench_burn(o), true));
    printf("heed %s memory %zu %zu\n", name, trainer_bytes(t) + PROCESS_BYTES,
           (size_t)used.ru_maxrss << 10);
}

bool bench_step(const BenchOptions *o, Err *err)
{
    Corpus     text;
    Checkpoint run;
    Trainer    t;
    LogRow     row;
    if (!start(o, &text, &run, &t, err))
        return false;
    double best = INFINITY, until = term_seconds() + o->seconds;
    bool   ok = trainer_step(&t, 0, &row, err);
    do {
        double began = term_seconds();
        ok = ok && trainer_step(&t, 0, &row, err);
        double one = term_seconds() - began;
        best = one < best ? one : best;
    } while (ok && term_seconds() < until);
    if (ok)
        report(o, &run, &t, best);
    trainer_free(&t);
    corpus_free(&text);
    return ok;
}

bool bench_sample(const BenchOptions *o, Err *err)
{
    Corpus     text;
    Checkpoint run;
    Trainer    t;
    Reader     reader;
    Sampler    s;
    SampleSettings plain = { .temp = 1, .top_p = 1 };
    int        first = 0;
    if (!start(o, &text, &run, &t, err) || !reader_init(&reader, &t.gpt, err) ||
        !sampler_init(&s, &plain, VOCAB, err) || !sampler_begin(&s, &reader, &first, 1, 1, err))
        return false;
    double began = term_seconds(), n = 0;
    for (; term_seconds() < began + o->seconds; n++)
        if (sampler_next(&s, err) < 0)
            return false;
    printf("heed %s sample %d characters/s %.0f\n", config_sizes[o->size].name, pool_threads(),
           n / (term_seconds() - began));
    sampler_free(&s);
    reader_free(&reader);
    trainer_free(&t);
    corpus_free(&text);
    return true;
}
