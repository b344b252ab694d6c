#ifndef TEXT_COUNTING_WINDOWS_H
#define TEXT_COUNTING_WINDOWS_H
#include "text/corpus.h"

/* Windows of a stretch of text as trainer_validate cuts it: T tokens each, without overlap, and the token after each is
 * the last to be predicted. */
typedef struct Windows {
    const Corpus *corpus;
    size_t        begin, T;
    size_t        n, of;                    /* n of all `of`, spread evenly          */
    int          *ids;                      /* (T + 1) of the current one; malloc'd  */
} Windows;

/* At most `most` tokens of windows, but at least one window. n is 0 if none fits, or out of memory. Free ids. */
Windows windows_of(const Corpus *c, size_t begin, size_t end, size_t T, size_t most);

/* Reads window w < n into ids. */
void windows_read(const Windows *all, size_t w);
#endif
