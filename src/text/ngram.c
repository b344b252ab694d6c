#include "text/ngram.h"
#include "base/num.h"
#include <math.h>
#include <stdlib.h>

enum { COUNTED = 1 << 21, MEASURED = 1 << 18, SLOTS_FIRST = 1 << 10, SLOTS_MOST = 1 << 19 };

/* On texts of 2,000 to 200,000 characters this is within 0.01 of the best constant. A discount per order (Ney, Essen
 * and Kneser 1994) or three of them (Chen and Goodman 1998) differ by at most 0.04 either way; Witten-Bell smoothing
 * is up to 0.06 worse on short texts. */
static const double discount = 0.75;

/* --- A table of sequences --- */

/* The counts of a sequence, and of the sequences with it as context. */
typedef struct Gram {
    uint64_t key;                           /* 0: the slot is free                       */
    uint32_t n;                             /* occurrences                               */
    uint32_t followed, kinds;               /* longer by one: occurrences, distinct ones  */
} Gram;

typedef struct Grams {
    const Corpus *corpus;
    Gram         *slots;
    size_t        size, used;               /* size is a power of two */
    int           V;
} Grams;

/* The k <= 3 tokens that end before token `end`, and k itself. */
static uint64_t key(const Corpus *c, size_t end, int k)
{
    uint64_t x = (uint64_t)k + 1;
    for (int j = k; j > 0; j--)
        x = x << 16 | (uint64_t)corpus_token(c, end - (size_t)j);
    return x;
}

/* The slot of key, or the free slot for it. */
static Gram *find(const Grams *t, uint64_t key)
{
    size_t at = (size_t)((key * 0x9e3779b97f4a7c15u) >> 32) & (t->size - 1);
    while (t->slots[at].key && t->slots[at].key != key)
        at = (at + 1) & (t->size - 1);
    return &t->slots[at];
}

static Gram *take(Grams *t, uint64_t key)
{
    Gram *g = find(t, key);
    if (!g->key) {
        g->key = key;
        t->used++;
    }
    return g;
}

static bool resize(Grams *t, size_t size)
{
    Grams old = *t;
    Gram *slots = calloc(size, sizeof *slots);
    if (!slots)
        return false;
    t->slots = slots;
    t->size = size;
    for (size_t i = 0; i < old.size; i++)
        if (old.slots[i].key)
            *find(t, old.slots[i].key) = old.slots[i];
    free(old.slots);
    return true;
}

/* Room for one more token of text: at most two new slots per order. */
static bool room(Grams *t)
{
    if (t->used + 6 <= t->size / 4 * 3)
        return true;
    return t->size < SLOTS_MOST && resize(t, t->size * 2);
}

/* Counts the k tokens before `end`. For a shorter sequence, Kneser-Ney counts not its occurrences but the distinct
 * longer sequences that end with it. */
static void add(Grams *t, size_t end, int k)
{
    bool  first = take(t, key(t->corpus, end, k))->n++ == 0;
    Gram *context = take(t, key(t->corpus, end - 1, k - 1));
    context->followed++;
    context->kinds += first;
    if (first && k > 1)
        add(t, end, k - 1);
}

/* p_k = (max(n - D, 0) + D kinds p_{k-1}) / followed, and p_0 = 1/V. */
static double probability(const Grams *t, size_t end, int k)
{
    double lower = k > 1 ? probability(t, end, k - 1) : 1 / (double)t->V;
    const Gram *context = find(t, key(t->corpus, end - 1, k - 1));
    if (!context->followed)
        return lower;
    double n = (double)find(t, key(t->corpus, end, k))->n;
    return (fmax(n - discount, 0) + discount * (double)context->kinds * lower) / (double)context->followed;
}

/* --- The two parts of the text --- */

/* Backwards from the end, which is closest to the validation part. */
static void count(Grams *t, int order)
{
    size_t end = t->corpus->n_train;
    for (size_t n = 0; n < COUNTED && end >= (size_t)order && room(t); n++)
        add(t, end--, order);
}

/* Mean of -log p over the sampled tokens of the validation part. */
static double measure(const Grams *t, int order)
{
    size_t n = t->corpus->n, begin = t->corpus->n_train, stride = (n - begin) / MEASURED + 1, looked = 0;
    double sum = 0;
    if (begin + 1 < (size_t)order)
        begin = (size_t)order - 1;
    for (size_t i = begin; i < n; i += stride, looked++)
        sum -= num_log(probability(t, i + 1, order));
    return looked ? sum / (double)looked : NAN;
}

static double reaches(const Corpus *c, int V, int order)
{
    Grams t = { .corpus = c, .V = V };
    if (!resize(&t, SLOTS_FIRST))
        return NAN;
    count(&t, order);
    double loss = measure(&t, order);
    free(t.slots);
    return loss;
}

NgramLoss ngram_loss(const Corpus *c, int V)
{
    return (NgramLoss){ reaches(c, V, 1), reaches(c, V, 2), reaches(c, V, 3) };
}
