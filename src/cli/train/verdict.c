#include "cli/human.h"
#include "cli/train/run.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

/* The loss on the whole validation part of the model to be used: the best one. Its evaluation and that of
 * the last one were of the same windows. */
static double best_loss(const TrainRun *r, double whole)
{
    const TrainState *s = &r->ck.state;
    return isfinite(s->best_loss) ? whole + fmin(0, s->best_loss - s->val_loss) : whole;
}

/* Which model that is, when it is not the last one. */
static void say_best(const TrainRun *r, double whole)
{
    const TrainState *s = &r->ck.state;
    const Trainer    *t = &r->trainer;
    if (!(s->best_loss < s->val_loss))
        return;
    if (t->n_eval < t->n_windows)
        train_say(r, "", "that is model.heed, of the last step; on an even sample of that text best.heed, of step "
                  "%s, is at %.4f and the last one at %.4f", human_count(s->best_step).s, s->best_loss, s->val_loss);
    else
        train_say(r, "", "that is best.heed, of step %s; model.heed, of the last one, is at %.4f",
                  human_count(s->best_step).s, whole);
}

/* Reference points: guessing among V characters, and counting. */
static void say_loss(const TrainRun *r, double whole)
{
    const NgramLoss *c = &r->counting;
    double loss = r->trainer.n_eval < r->trainer.n_windows ? whole : best_loss(r, whole);
    char   counts[120] = "";
    if (isfinite(c->trigram))
        snprintf(counts, sizeof counts, ", knowing how often each %s comes %.2f, the one before %.2f, the two "
                 "before %.2f", train_unit(r), c->unigram, c->bigram, c->trigram);
    train_say(r, "loss", "%.4f nats a %s on the validation text, as unsure as a choice among %.*g "
              "(the perplexity)", loss, train_unit(r), loss < log(999) ? 3 : 2, exp(loss));
    say_best(r, whole);
    train_say(r, "", "to compare: guessing blindly %.2f%s", log((double)r->ck.config.vocab), counts);
}

/* --- What counting reaches --- */

typedef struct Known {
    double      loss;
    const char *what;
} Known;

enum { COUNTED = 3 };

static void counted(const NgramLoss *c, Known *out)
{
    out[0] = (Known){ c->unigram, "how often each character comes" };
    out[1] = (Known){ c->bigram, "the character before" };
    out[2] = (Known){ c->trigram, "the two characters before" };
}

static Known best_counted(const NgramLoss *c)
{
    Known known[COUNTED], *best = known;
    counted(c, known);
    for (Known *k = known; k < known + COUNTED; k++)
        best = k->loss < best->loss ? k : best;
    return *best;
}

/* --- What came of it --- */

/* It was better before. */
static bool risen(const TrainState *s) { return s->val_loss - s->best_loss > 0.02; }

/* How much better it knows the text that it has seen than it ever knew the rest. */
static double apart(const TrainState *s) { return s->best_loss - s->train_loss; }

static bool by_heart(const TrainState *s) { return apart(s) > (risen(s) ? 0.1 : 0.3); }

/* What to do about it, as long as there is some more to do of it. */
static void less_by_heart(const TrainRun *r, char *out, size_t size)
{
    double dropout = r->ck.settings.dropout;
    size_t at = (size_t)snprintf(out, size, "more text");
    if (dropout < 0.4)
        at += (size_t)snprintf(out + at, size - at, ", --dropout %g", dropout < 0.15 ? 0.2 : dropout + 0.1);
    if (r->ck.config.channels > 32)
        snprintf(out + at, size - at, ", a smaller model (--size tiny)");
}

static void say_too_short(const TrainRun *r, double loss)
{
    Known known = best_counted(&r->counting);
    char  help[120];
    less_by_heart(r, help, sizeof help);
    train_say(r, "verdict", "the text is too short to learn more from it in this way than counting tells: the best "
              "model is at %.2f, knowing %s is at %.2f, and what came after was learned by heart. What helps: %s",
              loss, known.what, known.loss, help);
}

static void say_by_heart(const TrainRun *r)
{
    const TrainState *s = &r->ck.state;
    char help[120];
    less_by_heart(r, help, sizeof help);
    if (risen(s))
        train_say(r, "verdict", "it began to learn by heart: since step %s the validation loss has risen from %.2f "
                  "to %.2f, while that of the text it trains on is %.2f. best.heed is from before that. What "
                  "helps: %s, or fewer steps", human_count(s->best_step).s, s->best_loss, s->val_loss,
                  s->train_loss, help);
    else
        train_say(r, "verdict", "it knows the text it trains on clearly better than the rest (%.2f, %.2f), though "
                  "that did no harm yet. What helps: %s", s->train_loss, s->val_loss, help);
}

/* The flags of the learning rates. */
static const char *rates(const TrainRun *r)
{
    return r->ck.settings.optimizer == OPTIMIZER_MUON ? "--lr and --muon-lr" : "--lr";
}

static void say_no_better(const TrainRun *r, double loss)
{
    Known  known[COUNTED], *k = known;
    double blind = log((double)r->ck.config.vocab);
    counted(&r->counting, known);
    if (loss > blind) {
        train_say(r, "verdict", "no better yet than guessing blindly (%.2f, it is at %.2f): train longer, or with a lower "
                  "%s", blind, loss, rates(r));
        return;
    }
    while (k < known + COUNTED - 1 && !(loss > k->loss))
        k++;
    train_say(r, "verdict", "no better yet than knowing %s (%.2f, it is at %.2f): train longer%s%s", k->what, k->loss,
              loss, k < known + 2 ? ", or check " : "", k < known + 2 ? rates(r) : "");
}

static const double FORESEEN = 0.05;        /* nats a character: as unsure as a choice among 1.05 */

