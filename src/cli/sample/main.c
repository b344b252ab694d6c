#include "base/human.h"
#include "base/rng.h"
#include "cli/command.h"
#include "cli/machine.h"
#include "cli/model_file.h"
#include "cli/sample/run.h"
#include "kernel/kernel.h"
#include "kernel/pool.h"
#include "model/gpt_pack.h"
#include "text/corpus.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* A random seed short enough to retype. */
static uint64_t new_seed(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return rng_bits((uint64_t)t.tv_sec, (uint64_t)t.tv_nsec, (uint64_t)getpid()) % 1000000000;
}

/* Weights that change are read as they are, not from the reader's packed copy. */
static bool adapt(SampleRun *r, Err *err)
{
    gpt_unpack(&r->model.gpt);
    if (!adapter_open(&r->adapter, &r->model.gpt, r->o->adapt_rate, err))
        return false;
    size_t more = adapter_bytes(&r->adapter) + r->model.gpt.params.len * sizeof(real);
    term_print(stderr, "sample: adapting while scoring, with learning rate %g; %s more\n", r->o->adapt_rate,
               human_bytes(more).s);
    return true;
}

static bool set_up(SampleRun *r, Err *err)
{
    SampleSettings set = sample_settings(r->o);
    r->seed = r->o->seed >= 0 ? (uint64_t)r->o->seed : new_seed();
    if (!model_file_find(r->o->model, r->path, sizeof r->path, err))
        return false;
    model_file_note("sample", r->o->model, r->path);
    return model_open(&r->model, r->path, r->o->adapt ? PARAMS_GRADIENTS : PARAMS_VALUES, err) &&
           reader_init(&r->reader, &r->model.gpt, r->o->precision == PRECISION_BF16, err) && sample_with(r, err) &&
           (!r->o->adapt || adapt(r, err)) && sampler_init(&r->sampler, &set, r->model.file.config.vocab, err);
}

static void skipped(const char *what, size_t n)
{
    if (n)
        term_print(stderr, "sample: skipped %zu character%s of the %s that the model does not know\n", n,
                n == 1 ? "" : "s", what);
}

/* Adds the remedy for a text with characters that the model does not know. */
static bool unknown_in(const char *what, Err *err)
{
    err_in(err, "cannot use the %s", what);
    return err_add(err, "; --unknown skip drops such characters");
}

/* Reads a file into tokens as train reads its corpus; the caller frees them. NULL on errors: r->misused is set for a
 * text with unknown characters, not for a file that cannot be read. */
static int *read_tokens(SampleRun *r, const char *path, const char *what, size_t *n, size_t *characters, Err *err)
{
    Checkpoint   *file = &r->model.file;
    CorpusOptions o = { .keep_cr = file->settings.keep_cr, .skip_unknown = r->o->unknown == UNKNOWN_SKIP };
    Corpus        c;
    r->misused = false;
    if (!corpus_read(&c, (char *[]){ (char *)path }, 1, o, &file->vocab, err)) {
        r->misused = c.lacking;
        if (c.lacking && !o.skip_unknown)
            unknown_in(what, err);
        return NULL;
    }
    skipped(what, c.skipped);
    int *ids = malloc((c.n + 1) * sizeof *ids);
    if (ids)
        corpus_window(&c, 0, c.n, ids);
    else
        err_set(err, "out of memory for a text of %zu characters", c.n);
    *n = c.n;
    *characters = c.characters - c.skipped;
    corpus_free(&c);
    return ids;
}

static int *prompt_tokens(SampleRun *r, Err *err)
{
    const char *path = r->o->prompt_file, *text = r->o->prompt ? r->o->prompt : "";
    size_t      left_out = 0, characters;
    if (path)
        return read_tokens(r, path, "prompt", &r->n_prompt, &characters, err);
    int *ids = vocab_tokens(&r->model.file.vocab, text, strlen(text), &r->n_prompt,
                            r->o->unknown == UNKNOWN_SKIP ? &left_out : NULL, err);
    r->misused = !ids;
    if (!ids)
        unknown_in("prompt", err);
    skipped("prompt", left_out);
    return ids;
}

