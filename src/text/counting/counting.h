#ifndef TEXT_COUNTING_COUNTING_H
#define TEXT_COUNTING_COUNTING_H
#include "text/counting/discount.h"

/* The best that counting can do: an n-gram model with modified Kneser-Ney smoothing (discount.h), n from 1 to
 * SORTED_DEPTH + 1. Counts the last tokens of the training part, COUNTING_MOST for the baseline, which are the nearest
 * to the validation part; earlier ones are ignored. The order and the discounts are those that predict the last tenth
 * of these best from the first nine (COUNTING_FITTED tokens of it, in windows spread evenly); then all are counted.
 * Validation text has no part in it. Exact counts, no hashing of contexts: the same numbers on every machine.
 *
 * A context never reaches beyond the start of its window, just as the model sees it. Reaching back into the text before
 * costs counting nothing; with windows of 256 it would gain 0.014 nats of 1.505 on tiny Shakespeare, 0.030 of 0.368 on
 * data/lesson.txt. It is not reported. */
enum { COUNTING_MOST = 1 << 23, COUNTING_FITTED = 1 << 14, COUNTING_MEASURED = 1 << 17 };

typedef struct Counting {
    Sorted        sorted;
    FollowerTable table;                    /* refers to `sorted`: a Counting stays where it was made   */
    Discounts     discounts;
    size_t        bytes;                    /* the most that counting_make held, corpus not included    */
} Counting;

/* Counts the last `most` < 2^32 tokens, or all, of the training part of a corpus, which must outlive *m. V: its
 * vocabulary. window: tokens of a window, at least 1.
 * Holds 8 bytes a counted token and at most 32 MiB, for windows of up to 16,384 tokens. False, with nothing held, for
 * an empty training part or when out of memory. */
bool counting_make(Counting *m, const Corpus *c, int V, size_t window, size_t most);
void counting_free(Counting *m);

/* The probability of `token`, and of all V tokens (they sum to 1), after the n tokens `before`, of which the last order
 * tokens matter. Above 0. Not for several threads at once. */
double counting_probability(Counting *m, const int *before, size_t n, int token);
void   counting_distribution(Counting *m, const int *before, size_t n, double *p);

/* The probability of the token at position i of the corpus, one of those counted (m->sorted), from the counts without
 * it: what a model that learns from the same text may see of it (leaving-one-out, Ney, Essen and Kneser 1994). */
double counting_left_out(Counting *m, size_t i);

/* Mean of -log p over the validation part, in nats per token: over the windows of trainer_validate, or as many of them,
 * spread evenly, as have COUNTING_MEASURED tokens. NaN without a window. */
double counting_loss(Counting *m, size_t window);

/* All of it: what counting reaches on a corpus. */
typedef struct CountingBaseline {
    double loss;                            /* NaN: none, or out of memory           */
    int    n;                               /* of the n-gram model that reaches it   */
    size_t counted, bytes;                  /* tokens; the most memory held          */
} CountingBaseline;

CountingBaseline counting_baseline(const Corpus *c, int V, size_t window);
#endif
