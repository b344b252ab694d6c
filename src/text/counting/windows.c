#include "text/counting/windows.h"
#include <stdlib.h>

Windows windows_of(const Corpus *c, size_t begin, size_t end, size_t T, size_t most)
{
    Windows w = { .corpus = c, .begin = begin, .T = T, .of = end > begin ? (end - begin - 1) / T : 0 };
    size_t  affordable = most / T + !(most / T);
    w.ids = malloc((T + 1) * sizeof *w.ids);
    if (w.ids)
        w.n = w.of < affordable ? w.of : affordable;
    return w;
}

void windows_read(const Windows *all, size_t w)
{
    corpus_window(all->corpus, all->begin + w * all->of / all->n * all->T, all->T + 1, all->ids);
}
