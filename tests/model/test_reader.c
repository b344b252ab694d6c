#include "model/reader.h"
#include "base/rng.h"
#include "check_main.h"
#include "model/counted_text.h"
#include <math.h>
#include <string.h>

enum { V = 11, LONGEST = 40 };

/* A model with large weights, and a text for it. */
static Gpt   g;
static Arena nodes, mem;
static int   ids[LONGEST];

static void fill(Gpt *m, Arena *its_nodes, Arena *its_mem, const Config *c, uint64_t seed)
{
    Err err = { 0 };
    ck_assert(arena_init(its_nodes, gpt_nodes_bytes(c), &err) && gpt_init(m, c, its_nodes, &err));
    ck_assert(arena_init(its_mem, m->params.len * sizeof(real), &err));
    ck_assert(params_alloc(&m->params, PARAMS_VALUES, its_nodes, its_mem, &err));
    for (size_t i = 0; i < m->params.len; i++)
        m->params.val[i] = (real)(rng_normal(seed, 0, i) * 0.4);
}

static void make(int context, bool bias, bool tied, bool fast)
{
    Config c = { .vocab = V, .context = context, .layers = 2, .heads = 3, .channels = 18, .bias = bias, .tied = tied };
    if (fast) {
        c.positions = POSITIONS_ROTARY, c.norm = NORM_RMS, c.activation = ACTIVATION_RELU2;
        c.embed_norm = c.qk_norm = c.value_mix = true, c.char_mix = 3, c.counts = true;
        c.qk_gain = tied ? QK_GAIN_LAYER : QK_GAIN_HEAD;
    }
    fill(&g, &nodes, &mem, &c, 3);
    g.prior = fast ? counted_text(V) : NULL;
    for (int i = 0; i < LONGEST; i++)
        ids[i] = (int)(rng_bits(4, 0, (uint64_t)i) % V);
}

static void drop(void)
{
    arena_free(&nodes);
    arena_free(&mem);
}

/* The logits after each of n tokens by the batched pass, (n,V), into out. */
static void batched(const int *text, int n, real *out)
{
    Err   err = { 0 };
    Arena tape_nodes, tape_mem;
    ck_assert(arena_init(&tape_nodes, gpt_nodes_bytes(&g.config), &err) && arena_init(&tape_mem, 1 << 20, &err));
    Tape    t = { .nodes = &tape_nodes, .mem = &tape_mem, .err = &err };
    GptPass p = { .B = 1, .T = n, .ids = text };
    Tensor *logits = gpt_forward(&g, &t, &p).logits;
    ck_assert_msg(logits != NULL, "%s", err.msg);
    memcpy(out, logits->val, tensor_len(logits) * sizeof *out);
    arena_free(&tape_nodes);
    arena_free(&tape_mem);
}

static void assert_same(const real *x, const real *want)
{
    ck_assert_ptr_nonnull(x);
    ck_assert(memcmp(x, want, V * sizeof *x) == 0);
}

/* Token by token and in pieces of 2, 3, …: the bits of one batched pass. */
START_TEST(logits_are_those_of_the_batched_pass)
{
    enum { T = 13 };
    Reader r;
    Err    err = { 0 };
    real   want[T * V];
    make(T, _i & 1, _i & 2, _i & 4);
    batched(ids, T, want);
    ck_assert_msg(reader_init(&r, &g, false, &err), "%s", err.msg);
    ck_assert_ptr_nonnull(g.lm_head->panels);
    for (int step = 1; step <= T; step++) {
        reader_clear(&r);
        for (int at = 0; at < T;) {
            int n = step < T - at ? step : T - at;
            const real *logits = reader_feed(&r, ids + at, (size_t)n, &err);
            at += n;
            assert_same(logits, want + (at - 1) * V);
        }
    }
    const real *all = reader_window(&r, ids, T, &err);
    ck_assert(memcmp(all, want, sizeof want) == 0);
    reader_free(&r);
    for (int i = 0; i < g.params.n; i++)    /* training further must not use old weights */
        ck_assert_ptr_null(g.params.list[i].tensor.panels);
    drop();
}
END_TEST

