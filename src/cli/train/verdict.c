#include "base/file.h"
#include "base/human.h"
#include "base/num.h"
#include "cli/train/run.h"
#include "plot/verdict.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* The loss on the whole validation part of the model to use, the best one. That one and the last one were
 * evaluated on the same windows. */
static double best_loss(const TrainRun *r, double whole)
{
    const TrainState *s = &r->ck.state;
    return isfinite(s->best_loss) ? whole + fmin(0, s->best_loss - s->val_loss) : whole;
}

/* Do they differ in the four digits that are printed? */
static bool differ(double a, double b) { return fabs(a - b) >= 0.5e-4; }

/* Which model that is, when it is not the last one. */
static void say_best(const TrainRun *r, double whole)
{
    const TrainState *s = &r->ck.state;
    const Trainer    *t = &r->trainer;
    if (!(s->best_loss < s->val_loss) || !differ(s->best_loss, s->val_loss))
        return;
    if (t->n_eval < t->n_windows)
        train_say(r, "", "of model.heed, the last step; on an even sample of that text best.heed (step %s) has %.4f, "
                  "model.heed %.4f", human_count(s->best_step).s, s->best_loss, s->val_loss);
    else
        train_say(r, "", "of best.heed (step %s); model.heed, the last step, has %.4f", human_count(s->best_step).s,
                  whole);
}

static void say_loss(const TrainRun *r, double whole)
{
    const NgramLoss *c = &r->counting;
    double loss = r->trainer.n_eval < r->trainer.n_windows ? whole : best_loss(r, whole);
    char   counted[160] = "";
    const CountingBaseline *best = &r->best_counting;
    if (isfinite(c->trigram) && isfinite(best->loss))
        snprintf(counted, sizeof counted, ", unigram %.2f, bigram %.2f, trigram %.2f, %d-gram %.2f (from counts of 1, "
                 "2, 3 and %d %ss)", c->unigram, c->bigram, c->trigram, best->n, best->loss, best->n, train_unit(r));
    else if (isfinite(c->trigram))
        snprintf(counted, sizeof counted, ", unigram %.2f, bigram %.2f, trigram %.2f (from counts of 1, 2 and "
                 "3 %ss)", c->unigram, c->bigram, c->trigram, train_unit(r));
    train_say(r, "loss", "%.4f nats per %s on the validation text, perplexity %.*g", loss, train_unit(r),
              loss < log(999) ? 3 : 2, exp(loss));
    say_best(r, whole);
    train_say(r, "", "baselines: uniform %.2f%s", log((double)r->ck.config.vocab), counted);
}

/* --- The verdict, and what helps --- */

/* Judges the log just as plot does. A log that is a pipe cannot be read back: reading would wait for this process. */
static bool judged(const TrainRun *r, Verdict *v, Err *err)
{
    struct stat st;
    const NgramLoss *c = &r->counting;
    Levels   levels = { num_log(r->ck.config.vocab), c->unigram, c->bigram, c->trigram, r->best_counting.loss,
                        r->best_counting.n };
    FileData log = { 0 };
    if (stat(r->csv, &st) == 0 && !S_ISREG(st.st_mode))
        return err_set(err, "%s is not a regular file", r->csv);
    if (!file_read(r->csv, &log, err))
        return false;
    bool ok = verdict_of_text(v, log.p ? log.p : "", log.len, &levels, err);
    file_free(&log);
    return ok;
}

/* The flags of the learning rates. */
static const char *rates(const TrainRun *r)
{
    return r->ck.settings.optimizer == OPTIMIZER_MUON ? "--lr and --muon-lr" : "--lr";
}

/* More dropout and a smaller model, unless there is plenty or none smaller. */
static void less_overfit(const TrainRun *r, bool risen, char *out, size_t size)
{
    double dropout = r->ck.settings.dropout;
    size_t at = (size_t)snprintf(out, size, "more text");
    if (dropout < 0.4)
        at += (size_t)snprintf(out + at, size - at, ", --dropout %g", dropout < 0.15 ? 0.2 : dropout + 0.1);
    if (r->ck.config.channels > 32)
        at += (size_t)snprintf(out + at, size - at, ", a smaller model (--size tiny)");
    if (risen)
        snprintf(out + at, size - at, ", or fewer steps");
}

static void train_on(const TrainRun *r, const Verdict *v, char *out, size_t size)
{
    if (v->unbeaten == LEVEL_UNIFORM)
        snprintf(out, size, "a lower %s", rates(r));
    else if (v->unbeaten && v->unbeaten < LEVEL_TRIGRAM)
        snprintf(out, size, "training longer, or another %s", rates(r));
    else if (v->kind == VERDICT_LEVEL && (!v->unbeaten || v->unbeaten == LEVEL_NGRAM))
        snprintf(out, size, "a larger model rather than more steps");
    else if (v->kind == VERDICT_FALLING || v->unbeaten)
        snprintf(out, size, "training longer%s", !v->unbeaten || v->unbeaten == LEVEL_NGRAM ? ", or a larger model" :
                 "");
}

