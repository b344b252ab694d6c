#include "train/trainer.h"
#include "base/human.h"
#include "base/rng.h"
#include "engine/adamw.h"
#include "engine/muon.h"
#include "kernel/pool.h"
#include "train/nonfinite.h"
#include "model/gpt_params.h"
#include "model/recipe.h"
#include "model/schedule.h"
#include <math.h>

static size_t batch(const Trainer *t) { return (size_t)t->run->settings.batch; }
static size_t context(const Trainer *t) { return (size_t)t->run->config.context; }

static Tape fresh_tape(Trainer *t, Err *err)
{
    t->nodes.used = t->nodes_mark;
    t->mem.used = t->mem_mark;
    return (Tape){ .nodes = &t->nodes, .mem = &t->mem, .err = err, .lean = true,
                   .bf16 = t->run->settings.precision == PRECISION_BF16, .done = t->done,
                   .context = t->done_context };
}

/* Forward, and backward for training, of the batch in ids and targets; *loss of it. */
static bool pass(Trainer *t, int B, bool training, uint64_t key, double *loss, Err *err)
{
    const TrainSettings *s = &t->run->settings;
    Tape    tape = fresh_tape(t, err);
    GptPass p = { .B = B, .T = (int)context(t), .ids = t->ids, .targets = t->targets, .key = key,
                  .starts = training ? t->starts : NULL, .change = t->change };
    if (t->drawn)
        t->drawn(t->drawn_context, p.ids, (size_t)p.B * (size_t)p.T);
    if (training)
        p.dropout = (real)s->dropout;
    Tensor *l = gpt_forward(&t->gpt, &tape, &p).loss;
    if (!l)
        return false;
    *loss = t->mem.counting ? 0 : (double)l->val[0];
    if (!isfinite(*loss))
        return nonfinite_in_forward(&t->gpt, &tape, err);
    if (!training)
        return true;
    if (s->accumulate > 1)
        l = scale(&tape, l, 1 / (real)s->accumulate);
    return l && tape_backward(&tape, l);
}

/* What stays between steps. */
static bool lay_out(Trainer *t, Err *err)
{
    t->nodes.used = 0;
    if (!gpt_init(&t->gpt, &t->run->config, &t->nodes, err) ||
        !params_alloc(&t->gpt.params, PARAMS_TRAINING, &t->nodes, &t->mem, err))
        return false;
    t->gpt.prior = t->run->prior = t->run->config.counts ? &t->prior : NULL;
    recipe_assign(&t->gpt, &t->run->settings);
    if (!muon_reserve(&t->gpt.params, err))
        return false;
    t->ids = arena_new(&t->nodes, int, batch(t) * context(t));      /* real memory in a dry run too */
    t->targets = arena_new(&t->nodes, int, batch(t) * context(t));
    t->starts = arena_new(&t->nodes, size_t, batch(t));
    if (!t->ids || !t->targets || !t->starts)
        return err_set(err, "out of memory: no room for a batch");
    t->nodes_mark = t->nodes.used;
    t->mem_mark = t->mem.used;
    return true;
}

static bool enough(Trainer *t, const char *how, size_t want, size_t memory, Err *err)
{
    if (!memory || want <= memory)
        return true;
    t->too_large = true;
    return err_set(err, "training needs %s%s of memory, and only %s is available", how, human_bytes(want).s,
                   human_bytes(memory).s);
}

/* Less than a step takes, with four results a layer for each character: this refuses far too large a shape
 * before a batch of that size is even made. */
static size_t least(const Trainer *t, size_t other)
{
    const Config *c = &t->run->config;
    enum { ARRAYS = 4, RESULTS = 4 };       /* value, gradient and two moments of each parameter */
    double numbers = ARRAYS * (double)gpt_params_count(c) +
                     RESULTS * (double)batch(t) * (double)context(t) * c->channels * c->layers;
    return (size_t)fmin((double)other + numbers * sizeof(real), (double)(SIZE_MAX / 4));
}

/* Everything that a step takes, and whether there is that much. */
static bool dry_run(void *trainer, Err *err)
{
    Trainer *t = trainer;
    double   none;
    return lay_out(t, err) && pass(t, (int)batch(t), true, 0, &none, err) &&
           enough(t, "", t->mem.used + t->nodes.size, t->memory, err);
}

/* Without backward a window costs a third of a training sequence: evaluation takes about a tenth of the time. */
size_t trainer_windows(const Trainer *t, const TrainSettings *s)
{
    size_t afford = (size_t)s->eval_every * batch(t) * (size_t)s->accumulate * 3 / 10 + 1;
    return t->n_windows < afford ? t->n_windows : afford;
}

