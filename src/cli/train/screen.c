#include "base/human.h"
#include "cli/machine.h"
#include "cli/train/run.h"
#include "cli/wrap.h"
#include "files/arch.h"
#include "kernel/bf16.h"
#include "kernel/kernel.h"
#include "kernel/pool.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

void train_say(const TrainRun *r, const char *label, const char *fmt, ...)
{
    va_list args;
    if (r->o->quiet)
        return;
    va_start(args, fmt);
    wrap_say(stderr, label, fmt, args);
    va_end(args);
}

static Human count(size_t n) { return human_count((int64_t)n); }

/* What makes a word several: "1 step", "2 steps". */
static const char *s_of(long long n) { return n == 1 ? "" : "s"; }

const char *train_unit(const TrainRun *r) { return r->corpus.split ? "token" : "character"; }

/* How many items of a comma-separated list are not in it. */
static size_t not_listed(const char *list, size_t n)
{
    size_t listed = *list != '\0';
    for (const char *p = list; (p = strstr(p, ", ")) != NULL; p++)
        listed++;
    return n > listed ? n - listed : 0;
}

static void list_line(const TrainRun *r, const char *what, const char *list, size_t n)
{
    size_t more = not_listed(list, n);
    char   rest[48] = "";
    if (more > 0 && *list)
        snprintf(rest, sizeof rest, " and %s more", count(more).s);
    train_say(r, "", "%s file%s %s%s%s%s", count(n).s, s_of((long long)n), what, *list ? ": " : "", list, rest);
}

/* Which files of folders were read. */
static void file_lines(const TrainRun *r)
{
    const Corpus *c = &r->corpus;
    if (c->files)
        list_line(r, "read", c->named, c->files);
    if (c->left_out)
        list_line(r, "left out", c->unread, c->left_out);
    if (c->joined)
        train_say(r, "", "%s line end%s added between files", count(c->joined).s, s_of((long long)c->joined));
}

/* What is unusual about the text, and how it was read. */
static void oddities(const TrainRun *r)
{
    const Corpus *c = &r->corpus;
    file_lines(r);
    if (c->boms)
        train_say(r, "", "%s byte order mark%s removed", count(c->boms).s, s_of((long long)c->boms));
    if (c->crlf + c->cr)
        train_say(r, "", "%s CRLF or CR line ending%s read as LF (--keep-cr keeps them)",
                  count(c->crlf + c->cr).s, s_of((long long)c->crlf + (long long)c->cr));
    if (vocab_find(&r->ck.vocab, 0) >= 0)
        train_say(r, "", "it contains zero bytes, as UTF-16 and binary files do: is it UTF-8 text?");
    if (c->invalid)
        train_say(r, "", "%s byte%s not valid UTF-8 and become%s byte token%s: is it UTF-8 text? From Latin-1: "
                  "iconv -f LATIN1 -t UTF-8 FILE > NEW", count(c->invalid).s, c->invalid == 1 ? " is" : "s are",
                  c->invalid == 1 ? "s a" : "", s_of((long long)c->invalid));
    if (c->split)
        train_say(r, "", "%s rare character%s spelled as bytes (--max-vocab %d): %s tokens, %d of them distinct",
                  count(c->split).s, c->split == 1 ? " is" : "s are", r->o->max_vocab, count(c->n).s,
                  r->ck.config.vocab);
    if (c->distinct == 1)
        train_say(r, "", "it repeats a single character: there is nothing to learn");
}

/* The text in a line; more with --verbose. */
static void corpus_lines(const TrainRun *r)
{
    const Corpus *c = &r->corpus;
    if (!r->o->verbose) {
        char held[80] = "";
        if (c->n > c->n_train)
            snprintf(held, sizeof held, "; the last %s for validation", count(c->n - c->n_train).s);
        train_say(r, "text", "%s characters, %s distinct%s", count(c->characters).s, count(c->distinct).s, held);
        oddities(r);
        return;
    }
    train_say(r, "text", "%s characters, %s distinct (hash %016llx)", count(c->characters).s, count(c->distinct).s,
              (unsigned long long)c->hash);
    oddities(r);
    train_say(r, "", "%s%s for training, %s for validation", count(c->n_train).s, c->split ? " tokens" : "",
              count(c->n - c->n_train).s);
}

