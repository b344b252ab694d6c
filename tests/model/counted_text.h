#ifndef COUNTED_TEXT_H
#define COUNTED_TEXT_H
#include "base/rng.h"
#include "text/counting/prior.h"
#include <check.h>

/* Counts of a made-up text of V <= 256 tokens, for a model that mixes them in. Stays until the program ends. */
static inline const Prior *counted_text(int V)
{
    enum { N = 5000 };
    static uint8_t text[N];
    static Corpus  corpus = { .narrow = text, .n = N, .n_train = N };
    static Prior   prior;
    for (int i = 0; i < N; i++)
        text[i] = (uint8_t)(rng_bits(7, 0, (uint64_t)i) % 3 && i ? (text[i - 1] * 5 + 1) % V :
                            (int)(rng_bits(8, 0, (uint64_t)i) % (uint64_t)V));
    prior_free(&prior);
    ck_assert(prior_make(&prior, &corpus, V, 16));
    return &prior;
}
#endif
