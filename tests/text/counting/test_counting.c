#include "base/rng.h"
#include "check_main.h"
#include "golden_text.h"
#include "text/counting/counting.h"
#include <string.h>

/* --- Against golden.py --- */

/* Counts, and the table that they are asked with. */
typedef struct Asked {
    Counting      m;
    FollowerTable t;
} Asked;

static void start(Asked *a, const Corpus *c, int V, size_t window)
{
    ck_assert(counting_make(&a->m, c, V, window, COUNTING_MOST));
    ck_assert(followers_open(&a->t, &a->m.sorted, V));
}

static void stop(Asked *a)
{
    followers_close(&a->t);
    counting_free(&a->m);
}

static double probability(Asked *a, const int *before, size_t n, int token)
{
    return counting_probability(&a->m.discounts, &a->t, before, n, token);
}

START_TEST(equals_golden)
{
    Corpus c = golden_text();
    Asked  a;
    start(&a, &c, GOLDEN_V, GOLDEN_WINDOW);
    a.m.discounts = golden_discounts();
    int    before[GOLDEN_WINDOW + 1];
    size_t n = sizeof golden_after / sizeof *golden_after;
    ck_assert_uint_eq(n, (GOLDEN_N - GOLDEN_TRAIN - 1) / GOLDEN_WINDOW * GOLDEN_WINDOW);
    for (size_t i = 0; i < n; i++) {
        size_t j = i % GOLDEN_WINDOW + 1, start = GOLDEN_TRAIN + i / GOLDEN_WINDOW * GOLDEN_WINDOW;
        corpus_window(&c, start, j, before);
        golden_near(probability(&a, before, j, corpus_token(&c, start + j)), golden_after[i]);
    }
    golden_near(counting_measure(&a.m, GOLDEN_WINDOW).loss, golden_loss);
    stop(&a);
}
END_TEST

/* --- Made-up texts --- */

/* n tokens, each mostly determined by the `order` before it. */
static Corpus source(size_t n, int V, int order, uint64_t seed)
{
    static uint16_t s[200000];
    for (size_t i = 0; i < n; i++) {
        uint64_t before = 0;
        for (int k = 1; k <= order; k++)
            before = before * 31 + (i >= (size_t)k ? s[i - (size_t)k] : 0) + 1;
        double u = rng_uniform(seed, 0, i);
        s[i] = (uint16_t)((u < 0.7 ? before * 0x9e3779b97f4a7c15u >> 40 : (uint64_t)(u * 1e9)) % (uint64_t)V);
    }
    return (Corpus){ .wide = s, .n = n, .n_train = n - n / 10 };
}

/* The sum of all probabilities, each above 0. */
static double sum_of(Asked *a, const int *before, size_t n)
{
    double sum = 0, least = 1;
    for (int x = 0; x < a->m.discounts.V; x++) {
        double p = probability(a, before, n, x);
        least = fmin(least, p);
        sum += p;
    }
    ck_assert_msg(least > 0, "a token has the probability %.17g", least);
    return sum;
}

static const struct { size_t n; int V, order; } shapes[] = {
    { 3, 2, 1 }, { 30, 3, 1 }, { 400, 3, 2 }, { 4000, 40, 2 }, { 20000, 20, 3 }, { 3000, 600, 1 }, { 4000, 1, 1 }
};
enum { SHAPES = sizeof shapes / sizeof *shapes };

/* At every position of the validation part, and after what the text never has. */
START_TEST(sums_to_1)
{
    Corpus c = source(shapes[_i].n, shapes[_i].V, shapes[_i].order, 5);
    Asked  a;
    int    before[SORTED_DEPTH];
    start(&a, &c, shapes[_i].V, 16);
    for (size_t i = c.n_train; i < c.n; i++) {
        size_t n = i < SORTED_DEPTH ? i : SORTED_DEPTH;
        corpus_window(&c, i - n, n, before);
        for (size_t k = 0; k <= n; k += c.n > 3000 ? n : 1)
            ck_assert_double_eq_tol(sum_of(&a, before + n - k, k), 1, 1e-12);
    }
    for (int k = 0; k < SORTED_DEPTH; k++)
        before[k] = shapes[_i].V - 1 - k % 2 * (shapes[_i].V > 1);
    ck_assert_double_eq_tol(sum_of(&a, before, SORTED_DEPTH), 1, 1e-12);
    stop(&a);
}
END_TEST

/* A source that looks back k tokens is predicted best by k tokens. */
START_TEST(the_order_is_that_of_the_source)
{
    Corpus c = source(_i < 4 ? 60000 : 200000, 8, _i, 3);
    CountingBaseline b = counting_baseline(&c, 8, 100);
    ck_assert_int_eq(b.n, _i + 1);
    ck_assert_uint_eq(b.counted, c.n_train);
    double best = -0.7375 * log(0.7375) - 0.2625 * log(0.2625 / 7);         /* the source's entropy */
    ck_assert_msg(b.loss > best - 0.02 && b.loss < best + 0.12, "%g, entropy %g", b.loss, best);
}
END_TEST