/* The phrases of all settings that have one: "rotary positions, RMSNorm; AdamW 0.01". */
static void recipe_line(const Config *c, const TrainSettings *t, char *out, size_t size)
{
    char phrase[SETTING_PHRASE];
    bool shape = true;
    for (const Setting *s = setting_table; s < setting_table + SETTINGS; s++) {
        setting_phrase(s, setting_value(s, c, t), phrase);
        if (!*phrase || !setting_matters(s, c, t))
            continue;
        size_t at = strlen(out);
        snprintf(out + at, size - at, "%s%s", !at ? "" : shape && !s->shape ? "; " : ", ", phrase);
        shape = s->shape;
    }
}

/* The most memory that the run will use: what training needs, or what counting held before. */
static Human memory(const TrainRun *r)
{
    const Corpus *c = &r->corpus;
    size_t trains = trainer_bytes(&r->trainer) + (r->watching ? attention_log_bytes(&r->watch) : 0) +
                    train_sample_bytes(r);
    size_t counts = c->n * (c->narrow ? sizeof *c->narrow : sizeof *c->wide) + r->best_counting.bytes;
    return human_bytes((trains > counts ? trains : counts) + PROCESS_BYTES);
}

/* The best n-gram model, and what it took. */
static void counting_line(const TrainRun *r)
{
    const CountingBaseline *b = &r->best_counting;
    if (isfinite(b->loss))
        train_say(r, "counts", "%s %ss for the baselines, in %s and %s: the best is %d-gram with %.4f",
                  count(b->counted).s, train_unit(r), human_seconds(r->counting_seconds).s, human_bytes(b->bytes).s,
                  b->n, b->loss);
}

static void model_lines(const TrainRun *r, const char *why)
{
    const Config *c = &r->ck.config;
    char   recipe[SETTINGS * SETTING_PHRASE] = "";
    train_say(r, "model", "%s parameters: layers %d, heads %d, channels %d, context %d",
              count(r->trainer.gpt.params.count).s, c->layers, c->heads, c->channels, c->context);
    recipe_line(c, &r->ck.settings, recipe, sizeof recipe);
    train_say(r, "recipe", "%s", recipe);
    if (why)
        train_say(r, "", "chosen for the text's length%s: %s", r->ck.settings.budget > 0 ? " and the time" : "", why);
    train_say(r, "memory", "%s in total", memory(r).s);
}

/* The kernels, and a hint where the other precision has the higher peak: depending on the processor, bfloat16 matmuls
 * run at twice or at half the speed of float. A run keeps its precision. */
static void machine_lines(const TrainRun *r)
{
    bool bf16 = r->ck.settings.precision == PRECISION_BF16;
    train_say(r, "machine", "%d thread%s, %s kernels%s", pool_threads(), pool_threads() > 1 ? "s" : "",
              kernel->name, bf16 ? ", bfloat16 matmuls" : "");
    if (!kernel_bf16(kernel))
        return;
    double floats = machine_rate(false), rounded = machine_rate(true);
    bool   other_is_faster = bf16 ? rounded < floats : rounded > 1.25 * floats && !r->ck.state.step;
    if (other_is_faster)
        train_say(r, "", "bfloat16 matmuls are %s than float here (peak %.0f against %.0f GFLOP/s): training is faster "
                  "%s --precision bf16", bf16 ? "no faster" : "faster", rounded / 1e9, floats / 1e9,
                  bf16 ? "without" : "with");
}

static void evaluation_line(const TrainRun *r)
{
    const Trainer *t = &r->trainer;
    if (!t->n_windows)
        train_say(r, "", "no validation text: overfitting will go unnoticed%s",
                  r->ck.settings.patience > 0 ? ", and --patience has no effect" : "");
    else if (t->n_eval < t->n_windows && r->o->verbose)
        train_say(r, "", "evaluations use %zu of %zu validation windows, evenly spaced; the last one uses all",
                  t->n_eval, t->n_windows);
}

/* The steps that are left, whether a time limit may end them earlier, and how long they take; brief, so that the header
 * of a usual run keeps to two lines. */
static void steps_line(const TrainRun *r, double a_step, char *out, size_t size)
{
    const TrainSettings *s = &r->ck.settings;
    long   n = s->steps - r->ck.state.step, tokens = s->batch * s->accumulate * r->ck.config.context;
    double takes = (double)n * a_step, limit = s->budget - r->before;
    bool   timed = s->budget > 0;
    snprintf(out, size, "%s step%s of %s %ss%s%s%s%s", human_count(n).s, s_of(n), human_count(tokens).s,
              train_unit(r), timed && isnan(train_given(r->o, SETTING_steps)) ? ", the most this text can use" : "",
              timed ? ", or until the time is up" : "", r->o->verbose ? ", about " : ": ",
             human_seconds(timed && limit < takes ? limit : takes).s);
}

