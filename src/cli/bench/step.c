#include "base/rng.h"
#include "cli/bench/part.h"
#include "cli/term.h"
#include "kernel/pool.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

enum { VOCAB = 65, TEXT = 1 << 20 };

static int int_or(int x, int otherwise) { return x > 0 ? x : otherwise; }

Config bench_config(const BenchOptions *o, long *batch)
{
    const ConfigSize *s = &config_sizes[o->size];
    *batch = o->batch > 0 ? (long)o->batch : o->size == 2 ? 16 : 12;
    Config c = recipes[o->recipe].shape;
    c.vocab    = int_or(o->vocab, VOCAB);
    c.context  = int_or(o->context, s->context);
    c.layers   = int_or(o->layers, s->layers);
    c.heads    = int_or(o->heads, s->heads);
    c.channels = int_or(o->channels, s->channels);
    c.bias     = false;
    return c;
}

double bench_flops(const Config *c)
{
    double C = c->channels, L = c->layers, T = c->context;
    return 6 * (12 * C * C * L + c->vocab * C) + 6 * L * T * C;
}

const char *bench_precision(const BenchOptions *o) { return o->precision ? "bf16" : "fp32"; }
const char *bench_size(const BenchOptions *o) { return config_sizes[o->size].name; }

/* Random tokens; their values do not affect the time. */
static bool make_text(Corpus *text, size_t n, int V, Err *err)
{
    text->n = text->n_train = n;
    if (V <= 256)
        text->narrow = malloc(n);
    else
        text->wide = malloc(n * sizeof *text->wide);
    if (!text->narrow && !text->wide)
        return err_set(err, "out of memory for a corpus of %zu tokens", n);
    for (size_t i = 0; i < n; i++) {
        uint64_t id = rng_bits(1, 1, i) % (uint64_t)V;
        if (text->narrow)
            text->narrow[i] = (uint8_t)id;
        else
            text->wide[i] = (uint16_t)id;
    }
    return true;
}

bool bench_open(BenchModel *m, const BenchOptions *o, Err *err)
{
    *m = (BenchModel){ 0 };
    Checkpoint *run = &m->run;
    TrainSettings *s = &run->settings;
    *s = recipes[o->recipe].how;
    run->config   = bench_config(o, &s->batch);
    s->lr         = 1e-4;
    s->accumulate = s->eval_every = 1;
    s->steps      = 1000000;
    s->precision  = o->precision;
    if (!make_text(&m->text, o->corpus > 0 ? (size_t)o->corpus : TEXT, run->config.vocab, err) ||
        !trainer_init(&m->trainer, run, &m->text, 0, err))
        return false;
    params_start(&m->trainer.gpt.params, 1);
    return true;
}

void bench_close(BenchModel *m)
{
    trainer_free(&m->trainer);
    corpus_free(&m->text);
}

/* Seconds: of the fastest step, and of all together. */
typedef struct StepTimes {
    double best, all;
    long   n;
} StepTimes;

static void report(const BenchOptions *o, const BenchModel *m, const StepTimes *t)
{
    long   batch = m->run.settings.batch;
    double step = (double)batch * m->run.config.context, tokens = step / t->best;
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    printf("step %s %s %d = %.0f %.1f\n", bench_precision(o), bench_size(o), pool_threads(), tokens,
           tokens * bench_flops(&m->run.config) / 1e9);
    printf("mean %s %s %d = %.0f\n", bench_precision(o), bench_size(o), pool_threads(), step * (double)t->n / t->all);
    printf("memory %s %s %ld = %zu %zu\n", bench_precision(o), bench_size(o), batch,
           trainer_bytes(&m->trainer) + PROCESS_BYTES, (size_t)used.ru_maxrss << 10);
}

/* The steps within the time, after a first one that faults in the memory. */
static bool measure(const BenchOptions *o, BenchModel *m, StepTimes *times, Err *err)
{
    LogRow row;
    bool   ok = trainer_step(&m->trainer, 0, &row, err);
    *times = (StepTimes){ .best = INFINITY };
    for (; ok && times->all < o->seconds; times->n++) {
        double began = term_seconds();
        ok = trainer_step(&m->trainer, 0, &row, err);
        double t = term_seconds() - began;
        times->all += t;
        times->best = fmin(times->best, t);
    }
    return ok;
}

bool bench_step(const BenchOptions *o, Err *err)
{
    BenchModel m;
    StepTimes  times;
    bool       ok = bench_open(&m, o, err) && measure(o, &m, &times, err);
    if (ok) {
        report(o, &m, &times);
        bench_print_peak(o);
    }
    bench_close(&m);
    return ok;
}
