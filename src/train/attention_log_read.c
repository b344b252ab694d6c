#include "train/attention_log_read.h"
#include "base/file.h"
#include "train/attention_log.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 10 };
enum { STEP, LOSS, P, TARGET, LAYER, HEAD, KEY, TOKEN, WEIGHT, DS };

/* Reads the ten numbers of the line at s; returns what follows, or NULL if it is not such a line. */
static const char *line(const char *s, double x[COLUMNS])
{
    for (int i = 0; i < COLUMNS; i++) {
        char *end;
        if (*s != '-' && (*s < '0' || *s > '9'))        /* strtod skips blanks and newlines */
            return NULL;
        x[i] = strtod(s, &end);
        if (end == s || *end != (i + 1 < COLUMNS ? ',' : '\n'))
            return NULL;
        s = end + 1;
    }
    return s;
}

static bool whole_in(double x, double low, double high) { return x >= low && x <= high && x == floor(x); }

/* Exact in a double, and in range of a long. */
static const double most_steps = sizeof(long) > 4 ? 9e15 : 2e9;

/* Lines are ordered by layer, head and key; line `at` of a frame must carry just those. */
static bool in_place(const AttentionFrames *r, const double x[COLUMNS], int at, int vocab)
{
    return x[KEY] == at % r->n && x[HEAD] == at / r->n % r->heads && x[LAYER] == at / r->n / r->heads &&
           whole_in(x[TOKEN], 0, vocab - 1) && whole_in(x[TARGET], 0, vocab - 1) &&
           whole_in(x[STEP], 0, most_steps) && isfinite(x[LOSS]) && isfinite(x[P]) && isfinite(x[WEIGHT]) &&
           isfinite(x[DS]);
}

/* All lines of a frame repeat the first; the prompt is that of the frame before, at a later step. */
static bool fits(const AttentionFrames *r, const AttentionFrame *f, const double x[COLUMNS], int at)
{
    return x[STEP] == (double)f->step && x[LOSS] == f->loss && x[P] == f->p && x[TARGET] == r->target &&
           x[TOKEN] == r->ids[at % r->n] && (r->n_frames == 0 || f->step > f[-1].step);
}

/* The prompt is taken from the first head of the first frame, step and loss from a frame's first line. */
static void take(AttentionFrames *r, AttentionFrame *f, const double x[COLUMNS], int at)
{
    if (r->n_frames == 0 && at < r->n)
        r->ids[at] = (int)x[TOKEN];
    if (r->n_frames == 0 && at == 0)
        r->target = (int)x[TARGET];
    if (at == 0) {
        f->step = (long)x[STEP];
        f->loss = x[LOSS];
        f->p = x[P];
    }
    f->weight[at] = x[WEIGHT];
    f->ds[at] = x[DS];
}

/* The weights of each head sum to 1, so no key is missing. */
static bool heads_are_whole(const AttentionFrames *r, const AttentionFrame *f)
{
    for (int head = 0; head < r->layers * r->heads; head++) {
        double sum = 0;
        for (int j = 0; j < r->n; j++)
            sum += f->weight[head * r->n + j];
        if (fabs(sum - 1) > 1e-3)
            return false;
    }
    return true;
}

/* The length of the prompt: the number of keys of the first head. */
static int prompt_length(const char *s)
{
    double x[COLUMNS];
    int    n = 0;
    while ((s = line(s, x)) && x[KEY] == n && x[HEAD] == 0 && x[LAYER] == 0 && n <= ATTENTION_LOG_LONGEST)
        n++;
    return n;
}

static bool make_room(AttentionFrames *r, size_t frames, size_t per, Err *err)
{
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

/* Reads a frame from s; returns what follows, or NULL if it is not one. */
static const char *frame(AttentionFrames *r, const char *s, int vocab)
{
    int    per = r->layers * r->heads * r->n;
    double x[COLUMNS];
    AttentionFrame *f = &r->frames[r->n_frames];
    for (int at = 0; at < per; at++) {
        s = line(s, x);
        if (!s || !in_place(r, x, at, vocab))
            return NULL;
        take(r, f, x, at);
        if (!fits(r, f, x, at))
            return NULL;
    }
    if (!heads_are_whole(r, f))
        return NULL;
    r->n_frames++;
    return s;
}

/* At most as many as fit: a line has ten digits and ten separators at least. */
static size_t count_lines(const char *s, size_t len)
{
    size_t n = 0, most = len / (2 * COLUMNS);
    for (const char *end = s + len; n < most && (s = memchr(s, '\n', (size_t)(end - s))); s++)
        n++;
    return n;
}

/* All frames from s; the last may be cut off. */
static bool read_frames(AttentionFrames *r, const char *s, size_t lines, int vocab, Err *err)
{
    size_t per = (size_t)r->layers * (size_t)r->heads * (size_t)r->n, frames = lines / per;
    if (!make_room(r, frames, per, err))
        return false;
    while (s && (size_t)r->n_frames < frames)
        s = frame(r, s, vocab);
    if (!s)
        return err_set(err, "frame %d of %zu is damaged, or of a model other than this one of %d layers and "
                       "%d heads", r->n_frames + 1, frames, r->layers, r->heads);
    return frames > 0 || err_set(err, "it holds no whole frame of a model of %d layers and %d heads", r->layers,
                                 r->heads);
}

static bool read_text(AttentionFrames *r, const FileData *file, int vocab, Err *err)
{
    size_t header = strlen(attention_log_header);
    if (file->len < header || memcmp(file->p, attention_log_header, header) != 0)
        return err_set(err, "it is not an attention log: its first line is not %.20s…", attention_log_header);
    const char *s = file->p + header;
    r->n = prompt_length(s);
    if (r->n < 1)
        return err_set(err, "it holds no whole frame");
    if (r->n > ATTENTION_LOG_LONGEST)
        return err_set(err, "its prompt has more than %d characters, the most that an attention log holds",
                       ATTENTION_LOG_LONGEST);
    return read_frames(r, s, count_lines(s, file->len - header), vocab, err);
}

bool attention_log_read(AttentionFrames *r, const char *path, int layers, int heads, int vocab, Err *err)
{
    FileData file = { 0 };
    *r = (AttentionFrames){ .layers = layers, .heads = heads };
    bool ok = file_read(path, &file, err) && (read_text(r, &file, vocab, err) || err_in(err, "%s", path));
    file_free(&file);
    if (!ok)
        attention_log_free(r);
    return ok;
}

void attention_log_free(AttentionFrames *r)
{
    free(r->ids);
    free(r->frames);
    free(r->numbers);
    *r = (AttentionFrames){ 0 };
}
