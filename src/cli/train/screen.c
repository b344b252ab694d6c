#include "cli/human.h"
#include "cli/machine.h"
#include "cli/train/run.h"
#include "cli/wrap.h"
#include "kernel/bf16.h"
#include "kernel/kernel.h"
#include "kernel/pool.h"
#include <math.h>
#include <stdarg.h>
#include <stdio.h>

enum { MARGIN = 9, WIDEST = 79 };

void train_say(const TrainRun *r, const char *label, const char *fmt, ...)
{
    char text[1024];
    int  width = term_width(stderr);
    if (r->o->quiet)
        return;
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    fprintf(stderr, "%-*s", MARGIN, label);
    wrap_text(stderr, text, MARGIN, MARGIN, width < WIDEST ? width : WIDEST);
}

static Human count(size_t n) { return human_count((int64_t)n); }

/* What makes a word several: "1 step", "2 steps". */
static const char *s_of(long long n) { return n == 1 ? "" : "s"; }

const char *train_unit(const TrainRun *r) { return r->corpus.split ? "token" : "character"; }

/* What is odd about the text, and what was done about it. */
static void oddities(const TrainRun *r)
{
    const Corpus *c = &r->corpus;
    if (c->boms)
        train_say(r, "", "%s byte order mark%s left out", count(c->boms).s, s_of((long long)c->boms));
    if (c->crlf + c->cr)
        train_say(r, "", "%s line end%s CRLF or CR read as LF (--keep-cr leaves them)",
                  count(c->crlf + c->cr).s, s_of((long long)c->crlf + (long long)c->cr));
    if (vocab_find(&r->ck.vocab, 0) >= 0)
        train_say(r, "", "it holds zero bytes, as UTF-16 and binary files do: is this a text, and is it UTF-8?");
    if (c->invalid)
        train_say(r, "", c->invalid == 1 ? "%s byte that is no UTF-8 is learned as a byte%s" :
                  "%s bytes that are no UTF-8 are learned as bytes%s", count(c->invalid).s,
                  c->invalid > c->bytes / 10 ? ": is this a text, and is it UTF-8?" : "");
    if (c->split)
        train_say(r, "", "%s rare character%s spelled as bytes (--max-vocab %d): in all %s tokens of %d kinds",
                  count(c->split).s, c->split == 1 ? " is" : "s are", r->o->max_vocab, count(c->n).s,
                  r->ck.config.vocab);
    if (c->distinct == 1)
        train_say(r, "", "it is one character again and again: there is nothing to learn");
}

static void corpus_lines(const TrainRun *r)
{
    const Corpus *c = &r->corpus;
    train_say(r, "text", "%s characters, %s different (hash %016llx)", count(c->characters).s, count(c->distinct).s,
              (unsigned long long)c->hash);
    oddities(r);
    train_say(r, "", "%s%s to train on, %s to validate", count(c->n_train).s, c->split ? " tokens" : "",
              count(c->n - c->n_train).s);
}

/* How a block is built, and what it is trained with. */
static void recipe_line(const Config *c, const TrainSettings *s, char *out, size_t size)
{
    static const char *const positions[] = { "learned positions", "no positions", "rotary positions" };
    char mixed[48] = "", muon[48] = "", dropout[32] = "", decay[32] = "";
    if (c->char_mix)
        snprintf(mixed, sizeof mixed, ", %d characters mixed", c->char_mix);
    if (s->optimizer == OPTIMIZER_MUON)
        snprintf(muon, sizeof muon, "Muon %g and ", s->muon_lr);
    if (s->dropout > 0)
        snprintf(dropout, sizeof dropout, "; dropout %g", s->dropout);
    if (s->weight_decay > 0)
        snprintf(decay, sizeof decay, "%s weight decay %g", *dropout ? "," : ";", s->weight_decay);
    snprintf(out, size, "%s, %s, %s%s%s%s%s; %sAdamW %g, falling %s%s%s", positions[c->positions],
             c->norm == NORM_RMS ? "RMS norm" : "layer norm", c->activation == ACTIVATION_RELU2 ? "ReLU^2" : "GELU",
             c->embed_norm ? ", embeddings normed" : "", c->qk_norm ? ", QK norm" : "",
             c->value_mix ? ", values mixed" : "", mixed, muon, s->lr,
             s->schedule == SCHEDULE_COSINE ? "as a cosine" : "along a line at the end", dropout, decay);
}

static void model_lines(const TrainRun *r, const char *why)
{
    const Config *c = &r->ck.config;
    size_t bytes = trainer_bytes(&r->trainer) + (r->watching ? attention_log_bytes(&r->watch) : 0) + PROCESS_BYTES;
    char   size[TEXT_SIZE], recipe[320];
    train_say(r, "model", "%s parameters: layers %d, heads %d, channels %d, context %d",
              count(r->trainer.gpt.params.count).s, c->layers, c->heads, c->channels, c->context);
    recipe_line(c, &r->ck.settings, recipe, sizeof recipe);
    train_say(r, "recipe", "%s", recipe);
    if (why)
        train_say(r, "", "chosen by the length of the text%s: %s", r->ck.settings.budget > 0 ? " and the time" : "", why);
    train_say(r, "memory", "%s in all", text_size(bytes, size));
}

