/* train --watch: when a frame is due, its contents, and that training is unaffected. */
#include "train/attention_log.h"
#include "alloc_count.h"
#include "base/file.h"
#include "check_main.h"
#include "kernel/kernel.h"
#include "kernel/pool.h"
#include "engine/op_row.h"
#include "scratch.h"
#include <math.h>

enum { V = 11, LAYERS = 2, HEADS = 3, LONG = 100, LAST = ATTENTION_LOG_FRAMES - 1, MOST = ATTENTION_LOG_LONGEST };

#define SIZES(v, t, c, l, h) .vocab = (v), .context = (t), .channels = (c), .layers = (l), .heads = (h)

static const Config plain = { SIZES(V, LONG, 12, LAYERS, HEADS), .bias = true, .positions = POSITIONS_LEARNED };

/* A model with weights that matter, and a text for it. */
typedef struct Bench {
    Arena nodes, mem;
    Gpt   g;
    Err   err;
    int   ids[LONG];
} Bench;

static void start(Bench *b, const Config *c)
{
    *b = (Bench){ 0 };
    ck_assert(kernel_use(NULL));
    ck_assert(arena_init(&b->nodes, 4 * gpt_nodes_bytes(c), &b->err));
    ck_assert(arena_init(&b->mem, 4 << 20, &b->err));
    ck_assert(gpt_init(&b->g, c, &b->nodes, &b->err));
    ck_assert(params_alloc(&b->g.params, PARAMS_TRAINING, &b->nodes, &b->mem, &b->err));
    op_fill(b->g.params.val, b->g.params.len, 1, 0.5);
    for (int i = 0; i < LONG; i++)
        b->ids[i] = (i * i + 3 * i / 2) % V;
}

static void end(Bench *b)
{
    arena_free(&b->nodes);
    arena_free(&b->mem);
}

static void open_watch(AttentionLog *w, Bench *b, const int *ids, int n, long step)
{
    ck_assert_msg(attention_log_open(w, &b->g, scratch("watch.csv"), ids, n, step, &b->err), "%s", b->err.msg);
}

static void frame(AttentionLog *w, Bench *b, long step)
{
    ck_assert_msg(attention_log_frame(w, step, &b->err), "%s", b->err.msg);
}

/* The file's text, good until the next call. */
static const char *content(void)
{
    static FileData d;
    Err err = { 0 };
    file_free(&d);
    ck_assert_msg(file_read(scratch("watch.csv"), &d, &err), "%s", err.msg);
    return d.p;
}

/* --- When --- */

/* The steps of n after which a frame is due: step s if k^2/39^2 is in ((s-1)/n, s/n] for some k. */
static const long runs[] = { 1, 2, 10, 39, 300, 1000, 1000000 };
enum { RUNS = sizeof runs / sizeof *runs };

START_TEST(frames_follow_a_square_law)
{
    long n = runs[_i], k = 1, frames = 0, before = 0, gap = 0;
    for (long s = 1; s <= n; s++) {
        bool due = false;
        for (; k <= LAST && k * k * n <= LAST * LAST * s; k++)
            due = true;
        if (attention_log_due((double)(s - 1) / (double)n, (double)s / (double)n) != due)
            ck_abort_msg("step %ld of %ld", s, n);
        if (!due)
            continue;
        frames++;
        ck_assert(n < 1000000 || s - before > gap);             /* dense at first */
        gap = s - before;
        before = s;
    }
    ck_assert_int_eq(before, n);                                /* the last step has a frame */
    ck_assert_msg(frames == (n < 20 ? n : frames) && frames <= LAST, "%ld", frames);
    ck_assert_msg(n < 300 || frames >= 30, "%ld", frames);
    ck_assert_msg(n < 1000000 || frames == LAST, "%ld", frames);
}
END_TEST

/* With a time limit, the completed fraction grows unevenly and may exceed 1. */
START_TEST(no_frame_comes_twice)
{
    int frames = 0, again = 0;
    for (double before = 0, after; before < 1.5; before = after) {
        after = before + 1e-4 * (1 + fmod(before * 7919, 1));
        frames += attention_log_due(before, after);
        again += attention_log_due(after, after);
    }
    ck_assert(frames == LAST && again == 0);
    ck_assert(attention_log_due(0, 1) && attention_log_due(0.99, 1));
    ck_assert(attention_log_due(0.5, 3) && attention_log_due(0, 1e9));
    ck_assert(!attention_log_due(0, 0) && !attention_log_due(1, 1));
    ck_assert(!attention_log_due(1, 1.2) && !attention_log_due(1.1, 1.2));
}
END_TEST

