#include "cli/train_run.h"
#include "model/replay.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The prompt of --watch as tokens, of which the last is the one to be guessed. */
static int *given(const TrainRun *r, int *n, Err *err)
{
    size_t count = 0;
    int   *ids = vocab_tokens(&r->ck.vocab, r->o->watch, strlen(r->o->watch), &count, NULL, err);
    if (!ids)
        err_in(err, "--watch");
    *n = (int)count;
    return ids;
}

/* The prompt that the run to resume has watched so far. */
static int *earlier(const TrainRun *r, const char *path, int *n, Err *err)
{
    Replay old;
    if (!replay_read(&old, path, r->ck.config.layers, r->ck.config.heads, r->ck.config.vocab, err))
        return NULL;
    int *ids = realloc(old.ids, (size_t)(old.n + 1) * sizeof *ids);
    if (ids) {
        ids[old.n] = old.target;
        *n = old.n + 1;
        old.ids = NULL;
    } else
        err_set(err, "out of memory: no room for the prompt of %s", path);
    replay_free(&old);
    return ids;
}

/* A run watches one prompt: another one in the middle would make its frames a mixture. */
static bool agree(const int *old, int n_old, const int *now, int n_now, const char *path, Err *err)
{
    if (n_now >= n_old && memcmp(old, now + n_now - n_old, (size_t)n_old * sizeof *old) == 0)
        return true;
    return err_set(err, "--watch is another text than the one in %s: leave it out to go on watching that "
                   "one, or move the file away", path);
}

bool train_watch_open(TrainRun *r, Err *err)
{
    char path[sizeof r->csv + 8];
    int  n = 0, n_old = 0;
    int *ids = NULL, *old = NULL;
    snprintf(path, sizeof path, "%s/watch.csv", r->o->out);
    bool goes_on = r->o->resume && file_exists(path), ok = true;
    if (r->o->watch)
        ok = (ids = given(r, &n, err)) != NULL;
    if (ok && goes_on)
        ok = (old = earlier(r, path, &n_old, err)) != NULL && (!ids || agree(old, n_old, ids, n, path, err));
    if (ok && (ids || old)) {
        r->watching = true;
        ok = watch_open(&r->watch, &r->trainer.gpt, path, ids ? ids : old, ids ? n : n_old,
                        r->o->resume ? r->ck.state.step : -1, err);
    }
    free(ids);
    free(old);
    return ok;
}

bool train_watch_step(TrainRun *r, double before, double after, Err *err)
{
    return !r->watching || !watch_due(before, after) || watch_frame(&r->watch, r->ck.state.step, err);
}