/* A time limit without a number of steps; at least one step. */
static void time_line(const TrainRun *r, double a_step, char *out, size_t size)
{
    const TrainSettings *s = &r->ck.settings;
    double  limit = s->budget - r->before;
    int64_t n = (int64_t)(limit / a_step);
    Human   tokens = human_count(s->batch * s->accumulate * r->ck.config.context);
    if (n > 0)
        snprintf(out, size, "%s, about %s step%s of %s %ss", human_seconds(limit).s, human_count(n).s, s_of(n),
                 tokens.s, train_unit(r));
    else
        snprintf(out, size, "one step of %s %ss: it takes about %s, and the time limit is %s", tokens.s, train_unit(r),
                 human_seconds(a_step).s, human_seconds(limit).s);
}

/* The length of the training; evaluations and saves add a tenth to the time of the steps. */
static void length_lines(const TrainRun *r)
{
    const TrainSettings *s = &r->ck.settings;
    const TrainState    *state = &r->ck.state;
    double a_step = r->step_seconds * 1.1;
    char   plan[240] = "", from[48] = "";
    bool   timed = s->budget > 0, over = timed && s->budget <= r->before;
    if (s->steps > state->step && !over)
        steps_line(r, a_step, plan, sizeof plan);
    else if (timed && !over && s->steps == 0)
        time_line(r, a_step, plan, sizeof plan);
    if (r->o->verbose && state->step)
        train_say(r, "", "resuming after step %s", human_count(state->step).s);
    if (r->o->verbose && *plan)
        train_say(r, "plan", "%s", plan);
    if (r->o->verbose)
        return;
    if (state->step)
        snprintf(from, sizeof from, ", after step %s", human_count(state->step).s);
    train_say(r, "train", "%s parameters, %s%s%s%s", count(r->trainer.gpt.params.count).s, memory(r).s, from,
              *plan ? ", " : "", plan);
}

/* Settings that were given and have no effect, or an odd one. */
static void idle_lines(const TrainRun *r)
{
    const TrainSettings *t = &r->ck.settings;
    for (int id = 0; id < SETTINGS; id++) {
        const Setting *s = &setting_table[id], *needs = &setting_table[s->needs];
        char needed[SETTING_TEXT], there[SETTING_TEXT];
        if (!isnan(train_given(r->o, id)) && !setting_matters(s, &r->ck.config, t))
            train_say(r, "note", "--%s has no effect: it requires --%s %s, and this run has %s", train_flag(id),
                      train_flag(s->needs), setting_text(needs, s->needed, needed),
                      setting_text(needs, setting_value(needs, &r->ck.config, t), there));
    }
    if (t->min_lr > t->lr)
        train_say(r, "note", "--min-lr %g is above --lr %g: the learning rate rises instead of decaying", t->min_lr,
                  t->lr);
    if (t->steps > 0 && t->warmup >= t->steps)
        train_say(r, "note", "--warmup %ld lasts as long as the run of %ld step%s: the learning rate never reaches its "
                  "peak", t->warmup, t->steps, s_of(t->steps));
}

void train_screen(const TrainRun *r, const char *why)
{
    if (r->o->quiet)
        return;
    idle_lines(r);
    train_compare_note(r);
    corpus_lines(r);
    if (!r->o->verbose)
        return;
    counting_line(r);
    model_lines(r, why);
    machine_lines(r);
}

/* The programs that the new model can be opened in, as far as its shape decides. */
static void target_line(const TrainRun *r)
{
    char opens[80] = "PyTorch", not[80] = "";
    for (int t = 0; t < TARGETS; t++) {
        char *list = arch_opens((Target)t, &r->ck.config) ? opens : not;
        size_t at = strlen(list);
        snprintf(list + at, sizeof opens - at, "%s%s", at ? ", " : "", target_names[t]);
    }
    if (r->ck.state.step == 0)
        train_say(r, "opens in", "%s%s%s", opens, *not ? "; with --for any also in " : "", not);
}

void train_plan(const TrainRun *r)
{
    if (r->o->quiet)
        return;
    length_lines(r);
    evaluation_line(r);
    if (r->o->verbose)
        train_say(r, "folder", "%s: model.heed, best.heed, log.csv", r->o->out);
    target_line(r);
    fputc('\n', stderr);
}