static void choose_windows(Trainer *t)
{
    size_t n_val = t->corpus->n - t->corpus->n_train;
    t->n_windows = n_val ? (n_val - 1) / context(t) : 0;
    size_t kept = (size_t)t->run->state.eval_windows;
    t->n_eval = !kept ? trainer_windows(t, &t->run->settings) : kept < t->n_windows ? kept : t->n_windows;
}

/* The counts, if the model mixes them in. */
static bool make_prior(Trainer *t, Counting *counted, Err *err)
{
    const Config *c = &t->run->config;
    return !c->counts ||
           (counted->sorted.n ? prior_take(&t->prior, counted)
                              : prior_make(&t->prior, t->corpus, c->vocab, context(t))) ||
           err_set(err, "out of memory: no room for the counts of the text");
}

bool trainer_init_counted(Trainer *t, Checkpoint *run, const Corpus *corpus, Counting *counted, size_t memory,
                          Err *err)
{
    *t = (Trainer){ .run = run, .corpus = corpus, .memory = memory };
    if (!config_check(&run->config, err))
        return false;
    if (run->settings.batch < 1 || run->settings.accumulate < 1)
        return err_set(err, "a step has %ld gradient accumulation steps of %ld sequences: both must be at least 1",
                       run->settings.accumulate, run->settings.batch);
    if (corpus->n_train < context(t) + 2)
        return err_set(err, "the text has %zu characters to train on, too few for a context of %zu",
                       corpus->n_train, context(t));
    size_t other = gpt_nodes_bytes(&run->config) + 2 * arena_bytes(batch(t) * context(t) * sizeof(int)) +
                   arena_bytes(batch(t) * sizeof(size_t));
    if (!enough(t, "more than ", least(t, other), memory, err) || !arena_init(&t->nodes, other, err))
        return false;
    bool ok = make_prior(t, counted, err) && arena_fit(&t->mem, dry_run, t, err) && lay_out(t, err);
    if (!ok)
        trainer_free(t);
    else
        choose_windows(t);
    return ok;
}

bool trainer_init(Trainer *t, Checkpoint *run, const Corpus *corpus, size_t memory, Err *err)
{
    Counting none = { 0 };
    return trainer_init_counted(t, run, corpus, &none, memory, err);
}

void trainer_begin(Trainer *t)
{
    if (t->run->settings.begin == BEGIN_SMALL)
        gpt_begin_small(&t->gpt);
    params_start(&t->gpt.params, t->run->settings.seed);
}

void trainer_free(Trainer *t)
{
    arena_free(&t->mem);
    arena_free(&t->nodes);
    prior_free(&t->prior);
}

size_t trainer_bytes(const Trainer *t)
{
    size_t text = t->corpus->n * (t->corpus->narrow ? 1 : 2);
    return t->mem.size + t->nodes.size + pool_scratch_bytes() + prior_bytes(&t->prior) + text;
}

/* Unsigned, since a file may hold any step. */
static uint64_t pass_number(const Trainer *t, long step, long part)
{
    return (uint64_t)step * (uint64_t)t->run->settings.accumulate + (uint64_t)part;
}

/* Fills the batch of accumulation step `part` with windows at random positions of the training part. */
static void draw_batch(Trainer *t, long step, long part)
{
    const TrainSettings *s = &t->run->settings;
    size_t T = context(t), starts = t->corpus->n_train - T;
    for (size_t row = 0; row < batch(t); row++) {
        uint64_t which = pass_number(t, step, part) * batch(t) + row;
        size_t   start = (size_t)(rng_uniform(s->seed, RNG_BATCH, which) * (double)starts);
        t->starts[row] = start;
        corpus_window(t->corpus, start, T, t->ids + row * T);
        corpus_window(t->corpus, start + 1, T, t->targets + row * T);
    }
}

/* All accumulation steps: their mean loss, and the gradients, left in the parameters. */
static bool gradients(Trainer *t, double *loss, Err *err)
{
    const TrainSettings *s = &t->run->settings;
    long step = t->run->state.step + 1;
    *loss = 0;
    params_forget_gradients(&t->gpt.params);
    for (long part = 0; part < s->accumulate; part++) {
        double one;
        draw_batch(t, step, part);
        uint64_t key = rng_bits(s->seed, RNG_DROPOUT, pass_number(t, step, part));
        if (!pass(t, (int)batch(t), true, key, &one, err))
            return false;
        *loss += one / (double)s->accumulate;
    }
    return true;
}

bool trainer_sound(const Trainer *t, Err *err)
{
    const Tape none = { 0 };
    return !params_not_finite(&t->gpt.params, t->gpt.params.val) || nonfinite_in_forward(&t->gpt, &none, err);
}

