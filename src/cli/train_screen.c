#include "cli/human.h"
#include "cli/train_run.h"
#include "kernel/kernel.h"
#include "kernel/pool.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

static void corpus_lines(const TrainRun *r)
{
    const Corpus *c = &r->corpus;
    fprintf(stderr, "text     %s characters, %d different; hash %016llx\n", human_count((int64_t)c->characters).s,
            r->ck.config.vocab, (unsigned long long)c->hash);
    if (c->crlf + c->cr)
        fprintf(stderr, "         %s line ends CRLF or CR read as LF (--keep-cr leaves them)\n",
                human_count((int64_t)(c->crlf + c->cr)).s);
    if (c->invalid)
        fprintf(stderr, "         %s bytes that are no UTF-8 are learned as bytes%s\n", human_count((int64_t)c->invalid).s,
                c->invalid > c->bytes / 10 ? ": is this a text, and is it UTF-8?" : "");
    if (c->split)
        fprintf(stderr, "         %s rare characters are spelled as bytes (--max-vocab %d)\n",
                human_count((int64_t)c->split).s, r->o->max_vocab);
    fprintf(stderr, "         %s to train on, %s to validate\n", human_count((int64_t)c->n_train).s,
            human_count((int64_t)(c->n - c->n_train)).s);
}

static void model_lines(const TrainRun *r, const char *why_size)
{
    const Config *c = &r->ck.config;
    char size[TEXT_SIZE];
    fprintf(stderr, "model    %s parameters: %d layers, %d heads, %d channels, context %d\n",
            human_count((int64_t)r->trainer.gpt.params.count).s, c->layers, c->heads, c->channels, c->context);
    if (why_size)
        fprintf(stderr, "         chosen by the length of the text: %s\n", why_size);
    fprintf(stderr, "memory   %s in all\n", text_size(trainer_bytes(&r->trainer) + (r->watching ? watch_bytes(&r->watch) : 0) + PROCESS_BYTES, size));
    fprintf(stderr, "machine  %d thread%s, %s kernels\n", pool_threads(), pool_threads() > 1 ? "s" : "", kernel->name);
}

static void evaluation_line(const TrainRun *r)
{
    const Trainer *t = &r->trainer;
    if (!t->n_windows)
        fprintf(stderr, "         no validation part: nothing will tell learning by heart from learning\n");
    else if (t->n_eval < t->n_windows)
        fprintf(stderr, "         validation on an even sample, %zu of %zu windows; on all of them at the end\n", t->n_eval,
                t->n_windows);
}

static void length_lines(const TrainRun *r)
{
    const TrainSettings *s = &r->ck.settings;
    const TrainState    *state = &r->ck.state;
    double tokens = (double)(s->batch * s->accumulate * r->ck.config.context);
    if (s->steps > 0) {
        double left = (double)(s->steps - state->step);
        fprintf(stderr, "plan     %s steps of %s characters, about %s\n", human_count(s->steps).s,
                human_count((int64_t)tokens).s, human_seconds(left * r->step_seconds * 1.1).s);
    }
    if (s->budget > 0)
        fprintf(stderr, "plan     %s, about %s steps of %s characters\n", human_seconds(s->budget).s,
                human_count((int64_t)((s->budget - r->before) / r->step_seconds / 1.1)).s, human_count((int64_t)tokens).s);
    if (state->step)
        fprintf(stderr, "         going on after step %s\n", human_count(state->step).s);
}

void train_screen(const TrainRun *r, const char *why_size)
{
    corpus_lines(r);
    model_lines(r, why_size);
    length_lines(r);
    evaluation_line(r);
    fprintf(stderr, "folder   %s: model.heed, best.heed, log.csv\n\n", r->o->out);
}

/* Reference points: guessing among V characters, counting them, counting pairs. */
static void references(const TrainRun *r, double loss)
{
    fprintf(stderr, "loss     %.4f nats a character on the validation text (perplexity %.2f)\n", loss, exp(loss));
    fprintf(stderr, "         to compare: guessing %.2f, counting characters %.2f, counting pairs %.2f\n",
            log((double)r->ck.config.vocab), r->counting.unigram, r->counting.bigram);
}

static const char *judge(const TrainRun *r, double loss, bool stopped_early)
{
    const TrainState *s = &r->ck.state;
    double gap = s->val_loss - s->best_loss;
    if (stopped_early)
        return "stopped early: no better evaluation for as long as --patience allows; best.heed is the one to use";
    if (isfinite(gap) && gap > 0.02)
        return "it began to learn by heart: best.heed is from before that; more text, --dropout 0.2 or a smaller model help";
    if (loss > r->counting.bigram)
        return "it has not yet beaten counting pairs: train longer, or check --lr";
    if (s->val_loss - s->train_loss > 0.3)
        return "it knows the training text clearly better than the rest: more text or --dropout 0.2 would help";
    return "a normal run: the loss was still falling or level at the end; training longer may help";
}

void train_verdict(const TrainRun *r, double whole_loss, bool stopped_early)
{
    const TrainState *s = &r->ck.state;
    char next[512];
    fprintf(stderr, "\ndone     %s steps in %s\n", human_count(s->step).s, human_seconds(s->seconds).s);
    if (isfinite(whole_loss)) {
        references(r, whole_loss);
        if (isfinite(s->best_loss))
            fprintf(stderr, "         best evaluation %.4f at step %s\n", s->best_loss, human_count(s->best_step).s);
        fprintf(stderr, "verdict  %s\n", judge(r, whole_loss, stopped_early));
    }
    command_beside(next, sizeof next, r->called, "sample");
    if (strcmp(r->o->out, "run") == 0)
        fprintf(stderr, "next     %s --prompt \"The \"\n", next);
    else
        fprintf(stderr, "next     %s --model %s/%s --prompt \"The \"\n", next, r->o->out,
                isfinite(s->best_loss) ? "best.heed" : "model.heed");
}