/* After every rewind, another text from there: the bits of a batched pass of the whole text. */
START_TEST(a_rewound_reader_goes_on_from_there)
{
    enum { T = 13 };
    Reader r;
    Err    err = { 0 };
    real   want[T * V];
    int    text[T];
    make(T, _i & 1, _i & 2, _i & 4);
    ck_assert_msg(reader_init(&r, &g, false, &err), "%s", err.msg);
    ck_assert_ptr_nonnull(reader_feed(&r, ids, T, &err));
    for (int n = T - 1; n >= 0; n--) {
        for (int i = 0; i < T; i++)
            text[i] = i < n ? ids[i] : (ids[i] + 1 + n) % V;
        batched(text, T, want);
        reader_rewind(&r, n);
        assert_same(reader_feed(&r, text + n, (size_t)(T - n), &err), want + (T - 1) * V);
    }
    reader_free(&r);
    drop();
}
END_TEST

/* Rounds to bfloat16; finite numbers only. */
static real coarse(real wide)
{
    int    e;
    double m = nearbyint(ldexp(frexp((double)(float)wide, &e), 8));
    return (real)ldexp(m, e - 8);
}

/* With rounded weights: the bits of the batched pass of a model with its linear weights rounded. */
START_TEST(rounded_logits_are_those_of_rounded_weights)
{
    enum { T = 13 };
    Reader r;
    Err    err = { 0 };
    real   want[T * V], got[T * V];
    make(T, _i & 1, false, _i & 2);
    ck_assert_msg(reader_init(&r, &g, true, &err), "%s", err.msg);
    for (int at = 0; at < T; at++) {
        const real *logits = reader_feed(&r, ids + at, 1, &err);
        ck_assert_ptr_nonnull(logits);
        memcpy(got + at * V, logits, V * sizeof *got);
    }
    reader_free(&r);
    batched(ids, T, want);
    ck_assert(memcmp(got, want, sizeof want) != 0);
    for (int i = 0; i < g.params.n; i++) {
        Param *p = &g.params.list[i];
        ck_assert_ptr_null(p->tensor.rounded);
        for (size_t j = 0; p->decay && p->group != GPT_EMBEDDING && j < p->len; j++)
            p->tensor.val[j] = coarse(p->tensor.val[j]);
    }
    batched(ids, T, want);
    ck_assert(memcmp(got, want, sizeof want) == 0);
    drop();
}
END_TEST

/* Beyond the context: the last quarter of the window, from position 0. Contexts 1 to 13. */
START_TEST(the_window_slides)
{
    Reader r;
    Err    err = { 0 };
    real   want[LONGEST * V];
    make(_i, true, false, _i % 2);
    ck_assert_msg(reader_init(&r, &g, false, &err), "%s", err.msg);
    int begin = 0;
    for (int at = 0; at < LONGEST; at++) {
        int quarter = _i / 4 > 1 ? _i / 4 : 1;
        if (at - begin == _i)
            begin = at + 1 - quarter;
        batched(ids + begin, at + 1 - begin, want);
        assert_same(reader_feed(&r, &ids[at], 1, &err), want + (at - begin) * V);
        ck_assert_int_eq(r.cache.n, at + 1 - begin);
    }
    reader_free(&r);
    drop();
}
END_TEST

/* Several tokens at once that do not fit: more than the window, more than a quarter of it, fewer. */
START_TEST(several_tokens_at_once_slide_too)
{
    enum { T = 8 };
    static const struct { int first, then, view; } cases[] = { { 3, 40, 8 }, { 0, 9, 8 }, { 8, 6, 6 }, { 8, 1, 2 },
                                                               { 7, 3, 3 }, { 7, 2, 2 }, { 6, 2, 8 }, { 5, 8, 8 } };
    Reader r;
    Err    err = { 0 };
    real   want[T * V];
    make(T, false, true, true);
    ck_assert_msg(reader_init(&r, &g, false, &err), "%s", err.msg);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int text[LONGEST + T], n = cases[i].first + cases[i].then, view = cases[i].view;
        for (int j = 0; j < n; j++)
            text[j] = ids[(j + (int)i) % LONGEST];
        reader_clear(&r);
        if (cases[i].first)
            ck_assert_ptr_nonnull(reader_feed(&r, text, (size_t)cases[i].first, &err));
        batched(text + n - view, view, want);
        assert_same(reader_feed(&r, text + cases[i].first, (size_t)cases[i].then, &err), want + (view - 1) * V);
    }
    reader_free(&r);
    drop();
}
END_TEST

