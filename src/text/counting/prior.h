#ifndef TEXT_COUNTING_PRIOR_H
#define TEXT_COUNTING_PRIOR_H
#include "text/counting/counting.h"
#include "text/counting/store.h"

/* What counting knows of the next token, as a model takes it: the logarithms of PRIOR_CONTEXTS distributions, after
 * contexts of at most 2, 3 and 5 tokens, and of as many as pay (discount.h). The tokens counted are the last
 * COUNTING_MOST of the training part. */
enum { PRIOR_CONTEXTS = 4 };

typedef struct Prior {
    Corpus    own;                          /* tokens that prior_open took over; n = 0: none            */
    Sorted    sorted;
    Discounts discounts;
    Store     store;                        /* refers to `sorted`: a Prior stays where it was made      */
} Prior;

/* Counts the training part of a corpus, which must outlive *p. V: its vocabulary; window: tokens of a window, for the
 * fit of order and discounts (counting.h). False, with nothing held, for an empty training part or without memory. */
bool prior_make(Prior *p, const Corpus *c, int V, size_t window);

/* The same from counts made for that window: takes over the sorted text of *m, which is empty afterwards, also on
 * failure. */
bool prior_take(Prior *p, Counting *m);

/* The same with discounts that were fitted before. Takes over the tokens of *own, also if it fails. */
bool prior_open(Prior *p, Corpus *own, const Discounts *d);
void prior_free(Prior *p);

/* Tokens of the longest context of distribution k < PRIOR_CONTEXTS. */
int prior_context(const Prior *p, int k);

/* Bytes that it holds, and that a thread needs to ask it. */
size_t prior_bytes(const Prior *p);
size_t prior_scratch_bytes(const Prior *p);

/* The fold (store.h) of position `at` of the corpus, to be left out when a model learns from it; NO_FOLD if it is not
 * one of those counted. */
int prior_fold(const Prior *p, size_t at);

typedef struct PriorScratch {
    StoreScratch store;
    double      *p;                         /* (V) a probability                            */
    uint32_t    *changed, now;              /* (V) the `now` it was last raised at          */
} PriorScratch;

/* Prepares a thread's memory of prior_scratch_bytes, 8-byte aligned. */
void prior_begin(const Prior *p, void *memory, PriorScratch *s);

/* out (PRIOR_CONTEXTS,V): log p of all tokens after the n tokens `before`, with `fold` left out. Never -infinity. Any
 * number of threads at once. */
void prior_logs(const Prior *p, PriorScratch *s, const int *before, size_t n, int fold, double *out);
#endif
