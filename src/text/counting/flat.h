#ifndef TEXT_COUNTING_FLAT_H
#define TEXT_COUNTING_FLAT_H
#include "text/counting/prior.h"

/* The counts of a prior as arrays of integers, for a program that can look numbers up and do little else.
 *
 * A context of d tokens has the positions begin .. end - 1 of the sorted text (sorted.h), found by binary search. If it
 * occurs more than once, its row is row[begin] + d: a longer context that begins at the same position follows in the
 * next row. One that occurs once, before the token x, has row FLAT_ONCE + x, and one that does not occur, FLAT_NONE.
 * The followers of row r are list[first[r]] .. list[first[r + 1] - 1], with the counts of discount.h. */
enum { FLAT_NONE, FLAT_ONCE };

typedef struct FlatCounts {
    const Prior *prior;                     /* the caller's: its sorted text is the first table            */
    uint32_t    *row;                       /* (N + 1) of N positions; the last one is never a context's   */
    uint32_t    *first;                     /* (rows + 1)                                                  */
    Follower    *list;                      /* (n)                                                         */
    size_t       rows, n;
    uint32_t     most;                      /* the largest count                                           */
    uint32_t     positions[COUNT_LEVELS];   /* of the most frequent context of d tokens                    */
    uint32_t     width[COUNT_LEVELS];       /* followers of that of d tokens which has the most            */
} FlatCounts;

/* Lays out the counts of a prior, which must outlive *f, with no fold left out. False, with nothing held, when out of
 * memory. */
bool flat_make(FlatCounts *f, const Prior *p);
void flat_free(FlatCounts *f);
#endif
