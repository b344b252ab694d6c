/* Files with columns: watch.csv, log.csv, the items of explain --claims, and logs for plot. The first byte selects the
 * shape of the model that the file should belong to and the step to resume from. */
#include "fuzz.h"
#include "explain/clues.h"
#include "text/vocab_of_text.h"
#include "train/log.h"
#include "train/attention_log_read.h"
#include "train/attention_log.h"
#include "plot/picture.h"
#include "plot/svg.h"
#include <math.h>

enum { VOCAB = 70, LINE = 20, FRAME = 64, ITEM = 14, CLUE = 64 };   /* minimum bytes of a line; memory for one */

static void replays(const char *path, size_t size, int layers, int heads)
{
    AttentionFrames r;
    Err    err = { 0 };
    size_t before = fuzz_asked();
    bool   ok = attention_log_read(&r, path, layers, heads, VOCAB, &err);
    fuzz_told(ok, &err);
    HOLDS(fuzz_asked() - before <= 2 * size + size / LINE * FRAME + (1 << 17), "memory");
    if (!ok)
        return;
    HOLDS(r.n > 0 && r.n <= ATTENTION_LOG_LONGEST && r.n_frames > 0 && r.target >= 0 && r.target < VOCAB, "no prompt");
    for (int i = 0; i < r.n; i++)
        HOLDS(r.ids[i] >= 0 && r.ids[i] < VOCAB, "no token");
    for (int f = 0; f < r.n_frames; f++) {
        HOLDS(r.frames[f].step >= 0 && (f == 0 || r.frames[f].step > r.frames[f - 1].step), "out of order");
        for (int i = 0; i < layers * heads * r.n; i++)
            HOLDS(isfinite(r.frames[f].weight[i]) && isfinite(r.frames[f].ds[i]), "no number");
    }
    attention_log_free(&r);
}

/* The position after the first line, which exists. */
static const char *next(const char *line, const char *end)
{
    return (const char *)memchr(line, '\n', (size_t)(end - line)) + 1;
}

/* Resuming keeps a prefix of an old log: complete lines up to the step. */
static void resumes(const char *path, const char *header, const uint8_t *data, size_t size, long step)
{
    static char kept[1 << 16];
    Log log;
    Err err = { 0 };
    bool one = log_is_one(path, header, &err);
    fuzz_told(one, &err);
    err = (Err){ 0 };
    HOLDS(log_open_columns(&log, path, header, step, &err) && log_close(&log, &err), err.msg);
    FILE  *f = fopen(path, "rb");
    HOLDS(f, path);
    size_t n = fread(kept, 1, sizeof kept - 1, f), head = strlen(header);
    kept[n] = '\0';
    fclose(f);
    HOLDS(n >= head && memcmp(kept, header, head) == 0 && kept[n - 1] == '\n', "no log");
    HOLDS(n == head || (n <= size && memcmp(kept, data, n) == 0), "not its beginning");
    HOLDS(isfinite(log.seconds) && log.seconds >= 0, "no time");
    for (const char *line = kept + head; line < kept + n; line = next(line, kept + n))
        HOLDS(strtol(line, NULL, 10) <= step, "beyond the step");
}

static void clues(const char *path, size_t size)
{
    static Vocab v;
    Clues c;
    Err   err = { 0 };
    static const char known[] = "abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ.,'\xc3\xa9\xff";
    HOLDS(v.n || vocab_of_text(&v, known, sizeof known - 1, 99, &err), err.msg);
    size_t before = fuzz_asked();
    bool   ok = clues_read(&c, path, &v, 48, &err);
    fuzz_told(ok, &err);
    HOLDS(fuzz_asked() - before <= 5 * size + size / ITEM * CLUE + (1 << 17), "memory");
    for (int i = 0; ok && i < c.n; i++) {
        const Clue *x = &c.items[i];
        HOLDS(x->n > 0 && x->n <= 48 && x->at >= 0 && x->len > 0 && x->at <= x->n - x->len, x->prompt);
        HOLDS(x->right >= 0 && x->right < v.n && x->wrong >= 0 && x->wrong < v.n && x->right != x->wrong, x->prompt);
        for (int k = 0; k < x->n; k++)
            HOLDS(x->ids[k] >= 0 && x->ids[k] < v.n, x->prompt);
    }
    clues_free(&c);
}

/* Steps increase, columns have equal lengths, and memory is bounded by the file's size. */
static void sound(const Run *r, size_t size)
{
    HOLDS(r->n <= size && (r->column[RUN_TRAIN] || r->column[RUN_VAL]), "no losses");
    for (size_t i = 0; i < r->n; i++) {
        HOLDS(isfinite(r->column[RUN_STEP][i]), "no step");
        HOLDS(i == 0 || r->column[RUN_STEP][i] > r->column[RUN_STEP][i - 1], "steps that fall");
        for (int c = RUN_VAL; c < RUN_COLUMNS; c++)
            HOLDS(!r->column[c] || !isinf(r->column[c][i]), r->name[c]);
    }
}

/* The text picture has no control characters; sizes are as requested. */
static void drawn(const Chart *c, int width, bool utf8)
{
    Err         err = { 0 };
    Buffer      text = { 0 }, svg = { 0 };
    PictureLook look = { .width = width, .rows = { 8, 4, 4 }, .utf8 = utf8 };
    const char *sentence = "verdict";
    HOLDS(picture_draw(c, &look, &text, &err) && svg_draw(c, &sentence, 1, &svg, &err), err.msg);
    for (size_t i = 0; i < text.len; i++)
        HOLDS((unsigned char)text.p[i] >= ' ' || text.p[i] == '\n', "a control character");
    HOLDS(svg.len < 2000000 && text.len < 40000, "too long");
    buffer_free(&text);
    buffer_free(&svg);
}

static void plots(const uint8_t *data, size_t size, int how)
{
    Run    r;
    Chart  c;
    Err    err = { 0 };
    size_t before = fuzz_asked();
    bool   ok = run_read(&r, (const char *)data, size, (RunNames){ 0 }, how & 8, &err);
    fuzz_told(ok, &err);
    HOLDS(fuzz_asked() - before <= 64 * size + (1 << 16), "memory");
    if (!ok)
        return;
    sound(&r, size);
    ChartRun     run = { .run = &r, .name = "a" };
    ChartOptions o = { .x = r.column[RUN_TOKENS] && how & 1 ? RUN_TOKENS : RUN_STEP, .log_x = how & 2, .log_y = how & 4,
                       .gradients = true, .rate = true, .levels = { NAN, 2, 1, NAN, NAN, 0 } };
    HOLDS(chart_make(&c, &run, 1, &o, &err), err.msg);
    drawn(&c, 20 + (how >> 2), how & 1);
    chart_free(&c);
    run_free(&r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1 || size > 1 << 15)
        return 0;
    int  how = *data++;
    long step = (how >> 4) * (how >> 4);
    size--;
    replays(fuzz_file("a", data, size), size, 1 + (how & 1), 1 + (how >> 1 & 1));
    clues(fuzz_path("a"), size);
    plots(data, size, how);
    resumes(fuzz_path("a"), how & 4 ? log_header : attention_log_header, data, size, step);
    return 0;
}