/* Reading a token allocates nothing. */
START_TEST(memory_is_allocated_once)
{
    Reader r;
    Err    err = { 0 };
    make(9, true, false, false);
    ck_assert_msg(reader_init(&r, &g, false, &err), "%s", err.msg);
    for (int i = 0; i < 3 * LONGEST; i++)
        ck_assert_ptr_nonnull(reader_feed(&r, &ids[i % LONGEST], 1, &err));
    ck_assert_uint_le(r.mem.used, r.mem.size);
    ck_assert(!reader_window(&r, ids, 10, &err) && strstr(err.msg, "positions 0 to 9"));
    reader_free(&r);
    drop();
}
END_TEST

enum { MODELS = 3 };
static Gpt   several[MODELS];
static Arena several_nodes[MODELS], several_mem[MODELS];
static Reader readers[MODELS];

static void open_several(Config c)
{
    Err err = { 0 };
    for (int k = 0; k < MODELS; k++, c.layers++) {
        fill(&several[k], &several_nodes[k], &several_mem[k], &c, (uint64_t)k);
        several[k].prior = g.prior;
        ck_assert_msg(reader_init(&readers[k], &several[k], false, &err), "%s", err.msg);
    }
}

static void close_several(void)
{
    for (int k = 0; k < MODELS; k++) {
        reader_free(&readers[k]);
        arena_free(&several_nodes[k]);
        arena_free(&several_mem[k]);
    }
}

/* Adds share softmax(x). */
static void add_probabilities(const real *x, double share, double *p)
{
    double sum = 0;
    ck_assert_ptr_nonnull(x);
    for (int i = 0; i < V; i++)
        sum += exp((double)x[i]);
    for (int i = 0; i < V; i++)
        p[i] += share * exp((double)x[i]) / sum;
}

static void assert_mean(const real *x, const double *mean)
{
    double bound = sizeof(real) == sizeof(float) ? 3e-6 : 1e-14;
    ck_assert_ptr_nonnull(x);
    for (int i = 0; i < V; i++)
        ck_assert_double_eq_tol(exp((double)x[i]), mean[i], bound);
}

/* Three models, past the end of the context, after a rewind and in a window: the mean of what each says alone. */
START_TEST(joined_readers_give_the_mean_of_probabilities)
{
    enum { T = 12, WINDOW = LONGEST, BACK = LONGEST + T };
    Err    err = { 0 };
    double mean[BACK + 1][V] = { { 0 } };
    make(T, false, false, true);
    open_several(g.config);
    for (int k = 0; k < MODELS; k++) {
        for (int at = 0; at < LONGEST; at++)
            add_probabilities(reader_feed(&readers[k], &ids[at], 1, &err), 1.0 / MODELS, mean[at]);
        reader_rewind(&readers[k], 5);
        add_probabilities(reader_feed(&readers[k], ids, 2, &err), 1.0 / MODELS, mean[BACK]);
        const real *all = reader_window(&readers[k], ids, T, &err);
        for (int at = 0; at < T; at++)
            add_probabilities(all + at * V, 1.0 / MODELS, mean[WINDOW + at]);
    }
    for (int k = 0; k + 1 < MODELS; k++)
        ck_assert_msg(reader_join(&readers[k], &readers[k + 1], &err), "%s", err.msg);
    reader_clear(&readers[0]);
    for (int at = 0; at < LONGEST; at++)
        assert_mean(reader_feed(&readers[0], &ids[at], 1, &err), mean[at]);
    reader_rewind(&readers[0], 5);
    assert_mean(reader_feed(&readers[0], ids, 2, &err), mean[BACK]);
    const real *all = reader_window(&readers[0], ids, T, &err);
    for (int at = 0; at < T; at++)
        assert_mean(all + at * V, mean[WINDOW + at]);
    several[0].config.context++;
    ck_assert(!reader_join(&readers[2], &readers[0], &err) && strstr(err.msg, "a context of 12, the other 11 and 13"));
    close_several();
    drop();
}
END_TEST

CHECK_MAIN("reader", LOOP(logits_are_those_of_the_batched_pass, 0, 8),
           LOOP(a_rewound_reader_goes_on_from_there, 0, 8),
           LOOP(rounded_logits_are_those_of_rounded_weights, 0, 4), LOOP(the_window_slides, 1, 14),
           TEST(several_tokens_at_once_slide_too), TEST(memory_is_allocated_once),
           TEST(joined_readers_give_the_mean_of_probabilities))
