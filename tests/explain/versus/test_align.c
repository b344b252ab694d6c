#include "explain/versus/align.h"
#include "base/rng.h"
#include "check_main.h"
#include <string.h>

enum { MOST = 64 };

/* Two texts of ASCII, aligned. */
typedef struct Pair {
    int         a[MOST], b[MOST], na, nb, n, n_spans;
    AlignColumn columns[2 * MOST];
    AlignSpan   spans[2 * MOST];
} Pair;

static void tokens(const char *s, int *ids, int *n)
{
    for (*n = 0; s[*n]; ++*n)
        ids[*n] = (unsigned char)s[*n];
}

static void align(Pair *p, const char *a, const char *b)
{
    int  table[MOST * MOST];
    bool letter[128] = { false }, mark[2 * MOST];
    for (int c = 'a'; c <= 'z'; c++)
        letter[c] = true;
    tokens(a, p->a, &p->na), tokens(b, p->b, &p->nb);
    p->n = align_tokens(p->a, p->na, p->b, p->nb, table, p->columns);
    p->n_spans = align_spans(p->a, p->b, p->columns, p->n, letter, mark, p->spans);
}

/* Columns before the last that differ. */
static int cost(const Pair *p)
{
    int n = 0;
    for (int k = 0; k + 1 < p->n; k++) {
        AlignColumn c = p->columns[k];
        n += c.a < 0 || c.b < 0 || p->a[c.a] != p->b[c.b];
    }
    return n;
}

/* The fewest edits, by trying everything. */
static int fewest(const int *a, int na, const int *b, int nb)
{
    if (na == 0 || nb == 0)
        return na + nb;
    int best = fewest(a + 1, na - 1, b + 1, nb - 1) + (a[0] != b[0]);
    int other = fewest(a + 1, na - 1, b, nb) + 1;
    best = other < best ? other : best;
    other = fewest(a, na, b + 1, nb - 1) + 1;
    return other < best ? other : best;
}

/* Each position once, in order; no empty column; the last ones paired. */
static bool whole(const Pair *p)
{
    int  i = 0, j = 0;
    bool ok = true;
    for (int k = 0; k < p->n; k++) {
        AlignColumn c = p->columns[k];
        ok = ok && (c.a >= 0 || c.b >= 0) && (c.a < 0 || c.a == i++) && (c.b < 0 || c.b == j++);
    }
    return ok && i == p->na && j == p->nb && p->columns[p->n - 1].a == p->na - 1 && p->columns[p->n - 1].b == p->nb - 1;
}

/* A with each stretch replaced by B's is B: nothing outside them differs. */
static bool rebuilds(const Pair *p)
{
    int text[2 * MOST], n = 0, i = 0;
    for (int k = 0; k <= p->n_spans; k++) {
        int end = k < p->n_spans ? p->spans[k].a : p->na;
        while (i < end)
            text[n++] = p->a[i++];
        if (k == p->n_spans)
            break;
        if (n != p->spans[k].b)
            return false;
        for (int j = p->spans[k].b; j < p->spans[k].b_end; j++)
            text[n++] = p->b[j];
        i = p->spans[k].a_end;
    }
    return n == p->nb && memcmp(text, p->b, (size_t)n * sizeof *text) == 0;
}

/* Text number k over "ab ", of 1 to 5 characters. */
static bool text_of(int k, char *s)
{
    int n = 0;
    for (; k > 0; k /= 4) {
        if (k % 4 == 0)
            return false;
        s[n++] = "ab "[k % 4 - 1];
    }
    s[n] = '\0';
    return n > 0;
}

START_TEST(no_alignment_is_shorter)
{
    char a[8], b[8];
    Pair p;
    for (int x = 1; x < 1024; x++)
        for (int y = 1; y < 256; y++) {
            if (!text_of(x, a) || !text_of(y, b))
                continue;
            align(&p, a, b);
            if (!whole(&p) || !rebuilds(&p) || cost(&p) != fewest(p.a, p.na - 1, p.b, p.nb - 1))
                ck_abort_msg("'%s' '%s': %d", a, b, cost(&p));
        }
}
END_TEST

