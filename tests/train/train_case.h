#ifndef TRAIN_CASE_H
#define TRAIN_CASE_H
#include "base/rng.h"
#include "check_main.h"
#include "kernel/bf16.h"
#include "train/trainer.h"
#include <math.h>
#include <string.h>

enum { V = 7, N = 1200, T = 16, VARIANTS = 5 };

/* A trainer and all that it points to; must not be moved. */
typedef struct Run {
    Checkpoint ck;
    Corpus     text;
    Trainer    t;
    Err        err;
    uint8_t    tokens[N];
} Run;

static inline TrainSettings settings(void)
{
    return (TrainSettings){
        .batch = 4, .accumulate = 1, .steps = 60, .eval_every = 1000, .lr = 1e-2, .min_lr = 1e-3, .beta1 = 0.9,
        .beta2 = 0.99, .weight_decay = 0.1, .clip = 1, .embed_rate = 1, .seed = 3,
    };
}

/* A permutation of the characters, repeated: each character determines the next. */
static inline void fill_cycle(Run *r)
{
    static const uint8_t cycle[V] = { 2, 5, 1, 6, 0, 3, 4 };
    for (size_t i = 0; i < N; i++)
        r->tokens[i] = cycle[i % V];
}

static inline void fill_random(Run *r)
{
    for (size_t i = 0; i < N; i++)
        r->tokens[i] = (uint8_t)(rng_bits(9, 9, i) % V);
}

/* The same, but every third character is random. */
static inline void fill_noisy(Run *r)
{
    fill_cycle(r);
    for (size_t i = 0; i < N; i++)
        if (rng_bits(9, 9, i) % 3 == 0)
            r->tokens[i] = (uint8_t)(rng_bits(8, 9, i) % V);
}

/* A text whose windows are all equal: any difference comes from dropout. */
static inline void fill_same(Run *r) { memset(r->tokens, 1, N); }

static inline void start(Run *r, const Config *c, const TrainSettings *s, void (*fill)(Run *))
{
    static uint32_t chars[V] = { 'a', 'b', 'c', 'd', 'e', 'f', 'g' };
    *r = (Run){ .ck = { .config = *c, .settings = *s, .vocab = { .n = V, .chars = chars } } };
    r->ck.state = (TrainState){ .train_loss = NAN, .val_loss = NAN, .best_loss = INFINITY };
    fill(r);
    r->text = (Corpus){ .n = N, .n_train = N - 10 * T - 5, .narrow = r->tokens };
    kernel_use(NULL);
    if (s->precision == PRECISION_BF16 && !kernel_bf16(kernel))
        kernel_use("ref");
    ck_assert_msg(trainer_init(&r->t, &r->ck, &r->text, 0, &r->err), "%s", r->err.msg);
    trainer_begin(&r->t);
}

static inline void end(Run *r) { trainer_free(&r->t); }

static inline LogRow step(Run *r)
{
    LogRow row;
    double done = (double)r->ck.state.step / (double)r->ck.settings.steps;
    ck_assert_msg(trainer_step(&r->t, done, &row, &r->err), "%s", r->err.msg);
    return row;
}

#define SIZES(v, t, c, l, h) .vocab = (v), .context = (t), .channels = (c), .layers = (l), .heads = (h)

static const Config plain = { SIZES(V, T, 24, 2, 3), .bias = true, .positions = POSITIONS_LEARNED };

/* Shapes and settings that the tests of determinism and memory use. */
static inline void variant(int i, Config *c, TrainSettings *s)
{
    *c = plain;
    *s = settings();
    if (i == 4) {
        c->positions = POSITIONS_ROTARY, c->norm = NORM_RMS, c->activation = ACTIVATION_RELU2;
        c->embed_norm = c->qk_norm = c->value_mix = true, c->char_mix = 3;
        s->optimizer = OPTIMIZER_MUON, s->schedule = SCHEDULE_LINEAR, s->begin = BEGIN_SMALL;
        s->muon_lr = 0.02, s->momentum = 0.9, s->cooldown = 0.5;
    }
    c->bias = i != 1;
    c->tied = i == 2;
    s->accumulate = i == 0 ? 1 : 3;
    s->dropout = i == 3 || i == 1 ? 0.2 : 0;
    s->clip = i == 2 ? 0 : 1;
}
#endif
