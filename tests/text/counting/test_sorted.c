#include "base/rng.h"
#include "check_main.h"
#include "text/counting/followers.h"
#include <string.h>

enum { N = 3000, FIRST = 17, V = 6 };
static uint16_t text[FIRST + N];
static Corpus   corpus = { .wide = text, .n = FIRST + N, .n_train = FIRST + N };

static void make(Sorted *s)
{
    uint32_t spare[N];
    for (size_t i = 0; i < FIRST + N; i++)
        text[i] = (uint16_t)(rng_bits(2, 0, i) % 3 ? (i > 0 ? text[i - 1] * 5u % V : 0) : rng_bits(3, 0, i) % V);
    ck_assert(sorted_make(s, &corpus, FIRST, N, V, spare));
}

/* Does the text from position FIRST on have these k tokens before `at`, the nearest last? */
static bool has(uint32_t at, const int *context, int k)
{
    if (at < (uint32_t)k)
        return false;
    for (int j = 1; j <= k; j++)
        if (text[FIRST + at - (uint32_t)j] != context[k - j])
            return false;
    return true;
}

/* Negative, 0 or positive, as the contexts of a and b compare from the nearest token on. */
static int compare(const Sorted *s, uint32_t a, uint32_t b)
{
    for (int d = 1; d <= SORTED_DEPTH; d++)
        if (sorted_key(s, a, d) != sorted_key(s, b, d))
            return sorted_key(s, a, d) - sorted_key(s, b, d);
    return a < b ? -1 : 1;                  /* equal ones keep the order of the text */
}

START_TEST(contexts_ascend)
{
    Sorted s;
    make(&s);
    static bool met[N];
    for (size_t j = 0; j < N; j++) {
        ck_assert(!met[s.at[j]]);
        met[s.at[j]] = true;
        ck_assert(j == 0 || compare(&s, s.at[j - 1], s.at[j]) < 0);
    }
    static uint32_t at[N], spare[N];
    Sorted part = sorted_until(&s, 1000, at), alone;
    ck_assert(sorted_make(&alone, &corpus, FIRST, 1000, V, spare));
    ck_assert_uint_eq(part.n, 1000);
    ck_assert(memcmp(part.at, alone.at, 1000 * sizeof *at) == 0);
    free(alone.at);
    free(s.at);
}
END_TEST

START_TEST(a_context_is_a_range)
{
    Sorted s;
    make(&s);
    for (size_t i = 0; i < N; i += 7) {
        SortedRange r = { 0, N };
        int context[SORTED_DEPTH];
        for (int k = 0; k < SORTED_DEPTH; k++)
            context[k] = (int)(rng_bits(8, i, (uint64_t)k) % 4 ? text[(i + (size_t)k) % N] : rng_bits(9, i, 0) % V);
        for (int k = 1; k <= SORTED_DEPTH; k++) {
            size_t found = 0;
            r = sorted_narrow(&s, r, k, context[SORTED_DEPTH - k]);
            for (uint32_t at = 0; at < N; at++)
                found += has(at, context + SORTED_DEPTH - k, k);
            ck_assert_uint_eq(r.end - r.begin, found);
            for (size_t j = r.begin; j < r.end; j++)
                ck_assert(has(s.at[j], context + SORTED_DEPTH - k, k));
        }
    }
    free(s.at);
}
END_TEST

/* Counts by definition: occurrences of x, or distinct tokens (V: none) before the context. */
static uint32_t by_definition(const Sorted *s, SortedRange r, int depth, bool distinct, uint32_t x)
{
    uint32_t n = 0;
    bool     met[V + 1] = { false };
    for (size_t j = r.begin; j < r.end; j++) {
        if ((uint32_t)sorted_token(s, s->at[j]) != x)
            continue;
        int before = sorted_key(s, s->at[j], depth + 1);
        n += !distinct || !met[before];
        met[before] = true;
    }
    return n;
}

static void check(const Sorted *s, FollowerTable *t, SortedRange r, int depth, bool distinct)
{
    Followers f = followers_of(t, r, depth, distinct);
    uint32_t  kinds[3] = { 0 }, total = 0, n = 0;
    for (uint32_t x = 0; x < V; x++) {
        uint32_t want = by_definition(s, r, depth, distinct, x), got = 0;
        for (uint32_t j = 0; j < f.n; j++)
            got += f.list[j].token == x ? f.list[j].n : 0;
        ck_assert_uint_eq(got, want);
        total += want;
        n += want > 0;
        if (want)
            kinds[want < 3 ? want - 1 : 2]++;
    }
    ck_assert(f.total == total && f.n == n && memcmp(f.kinds, kinds, sizeof kinds) == 0);
}

/* Of every context, twice, so that what was kept is read; _i: a table that is full from the beginning. */
START_TEST(followers_by_definition)
{
    Sorted s;
    FollowerTable t;
    make(&s);
    ck_assert(followers_open(&t, &s, V));
    t.used = _i ? t.n_slots : 0;
    for (int again = 0; again < 2; again++)
        for (int a = 0; a < V; a++) {
            SortedRange whole = { 0, N }, r = sorted_narrow(&s, whole, 1, a);
            for (int distinct = 0; distinct < 2; distinct++) {
                check(&s, &t, whole, 0, distinct);
                if (r.begin < r.end)
                    check(&s, &t, r, 1, distinct);
                for (int b = 0; b < V; b++) {
                    SortedRange two = sorted_narrow(&s, r, 2, b);
                    if (two.begin < two.end)
                        check(&s, &t, two, 2, distinct);
                }
            }
        }
    ck_assert_msg(_i ? t.n_kept == 0 : t.n_kept > V, "%zu kept", t.n_kept);
    ck_assert_uint_gt(followers_bytes(&t, V), t.n_kept * sizeof *t.kept);
    followers_close(&t);
    free(s.at);
}
END_TEST

CHECK_MAIN("sorted", TEST(contexts_ascend), TEST(a_context_is_a_range), LOOP(followers_by_definition, 0, 2))
