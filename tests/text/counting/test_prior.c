#include "base/rng.h"
#include "check_main.h"
#include "golden_text.h"
#include "text/counting/prior.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A text whose frequent contexts are stored and whose rare ones are counted when asked. */
enum { N = 12000, V = 7, T = 16 };
static uint8_t text[N];

static Corpus corpus_of(size_t n)
{
    for (size_t i = 0; i < n; i++) {
        int follows = i > 1 ? (text[i - 1] * 3 + text[i - 2]) % V : 0;
        text[i] = (uint8_t)(rng_bits(1, 0, i) % 5 < 3 ? follows : (int)(rng_bits(2, 0, i) % V));
    }
    return (Corpus){ .narrow = text, .n = n, .n_train = n };
}

typedef struct Asked {
    Prior        p;
    PriorScratch s;
    void        *memory;
    double       logs[PRIOR_CONTEXTS * V];
} Asked;

static void begin(Asked *a)
{
    a->memory = malloc(prior_scratch_bytes(&a->p));
    prior_begin(&a->p, a->memory, &a->s);
}

static void start(Asked *a, const Corpus *c)
{
    ck_assert(prior_make(&a->p, c, V, T));
    begin(a);
}

static void stop(Asked *a)
{
    free(a->memory);
    prior_free(&a->p);
}

static size_t context(const Corpus *c, size_t at, int *before)
{
    size_t n = at < SORTED_DEPTH ? at : SORTED_DEPTH;
    corpus_window(c, at - n, n, before);
    return n;
}

/* Every distribution sums to 1 within 1e-12, with and without a fold. */
START_TEST(sums_to_one)
{
    Corpus c = corpus_of(N);
    Asked  a;
    start(&a, &c);
    for (size_t at = 0; at < N; at += 7) {
        int    before[SORTED_DEPTH];
        size_t n = context(&c, at, before);
        for (int fold = NO_FOLD; fold < FOLDS; fold++) {
            prior_logs(&a.p, &a.s, before, n, fold, a.logs);
            for (int k = 0; k < PRIOR_CONTEXTS; k++) {
                double sum = 0;
                for (int x = 0; x < V; x++)
                    sum += exp(a.logs[k * V + x]);
                ck_assert_msg(fabs(sum - 1) < 1e-12, "position %zu, fold %d: %.17g", at, fold, sum);
            }
        }
    }
    stop(&a);
}
END_TEST

/* The last distribution, nothing left out, is that of the baseline. */
START_TEST(is_the_baseline)
{
    Corpus        c = corpus_of(N);
    Counting      m;
    FollowerTable t;
    Asked         a;
    start(&a, &c);
    ck_assert(counting_make(&m, &c, V, T, COUNTING_MOST) && followers_open(&t, &m.sorted, V));
    for (size_t at = 0; at < N; at += 5) {
        int    before[SORTED_DEPTH];
        size_t n = context(&c, at, before);
        prior_logs(&a.p, &a.s, before, n, NO_FOLD, a.logs);
        for (int x = 0; x < V; x++)
            golden_near(a.logs[(PRIOR_CONTEXTS - 1) * V + x],
                        log(counting_probability(&m.discounts, &t, before, n, x)));
    }
    followers_close(&t);
    counting_free(&m);
    stop(&a);
}
END_TEST

/* Counts made for the baseline serve the model too: nothing is sorted again, and nothing is left to free. */
START_TEST(takes_the_baselines_counts)
{
    Corpus   c = corpus_of(N);
    Counting m;
    Asked    made, taken;
    double   logs[PRIOR_CONTEXTS * V];
    start(&made, &c);
    ck_assert(counting_make(&m, &c, V, T, COUNTING_MOST));
    const uint32_t *at = m.sorted.at;
    ck_assert(prior_take(&taken.p, &m));
    begin(&taken);
    ck_assert(taken.p.sorted.at == at && !m.sorted.at && m.sorted.n == 0);
    for (size_t i = 1; i < 2000; i += 3) {
        int    before[SORTED_DEPTH];
        size_t n = context(&c, i, before);
        prior_logs(&made.p, &made.s, before, n, prior_fold(&made.p, i), made.logs);
        prior_logs(&taken.p, &taken.s, before, n, prior_fold(&taken.p, i), logs);
        ck_assert(memcmp(made.logs, logs, sizeof logs) == 0);
    }
    stop(&made);
    stop(&taken);
}
END_TEST

/* --- Folds, against golden.py and against counting what is left --- */