START_TEST(random_texts_are_rebuilt)
{
    char a[MOST], b[MOST];
    Pair p;
    for (int x = 0; x < 3000; x++) {
        int na = 1 + (int)(rng_bits(1, (uint64_t)x, 0) % 40), nb = 1 + (int)(rng_bits(2, (uint64_t)x, 0) % 40);
        for (int i = 0; i < na; i++)
            a[i] = "abcd ,"[rng_bits(3, (uint64_t)x, (uint64_t)i) % 6];
        for (int i = 0; i < nb; i++)
            b[i] = rng_bits(4, (uint64_t)x, (uint64_t)i) % 3 && i < na
                       ? a[i] : "abcd ,"[rng_bits(5, (uint64_t)x, (uint64_t)i) % 6];
        a[na] = b[nb] = '\0';
        align(&p, a, b);
        if (!whole(&p) || !rebuilds(&p))
            ck_abort_msg("'%s' '%s'", a, b);
    }
}
END_TEST

/* Words of different length are aligned at their ends, and whatever follows position by position. */
START_TEST(words_are_aligned_at_their_ends)
{
    Pair p;
    align(&p, "green thumb so", "green car so");
    ck_assert_int_eq(p.n, 14);
    for (int k = 0; k < p.n; k++) {
        ck_assert_int_eq(p.columns[k].a, k);
        ck_assert_int_eq(p.columns[k].b, k < 6 ? k : k < 8 ? -1 : k - 2);
    }
}
END_TEST

static const struct {
    const char *a, *b;
    int         n;
    AlignSpan   spans[2];
} cases[] = {
    { "a green thumb so", "a green car so", 1, { { 8, 13, 8, 11 } } },
    { "the old man", "the man", 1, { { 4, 8, 4, 4 } } },          /* a deletion */
    { "the man", "the old man", 1, { { 4, 4, 4, 8 } } },          /* an insertion */
    { "a thumb so", "a hub so", 1, { { 2, 7, 2, 5 } } },          /* letters in common: still one word for another */
    { "an in deed", "an indeed", 1, { { 3, 10, 3, 9 } } },        /* only the space differs */
    { "big red cat", "old tan cat", 1, { { 0, 7, 0, 7 } } },      /* neighbours are joined */
    { "red cat and dog", "old cat and cow", 2, { { 0, 3, 0, 3 }, { 12, 15, 12, 15 } } },
    { "tom does not have a car", "tom has no car", 1, { { 4, 19, 4, 10 } } },  /* the beginning stays out of it */
    { "same", "same", 0, { { 0 } } },
    { "abc", "xyz", 1, { { 0, 3, 0, 3 } } },                      /* nothing in common */
    { "gar", "gar den", 1, { { 0, 3, 0, 7 } } },                  /* the last ones are paired */
    { "a", "b", 1, { { 0, 1, 0, 1 } } },
};

START_TEST(words_that_differ_are_found_whole)
{
    Pair p;
    align(&p, cases[_i].a, cases[_i].b);
    ck_assert_msg(p.n_spans == cases[_i].n, "%d stretches, not %d", p.n_spans, cases[_i].n);
    for (int k = 0; k < p.n_spans; k++) {
        AlignSpan x = p.spans[k], y = cases[_i].spans[k];
        ck_assert_msg(memcmp(&x, &y, sizeof x) == 0, "%d..%d and %d..%d", x.a, x.a_end, x.b, x.b_end);
    }
    ck_assert(rebuilds(&p));
}
END_TEST

CHECK_MAIN("align", TEST(no_alignment_is_shorter), TEST(random_texts_are_rebuilt),
           TEST(words_are_aligned_at_their_ends),
           LOOP(words_that_differ_are_found_whole, 0, (int)(sizeof cases / sizeof *cases)))
