#include "model/replay.h"
#include "base/file.h"
#include "model/watch.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 10 };
enum { STEP, LOSS, P, TARGET, LAYER, HEAD, KEY, TOKEN, WEIGHT, DS };

/* The ten numbers of the line at s; what follows it, or NULL when it is no such line. */
static const char *line(const char *s, double x[COLUMNS])
{
    for (int i = 0; i < COLUMNS; i++) {
        char *end;
        x[i] = strtod(s, &end);
        if (end == s || *end != (i + 1 < COLUMNS ? ',' : '\n'))
            return NULL;
        s = end + 1;
    }
    return s;
}

static bool whole_in(double x, double low, double high) { return x >= low && x <= high && x == floor(x); }

/* Lines come by layer, head and key: number `at` of a frame must say so itself. */
static bool in_place(const Replay *r, const double x[COLUMNS], int at, int vocab)
{
    return x[KEY] == at % r->n && x[HEAD] == at / r->n % r->heads && x[LAYER] == at / r->n / r->heads &&
           whole_in(x[TOKEN], 0, vocab - 1) && whole_in(x[TARGET], 0, vocab - 1) && whole_in(x[STEP], 0, 9e15) &&
           isfinite(x[LOSS]) && isfinite(x[WEIGHT]) && isfinite(x[DS]);
}

/* Keys of the first head: how long the prompt is. */
static int prompt_length(const char *s)
{
    double x[COLUMNS];
    int    n = 0;
    while ((s = line(s, x)) && x[KEY] == n && x[HEAD] == 0 && x[LAYER] == 0 && n <= WATCH_LONGEST)
        n++;
    return n;
}

static bool make_room(Replay *r, size_t lines, Err *err)
{
    size_t per = (size_t)r->layers * (size_t)r->heads * (size_t)r->n, frames = lines / per;
    r->ids = calloc((size_t)r->n, sizeof *r->ids);
    r->frames = calloc(frames ? frames : 1, sizeof *r->frames);
    r->numbers = calloc(frames ? 2 * frames * per : 1, sizeof *r->numbers);
    if (!r->ids || !r->frames || !r->numbers)
        return err_set(err, "out of memory: no room for %zu frames", frames);
    for (size_t f = 0; f < frames; f++) {
        r->frames[f].weight = r->numbers + 2 * f * per;
        r->frames[f].ds = r->frames[f].weight + per;
    }
    return true;
}

/* One frame from s on; what follows it, or NULL when it is cut off or out of order. */
static const char *frame(Replay *r, const char *s, int vocab)
{
    int    per = r->layers * r->heads * r->n;
    double x[COLUMNS];
    ReplayFrame *f = &r->frames[r->n_frames];
    for (int at = 0; at < per; at++) {
        s = line(s, x);
        if (!s || !in_place(r, x, at, vocab))
            return NULL;
        if (at == 0) {
            f->step = (long)x[STEP];
            f->loss = x[LOSS];
            f->p = x[P];
            r->target = (int)x[TARGET];
        }
        if (at < r->n)
            r->ids[at] = (int)x[TOKEN];
        f->weight[at] = x[WEIGHT];
        f->ds[at] = x[DS];
    }
    r->n_frames++;
    return s;
}

static size_t count_lines(const char *s, size_t len)
{
    size_t n = 0;
    for (const char *end = s + len; (s = memchr(s, '\n', (size_t)(end - s))); s++)
        n++;
    return n;
}

static bool read_frames(Replay *r, const FileData *file, const char *path, int vocab, Err *err)
{
    size_t header = strlen(watch_header);
    if (file->len < header || memcmp(file->p, watch_header, header) != 0)
        return err_set(err, "%s is no file of train --watch: its first line is not %.20s…", path, watch_header);
    const char *s = file->p + header;
    r->n = prompt_length(s);
    if (r->n < 1 || r->n > WATCH_LONGEST)
        return err_set(err, "%s holds no whole frame", path);
    size_t lines = count_lines(s, file->len - header), per = (size_t)r->layers * (size_t)r->heads * (size_t)r->n;
    if (!make_room(r, lines, err))
        return false;
    while (s && (size_t)r->n_frames < lines / per)
        s = frame(r, s, vocab);
    return r->n_frames > 0 || err_set(err, "%s holds no whole frame of a model of %d layers and %d heads", path, r->layers,
                                      r->heads);
}

bool replay_read(Replay *r, const char *path, int layers, int heads, int vocab, Err *err)
{
    FileData file = { 0 };
    *r = (Replay){ .layers = layers, .heads = heads };
    bool ok = file_read(path, &file, err) && read_frames(r, &file, path, vocab, err);
    file_free(&file);
    if (!ok)
        replay_free(r);
    return ok;
}

void replay_free(Replay *r)
{
    free(r->ids);
    free(r->frames);
    free(r->numbers);
    *r = (Replay){ 0 };
}