/* The order and the discounts come from the training part alone. */
START_TEST(validation_has_no_part)
{
    Corpus   c = source(5000, 10, 2, 1);
    Counting a, b;
    ck_assert(counting_make(&a, &c, 10, 64, COUNTING_MOST));
    for (size_t i = c.n_train; i < c.n; i++)
        c.wide[i] = (uint16_t)(i % 3);
    ck_assert(counting_make(&b, &c, 10, 64, COUNTING_MOST));
    ck_assert(memcmp(&a.discounts, &b.discounts, sizeof a.discounts) == 0);
    counting_free(&a);
    counting_free(&b);
}
END_TEST

/* Windows that start anew hide what would help: every third token is a copy of the one two before. */
START_TEST(no_context_beyond_the_window)
{
    Corpus c = source(20000, 30, 1, 9);
    for (size_t i = 0; i < c.n; i++)
        c.wide[i] = (uint16_t)(i % 2 ? c.wide[i - 1] : rng_bits(4, 0, i) % 30);
    Asked  a;
    start(&a, &c, 30, 2);
    double sum = 0;
    size_t n = (c.n - c.n_train - 1) / 2;
    for (size_t w = 0; w < n; w++)
        for (size_t j = 1; j <= 2; j++) {
            int before[2];
            corpus_window(&c, c.n_train + 2 * w, j, before);
            sum -= log(probability(&a, before, j, corpus_token(&c, c.n_train + 2 * w + j)));
        }
    golden_near(counting_measure(&a.m, 2).loss, sum / (double)(2 * n));
    stop(&a);
}
END_TEST

/* The last tokens count, and no others. */
START_TEST(a_long_text_is_cut)
{
    enum { N = 30000, MOST = 20000, MORE = N - N / 10 - MOST };
    Corpus   c = source(N, 20, 2, 8), end = c;
    Counting a, b;
    ck_assert(counting_make(&a, &c, 20, 50, MOST));
    end.wide += MORE;
    end.n -= MORE;
    end.n_train -= MORE;
    ck_assert(counting_make(&b, &end, 20, 50, COUNTING_MOST));
    ck_assert_uint_eq(a.sorted.n, MOST);
    ck_assert(memcmp(&a.discounts, &b.discounts, sizeof a.discounts) == 0);
    ck_assert(counting_measure(&a, 50).loss == counting_measure(&b, 50).loss);
    counting_free(&a);
    counting_free(&b);
}
END_TEST

/* With HEED_NIGHTLY: it takes a quarter of a minute under a sanitizer. */
START_TEST(the_baseline_is_bounded)
{
    enum { MORE = 1000, HELD = 100 };
    if (!getenv("HEED_NIGHTLY"))
        return;
    size_t   n = (size_t)COUNTING_MOST + MORE + HELD;
    uint8_t *s = malloc(n);
    for (size_t i = 0; i < n; i++)
        s[i] = (uint8_t)(rng_bits(1, 0, i / 8) >> i % 8 & 1);
    CountingBaseline b = counting_baseline(&(Corpus){ .narrow = s, .n = n, .n_train = n - HELD }, 2, 50);
    ck_assert_uint_eq(b.counted, COUNTING_MOST);
    ck_assert_uint_le(b.bytes, 8 * (size_t)COUNTING_MOST + (32 << 20));
    ck_assert_msg(b.n <= 2 && fabs(b.loss - log(2)) < 0.01, "%d-gram %g", b.n, b.loss);
    free(s);
}
END_TEST

START_TEST(missing_parts)
{
    Corpus   c = source(1000, 5, 1, 1);
    Counting m;
    c.n_train = c.n;
    ck_assert(isnan(counting_baseline(&c, 5, 10).loss));
    c.n_train = c.n - 10;                   /* ten tokens, and windows of ten: the last lacks its target */
    ck_assert(isnan(counting_baseline(&c, 5, 10).loss));
    ck_assert(isfinite(counting_baseline(&c, 5, 9).loss));
    c.n_train = 0;
    ck_assert(!counting_make(&m, &c, 5, 10, COUNTING_MOST));
    ck_assert(isnan(counting_baseline(&c, 5, 10).loss));
    c.n_train = 1;                          /* nothing to fit on */
    ck_assert(counting_make(&m, &c, 5, 10, COUNTING_MOST) && m.discounts.order == 2);
    counting_free(&m);
}
END_TEST

CHECK_MAIN("counting", TEST(equals_golden), LOOP(sums_to_1, 0, SHAPES),
           LOOP(the_order_is_that_of_the_source, 1, 5), TEST(validation_has_no_part),
           TEST(no_context_beyond_the_window), TEST(a_long_text_is_cut),
           TEST(the_baseline_is_bounded), TEST(missing_parts))
