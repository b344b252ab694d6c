#include "base/cgroup.h"
#include "base/human.h"
#include "cli/interrupt.h"
#include "cli/machine.h"
#include "cli/train/run.h"
#include "kernel/kernel.h"
#include "kernel/pool.h"
#include "model/recipe.h"
#include "train/fit_text.h"
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

static bool name_files(TrainRun *r, Err *err)
{
    const char *dir = r->o->out;
    if (strlen(dir) > sizeof r->model - 16)
        return err_set(err, "--out is %zu bytes long; the maximum is %zu", strlen(dir),
                       sizeof r->model - 16);
    snprintf(r->model, sizeof r->model, "%s/model.heed", dir);
    snprintf(r->best, sizeof r->best, "%s/best.heed", dir);
    snprintf(r->csv, sizeof r->csv, "%s/log.csv", dir);
    snprintf(r->receipt.path, sizeof r->receipt.path, "%s/receipt.json", dir);
    snprintf(r->frames, sizeof r->frames, "%s/watch.csv", dir);
    return true;
}

/* Nothing in the folder is lost without --force, and no other training writes to it meanwhile. */
static bool may_write(TrainRun *r, Err *err)
{
    if (file_exists(r->o->out) && !file_is_dir(r->o->out))
        return err_set(err, "--out %s is a file, not a folder: give another name", r->o->out);
    if (r->lock.fd < 0 && file_is_dir(r->o->out) && !lock_take(&r->lock, r->o->out, err))
        return false;
    if (r->o->resume && !file_exists(r->model))
        return err_set(err, "no %s to resume: leave out --resume to start a run, or name its folder "
                       "with --out", r->model);
    if (r->o->force)
        return true;
    const char *there = file_exists(r->model) ? r->model : file_exists(r->best) ? r->best : NULL;
    if (there && !r->o->resume)
        return err_set(err, "%s already exists: --resume continues it, --force replaces it, --out DIR keeps "
                       "both", there);
    return (log_is_one(r->csv, log_header, err) && log_is_one(r->frames, attention_log_header, err) &&
            train_receipt_is_one(r, err)) ||
           err_add(err, ": move it away, or --force replaces it");
}

static bool clear(const char *path, Err *err)
{
    return unlink(path) == 0 || errno == ENOENT ||
           err_set(err, "cannot remove %s of an earlier run: %s", path, file_why(errno));
}

/* A new run replaces an old one, whose files must not be taken for its own. */
static bool clear_away(const TrainRun *r, Err *err)
{
    return train_receipt_clear(r, err) && clear(r->model, err) && clear(r->best, err) &&
           (r->watching || clear(r->frames, err));
}

static bool read_corpus(TrainRun *r, Err *err)
{
    CorpusOptions o = { .cap = r->o->max_vocab, .keep_cr = r->ck.settings.keep_cr,
                        .text_only = !r->o->force && !r->o->resume, .folders = true,
                        .hash = r->o->resume ? r->ck.corpus_hash : 0 };
    if (!corpus_read(&r->corpus, (char *const *)r->o->files.items, r->o->files.n, o, &r->ck.vocab, err))
        return r->corpus.not_text && err_add(err, "; --force reads it as it is");
    r->ck.config.vocab = r->ck.vocab.n;
    return true;
}

/* The context that the text can fill, and notes on what that leaves out. */
static bool fit_context(TrainRun *r, Err *err)
{
    TrainSettings *s = &r->ck.settings;
    double  val_frac = s->val_frac;
    size_t  n = r->corpus.n;
    FitText f;
    if (n < FIT_TEXT_LEAST)
        return err_set(err, "the text has %zu character%s: at least %d are needed, and thousands to learn "
                       "anything", n, n == 1 ? "" : "s", FIT_TEXT_LEAST);
    bool enough = fit_text(&r->corpus, &r->ck.config, s, &f);
    if (f.held_out > 0)
        train_say(r, "note", "the last %g %% of the text (%zu character%s) is shorter than the context: "
                  "nothing is held out for validation", 100 * val_frac, f.held_out, f.held_out == 1 ? "" : "s");
    if (!enough)
        return err_set(err, "--val-frac %g leaves %zu of %zu characters to train on: at least %d are needed",
                       s->val_frac, f.left, n, FIT_TEXT_LEAST);
    if (f.context > 0)
        train_say(r, "note", "the text has only %zu characters to train on: the context is %d instead of %d",
                  f.left, r->ck.config.context, f.context);
    return true;
}

/* Are all sizes given, so that text and time have no say in them? */
static bool sizes_given(const TrainOptions *o)
{
    return o->size >= 0 || !isnan(train_given(o, SETTING_layers) + train_given(o, SETTING_heads) +
                                  train_given(o, SETTING_channels) + train_given(o, SETTING_context));
}

