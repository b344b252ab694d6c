#include "base/rng.h"
#include "check_main.h"
#include "text/ngram.h"
#include <math.h>
#include <string.h>

enum { V = 40 };
static const double D = 0.75;           /* the discount */

static void check_near(double x, double want)
{
    ck_assert_msg(fabs(x - want) < 1e-11, "%.15g, not %.15g", x, want);
}

/* --- The definition, with full tables --- */

static double three[V][V][V], two[V][V], one[V];

static void forget(void)
{
    memset(three, 0, sizeof three);
    memset(two, 0, sizeof two);
    memset(one, 0, sizeof one);
}

/* The number of single tokens, or pairs, with any count in the longer table. */
static void kinds_of_pairs(void)
{
    for (int a = 0; a < V; a++)
        for (int b = 0; b < V; b++)
            for (int c = 0; c < V; c++)
                two[b][c] += three[a][b][c] > 0;
}

static void kinds_of_singles(void)
{
    for (int b = 0; b < V; b++)
        for (int c = 0; c < V; c++)
            one[c] += two[b][c] > 0;
}

static double smooth(const double *row, int c, double lower)
{
    double sum = 0, kinds = 0;
    for (int j = 0; j < V; j++) {
        sum += row[j];
        kinds += row[j] > 0;
    }
    double kept = row[c] > D ? row[c] - D : 0;
    return sum > 0 ? kept / sum + D * kinds / sum * lower : lower;
}

static double by_definition(const Corpus *x, int order)
{
    const uint8_t *s = x->narrow;
    double sum = 0;
    forget();
    for (size_t i = (size_t)order - 1; i < x->n_train; i++)
        *(order == 3 ? &three[s[i - 2]][s[i - 1]][s[i]] : order == 2 ? &two[s[i - 1]][s[i]] : &one[s[i]]) += 1;
    if (order == 3)
        kinds_of_pairs();
    if (order >= 2)
        kinds_of_singles();
    for (size_t i = x->n_train; i < x->n; i++) {
        double p = smooth(one, s[i], 1.0 / V);
        p = order >= 2 ? smooth(two[s[i - 1]], s[i], p) : p;
        p = order >= 3 ? smooth(three[s[i - 2]][s[i - 1]], s[i], p) : p;
        sum -= log(p);
    }
    return sum / (double)(x->n - x->n_train);
}

/* n tokens, each mostly determined by the previous two. */
static Corpus made_up(size_t n, uint64_t seed)
{
    static uint8_t s[60000];
    for (size_t i = 0; i < n; i++) {
        int    before = i > 1 ? s[i - 1] * 7 + s[i - 2] * 3 : 0;
        double u = rng_uniform(seed, 0, i);
        s[i] = (uint8_t)((u < 0.6 ? before : (int)((u - 0.6) * 30)) % V);
    }
    return (Corpus){ .narrow = s, .n = n, .n_train = n - n / 10 };
}

/* --- Tests --- */

START_TEST(equals_the_definition)
{
    static const size_t lengths[] = { 30, 300, 5000, 60000 };
    Corpus   c = made_up(lengths[_i], 7);
    NgramLoss x = ngram_loss(&c, V);
    check_near(x.unigram, by_definition(&c, 1));
    check_near(x.bigram, by_definition(&c, 2));
    check_near(x.trigram, by_definition(&c, 3));
    if (lengths[_i] == 60000)
        ck_assert_msg(x.trigram < x.bigram - 0.5 && x.bigram < x.unigram + 0.1, "%g %g %g", x.trigram, x.bigram,
                      x.unigram);
}
END_TEST

/* By hand. In "aab|b", V = 2, a comes twice and b once: p(b) = 1/4 / 3 + 3/4 * 2 / 3 / 2 = 1/3. Pairs are
 * aa and ab, once each: a and b each end one kind, p = 1/4 / 2 + 3/4 * 2 / 2 / 2 = 1/2, and nothing
 * has followed b. Of three there is aab alone, which ends with a kind ab, and that with a kind b: p(b) is
 * 1/4 + 3/4 / 2, and nothing has followed ab, nor b. */
