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
    Sorted    sorted;
    Discounts discounts;
    size_t    bytes;                        /* the most that counting_make held, corpus not included */
} Counting;

/* Counts the last `most` < 2^32 tokens, or all, of the training part of a corpus, which must outlive *m. V: its
 * vocabulary. window: tokens of a window, at least 1.
 * Holds 8 bytes a counted token and at most 32 MiB, for windows of up to 16,384 tokens. False, with nothing held, for
 * an empty training part or when out of memory. */
bool counting_make(Counting *m, const Corpus *c, int V, size_t window, size_t most);
void counting_free(Counting *m);

/* The probability of `token` after the n tokens `before`, of which the last d->order matter; those of all V tokens sum
 * to 1, and none is 0. t: of the sorted text, for one thread. */
double counting_probability(const Discounts *d, FollowerTable *t, const int *before, size_t n, int token);

/* What counting reaches on a corpus: the mean of -log p over the validation part, in nats per token, in the windows of
 * trainer_validate, or as many of them, spread evenly, as have COUNTING_MEASURED tokens. */
typedef struct CountingBaseline {
    double loss;                            /* NaN: no window, or out of memory      */
    int    n;                               /* of the n-gram model that reaches it   */
    size_t counted, bytes;                  /* tokens; the most memory held          */
} CountingBaseline;

/* That of counts made for windows of this length; or all of it, for a corpus. */
CountingBaseline counting_measure(const Counting *m, size_t window);
CountingBaseline counting_baseline(const Corpus *c, int V, size_t window);
#endif