/* --- Contents --- */

/* A line as numbers. */
typedef struct Row {
    long   step;
    double loss, p, weight, ds;
    int    target, layer, head, key, token;
} Row;

/* Checks the line at s; returns the next one. */
static const char *read_row(const char *s, Row *x)
{
    int used = 0;
    int n = sscanf(s, "%ld,%lf,%lf,%d,%d,%d,%d,%d,%lf,%lf%n", &x->step, &x->loss, &x->p, &x->target,
                   &x->layer, &x->head, &x->key, &x->token, &x->weight, &x->ds, &used);
    ck_assert_msg(n == 10 && s[used] == '\n', "%.60s", s);
    return s + used + 1;
}

/* -log p of the token after n others, by the fused pass that training uses. */
static double direct_loss(Bench *b, const int *ids, int n)
{
    static char room[1 << 22];
    Arena nodes = { 0 }, mem = { .base = room, .size = sizeof room };
    int   targets[LONG];
    ck_assert(arena_init(&nodes, gpt_nodes_bytes(&b->g.config), &b->err));
    for (int i = 0; i < n; i++)
        targets[i] = i + 1 < n ? -1 : ids[n];
    Tape    tape = { .nodes = &nodes, .mem = &mem, .err = &b->err };
    GptPass pass = { .B = 1, .T = n, .ids = ids, .targets = targets };
    Tensor *loss = gpt_forward(&b->g, &tape, &pass).loss;
    ck_assert_msg(loss != NULL, "%s", b->err.msg);
    double value = (double)loss->val[0];
    arena_free(&nodes);
    return value;
}

/* Checks the frame at s, of ids[0..n] with the target last; returns the text after it. */
static const char *check_frame(Bench *b, const char *s, long step, const int *ids, int n)
{
    double loss = direct_loss(b, ids, n), most = 0;
    for (int at = 0; at < b->g.config.layers * b->g.config.heads; at++) {
        double weights = 0, ds = 0;
        for (int j = 0; j < n; j++) {
            Row x;
            s = read_row(s, &x);
            ck_assert(x.step == step && x.target == ids[n] && x.token == ids[j]);
            ck_assert(x.layer == at / b->g.config.heads && x.head == at % b->g.config.heads && x.key == j);
            ck_assert_double_eq_tol(x.loss, loss, 2e-5 * (1 + loss));
            ck_assert_double_eq_tol(x.p, exp(-loss), 1e-4 * exp(-loss));
            ck_assert(x.weight > 0 && (n == 1 || x.weight < 1));
            weights += x.weight;
            ds += x.ds;
            most = fmax(most, fabs(x.ds));
        }
        ck_assert_double_eq_tol(weights, 1, 1e-5);
        ck_assert_double_eq_tol(ds, 0, 1e-6);
    }
    ck_assert(n == 1 || most > 1e-4);
    return s;
}

/* Lengths around the context and the maximum watched; of longer texts the last characters are watched. */
static const struct {
    int context, count, seen;
} lengths[] = {
    { LONG, 2, 1 }, { LONG, 3, 2 }, { LONG, 20, 19 }, { LONG, MOST, MOST - 1 },
    { LONG, MOST + 1, MOST }, { LONG, MOST + 2, MOST },
    { LONG, LONG, MOST }, { 12, 12, 11 }, { 12, 13, 12 }, { 12, 14, 12 }, { 12, LONG, 12 },
    { MOST, LONG, MOST }, { MOST - 1, LONG, MOST - 1 },
    { 1, 2, 1 }, { 1, LONG, 1 },
};
enum { LENGTHS = sizeof lengths / sizeof *lengths };

