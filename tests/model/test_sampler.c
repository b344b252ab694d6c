#include "model/sampler.h"
#include "base/rng.h"
#include "check_main.h"
#include <math.h>
#include <string.h>

enum { V = 6 };

/* ln of 0.05, 0.30, 0.10, 0.30, 0.05, 0.20, plus a constant that must not matter. */
static const double chance[V] = { 0.05, 0.30, 0.10, 0.30, 0.05, 0.20 };

static Sampler weigh(SampleSettings set)
{
    Sampler s;
    Err     err = { 0 };
    real    x[V];
    for (int i = 0; i < V; i++)
        x[i] = (real)(log(chance[i]) + 3);
    x[3] = x[1];                            /* equal probability */
    x[4] = x[0];
    ck_assert(sampler_init(&s, &set, V, &err) && sampler_weigh(&s, x, &err));
    return s;
}

/* The tokens kept by the filters, one bit each; token 0 is the lowest bit. */
static unsigned kept(SampleSettings set)
{
    Sampler  s = weigh(set);
    unsigned bits = 0;
    for (int i = 0; i < V; i++)
        bits |= (s.weight[i] > 0 ? 1u : 0u) << i;
    sampler_free(&s);
    return bits;
}

#define BITS(a, b, c, d, e, f) (a | b << 1 | c << 2 | d << 3 | e << 4 | f << 5)

static const struct { SampleSettings set; unsigned bits; } filters[] = {
    { { 1, 0, 1, 0 }, BITS(1, 1, 1, 1, 1, 1) },
    { { 1, 1, 1, 0 }, BITS(0, 1, 0, 0, 0, 0) },     /* of equals, the lower id */
    { { 1, 2, 1, 0 }, BITS(0, 1, 0, 1, 0, 0) },
    { { 1, 3, 1, 0 }, BITS(0, 1, 0, 1, 0, 1) },
    { { 1, 5, 1, 0 }, BITS(1, 1, 1, 1, 0, 1) },
    { { 1, 6, 1, 0 }, BITS(1, 1, 1, 1, 1, 1) },
    { { 1, 99, 1, 0 }, BITS(1, 1, 1, 1, 1, 1) },
    { { 1, 0, 0, 0 }, BITS(0, 1, 0, 0, 0, 0) },     /* at least one token stays */
    { { 1, 0, 0.29, 0 }, BITS(0, 1, 0, 0, 0, 0) },
    { { 1, 0, 0.31, 0 }, BITS(0, 1, 0, 1, 0, 0) },
    { { 1, 0, 0.61, 0 }, BITS(0, 1, 0, 1, 0, 1) },
    { { 1, 0, 0.91, 0 }, BITS(1, 1, 1, 1, 0, 1) },
    { { 1, 0, 0.96, 0 }, BITS(1, 1, 1, 1, 1, 1) },
    { { 1, 3, 0.74, 0 }, BITS(0, 1, 0, 1, 0, 0) },  /* 0.6 of the 0.8 that top-k keeps */
    { { 1, 3, 0.76, 0 }, BITS(0, 1, 0, 1, 0, 1) },
    { { 1, 0, 1, 1 }, BITS(0, 1, 0, 1, 0, 0) },
    { { 1, 0, 1, 0.66 }, BITS(0, 1, 0, 1, 0, 1) },
    { { 1, 0, 1, 0.34 }, BITS(0, 1, 0, 1, 0, 1) },
    { { 1, 0, 1, 0.32 }, BITS(0, 1, 1, 1, 0, 1) },
    { { 9, 0, 1, 0.34 }, BITS(0, 1, 0, 1, 0, 1) },  /* temperature applies after the filters */
    { { 9, 0, 0.61, 0 }, BITS(0, 1, 0, 1, 0, 1) },
    { { 1, 1, 1, 0.5 }, BITS(0, 1, 0, 0, 0, 0) },
    { { 0, 0, 1, 0 }, BITS(0, 1, 0, 0, 0, 0) },
    { { 0, 4, 0.9, 0.1 }, BITS(0, 1, 0, 0, 0, 0) },
};

