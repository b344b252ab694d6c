/* Reading watch.csv: files that --watch wrote, cut files, and damaged ones. */
#include "train/attention_log_read.h"
#include "base/file.h"
#include "check_main.h"
#include "explain/explain_model.h"
#include "train/attention_log.h"
#include "scratch.h"

enum { LAYERS = 2, HEADS = 3, KEYS = 4, PER = LAYERS * HEADS * KEYS, FRAMES = 3, VOCAB = 9, TEXT = 1 << 16 };

/* A line of a file of FRAMES frames, of which a test changes one field. */
typedef struct Line {
    char field[10][32];
} Line;

typedef struct Made {
    int  n;
    Line line[FRAMES * PER];
} Made;

enum { STEP, LOSS, P, TARGET, LAYER, HEAD, KEY, TOKEN, WEIGHT, DS };

static double weight_of(int frame, int head, int key)
{
    return (frame + head + key) % KEYS == 0 ? 0.625 : 0.125;
}

static void make_line(Line *x, int i)
{
    int frame = i / PER, head = i % PER / KEYS, key = i % KEYS;
    const double numbers[10] = {
        [STEP] = 10 * frame, [LOSS] = 3.5 - frame, [P] = 0.25 * (frame + 1), [TARGET] = 8,
        [LAYER] = head / HEADS, [HEAD] = head % HEADS, [KEY] = key, [TOKEN] = (3 * key) % VOCAB,
        [WEIGHT] = weight_of(frame, head, key), [DS] = 0.5 * key - 0.75,
    };
    for (int k = 0; k < 10; k++)
        snprintf(x->field[k], sizeof x->field[k], "%g", numbers[k]);
}

static Made *made(void)
{
    static Made m;
    m.n = FRAMES * PER;
    for (int i = 0; i < m.n; i++)
        make_line(&m.line[i], i);
    return &m;
}

static char text[TEXT];

/* The file as text, in `text`. */
static size_t written(const Made *m)
{
    size_t at = (size_t)snprintf(text, sizeof text, "%s", attention_log_header);
    for (int i = 0; i < m->n; i++)
        for (int k = 0; k < 10; k++)
            at += (size_t)snprintf(text + at, sizeof text - at, "%s%c", m->line[i].field[k],
                                   k < 9 ? ',' : '\n');
    return at;
}

static bool read_bytes(AttentionFrames *r, size_t n, Err *err)
{
    *err = (Err){ 0 };
    bool ok = attention_log_read(r, scratch_file("watch.csv", text, n), LAYERS, HEADS, VOCAB, err);
    ck_assert_msg(ok == !err_any(err), "%d, but: %s", ok, err->msg);
    if (!ok)
        ck_assert(!r->ids && !r->frames && !r->numbers);
    return ok;
}

/* The error for an invalid file. */
static const char *complaint_of_bytes(size_t n)
{
    static Err err;
    AttentionFrames     r;
    ck_assert_msg(!read_bytes(&r, n, &err), "read as %d frames", r.n_frames);
    ck_assert_msg(strstr(err.msg, "watch.csv") != NULL, "%s", err.msg);
    return err.msg;
}

static const char *complaint(const Made *m) { return complaint_of_bytes(written(m)); }

static void says(const char *said, const char *what)
{
    ck_assert_msg(strstr(said, what) != NULL, "%s", said);
}

/* --- Valid files --- */

START_TEST(every_number_is_read)
{
    AttentionFrames r;
    Err    err;
    ck_assert_msg(read_bytes(&r, written(made()), &err), "%s", err.msg);
    ck_assert(r.n == KEYS && r.layers == LAYERS && r.heads == HEADS && r.target == 8 && r.n_frames == FRAMES);
    for (int j = 0; j < KEYS; j++)
        ck_assert_int_eq(r.ids[j], 3 * j % VOCAB);
    for (int f = 0; f < FRAMES; f++) {
        ck_assert(r.frames[f].step == 10 * f && r.frames[f].loss == 3.5 - f);
        ck_assert(r.frames[f].p == 0.25 * (f + 1));
        for (int k = 0; k < PER; k++) {
            ck_assert(r.frames[f].weight[k] == weight_of(f, k / KEYS, k % KEYS));
            ck_assert(r.frames[f].ds[k] == 0.5 * (k % KEYS) - 0.75);
        }
    }
    attention_log_free(&r);
    ck_assert(!r.ids && !r.frames && !r.numbers && r.n_frames == 0);
}
END_TEST