static bool new_run(TrainRun *r, const char **why, Err *err)
{
    TrainOptions *o = r->o;
    r->ck.settings.keep_cr = train_given(o, SETTING_keep_cr) > 0;
    if (!read_corpus(r, err))
        return false;
    double   time = train_given(o, SETTING_budget);
    TrainFit fit = train_fit(r->corpus.n, isnan(time) ? 0 : time * machine_rate(false),
                             train_recipe(o) == RECIPE_GPT2, train_counts(o));
    if (sizes_given(o))
        fit = train_fit_size(o->size >= 0 ? &config_sizes[o->size] : &fit.size);
    *why = fit.why;
    train_settings(o, &fit, &r->ck.config, &r->ck.settings);
    r->ck.config.vocab = r->ck.vocab.n;
    r->ck.corpus_hash = r->corpus.hash;
    r->ck.state = (TrainState){ .train_loss = NAN, .val_loss = NAN, .best_loss = INFINITY };
    return fit_context(r, err);
}

static bool old_run(TrainRun *r, Err *err)
{
    if (!checkpoint_open(&r->ck, r->model, err))
        return false;
    if (!r->ck.moments)
        return err_set(err, "%s holds no optimizer moments, so training cannot resume from it", r->model);
    r->was = r->ck.settings;
    r->was_text = r->ck.corpus_hash;
    if (!machine_resumes(r->ck.settings.precision == PRECISION_BF16, err) ||
        !train_settings_resumed(r->o, &r->ck, err))
        return false;
    if (!read_corpus(r, err))
        return err_in(err, "resuming with the vocabulary of %s", r->model);
    if (r->corpus.hash != r->ck.corpus_hash && !r->o->force)
        return err_set(err, "the text is not the one %s was trained on (hash %016llx, not %016llx): give that "
                       "text, or --force to continue on this one", r->model,
                       (unsigned long long)r->corpus.hash, (unsigned long long)r->ck.corpus_hash);
    r->ck.corpus_hash = r->corpus.hash;
    corpus_split(&r->corpus, r->ck.settings.val_frac);
    return true;
}

/* Bytes of memory that are free and allowed. */
static size_t free_memory(void)
{
    long long kib = 0;
    char  line[128];
    FILE *f = fopen("/proc/meminfo", "re");
    while (f && !kib && fgets(line, sizeof line, f))
        sscanf(line, "MemAvailable: %lld kB", &kib);
    if (f)
        fclose(f);
    long long free_now = kib > 0 ? kib << 10 : 0, allowed = cgroup_memory("/proc/self/cgroup", "/sys/fs/cgroup");
    return (size_t)(allowed && (!free_now || allowed < free_now) ? allowed : free_now);
}

static bool build(TrainRun *r, Err *err)
{
    Params *p = &r->trainer.gpt.params;
    if (!trainer_init_counted(&r->trainer, &r->ck, &r->corpus, &r->counted, free_memory(), err))
        return r->trainer.too_large && err_add(err, ": take a smaller --batch with --accumulate, a smaller --context, "
                                               "or a smaller model");
    if (r->o->resume) {
        train_compare(r);
        return checkpoint_load(&r->ck, p, err);
    }
    trainer_begin(&r->trainer);
    return true;
}

/* Times a few steps that change nothing. With a time limit this gives the number of steps, and so caps the warmup at a
 * tenth of them. */
static bool rehearse(TrainRun *r, Err *err)
{
    TrainSettings *s = &r->ck.settings;
    double best = INFINITY, began = term_seconds();
    for (int i = 0; i < 4 && term_seconds() - began < 1 && !interrupt_came(); i++) {
        double t = term_seconds();
        if (!trainer_rehearse(&r->trainer, err))
            return false;
        t = term_seconds() - t;
        best = t < best ? t : best;
    }
    r->step_seconds = best;
    double tenth = s->budget / best / 10;
    if (s->steps == 0 && isnan(train_given(r->o, SETTING_warmup)) && r->ck.state.step == 0 &&
         tenth < (double)s->warmup)
        s->warmup = (long)tenth;
    return true;
}

/* The folder and the files that grow. may_write runs again because another training may have made the folder meanwhile.
 * The seconds of earlier sessions come from the log, or from the model file under a time limit; otherwise that file
 * holds none, so that equal runs leave equal models. The old model goes last, when nothing can fail any more. */
