#ifndef TEXT_COUNTING_STORE_H
#define TEXT_COUNTING_STORE_H
#include "text/counting/followers.h"

/* The followers of every context, with a fold of the text left out: a text that is learned from must not be predicted
 * by its own counts, nor by those of the pages around it, which share their names and subjects. Without these a model
 * trusts the counts as much as they deserve on a text that was never counted (cross-validation, Stone 1974). For tiny
 * Shakespeare's validation loss after 300 steps ten folds give 1.442, forty 1.447, four 1.456, and leaving out the one
 * occurrence 1.460.
 *
 * Frequent contexts are counted once, when the store is made, for all folds together; the others when asked. Nothing is
 * allocated or written afterwards, so several threads may ask at once. */
enum { FOLDS = 10, NO_FOLD = -1 };

/* A token that follows, its count, and how much of that a fold alone has. */
typedef struct StoredFollower {
    uint32_t token, n, less[FOLDS];
} StoredFollower;

typedef struct StoredContext {
    uint64_t key;                           /* 0: a free slot              */
    size_t   first;                         /* of its n followers          */
    uint32_t n;
} StoredContext;

typedef struct Store {
    const Sorted   *sorted;                 /* the caller's                */
    int             order, V;
    size_t          scan;                   /* positions of a context that is counted when asked */
    StoredContext  *slots;                  /* (n_slots), a power of two   */
    size_t          n_slots, used;
    StoredFollower *list;                   /* (n) of (room)               */
    size_t          n, room;
} Store;

/* Counts the contexts of up to `order` tokens of V. Those of `order` tokens count occurrences, shorter ones distinct
 * tokens before (discount.h). False with nothing held when out of memory. */
bool store_make(Store *s, const Sorted *sorted, int order, int V);
void store_free(Store *s);
size_t store_bytes(const Store *s);

/* The fold of a position of the stretch, 0 .. FOLDS - 1. */
static inline int store_fold(const Sorted *s, size_t at)
{
    return (int)(at / ((s->n + FOLDS - 1) / FOLDS));
}

/* What a thread needs to count: all zero before the first use. */
typedef struct StoreScratch {
    uint32_t *count;                        /* (V) zero between calls                       */
    uint32_t *seen, now;                    /* (V) the last `now` a token was counted at    */
    Follower *list;                         /* (V) the result                               */
} StoreScratch;

/* The followers of the context of `depth` tokens that all positions in r share, without those in `fold` (NO_FOLD: all).
 * The list is in s and valid until the next call; a total of 0: none. */
Followers store_followers(const Store *s, StoreScratch *scratch, SortedRange r, int depth, int fold);
#endif