START_TEST(filters_keep_the_right_tokens) { ck_assert_uint_eq(kept(filters[_i].set), filters[_i].bits); }
END_TEST

START_TEST(probabilities_and_entropy)
{
    Sampler s = weigh((SampleSettings){ 0.5, 2, 1, 0 });
    double  h = 0;
    int     best[V];
    for (int i = 0; i < V; i++) {
        ck_assert_double_eq_tol(s.p[i], chance[i], 1e-6);
        h -= chance[i] * log2(chance[i]);
    }
    ck_assert_double_eq_tol(sampler_entropy(&s), h, 1e-5);
    sampler_best(&s, V, best);
    ck_assert(memcmp(best, (int[]){ 1, 3, 5, 2, 0, 4 }, sizeof best) == 0);
    sampler_free(&s);
}
END_TEST

/* Weights are p^(1/temp). */
START_TEST(temperature_sharpens_and_flattens)
{
    static const double temps[] = { 0.1, 0.5, 1, 2, 100 };
    Sampler s = weigh((SampleSettings){ temps[_i], 0, 1, 0 });
    for (int i = 0; i < V; i++)
        ck_assert_double_eq_tol(s.weight[i] / s.weight[1], pow(chance[i] / chance[1], 1 / temps[_i]), 1e-5);
    sampler_free(&s);
}
END_TEST

/* Chi-square of 60,000 draws against the weights: 5 degrees of freedom, 1 in 100,000 is above 31. */
START_TEST(draws_follow_the_probabilities)
{
    enum { N = 60000 };
    double  count[V] = { 0 }, chi = 0;
    Sampler s = weigh((SampleSettings){ 1, 0, 1, 0 });
    for (uint64_t i = 0; i < N; i++)
        count[sampler_draw(&s, rng_uniform((uint64_t)_i, RNG_SAMPLE, i))]++;
    for (int i = 0; i < V; i++)
        chi += (count[i] - N * chance[i]) * (count[i] - N * chance[i]) / (N * chance[i]);
    ck_assert_double_lt(chi, 31);
    ck_assert_double_gt(chi, 0.01);
    sampler_free(&s);
}
END_TEST

START_TEST(draws_at_the_ends)
{
    Sampler s = weigh((SampleSettings){ 1, 2, 1, 0 });
    ck_assert_int_eq(sampler_draw(&s, 0), 1);
    ck_assert_int_eq(sampler_draw(&s, 0.499), 1);
    ck_assert_int_eq(sampler_draw(&s, 0.501), 3);
    ck_assert_int_eq(sampler_draw(&s, 1 - 0x1p-53), 3);
    ck_assert_int_eq(sampler_draw(&s, 1), 3);
    sampler_free(&s);
}
END_TEST

START_TEST(nan_is_reported)
{
    static const real odd[] = { (real)NAN, (real)INFINITY, -(real)INFINITY };
    real    x[V] = { 0 };
    Sampler s;
    Err     err = { 0 };
    x[_i * 2] = odd[_i];
    ck_assert(sampler_init(&s, &(SampleSettings){ 1, 0, 1, 0 }, V, &err));
    ck_assert(!sampler_weigh(&s, x, &err) && strstr(err.msg, "NaN"));
    sampler_free(&s);
}
END_TEST

/* Against a full sort, on random distributions with ties. */
START_TEST(best_of_many)
{
    enum { MANY = 300 };
    real    x[MANY];
    int     best[MANY];
    Sampler s;
    Err     err = { 0 };
    for (int i = 0; i < MANY; i++)
        x[i] = (real)(rng_bits((uint64_t)_i, 0, (uint64_t)i) % 100) / 10;
    ck_assert(sampler_init(&s, &(SampleSettings){ 1, 40, 1, 0 }, MANY, &err) && sampler_weigh(&s, x, &err));
    int n = 0;
    for (int i = 0; i < MANY; i++)
        n += s.weight[i] > 0;
    ck_assert_int_eq(n, 40);
    sampler_best(&s, MANY, best);
    for (int i = 1; i < MANY; i++)
        ck_assert(x[best[i - 1]] > x[best[i]] || (x[best[i - 1]] == x[best[i]] && best[i - 1] < best[i]));
    for (int i = 0; i < MANY; i++)
        ck_assert_int_eq(s.weight[best[i]] > 0, i < 40);
    sampler_free(&s);
}
END_TEST