/* What helps, or "". */
static void advice(const TrainRun *r, const Verdict *v, char *out, size_t size)
{
    *out = '\0';
    if (v->overfit || v->kind == VERDICT_OVERFITTING)
        less_overfit(r, v->kind == VERDICT_OVERFITTING, out, size);
    else if (v->kind == VERDICT_RISING || v->kind == VERDICT_DIVERGED || v->kind == VERDICT_WORSE)
        snprintf(out, size, "a lower %s", rates(r));
    else if (v->kind == VERDICT_NO_RATE)
        snprintf(out, size, "--lr above 0");
    else if (v->kind == VERDICT_OTHER_TEXT)
        snprintf(out, size, "files in another order, as the end of the text is held out (--val-frac)");
    else
        train_on(r, v, out, size);
}

static void say_verdict(const TrainRun *r)
{
    Verdict v;
    Err     err = { 0 };
    char    helps[160], best[60] = "";
    if (!judged(r, &v, &err)) {
        train_say(r, "verdict", "none: %s", err.msg);
        return;
    }
    if (v.kind == VERDICT_EMPTY || v.kind == VERDICT_NO_VALIDATION)
        return;
    bool risen = v.kind == VERDICT_OVERFITTING || v.kind == VERDICT_WORSE || v.kind == VERDICT_RISING ||
                 v.kind == VERDICT_DIVERGED;
    if (risen && r->ck.state.best_step < r->ck.state.step && isfinite(r->ck.state.best_loss))
        snprintf(best, sizeof best, " best.heed is from step %s.", human_count(r->ck.state.best_step).s);
    advice(r, &v, helps, sizeof helps);
    train_say(r, "verdict", "%s.%s%s%s%s", v.text, best, *helps ? " What helps: " : "", helps, *helps ? "." : "");
}

/* The learning rate of a run that stops early was planned to fall further. Planning twice the steps of the best
 * model lets it fall there: with --size tiny on the first 5 and 20 thousand characters of the stories and of tiny
 * Shakespeare the result was better by 0.01 to 0.23. */
static void say_stopped(const TrainRun *r)
{
    const TrainState *s = &r->ck.state;
    char plan[80];
    if (r->ck.settings.steps > 0)
        snprintf(plan, sizeof plan, "--steps %ld", 2 * s->best_step);
    else
        snprintf(plan, sizeof plan, "--time %.0fs", ceil(2 * s->seconds * (double)s->best_step / (double)s->step));
    train_say(r, "stopped", "early, by --patience: %ld evaluations without improvement since step %s, where best.heed "
              "was saved", s->bad_evals, human_count(s->best_step).s);
    if (r->rate > 0.25)
        train_say(r, "", "the learning rate was still at %.0f %% of its peak, and a model improves as it decays: %s "
                  "lets it decay", 100 * r->rate, plan);
}

/* --- What next --- */

/* Beyond ASCII; not a control character, which the terminal shows as '?', nor a byte. */
static bool is_foreign(uint32_t c) { return c > 0x9f && !(c & TEXT_RAW); }

/* May a prompt start with it? Letters, and all beyond ASCII. */
static bool begins_word(uint32_t c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || is_foreign(c); }

enum { JOINER = 3 };                        /* bytes of U+200D, which joins emoji */

/* A prompt of characters in the vocabulary: the first word of the text. */
static void first_word(const TrainRun *r, char *out, size_t size)
{
    size_t at = 0;
    for (size_t i = 0; i < r->corpus.n && i < 200 && at + TEXT_ENCODED < size && at < 12; i++) {
        uint32_t c = r->ck.vocab.chars[corpus_token(&r->corpus, i)];
        if (at > 0 ? (c > ' ' && c < 0x7f) || is_foreign(c) : begins_word(c))
            at += (size_t)text_encode(c, out + at);
        else if (at > 0)
            break;
    }
    while (at > JOINER && memcmp(out + at - JOINER, "\xe2\x80\x8d", JOINER) == 0)
        at -= JOINER;                       /* it would join the last character to the next one */
    out[at] = '\0';
}

/* A sample of the folder's model; a prompt only if the text has a word. In a folder sample takes best.heed, which an
 * older run may have left where this one has none. */
static void next_command(const TrainRun *r)
{
    char next[512], path[600], quoted[640], prompt[64], word[80];
    bool stale = !isfinite(r->ck.state.best_loss) && file_exists(r->best);
    command_beside(next, sizeof next, r->called, "sample");
    snprintf(path, sizeof path, "%s", stale ? r->model : r->o->out);
    first_word(r, prompt, sizeof prompt);
    term_print(stderr, "next     %s %s%s%s\n", next, command_path(quoted, sizeof quoted, path),
               *prompt ? " --prompt " : "", *prompt ? command_word(word, sizeof word, prompt) : "");
}

void train_verdict(const TrainRun *r, double whole_loss, bool stopped_early, const char *sample)
{
    const TrainState *s = &r->ck.state;
    if (r->o->quiet)
        return;
    fputc('\n', stderr);
    if (*sample)
        train_say(r, "sample", "%s", sample);
    train_say(r, "done", "%s step%s in %s", human_count(s->step).s, s->step == 1 ? "" : "s",
              human_seconds(s->seconds).s);
    if (isfinite(whole_loss)) {
        say_loss(r, whole_loss);
        if (stopped_early)
            say_stopped(r);
    }
    say_verdict(r);
    next_command(r);
}