START_TEST(left_out_equals_golden)
{
    Corpus       c = golden_text(), own = { .narrow = malloc(GOLDEN_TRAIN), .n = GOLDEN_TRAIN };
    Discounts    d = golden_discounts();
    Prior        p;
    PriorScratch s;
    double       logs[PRIOR_CONTEXTS][GOLDEN_V];
    memcpy(own.narrow, c.narrow, GOLDEN_TRAIN);
    ck_assert(prior_open(&p, &own, &d));
    void *memory = malloc(prior_scratch_bytes(&p));
    prior_begin(&p, memory, &s);
    for (size_t k = 0; k < sizeof golden_left_out / sizeof *golden_left_out; k++) {
        int    before[SORTED_DEPTH];
        size_t at = k * GOLDEN_STEP, n = context(&c, at, before);
        prior_logs(&p, &s, before, n, prior_fold(&p, at), logs[0]);
        golden_near(exp(logs[PRIOR_CONTEXTS - 1][corpus_token(&c, at)]), golden_left_out[k]);
    }
    free(memory);
    prior_free(&p);
}
END_TEST

/* How often `token` follows the k tokens `context` outside `fold`: occurrences, or distinct tokens before it. */
static uint32_t count(const Sorted *s, const int *context, int k, int token, int fold, bool distinct)
{
    uint32_t n = 0;
    bool     seen[V + 1] = { false };
    for (size_t at = (size_t)k; at < s->n; at++) {
        if (text[at] != token || store_fold(s, at) == fold)
            continue;
        bool same = true;
        for (int d = 1; d <= k; d++)
            same = same && text[at - (size_t)d] == context[k - d];
        int before = (int)at > k ? text[at - (size_t)k - 1] + 1 : 0;
        n += same && (!distinct || !seen[before]);
        seen[before] |= same;
    }
    return n;
}

static void compare(const Store *s, Followers f, const int *context, int k, int fold)
{
    uint32_t total = 0;
    for (int x = 0; x < V; x++) {
        uint32_t want = count(s->sorted, context, k, x, fold, k < s->order), n = 0;
        for (uint32_t j = 0; j < f.n; j++)
            n += f.list[j].token == (uint32_t)x ? f.list[j].n : 0;
        ck_assert_msg(n == want, "%d tokens, fold %d: token %d counts %u, not %u", k, fold, x, n, want);
        total += want;
    }
    ck_assert_uint_eq(f.total, total);
    ck_assert_uint_le(f.kinds[0] + f.kinds[1] + f.kinds[2], f.n);
}

START_TEST(folds_are_left_out)
{
    Corpus c = corpus_of(N);
    Asked  a;
    Store  s;
    size_t stored = 0, scanned = 0;
    start(&a, &c);
    ck_assert(store_make(&s, &a.p.sorted, 5, V));
    for (size_t at = 40; at < N; at += 307)
        for (int k = 0; k <= s.order; k++) {
            int         before[SORTED_DEPTH];
            SortedRange r = { 0, N };
            corpus_window(&c, at - (size_t)k, (size_t)k, before);
            for (int d = 1; d <= k; d++)
                r = sorted_narrow(&a.p.sorted, r, d, before[k - d]);
            (r.end - r.begin > s.scan ? &stored : &scanned)[0]++;
            for (int fold = NO_FOLD; fold < FOLDS; fold += 4)
                compare(&s, store_followers(&s, &a.s.store, r, k, fold), before, k, fold);
        }
    ck_assert_msg(stored > 50 && scanned > 50, "%zu stored, %zu scanned", stored, scanned);
    store_free(&s);
    stop(&a);
}
END_TEST

/* A position's own fold says nothing about it, and all folds are used. */
START_TEST(position_is_in_its_fold)
{
    Corpus c = corpus_of(N);
    Asked  a;
    int    n[FOLDS] = { 0 };
    c.n_train = N - 100;
    start(&a, &c);
    for (size_t at = 0; at < c.n_train; at++)
        n[prior_fold(&a.p, at)]++;
    for (int f = 0; f < FOLDS; f++)
        ck_assert_int_eq(n[f], (N - 100) / FOLDS);
    ck_assert_int_eq(prior_fold(&a.p, c.n_train), NO_FOLD);
    stop(&a);
}
END_TEST

/* What a context of a text of its own says stays below certainty: a text of three tokens, of one, of equal ones. */
START_TEST(short_texts)
{
    for (size_t n = 1; n < 40; n++) {
        Corpus c = corpus_of(n);
        Asked  a;
        start(&a, &c);
        for (int fold = NO_FOLD; fold < FOLDS; fold++) {
            prior_logs(&a.p, &a.s, (int[]){ text[0] }, 1, fold, a.logs);
            for (int j = 0; j < PRIOR_CONTEXTS * V; j++)
                ck_assert(isfinite(a.logs[j]) && a.logs[j] <= 0);
        }
        stop(&a);
    }
}
END_TEST

CHECK_MAIN("prior", TEST(sums_to_one), TEST(is_the_baseline), TEST(takes_the_baselines_counts),
           TEST(left_out_equals_golden), TEST(folds_are_left_out), TEST(position_is_in_its_fold), TEST(short_texts))