/* A model and texts sampled from it. */
typedef struct Made {
    Gpt    g;
    Arena  nodes, mem;
    Reader reader;
} Made;

static void make(Made *m)
{
    Config c = { .vocab = V, .context = 7, .layers = 2, .heads = 2, .channels = 8, .bias = true };
    Err    err = { 0 };
    ck_assert(arena_init(&m->nodes, gpt_nodes_bytes(&c), &err) && gpt_init(&m->g, &c, &m->nodes, &err));
    ck_assert(arena_init(&m->mem, m->g.params.len * sizeof(real), &err));
    ck_assert(params_alloc(&m->g.params, PARAMS_VALUES, &m->nodes, &m->mem, &err));
    for (size_t i = 0; i < m->g.params.len; i++)
        m->g.params.val[i] = (real)(rng_normal(3, 0, i) * 0.5);
    ck_assert_msg(reader_init(&m->reader, &m->g, false, &err), "%s", err.msg);
}

static void drop(Made *m)
{
    reader_free(&m->reader);
    arena_free(&m->nodes);
    arena_free(&m->mem);
}

static void text(Made *m, SampleSettings set, uint64_t seed, int *out, int n)
{
    static const int prompt[] = { 1, 4, 2 };
    Sampler s;
    Err     err = { 0 };
    ck_assert(sampler_init(&s, &set, V, &err) && sampler_begin(&s, &m->reader, prompt, 3, seed, &err));
    for (int i = 0; i < n; i++) {
        out[i] = sampler_next(&s, &err);
        ck_assert_msg(out[i] >= 0 && s.weight[out[i]] > 0, "%s", err.msg);
    }
    sampler_free(&s);
}

/* The same seed gives the same text, and filters that filter nothing change nothing. */
START_TEST(the_seed_determines_the_text)
{
    enum { N = 200 };
    Made m;
    int  a[N], b[N];
    make(&m);
    text(&m, (SampleSettings){ 1, 0, 1, 0 }, 7, a, N);
    text(&m, (SampleSettings){ 1, 0, 1, 0 }, 8, b, N);
    ck_assert(memcmp(a, b, sizeof a) != 0);
    text(&m, (SampleSettings){ 1, 0, 1, 0 }, 7, b, N);
    ck_assert(memcmp(a, b, sizeof a) == 0);
    text(&m, (SampleSettings){ 1, V, 1, 0 }, 7, b, N);
    ck_assert(memcmp(a, b, sizeof a) == 0);
    text(&m, (SampleSettings){ 1, 0, 1 - 1e-12, 0 }, 7, b, N);
    ck_assert(memcmp(a, b, sizeof a) == 0);
    drop(&m);
}
END_TEST

/* Temperature 0 is the argmax of the logits of the text so far, read in one pass. */
START_TEST(greedy_is_the_argmax)
{
    enum { N = 4 };
    Made m;
    Err  err = { 0 };
    int  all[3 + N] = { 1, 4, 2 };
    make(&m);
    text(&m, (SampleSettings){ 0, 0, 1, 0 }, 7, all + 3, N);
    const real *x = reader_window(&m.reader, all, 3 + N - 1, &err);
    for (int i = 0; i < N; i++)
        for (int j = 0; j < V; j++)
            ck_assert(x[(2 + i) * V + all[3 + i]] >= x[(2 + i) * V + j]);
    drop(&m);
}
END_TEST

CHECK_MAIN("sampler", LOOP(filters_keep_the_right_tokens, 0, sizeof filters / sizeof *filters),
           TEST(probabilities_and_entropy), LOOP(temperature_sharpens_and_flattens, 0, 5),
           LOOP(draws_follow_the_probabilities, 0, 3), TEST(draws_at_the_ends), LOOP(nan_is_reported, 0, 3),
           LOOP(best_of_many, 0, 5), TEST(the_seed_determines_the_text), TEST(greedy_is_the_argmax))
