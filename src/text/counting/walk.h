#ifndef TEXT_COUNTING_WALK_H
#define TEXT_COUNTING_WALK_H
#include "text/counting/discount.h"

/* From the empty context to longer ones, a token at a time, as long as they occur in the sorted text. */
typedef struct Walk {
    FollowerTable *table;
    const int     *before;                  /* (n) the tokens before, the nearest last */
    size_t         n;
    SortedRange    range;                   /* the positions after the context         */
    int            depth;                   /* its tokens                              */
} Walk;

/* At the empty context. The text has a token at least. */
Walk walk_begin(FollowerTable *t, const int *before, size_t n);

/* To the context longer by one token, at most `most`; false, and stays, where there is none. */
bool walk_longer(Walk *w, int most);

/* What the context's followers count, `token` among them. */
CountLevel walk_level(const Walk *w, bool distinct, int token);
#endif