/* Frames of m's first n characters while it changes. */
static void watch_model(ExplainModel *m, const char *path, int n, const long *steps, int n_steps)
{
    AttentionLog w;
    Err   err = { 0 };
    ck_assert_msg(attention_log_open(&w, &m->g, path, m->ids, n, -1, &err), "%s", err.msg);
    for (int i = 0; i < n_steps; i++) {
        m->g.params.val[0] += 0.125;
        ck_assert_msg(attention_log_frame(&w, steps[i], &err), "%s", err.msg);
    }
    ck_assert(attention_log_close(&w, &err));
}

/* Models of several shapes; one layer with one head does not show where a frame ends. */
START_TEST(written_files_are_read)
{
    ExplainModel m;
    AttentionFrames       r;
    Err          err = { 0 };
    static const long steps[] = { 0, 1, 3, 1000000000000 };
    explain_make(&m, _i);
    const char *path = scratch("watch.csv");
    watch_model(&m, path, m.T, steps, 4);
    ck_assert_msg(attention_log_read(&r, path, m.g.config.layers, m.g.config.heads, 11, &err), "%s", err.msg);
    ck_assert(r.n == m.T - 1 && r.n_frames == 4 && r.target == m.ids[m.T - 1]);
    ck_assert(memcmp(r.ids, m.ids, (size_t)r.n * sizeof(int)) == 0);
    for (int f = 0; f < 4; f++)
        ck_assert(r.frames[f].step == steps[f]);
    ck_assert(explain_open(&m.e, &m.g, m.ids, m.T - 1, r.target));       /* of the last frame's model */
    EXPLAIN_NEAR(r.frames[3].loss, m.e.loss, 1e-6);
    EXPLAIN_NEAR(r.frames[3].p, exp(-m.e.loss), 1e-6);
    for (int k = 0; k < m.e.L * m.e.H * r.n; k++) {
        const GptBlockActs *y = &m.e.trace.layers[k / r.n / m.e.H];
        int head = k / r.n % m.e.H, key = k % r.n;
        EXPLAIN_NEAR(r.frames[3].weight[k], explain_row(y->weights, head, r.n - 1)[key], 1e-6);
        EXPLAIN_NEAR(r.frames[3].ds[k], explain_grad(y->scores, head, r.n - 1)[key], 1e-6);
    }
    attention_log_free(&r);
    explain_end(&m);
}
END_TEST

/* One layer, one head, one key: a line a frame. */
START_TEST(the_smallest_file_is_read)
{
    ExplainModel m;
    AttentionFrames       r;
    Err          err = { 0 };
    static const long steps[] = { 5, 6 };
    explain_make(&m, 0);
    watch_model(&m, scratch("watch.csv"), 2, steps, 2);
    ck_assert_msg(attention_log_read(&r, scratch("watch.csv"), 1, 1, 11, &err), "%s", err.msg);
    ck_assert(r.n == 1 && r.n_frames == 2 && r.frames[1].weight[0] == 1 && r.frames[1].step == 6);
    attention_log_free(&r);
    arena_free(&m.nodes);
    arena_free(&m.mem);
}
END_TEST

/* --- Files of a killed run --- */

/* Cut anywhere, and at every byte of the last frame: the complete frames are read unchanged. */
START_TEST(a_cut_file_keeps_its_complete_frames)
{
    AttentionFrames r;
    Err    err;
    Made  *m = made();
    size_t end[FRAMES + 1], whole = written(m);
    for (int f = 0; f <= FRAMES; f++) {
        m->n = f * PER;
        end[f] = written(m);
    }
    m->n = FRAMES * PER;
    ck_assert_uint_eq(written(m), whole);
    for (size_t n = 0; n <= whole; n += n + 13 < end[FRAMES - 1] ? 13 : 1) {
        int frames = n >= end[3] ? 3 : n >= end[2] ? 2 : n >= end[1] ? 1 : 0;
        ck_assert_msg(read_bytes(&r, n, &err) == (frames > 0), "%zu bytes: %s", n, err.msg);
        if (frames == 0)
            continue;
        ck_assert_int_eq(r.n_frames, frames);
        ck_assert(r.n == KEYS && r.frames[frames - 1].step == 10 * (frames - 1));
        ck_assert(r.frames[frames - 1].ds[PER - 1] == 0.75);
        attention_log_free(&r);
    }
}
END_TEST

/* One layer, one head: a cut prompt must not pass for a shorter one. */
START_TEST(a_cut_prompt_is_not_a_shorter_one)
{
    AttentionFrames r;
    Err    err = { 0 };
    Made  *m = made();
    for (m->n = 0; m->n <= KEYS; m->n++) {
        size_t n = written(m);
        bool   ok = attention_log_read(&r, scratch_file("watch.csv", text, n), 1, 1, VOCAB, &err);
        ck_assert_msg(ok == (m->n == KEYS), "%d lines: %s", m->n, err.msg);
        if (ok)
            attention_log_free(&r);
        err = (Err){ 0 };
    }
}
END_TEST

