#ifndef TEXT_NGRAM_H
#define TEXT_NGRAM_H
#include "text/corpus.h"

/* Validation loss of unigram, bigram and trigram models, in nats per token: baselines for a model. */
typedef struct NgramLoss {
    double unigram, bigram, trigram;
} NgramLoss;

/* Counts the training part and measures on the validation part, for V tokens: interpolated Kneser-Ney smoothing (Kneser
 * and Ney 1995; Chen and Goodman 1998) with discount 3/4, backing off from trigram to uniform. Counts the last 2^21
 * training tokens, or as many as fit in a table of 12 MiB; measures at most 2^18 evenly spaced tokens. NaN without a
 * validation part, or when out of memory. */
NgramLoss ngram_loss(const Corpus *c, int V);
#endif
