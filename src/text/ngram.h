#ifndef TEXT_NGRAM_H
#define TEXT_NGRAM_H
#include "text/corpus.h"

/* What counting alone reaches, in nats a token of the validation part: knowing how often each token comes,
 * knowing the one before, knowing the two before. The yardstick for a model. */
typedef struct NgramLoss {
    double unigram, bigram, trigram;
} NgramLoss;

/* Counts the training part and measures on the validation part, V tokens. Sequences of one, two or three
 * tokens, with interpolated Kneser-Ney smoothing (Kneser and Ney 1995; Chen and Goodman 1998) and a
 * discount of 3/4: where three were not seen together, two tell, then one, then nothing.
 * Counted are the last 2^21 tokens of the training part, or as many as a table of 12 MiB has room for;
 * measured are at most 2^18 tokens, evenly spread. NaN without a validation part, or without memory. */
NgramLoss ngram_loss(const Corpus *c, int V);
#endif