/* --- Invalid files --- */

START_TEST(missing_empty_or_only_a_header)
{
    AttentionFrames r;
    Err    err = { 0 };
    ck_assert(!attention_log_read(&r, scratch("none.csv"), LAYERS, HEADS, VOCAB, &err));
    says(err.msg, "none.csv");
    text[0] = '\0';
    says(complaint_of_bytes(0), "not an attention log");
    strcpy(text, attention_log_header);
    says(complaint_of_bytes(strlen(text)), "no whole frame");
}
END_TEST

START_TEST(another_header_is_refused)
{
    size_t n = written(made());
    char  *at = strstr(text, "ds\n");
    *at = 'D';
    says(complaint_of_bytes(n), "not an attention log");
    strcpy(text, "step,epoch,tokens\n1,2,3\n");
    says(complaint_of_bytes(strlen(text)), "not an attention log");
}
END_TEST

/* A file of 2 x 3 heads has no frame of a model of another shape, even with as many heads in all. */
START_TEST(another_shape_is_refused)
{
    static const int shapes[][2] = { { 3, 2 }, { 1, 6 }, { 6, 1 }, { 2, 2 },
                                     { 2, 4 }, { 1, 1 }, { 1024, 1024 } };
    size_t n = written(made());
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        AttentionFrames r;
        Err    err = { 0 };
        const char *path = scratch_file("watch.csv", text, n);
        ck_assert_msg(!attention_log_read(&r, path, shapes[i][0], shapes[i][1], VOCAB, &err), "%zu", i);
        char what[64];
        snprintf(what, sizeof what, "of %d layers and %d heads", shapes[i][0], shapes[i][1]);
        says(err.msg, what);
    }
}
END_TEST

/* One field of one line, with a value that --watch never writes. */
static const struct {
    int         field;
    const char *value;
} damages[] = {
    { TOKEN, "9" }, { TOKEN, "-1" }, { TOKEN, "1.5" }, { TOKEN, "4294967296" }, { TOKEN, "1e300" },
    { TOKEN, "" },
    { TARGET, "9" }, { TARGET, "-1" }, { TARGET, "7" }, { TARGET, "1e99" },
    { KEY, "4" }, { KEY, "0.5" }, { KEY, "-1" }, { KEY, "1e20" },
    { HEAD, "3" }, { HEAD, "-1" }, { LAYER, "2" }, { LAYER, "1e10" },
    { STEP, "nan" }, { STEP, "-5" }, { STEP, "1e16" }, { STEP, "1e400" }, { STEP, "11.5" }, { STEP, "12" },
    { LOSS, "nan" }, { LOSS, "inf" }, { LOSS, "1e999" }, { LOSS, "x" }, { LOSS, "7" },
    { P, "nan" }, { P, "-inf" }, { P, "-nan" }, { P, "" }, { P, "0.125" },
    { WEIGHT, "nan" }, { WEIGHT, "-nan" }, { WEIGHT, "1e999" }, { WEIGHT, "2" }, { WEIGHT, "1e300" },
    { DS, "-inf" }, { DS, "nan" }, { DS, "1e999" }, { DS, "0x" }, { DS, "\n1" }, { DS, " 1" }, { DS, "1,1" },
};
enum { DAMAGES = sizeof damages / sizeof *damages };

START_TEST(a_damaged_field_is_refused)
{
    static const int lines[] = { 0, 1, KEYS, PER - 1 };
    for (int frame = 0; frame < FRAMES; frame++)
        for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
            Made *m = made();
            strcpy(m->line[frame * PER + lines[i]].field[damages[_i].field], damages[_i].value);
            const char *said = complaint(m);
            bool told = strstr(said, "damaged") || (frame == 0 && strstr(said, "no whole frame"));
            ck_assert_msg(told, "%s", said);
        }
}
END_TEST

/* The same wrong number in all lines of the frames from..to-1, so that the lines agree. */
static const struct {
    int         field, from, to;
    const char *value;
} agreed[] = {
    { TOKEN, 0, 3, "9" }, { TOKEN, 0, 3, "-1" }, { TOKEN, 0, 3, "1.5" }, { TOKEN, 0, 3, "1e300" },
    { TARGET, 0, 3, "9" }, { TARGET, 0, 3, "-1" }, { TARGET, 0, 3, "0.5" }, { TARGET, 0, 3, "4294967296" },
    { STEP, 0, 1, "-5" }, { STEP, 1, 2, "11.5" }, { STEP, 2, 3, "1e16" }, { STEP, 2, 3, "1e400" },
    { LOSS, 0, 1, "1e999" }, { LOSS, 2, 3, "-1e999" }, { P, 0, 3, "1e999" }, { P, 1, 2, "-1e999" },
};
enum { AGREED = sizeof agreed / sizeof *agreed };

