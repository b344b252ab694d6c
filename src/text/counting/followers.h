#ifndef TEXT_COUNTING_FOLLOWERS_H
#define TEXT_COUNTING_FOLLOWERS_H
#include "text/counting/sorted.h"

/* The tokens that follow a context, each with its count: how often, or after how many distinct tokens before the
 * context (Kneser and Ney 1995: what the shorter contexts of an interpolation count). */
typedef struct Follower {
    uint32_t token, n;
} Follower;

typedef struct Followers {
    const Follower *list;                   /* (n) in no particular order, but always the same      */
    uint32_t        n, total;               /* total: the sum of the counts                         */
    uint32_t        kinds[3];               /* tokens counted once, twice, more often               */
} Followers;

/* Counts in a sorted text. Contexts of more than FOLLOWER_SCAN positions are counted once and kept, at most
 * FOLLOWER_SLOTS of them with FOLLOWER_KEPT followers in all; beyond that they are counted anew each time, which takes
 * longer and gives the same numbers. For one thread at a time. */
enum { FOLLOWER_SCAN = 128, FOLLOWER_SLOTS = 1 << 16, FOLLOWER_KEPT = 1 << 20 };

typedef struct FollowerTable {
    const Sorted *sorted;
    uint32_t     *count;                    /* (V) zero between calls                               */
    uint64_t     *seen, now;                /* (V) the last `now` at which a token was counted      */
    Follower     *list;                     /* (V) of the last call                                 */
    struct FollowerSlot *slots;             /* (n_slots), a power of two                            */
    size_t        n_slots, used;
    Follower     *kept;                     /* (room), n_kept of them in use                        */
    size_t        n_kept, room;
} FollowerTable;

/* `sorted` must outlive the table. False, with nothing held, when out of memory. */
bool followers_open(FollowerTable *t, const Sorted *sorted, int V);
void followers_close(FollowerTable *t);

/* Bytes held. */
size_t followers_bytes(const FollowerTable *t, int V);

/* The followers of the context of `depth` tokens that all positions in r share; `distinct`: count distinct tokens
 * before it, for which depth < SORTED_DEPTH. The list is valid until the next call. */
Followers followers_of(FollowerTable *t, SortedRange r, int depth, bool distinct);
#endif