START_TEST(a_frame_matches_the_model)
{
    Bench  b;
    AttentionLog  w;
    Config c = plain;
    int    count = lengths[_i].count, seen = lengths[_i].seen;
    c.context = lengths[_i].context;
    start(&b, &c);
    open_watch(&w, &b, b.ids, count, -1);
    ck_assert_int_eq(w.n, seen);
    frame(&w, &b, 7);
    const char *s = content();
    ck_assert(strncmp(s, attention_log_header, strlen(attention_log_header)) == 0);
    s = check_frame(&b, s + strlen(attention_log_header), 7, b.ids + count - 1 - seen, seen);
    ck_assert_str_eq(s, "");
    op_fill(b.g.params.val, b.g.params.len, 2, 0.5);            /* the model changes */
    frame(&w, &b, 1000000000000);
    s = content();
    for (int i = 0; i < 1 + LAYERS * HEADS * seen; i++)         /* header and first frame */
        s = strchr(s, '\n') + 1;
    ck_assert_str_eq(check_frame(&b, s, 1000000000000, b.ids + count - 1 - seen, seen), "");
    ck_assert(attention_log_close(&w, &b.err));
    end(&b);
}
END_TEST

START_TEST(the_columns_are_as_documented)
{
    ck_assert_str_eq(attention_log_header, "step,loss,p,target,layer,head,key,token,weight,ds\n");
}
END_TEST

/* Other shapes: without biases, tied, without positions, one head. */
START_TEST(other_shapes_are_watched)
{
    static const Config kinds[] = {
        { SIZES(V, 20, 8, 1, 1), .positions = POSITIONS_LEARNED },
        { SIZES(V, 20, 8, 3, 4), .bias = true, .tied = true, .positions = POSITIONS_LEARNED },
        { SIZES(V, 20, 6, 2, 2), .tied = true, .positions = POSITIONS_NONE },
        { SIZES(V, 20, 12, 3, 2), .positions = POSITIONS_ROTARY, .norm = NORM_RMS,
          .activation = ACTIVATION_RELU2, .embed_norm = true,
          .qk_norm = true, .value_mix = true, .char_mix = 3 },
    };
    Bench b;
    AttentionLog w;
    start(&b, &kinds[_i]);
    open_watch(&w, &b, b.ids, 15, -1);
    frame(&w, &b, 0);
    ck_assert_str_eq(check_frame(&b, content() + strlen(attention_log_header), 0, b.ids, 14), "");
    ck_assert(attention_log_close(&w, &b.err));
    end(&b);
}
END_TEST

/* A frame's gradients must not add to training's, nor training's to a frame's. */
START_TEST(frames_and_training_do_not_mix_gradients)
{
    Bench  b;
    AttentionLog  w;
    start(&b, &plain);
    Params *p = &b.g.params;
    size_t  bytes = p->len * sizeof *p->val;
    real   *kept = malloc(bytes);
    ck_assert(kept != NULL);
    memcpy(kept, p->val, bytes);
    open_watch(&w, &b, b.ids, 20, -1);
    for (int i = 0; i < p->n; i++)
        ck_assert(!p->list[i].tensor.has_grad);
    for (int i = 0; i < p->n; i++)
        p->list[i].tensor.has_grad = true;
    for (size_t k = 0; k < p->len; k++)
        p->grad[k] = (real)NAN;
    frame(&w, &b, 1);
    for (int i = 0; i < p->n; i++)
        ck_assert(!p->list[i].tensor.has_grad);
    ck_assert(params_not_finite(p, p->grad) == NULL);           /* overwritten, not added to */
    ck_assert(memcmp(kept, p->val, bytes) == 0);
    for (size_t k = 0; k < p->len; k++)
        ck_assert(p->m[k] == 0 && p->v[k] == 0);
    check_frame(&b, content() + strlen(attention_log_header), 1, b.ids, 19);
    free(kept);
    ck_assert(attention_log_close(&w, &b.err));
    end(&b);
}
END_TEST

START_TEST(too_few_characters_are_an_error)
{
    Bench b;
    AttentionLog w;
    start(&b, &plain);
    ck_assert(!attention_log_open(&w, &b.g, scratch("watch.csv"), b.ids, _i, -1, &b.err));
    ck_assert_msg(strstr(b.err.msg, "two characters at least are needed") != NULL, "%s", b.err.msg);
    ck_assert(!file_exists(scratch("watch.csv")));
    ck_assert(attention_log_close(&w, &(Err){ 0 }));
    end(&b);
}
END_TEST