START_TEST(by_hand)
{
    uint8_t  s[] = { 0, 0, 1, 1 };
    Corpus   c = { .narrow = s, .n = 4, .n_train = 3 };
    NgramLoss x = ngram_loss(&c, 2);
    check_near(x.unigram, -log(1.0 / 3));
    check_near(x.bigram, -log(0.5));
    check_near(x.trigram, -log(0.625));
}
END_TEST

START_TEST(wide_tokens_are_distinguished)
{
    uint16_t wide[3000];
    uint8_t  narrow[3000];
    for (size_t i = 0; i < 3000; i++) {
        narrow[i] = (uint8_t)(rng_uniform(1, 0, i) * 4);
        wide[i] = (uint16_t)((const int[]){ 0, 255, 256, 65535 }[narrow[i]]);
    }
    Corpus   a = { .narrow = narrow, .n = 3000, .n_train = 2000 }, b = a;
    b.narrow = NULL;
    b.wide = wide;
    NgramLoss x = ngram_loss(&a, 4), y = ngram_loss(&b, 4);
    ck_assert(x.unigram == y.unigram && x.bigram == y.bigram && x.trigram == y.trigram);
}
END_TEST

/* More text than is counted, and more n-grams than the tables hold: the end of the training text counts. */
START_TEST(text_and_tables_are_limited)
{
    enum { HALF = 2200000, END = 500000 };
    uint16_t *s = malloc(2 * HALF * sizeof *s);
    for (size_t i = 0; i < 2 * HALF; i++)
        s[i] = (uint16_t)(i < HALF ? rng_bits(1, 0, i) % 60000 : i % 3);
    Corpus   c = { .wide = s, .n = 2 * HALF, .n_train = 2 * HALF - 1000 };
    NgramLoss x = ngram_loss(&c, 60000);
    ck_assert_msg(x.trigram < 1e-3 && x.bigram < 1e-3 && x.unigram < 1.2, "%g %g %g", x.trigram, x.bigram, x.unigram);
    c = (Corpus){ .wide = s, .n = HALF, .n_train = HALF - 1000 };
    x = ngram_loss(&c, 60000);
    memset(s, 0, (HALF - END) * sizeof *s);
    ck_assert(ngram_loss(&c, 60000).trigram == x.trigram);
    ck_assert_msg(x.trigram > 10 && x.trigram < 13 && x.unigram > 10 && x.unigram < 13, "%g %g", x.trigram, x.unigram);
    free(s);
}
END_TEST

/* Of a long validation text one token in three is scored, evenly spread. */
START_TEST(an_even_sample)
{
    enum { TRAIN = 3000, N = TRAIN + 600000 };
    static uint8_t s[N];
    for (size_t i = TRAIN; i < N; i++)
        s[i] = (i - TRAIN) % 3 != 0;
    Corpus c = { .narrow = s, .n = N, .n_train = TRAIN };
    ck_assert_double_lt(ngram_loss(&c, 2).unigram, 1e-3);
    memset(s + N - 1000, 1, 1000);
    double missed = 1000.0 / 600000 * -log(0.75 / 2 / TRAIN);       /* 1000/3 of 200000 tokens have changed */
    ck_assert_double_eq_tol(ngram_loss(&c, 2).unigram, missed, 1e-3);
}
END_TEST

START_TEST(missing_parts)
{
    uint8_t  s[] = { 1, 0 };
    Corpus   none = { .narrow = s, .n = 2, .n_train = 2 }, short_one = { .narrow = s, .n = 2, .n_train = 1 };
    NgramLoss x = ngram_loss(&none, 2), y = ngram_loss(&short_one, 2), z = ngram_loss(&short_one, 1);
    ck_assert(isnan(x.unigram) && isnan(x.bigram) && isnan(x.trigram));
    check_near(y.unigram, -log(0.375));
    check_near(y.bigram, log(2));
    ck_assert(isnan(y.trigram));
    check_near(z.bigram, 0);
}
END_TEST

CHECK_MAIN("ngram", LOOP(equals_the_definition, 0, 4), TEST(by_hand), TEST(wide_tokens_are_distinguished),
           TEST(text_and_tables_are_limited), TEST(an_even_sample),
           TEST(missing_parts))
