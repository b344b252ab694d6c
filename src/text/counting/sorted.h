#ifndef TEXT_COUNTING_SORTED_H
#define TEXT_COUNTING_SORTED_H
#include "text/corpus.h"

/* All positions of a stretch of text, sorted by the tokens before them, nearest first. The positions that follow a
 * given context are then a range, and those of the context longer by one token a range within it: counts of every
 * order from one array of four bytes a position (a suffix array of the reversed text, Manber and Myers 1993, with
 * suffixes cut at SORTED_DEPTH). */
enum { SORTED_DEPTH = 12 };

typedef struct Sorted {
    const Corpus *corpus;
    size_t        first, n;                 /* the stretch: tokens first .. first + n - 1           */
    uint32_t     *at;                       /* (n) positions less `first`; the caller's (sorted.c)  */
} Sorted;

/* The positions begin .. end - 1 of Sorted.at. */
typedef struct SortedRange {
    size_t begin, end;
} SortedRange;

/* The token at `at`, and 1 + the token d before it: 0 where the stretch begins. */
static inline int sorted_token(const Sorted *s, uint32_t at) { return corpus_token(s->corpus, s->first + at); }
static inline int sorted_key(const Sorted *s, uint32_t at, int d)
{
    return at < (uint32_t)d ? 0 : 1 + corpus_token(s->corpus, s->first + at - (uint32_t)d);
}

/* Sorts the n < 2^32 positions from `first` on, of V tokens. Radix sort, last key first: 8 n steps, the same order on
 * every machine. `spare` (n) is scratch. s->at (n) is malloc'd; free it. False when out of memory. */
bool sorted_make(Sorted *s, const Corpus *c, size_t first, size_t n, int V, uint32_t *spare);

/* The same for the first n positions of the stretch alone, in n steps; `at` (n) takes them. */
Sorted sorted_until(const Sorted *s, size_t n, uint32_t *at);

/* The part of a range whose token d before is `token`; r must share the d - 1 tokens before. Empty if there is none. */
SortedRange sorted_narrow(const Sorted *s, SortedRange r, int d, int token);
#endif