/* The start of a text without a prompt. */
static int first_token(const Vocab *v) { return vocab_find(v, '\n') >= 0 ? vocab_find(v, '\n') : 0; }

static bool read_prompt(SampleRun *r, Err *err)
{
    r->prompt = prompt_tokens(r, err);
    if (!r->prompt)
        return false;
    r->unprompted = r->n_prompt == 0;
    if (r->unprompted)
        r->prompt[r->n_prompt++] = first_token(&r->model.file.vocab);
    size_t T = (size_t)r->model.file.config.context;
    if (r->n_prompt > T)
        term_print(stderr, "sample: the prompt has %zu characters; the model sees only the last %zu\n",
                r->n_prompt, T);
    return true;
}

/* A --stop text that can never occur is not an error, but deserves a warning. */
static bool set_stops(SampleRun *r, Err *err)
{
    for (int i = 0; i < r->o->stops.n; i++) {
        const char *text = r->o->stops.items[i];
        size_t n, missing;
        int   *ids = vocab_tokens(&r->model.file.vocab, text, strlen(text), &n, &missing, err);
        if (!ids)
            return false;
        free(ids);
        if (missing)
            term_print(stderr, "sample: --stop \"%s\" can never match: the model does not know all of its characters\n",
                    text);
    }
    return stop_init(&r->stop, r->o->stops.items, r->o->stops.n, err);
}

static int write_samples(SampleRun *r, Err *err)
{
    if (!read_prompt(r, err))
        return r->misused ? COMMAND_MISUSED : COMMAND_FAILED;
    if (!set_stops(r, err))
        return COMMAND_MISUSED;
    for (int64_t i = 0; i < r->o->num && !sample_unread(r); i++) {
        unsigned long long seed = r->seed + (uint64_t)i;
        term_print(stderr, "sample: %s, step %ld, seed %llu\n", r->path, r->model.file.state.step, seed);
        if (!sample_write(r, i, err))
            return COMMAND_FAILED;
    }
    return COMMAND_DONE;
}

static int score(SampleRun *r, Err *err)
{
    size_t n, characters;
    int   *ids = read_tokens(r, r->o->score, "text", &n, &characters, err);
    if (!ids)
        return r->misused ? COMMAND_MISUSED : COMMAND_FAILED;
    term_print(stderr, "sample: %s, step %ld; scoring in %s windows of %d characters, without the first "
            "character\n", r->path, r->model.file.state.step, r->o->overlap ? "half-overlapping" : "non-overlapping",
            r->model.file.config.context);
    bool ok = sample_score(r, ids, n, characters, err);
    free(ids);
    return ok ? COMMAND_DONE : COMMAND_FAILED;
}

static void release(SampleRun *r)
{
    free(r->prompt);
    stop_free(&r->stop);
    sampler_free(&r->sampler);
    sample_with_release(r);
    adapter_close(&r->adapter);
    if (r->reader.gpt)
        reader_free(&r->reader);
    model_close(&r->model);
    pool_stop();
}

static int sample(void *options, const char *called, Err *err)
{
    (void)called;
    SampleRun r = { .o = options, .term = term_of(stdout) };
    if (!sample_options_check(options, err) ||
        machine_start("sample", r.o->kernels, r.o->threads, err) != COMMAND_DONE)
        return COMMAND_MISUSED;
    int end = COMMAND_FAILED;
    if (set_up(&r, err))
        end = r.o->score ? score(&r, err) : write_samples(&r, err);
    release(&r);
    return end;
}

COMMAND_MAIN(sample)
{
    SampleOptions options = sample_options();
    return command_main(&sample_command, &options, sample, kernel_names, argc, argv);
}