static void say_normal(const TrainRun *r)
{
    const TrainState *s = &r->ck.state;
    if (s->best_loss < FORESEEN)
        train_say(r, "verdict", "there is hardly anything left to learn: nearly every character of the validation text is "
                  "foreseen (%.2f, %.2f on the text it trains on), as in a text that repeats itself", s->best_loss,
                  s->train_loss);
    else if (apart(s) < 0.1)
        train_say(r, "verdict", "a normal run, with room to learn: it knows the text it trains on no better than "
                  "the rest (%.2f, %.2f), so that training longer will help, or a larger model", s->train_loss,
                  s->val_loss);
    else
        train_say(r, "verdict", "a normal run: the validation loss was still falling or level at the end, and is %.2f "
                  "above that of the text it trains on (%.2f, %.2f); training longer may help",
                  s->val_loss - s->train_loss, s->val_loss, s->train_loss);
}

static void judge(const TrainRun *r, double loss)
{
    const TrainState *s = &r->ck.state;
    double known = best_counted(&r->counting).loss;
    if (r->ck.config.vocab == 1)
        train_say(r, "verdict", "there was nothing to learn: the text is one character again and again");
    else if (by_heart(s) && loss > known && s->train_loss < known)
        say_too_short(r, loss);
    else if (by_heart(s) && loss <= known)
        say_by_heart(r);
    else if (risen(s))
        train_say(r, "verdict", "it was best at step %s and has grown worse since (%.2f, %.2f), though not by "
                  "learning by heart: best.heed is the one to use. What helps: a lower %s",
                  human_count(s->best_step).s, s->best_loss, s->val_loss, rates(r));
    else if (loss > known)
        say_no_better(r, loss);
    else
        say_normal(r);
}

/* A run that ends before its plan does has a learning rate that was meant to fall further. A plan of twice the
 * way to the best model lets it fall behind there: with --size tiny on the first 5 and 20 thousand characters of
 * the stories and of tiny Shakespeare that ended better by 0.01 to 0.23. */
static void say_stopped(const TrainRun *r)
{
    const TrainState *s = &r->ck.state;
    char plan[80];
    if (r->ck.settings.steps > 0)
        snprintf(plan, sizeof plan, "--steps %ld", 2 * s->best_step);
    else
        snprintf(plan, sizeof plan, "--time %.0fs", ceil(2 * s->seconds * (double)s->best_step / (double)s->step));
    train_say(r, "stopped", "early, by --patience: %ld evaluations without a better one since step %s. best.heed is "
              "from there", s->bad_evals, human_count(s->best_step).s);
    if (r->rate > 0.25)
        train_say(r, "", "the learning rate was still at %.0f %% of its greatest, and a model gets better as it "
                  "falls: %s lets it fall", 100 * r->rate, plan);
}

/* --- What next --- */

/* A word that a shell takes as it is, or in quotes. */
static void quote(char *out, size_t size, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./+,:=@%-";
    bool   quotes = word[strspn(word, plain)] != '\0';
    size_t at = 0;
    if (quotes)
        out[at++] = '\'';
    for (; *word && at + 7 < size; word++)
        if (*word == '\'')
            at += (size_t)snprintf(out + at, size - at, "'\\''");
        else
            out[at++] = *word;
    if (quotes)
        out[at++] = '\'';
    out[at] = '\0';
}

/* Something to begin a prompt with: a letter, or what lies beyond ASCII. */
static bool begins_word(uint32_t c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c > 0x7f && !(c & TEXT_RAW));
}

enum { JOINER = 3 };                        /* bytes of U+200D, which emoji are joined by */

/* A prompt that the model knows the characters of: the first word of the text. */
static void first_word(const TrainRun *r, char *out, size_t size)
{
    size_t at = 0;
    for (size_t i = 0; i < r->corpus.n && i < 200 && at + TEXT_ENCODED < size && at < 12; i++) {
        uint32_t c = r->ck.vocab.chars[corpus_token(&r->corpus, i)];
        if (at > 0 ? c > ' ' && c != 0x7f && !(c & TEXT_RAW) : begins_word(c))
            at += (size_t)text_encode(c, out + at);
        else if (at > 0)
            break;
    }
    while (at > JOINER && memcmp(out + at - JOINER, "\xe2\x80\x8d", JOINER) == 0)
        at -= JOINER;                       /* it would join the last character to what comes */
    out[at] = '\0';
}

/* sample takes run/best.heed by itself, where there is one. */
static void next_command(const TrainRun *r)
{
    char next[512], path[600], quoted[640], prompt[64], word[80];
    bool best = isfinite(r->ck.state.best_loss);
    command_beside(next, sizeof next, r->called, "sample");
    snprintf(path, sizeof path, "%s/%s", r->o->out, best ? "best.heed" : "model.heed");
    quote(quoted, sizeof quoted, path);
    first_word(r, prompt, sizeof prompt);
    quote(word, sizeof word, *prompt ? prompt : " ");
    bool usual = strcmp(r->o->out, "run") == 0;
    fprintf(stderr, "next     %s%s%s --prompt %s\n", next, usual ? "" : " --model ", usual ? "" : quoted, word);
}

void train_verdict(const TrainRun *r, double whole_loss, bool stopped_early)
{
    const TrainState *s = &r->ck.state;
    if (r->o->quiet)
        return;
    fputc('\n', stderr);
    train_say(r, "done", "%s step%s in %s", human_count(s->step).s, s->step == 1 ? "" : "s", human_seconds(s->seconds).s);
    if (isfinite(whole_loss)) {
        say_loss(r, whole_loss);
        if (stopped_early)
            say_stopped(r);
        judge(r, best_loss(r, whole_loss));
    }
    next_command(r);
}
