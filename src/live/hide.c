#include "live/hide.h"
#include <string.h>

void live_hide(const int *ids, size_t n, size_t T, const int *word, int word_n, bool *hidden)
{
    size_t len = (size_t)word_n;
    memset(hidden, 0, n * sizeof *hidden);
    for (size_t i = 0; len > 0 && i + len <= n; i++)
        if (i % T + len <= T && memcmp(ids + i, word, len * sizeof *ids) == 0)
            memset(hidden + i, 1, len * sizeof *hidden);
}
