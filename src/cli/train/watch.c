#include "cli/train/run.h"
#include "train/attention_log_read.h"
#include <stdlib.h>
#include <string.h>

/* The prompt of --watch as tokens; the last is the target. */
static int *given(const TrainRun *r, int *n, Err *err)
{
    size_t count = 0;
    int   *ids = vocab_tokens(&r->ck.vocab, r->o->watch, strlen(r->o->watch), &count, NULL, err);
    if (!ids)
        err_in(err, "--watch");
    *n = (int)count;
    return ids;
}

bool train_watch_check(const TrainRun *r, Err *err)
{
    int  n = 0, *ids = r->o->watch ? given(r, &n, err) : NULL;
    bool ok = !r->o->watch || (ids && (attention_log_enough(n, err) || err_in(err, "--watch")));
    free(ids);
    return ok;
}

/* The prompt of the attention log to continue. */
static int *earlier(const TrainRun *r, const char *path, int *n, Err *err)
{
    AttentionFrames old;
    if (!attention_log_read(&old, path, r->ck.config.layers, r->ck.config.heads, r->ck.config.vocab, err))
        return NULL;
    int *ids = realloc(old.ids, (size_t)(old.n + 1) * sizeof *ids);
    if (ids) {
        ids[old.n] = old.target;
        *n = old.n + 1;
        old.ids = NULL;
    } else
        err_set(err, "out of memory: no room for the prompt of %s", path);
    attention_log_free(&old);
    return ids;
}

/* A log has one prompt; its frames hold the last `most` characters and the target. */
static bool agree(const int *old, int n_old, const int *now, int n_now, int most, const char *path, Err *err)
{
    int seen = n_now < most + 1 ? n_now : most + 1;
    if (seen == n_old && memcmp(old, now + n_now - seen, (size_t)seen * sizeof *old) == 0)
        return true;
    return err_set(err, "--watch is not the text in %s: leave it out to keep watching that one, or move the "
                   "file away", path);
}

/* Continues the frames, or starts them with the model before the next step. */
static bool begin(TrainRun *r, const char *path, const int *ids, int n, bool goes_on, Err *err)
{
    long step = r->ck.state.step;
    r->watching = true;
    return attention_log_open(&r->watch, &r->trainer.gpt, path, ids, n, goes_on ? step : -1, err) &&
           (goes_on || attention_log_frame(&r->watch, step, err));
}

bool train_watch_open(TrainRun *r, Err *err)
{
    const char *path = r->frames;
    int  n = 0, n_old = 0, context = r->ck.config.context;
    int  most = context < ATTENTION_LOG_LONGEST ? context : ATTENTION_LOG_LONGEST;
    int *ids = NULL, *old = NULL;
    bool goes_on = r->o->resume && file_exists(path), ok = true;
    if (r->o->watch)
        ok = (ids = given(r, &n, err)) != NULL;
    if (ok && goes_on)
        ok = (old = earlier(r, path, &n_old, err)) != NULL &&
             (!ids || agree(old, n_old, ids, n, most, path, err));
    if (ok && (ids || old))
        ok = begin(r, path, ids ? ids : old, ids ? n : n_old, goes_on, err);
    free(ids);
    free(old);
    return ok;
}

bool train_watch_step(TrainRun *r, double before, double after, Err *err)
{
    return !r->watching || !attention_log_due(before, after) || attention_log_frame(&r->watch, r->ck.state.step, err);
}