START_TEST(a_consistent_wrong_number_is_refused)
{
    Made *m = made();
    for (int i = agreed[_i].from * PER; i < agreed[_i].to * PER; i++)
        strcpy(m->line[i].field[agreed[_i].field], agreed[_i].value);
    says(complaint(m), "damaged");
}
END_TEST

static void swap(Made *m, int i, int j)
{
    Line kept = m->line[i];
    m->line[i] = m->line[j];
    m->line[j] = kept;
}

START_TEST(lines_out_of_order_are_refused)
{
    Made *m = made();
    swap(m, 1, 2);
    complaint(m);
    m = made();
    swap(m, PER + 1, PER + 2);
    says(complaint(m), "frame 2 of 3 is damaged");
    m = made();
    for (int i = 0; i < PER; i++)
        swap(m, PER + i, 2 * PER + i);
    says(complaint(m), "frame 3 of 3 is damaged");
    m = made();
    for (int i = 0; i < PER; i++)                        /* a frame twice */
        m->line[2 * PER + i] = m->line[PER + i];
    says(complaint(m), "frame 3 of 3 is damaged");
    m = made();
    m->n--;                                              /* a line is missing */
    memmove(m->line + PER, m->line + PER + 1, (size_t)(m->n - PER) * sizeof *m->line);
    says(complaint(m), "frame 2 of 2 is damaged");
}
END_TEST

/* Another prompt in the middle, as if two runs wrote one file. */
START_TEST(another_prompt_in_the_middle_is_refused)
{
    Made *m = made();
    for (int i = PER; i < 2 * PER; i++)
        if (i % KEYS == 0)
            strcpy(m->line[i].field[TOKEN], "5");
    says(complaint(m), "frame 2 of 3 is damaged");
}
END_TEST

/* A prompt of `keys` characters, all attended alike. */
static size_t long_prompt(int keys)
{
    size_t at = (size_t)snprintf(text, sizeof text, "%s", attention_log_header);
    for (int i = 0; i < LAYERS * HEADS * keys; i++)
        at += (size_t)snprintf(text + at, sizeof text - at, "7,1,0.5,0,%d,%d,%d,1,%.6e,0\n", i / keys / HEADS,
                               i / keys % HEADS, i % keys, 1.0 / keys);
    return at;
}

START_TEST(the_longest_prompt_is_the_limit)
{
    AttentionFrames r;
    Err    err;
    ck_assert_msg(read_bytes(&r, long_prompt(ATTENTION_LOG_LONGEST), &err), "%s", err.msg);
    ck_assert(r.n == ATTENTION_LOG_LONGEST && r.n_frames == 1);
    attention_log_free(&r);
    says(complaint_of_bytes(long_prompt(ATTENTION_LOG_LONGEST + 1)), "more than 64 characters");
    says(complaint_of_bytes(long_prompt(3 * ATTENTION_LOG_LONGEST)), "more than 64 characters");
}
END_TEST

/* Random bytes anywhere are at most refused; the sanitizers watch for worse. */
START_TEST(random_bytes_do_no_harm)
{
    static const unsigned char bytes[] = { 0, '\n', ',', '-', 'e', '9', 255 };
    size_t n = written(made());
    for (size_t at = (size_t)_i; at < n; at += 61) {
        AttentionFrames r;
        Err    err;
        char   kept = text[at];
        text[at] = (char)bytes[(at + (size_t)_i) % sizeof bytes];
        if (read_bytes(&r, n, &err))
            attention_log_free(&r);
        text[at] = kept;
    }
}
END_TEST

CHECK_MAIN("attention_log_read", TEST(every_number_is_read), LOOP(written_files_are_read, 0, EXPLAIN_MODELS),
           TEST(the_smallest_file_is_read), TEST(a_cut_file_keeps_its_complete_frames),
           TEST(a_cut_prompt_is_not_a_shorter_one), TEST(missing_empty_or_only_a_header),
           TEST(another_header_is_refused), TEST(another_shape_is_refused),
           LOOP(a_damaged_field_is_refused, 0, DAMAGES), LOOP(a_consistent_wrong_number_is_refused, 0, AGREED),
           TEST(lines_out_of_order_are_refused),
           TEST(another_prompt_in_the_middle_is_refused), TEST(the_longest_prompt_is_the_limit),
           LOOP(random_bytes_do_no_harm, 0, 23))