/* What computes, and which of the two precisions is the quicker one on this processor, if it is the other: on some
 * products of bfloat16 are twice as fast as those of floats, on some half as fast. A run keeps its own. */
static void machine_lines(const TrainRun *r)
{
    bool bf16 = r->ck.settings.precision == PRECISION_BF16;
    train_say(r, "machine", "%d thread%s, %s kernels%s", pool_threads(), pool_threads() > 1 ? "s" : "",
              kernel->name, bf16 ? ", products of bfloat16" : "");
    if (!kernel_bf16(kernel))
        return;
    double floats = machine_rate(false), rounded = machine_rate(true);
    bool   other_is_quicker = bf16 ? rounded < floats : rounded > 1.25 * floats && !r->ck.state.step;
    if (other_is_quicker)
        train_say(r, "", "this processor multiplies bfloat16 %s float (%.0f against %.0f GFLOP/s at most): %s "
                  "--precision bf16 training is quicker", bf16 ? "no faster than" : "faster than", rounded / 1e9,
                  floats / 1e9, bf16 ? "without" : "with");
}

static void evaluation_line(const TrainRun *r)
{
    const Trainer *t = &r->trainer;
    if (!t->n_windows)
        train_say(r, "", "no validation part: nothing will tell learning by heart from learning%s",
                  r->ck.settings.patience > 0 ? ", and --patience has nothing to go by" : "");
    else if (t->n_eval < t->n_windows)
        train_say(r, "", "validation on an even sample, %zu of %zu windows; on all of them at the end",
                  t->n_eval, t->n_windows);
}

/* A plan of steps: those that are left, and whether a time may end them before. */
static void steps_line(const TrainRun *r, double a_step)
{
    const TrainSettings *s = &r->ck.settings;
    long   n = s->steps - r->ck.state.step, tokens = s->batch * s->accumulate * r->ck.config.context;
    double takes = (double)n * a_step, limit = s->budget - r->before;
    bool   timed = s->budget > 0;
    train_say(r, "plan", "%s step%s of %s %ss%s%s, about %s", human_count(n).s, s_of(n), human_count(tokens).s,
              train_unit(r), timed && r->o->steps == 0 ? ", as many as such a text can use" : "",
              timed ? ", or until the time is over" : "", human_seconds(timed && limit < takes ? limit : takes).s);
}

/* A plan of a time, which is at least one step. */
static void time_line(const TrainRun *r, double a_step)
{
    const TrainSettings *s = &r->ck.settings;
    double  limit = s->budget - r->before;
    int64_t n = (int64_t)(limit / a_step);
    Human   tokens = human_count(s->batch * s->accumulate * r->ck.config.context);
    if (n > 0)
        train_say(r, "plan", "%s, about %s step%s of %s %ss", human_seconds(limit).s, human_count(n).s, s_of(n), tokens.s,
                  train_unit(r));
    else
        train_say(r, "plan", "one step of %s %ss: it takes about %s, and the time to train is %s", tokens.s, train_unit(r),
                  human_seconds(a_step).s, human_seconds(limit).s);
}

/* What is ahead, with the time that evaluations and saves add to the steps. */
static void length_lines(const TrainRun *r)
{
    const TrainSettings *s = &r->ck.settings;
    const TrainState    *state = &r->ck.state;
    double a_step = r->step_seconds * 1.1;
    bool   timed = s->budget > 0, over = timed && s->budget <= r->before;
    if (state->step)
        train_say(r, "", "going on after step %s", human_count(state->step).s);
    if (s->steps > state->step && !over)
        steps_line(r, a_step);
    else if (timed && !over && s->steps == 0)
        time_line(r, a_step);
}

/* What was asked for and cannot come to anything: better said than wondered at. */
static void idle_lines(const TrainRun *r)
{
    const TrainOptions  *o = r->o;
    const TrainSettings *s = &r->ck.settings;
    bool adamw = s->optimizer == OPTIMIZER_ADAMW;
    const struct {
        bool        idle;
        const char *flag, *why;
    } rows[] = {
        { adamw && !isnan(o->muon_lr), "muon-lr", "it is for --optimizer muon, and this run has adamw" },
        { adamw && !isnan(o->momentum), "momentum", "it is for --optimizer muon, and this run has adamw" },
        { s->schedule == SCHEDULE_COSINE && !isnan(o->cooldown), "cooldown",
          "it is for --schedule linear, and this run has cosine" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].idle)
            train_say(r, "note", "--%s changes nothing: %s", rows[i].flag, rows[i].why);
    if (s->min_lr > s->lr)
        train_say(r, "note", "--min-lr %g is more than --lr %g: the learning rate rises in the place of falling",
                  s->min_lr, s->lr);
    if (s->steps > 0 && s->warmup >= s->steps)
        train_say(r, "note", "--warmup %ld is as long as the run of %ld step%s: the learning rate is still rising at its end",
                  s->warmup, s->steps, s_of(s->steps));
}

void train_screen(const TrainRun *r, const char *why)
{
    if (r->o->quiet)
        return;
    idle_lines(r);
    corpus_lines(r);
    model_lines(r, why);
    machine_lines(r);
}

void train_plan(const TrainRun *r)
{
    if (r->o->quiet)
        return;
    length_lines(r);
    evaluation_line(r);
    train_say(r, "folder", "%s: model.heed, best.heed, log.csv", r->o->out);
    fputc('\n', stderr);
}