bool trainer_rehearse(Trainer *t, Err *err)
{
    double loss;
    return gradients(t, &loss, err);
}

/* Fills the row's gradient norms; returns that of all of them. */
static double norms(Trainer *t, LogRow *row)
{
    double squares[GPT_GROUPS];
    row->grad_norm = sqrt(params_grad_squares(&t->gpt.params, squares, GPT_GROUPS));
    row->grad_embedding = sqrt(squares[GPT_EMBEDDING]);
    row->grad_qkv = sqrt(squares[GPT_QKV]);
    row->grad_attention_out = sqrt(squares[GPT_ATTENTION_OUT]);
    row->grad_mlp = sqrt(squares[GPT_MLP]);
    row->grad_output = sqrt(squares[GPT_OUTPUT]);
    return row->grad_norm;
}

double trainer_done(const TrainSettings *s, const TrainState *state)
{
    double by_time = s->budget > 0 ? state->seconds / s->budget : 0, by_steps = 0;
    if (s->steps > s->warmup)
        by_steps = (double)(state->step - s->warmup) / (double)(s->steps - s->warmup);
    return by_time > by_steps ? by_time : by_steps;
}

static double rate(const Trainer *t, double done)
{
    const TrainSettings *s = &t->run->settings;
    Schedule plan = { s->lr, s->min_lr, s->warmup, s->schedule, s->cooldown };
    return schedule_lr(&plan, t->run->state.step + 1, done);
}

/* Muon's rate follows AdamW's schedule. */
static void update(Trainer *t, double lr, double clip)
{
    const TrainSettings *s = &t->run->settings;
    AdamW adam = { s->beta1, s->beta2, 1e-8, s->weight_decay };
    Muon  muon = { s->momentum, s->weight_decay, 4 };
    adamw_step(&t->gpt.params, &adam, lr, clip, t->run->state.step + 1);
    muon_step(&t->gpt.params, &muon, s->lr > 0 ? s->muon_lr * lr / s->lr : 0, clip);
}

bool trainer_step(Trainer *t, double done, LogRow *row, Err *err)
{
    const TrainSettings *s = &t->run->settings;
    TrainState *state = &t->run->state;
    *row = (LogRow){ .lr = rate(t, done), .val_loss = NAN };
    if (!gradients(t, &row->train_loss, err))
        return false;
    double norm = norms(t, row);
    if (!isfinite(norm))
        return nonfinite_in_gradients(&t->gpt, err);
    double clip = s->clip > 0 && norm > s->clip ? s->clip / (norm + 1e-6) : 1;
    update(t, row->lr, clip);
    state->step++;
    state->tokens += (long)(batch(t) * context(t)) * s->accumulate;
    state->train_loss = row->train_loss;
    row->step = state->step;
    row->tokens = (double)state->tokens;
    row->epoch = row->tokens / (double)t->corpus->n_train;
    return true;
}

TrainerEvaluation trainer_evaluation(const Trainer *t, bool all)
{
    return (TrainerEvaluation){ .of = all ? t->n_windows : t->n_eval };
}

/* The windows are spread evenly over the validation part. */
bool trainer_evaluate_next(Trainer *t, TrainerEvaluation *e, Err *err)
{
    size_t T = context(t), B = e->of - e->done < batch(t) ? e->of - e->done : batch(t);
    double one;
    for (size_t row = 0; row < B; row++) {
        size_t start = t->corpus->n_train + (e->done + row) * t->n_windows / e->of * T;
        corpus_window(t->corpus, start, T, t->ids + row * T);
        corpus_window(t->corpus, start + 1, T, t->targets + row * T);
    }
    if (!pass(t, (int)B, false, 0, &one, err))
        return false;
    e->total += one * (double)B;
    e->done += B;
    return true;
}

bool trainer_validate(Trainer *t, bool all, double *loss, Err *err)
{
    TrainerEvaluation e = trainer_evaluation(t, all);
    *loss = NAN;
    while (e.done < e.of) {
        if (!trainer_evaluate_next(t, &e, err))
            return false;
        if (t->validated)
            t->validated(t->validated_context, e.done, e.of);
    }
    if (e.of)
        *loss = e.total / (double)e.of;
    return true;
}

/* A shorter pass than a step's, without backward, so it fits. */
const real *trainer_logits(Trainer *t, const int *ids, int n, Err *err)
{
    Tape    tape = fresh_tape(t, err);
    GptPass p = { .B = 1, .T = n, .ids = ids, .change = t->change };
    if (t->drawn)
        t->drawn(t->drawn_context, ids, (size_t)n);
    Tensor *logits = gpt_forward(&t->gpt, &tape, &p).logits;
    return logits ? logits->val + (size_t)(n - 1) * (size_t)t->run->config.vocab : NULL;
}