static bool open_folder(TrainRun *r, Err *err)
{
    TrainState *state = &r->ck.state;
    if (!file_make_dir(r->o->out, err) || !may_write(r, err) || !train_watch_open(r, err) ||
        !log_open(&r->log, r->csv, r->o->resume ? state->step : -1, err) || !train_compare_log(r, err))
        return false;
    if (r->o->resume && !(r->ck.settings.budget > 0 && state->seconds > 0))
        state->seconds = r->log.seconds;
    r->before = state->seconds;
    return r->o->resume || clear_away(r, err);
}

enum { LONG_TEXT = 1 << 21 };               /* tokens that take a second or more to count */

/* glibc keeps freed blocks for itself once the program has freed large ones, unless it is told a limit. */
static void give_memory_back(void)
{
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, 1 << 17);
#endif
}

/* The best of the baselines; its counts are kept for a model that mixes them in. */
static void count_best(TrainRun *r)
{
    const Config *c = &r->ck.config;
    r->best_counting.loss = NAN;
    if (r->corpus.n == r->corpus.n_train ||
        !counting_make(&r->counted, &r->corpus, c->vocab, (size_t)c->context, COUNTING_MOST))
        return;
    r->best_counting = counting_measure(&r->counted, (size_t)c->context);
    if (!c->counts)
        counting_free(&r->counted);
}

/* The baselines of the verdict, before the model: its memory reuses what this frees. */
static void count(TrainRun *r)
{
    double began = term_seconds();
    give_memory_back();
    r->best_counting.loss = NAN;
    if (r->o->quiet)
        return;
    if (r->corpus.n_train > LONG_TEXT)
        train_say(r, "counts", "n-grams of the training text, to compare the model with");
    r->counting = ngram_loss(&r->corpus, r->ck.config.vocab);
    count_best(r);
    r->counting_seconds = term_seconds() - began;
}

/* Before the text is read, with which it has nothing to do. */
static bool can_go(TrainRun *r, Err *err)
{
    Config        c;
    TrainSettings s;
    train_settings(r->o, &(TrainFit){ .steps = 1 }, &c, &s);
    r->misused = !r->o->resume && !train_target_check(r->o, &c, err);
    return !r->misused;
}

static bool prepare(TrainRun *r, const char **why, Err *err)
{
    if (!can_go(r, err) || !name_files(r, err) || !may_write(r, err) ||
        !(r->o->resume ? old_run(r, err) : new_run(r, why, err)))
        return false;
    r->misused = !config_check(&r->ck.config, err) || !train_target_check(r->o, &r->ck.config, err) ||
                 !train_watch_check(r, err);
    if (r->misused)
        return false;
    count(r);
    return build(r, err) && (r->o->quiet || train_sample_open(r, err)) &&
           open_folder(r, err);
}

static void release(TrainRun *r)
{
    Err ignored = { 0 };
    receipt_free(&r->receipt.all);
    log_close(&r->log, &ignored);
    if (r->watching)
        attention_log_close(&r->watch, &ignored);
    train_sample_close(r);
    trainer_free(&r->trainer);
    counting_free(&r->counted);
    corpus_free(&r->corpus);
    checkpoint_close(&r->ck);
    pool_stop();
    lock_release(&r->lock);
}

/* The first step of a large model takes long, so an interrupt before it ends at once. */
static int rehearse_and_train(TrainRun *r, Err *err)
{
    bool unseen = r->o->quiet && r->ck.settings.steps > 0;
    if (!unseen && !rehearse(r, err))
        return COMMAND_FAILED;
    if (interrupt_came()) {
        train_say(r, "stopped", "before the first step, as asked: nothing was trained");
        return COMMAND_INTERRUPTED;
    }
    train_plan(r);
    return train_receipt_open(r, err) ? train_loop(r, err) : COMMAND_FAILED;
}

static int train(void *options, const char *called, Err *err)
{
    TrainRun    r = { .o = options, .called = called, .lock = { -1 }, .log = { .fd = -1 } };
    const char *why = NULL;
    int         end = COMMAND_FAILED;
    if (machine_start("train", r.o->kernels, r.o->threads, err) != COMMAND_DONE ||
        !machine_has_precision(train_given(r.o, SETTING_precision) == PRECISION_BF16, err))
        return COMMAND_MISUSED;
    progress_start(&r.progress, term_of(stderr));
    if (prepare(&r, &why, err)) {
        interrupt_says(r.o->quiet ? NULL : "\ninterrupted: finishing this step; interrupt again to quit at once\n");
        interrupt_watch();
        train_screen(&r, why);
        end = rehearse_and_train(&r, err);
    }
    release(&r);
    return r.misused ? COMMAND_MISUSED : end;
}

COMMAND_MAIN(train)
{
    TrainOptions options = train_options();
    return command_main(&train_command, &options, train, kernel_names, argc, argv);
}
