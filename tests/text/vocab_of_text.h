#ifndef VOCAB_OF_TEXT_H
#define VOCAB_OF_TEXT_H
#include "text/vocab.h"
#include <stdlib.h>

/* The vocabulary of a text, as corpus_read makes it. */
static inline bool vocab_of_text(Vocab *v, const char *text, size_t len, int cap, Err *err)
{
    uint64_t *counts = calloc(VOCAB_SLOTS, sizeof *counts);
    int       k;
    if (!counts)
        return err_set(err, "out of memory");
    for (size_t i = 0; i < len; i += (size_t)k)
        counts[vocab_slot(text_decode(text + i, len - i, &k))]++;
    bool ok = vocab_from_counts(v, counts, cap, err);
    free(counts);
    return ok;
}
#endif
