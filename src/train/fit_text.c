#include "train/fit_text.h"

bool fit_text(Corpus *corpus, Config *c, TrainSettings *s, FitText *f)
{
    size_t T = (size_t)c->context;
    *f = (FitText){ 0 };
    corpus_split(corpus, s->val_frac);
    if (s->val_frac > 0 && corpus->n - corpus->n_train < T + 1) {
        f->held_out = corpus->n - corpus->n_train;
        corpus_split(corpus, s->val_frac = 0);
    }
    f->left = corpus->n_train;
    if (f->left < FIT_TEXT_LEAST)
        return false;
    if (f->left < T + 2) {
        f->context = c->context;
        c->context = (int)f->left - 2;
    }
    return true;
}