START_TEST(a_missing_folder_is_an_error)
{
    Bench b;
    AttentionLog w;
    start(&b, &plain);
    ck_assert(!attention_log_open(&w, &b.g, scratch("none/watch.csv"), b.ids, 9, -1, &b.err));
    ck_assert_msg(strstr(b.err.msg, "watch.csv") != NULL, "%s", b.err.msg);
    ck_assert(attention_log_close(&w, &(Err){ 0 }));
    end(&b);
}
END_TEST

/* --- Memory --- */

START_TEST(nothing_is_allocated_after_opening)
{
    Bench b;
    AttentionLog w;
    if (!alloc_counts())
        return;
    start(&b, &plain);
    ck_assert_msg(pool_start(2, &b.err), "%s", b.err.msg);
    open_watch(&w, &b, b.ids, LONG, -1);
    AllocCount before = alloc_count();                          /* ck_assert allocates, too */
    bool       ok = attention_log_frame(&w, 0, &b.err) && attention_log_frame(&w, 1, &b.err) &&
                      attention_log_frame(&w, 2, &b.err);
    AllocCount after = alloc_count();
    ck_assert_msg(ok, "%s", b.err.msg);
    ck_assert_msg(after.calls == before.calls, "%zu times, %zu bytes", after.calls - before.calls,
                  after.bytes - before.bytes);
    ck_assert(attention_log_close(&w, &b.err));
    pool_stop();
    end(&b);
}
END_TEST

START_TEST(memory_is_as_announced)
{
    Bench b;
    AttentionLog w;
    if (!alloc_counts())
        return;
    start(&b, &plain);
    AllocCount before = alloc_count();
    open_watch(&w, &b, b.ids, LONG, -1);
    size_t taken = alloc_count().bytes - before.bytes, told = attention_log_bytes(&w);
    ck_assert_msg(told <= taken && taken <= told + told / 8 + 8192, "told %zu, taken %zu", told, taken);
    ck_assert(attention_log_close(&w, &b.err));
    end(&b);
}
END_TEST

/* --- Resuming --- */

static const long steps[] = { 0, 3, 8, 20, 21, 50 };

/* Frames after the saved step are written again; those before it stay, byte for byte. */
START_TEST(resuming_drops_later_frames)
{
    static const struct { long step; int stay; } rows[] = { { 0, 1 }, { 2, 1 }, { 8, 3 }, { 20, 4 },
                                                            { 49, 5 }, { 50, 6 }, { 90, 6 }, { -1, 0 } };
    Bench b;
    AttentionLog w;
    start(&b, &plain);
    open_watch(&w, &b, b.ids, 9, -1);
    size_t end_of[7] = { strlen(attention_log_header) };
    for (int i = 0; i < 6; i++) {
        frame(&w, &b, steps[i]);
        end_of[i + 1] = strlen(content());
    }
    ck_assert(attention_log_close(&w, &b.err));
    char *old = strdup(content());
    open_watch(&w, &b, b.ids, 9, rows[_i].step);
    size_t kept = strlen(content());
    ck_assert_uint_eq(kept, end_of[rows[_i].stay]);
    ck_assert(memcmp(content(), old, kept) == 0);
    frame(&w, &b, 95);
    ck_assert(memcmp(content(), old, kept) == 0);
    ck_assert_str_eq(check_frame(&b, content() + kept, 95, b.ids, 8), "");
    ck_assert(attention_log_close(&w, &b.err));
    free(old);
    end(&b);
}
END_TEST

CHECK_MAIN("attention_log", LOOP(frames_follow_a_square_law, 0, RUNS), TEST(no_frame_comes_twice),
           LOOP(a_frame_matches_the_model, 0, LENGTHS), TEST(the_columns_are_as_documented),
           LOOP(other_shapes_are_watched, 0, 3), TEST(frames_and_training_do_not_mix_gradients),
           LOOP(too_few_characters_are_an_error, 0, 2), TEST(a_missing_folder_is_an_error),
           TEST(nothing_is_allocated_after_opening), TEST(memory_is_as_announced),
           LOOP(resuming_drops_later_frames, 0, 8))
