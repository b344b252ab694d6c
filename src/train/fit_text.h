#ifndef TRAIN_FIT_TEXT_H
#define TRAIN_FIT_TEXT_H
#include "model/settings.h"
#include "text/corpus.h"

/* What a new run gives up so that its text can fill it. */
typedef struct FitText {
    size_t held_out;                        /* characters of a validation part shorter than a window, which is left out;
                                               0: it is long enough, or there is none                       */
    size_t left;                            /* characters to train on                                       */
    int    context;                         /* the context before it was shortened; 0: it was not           */
} FitText;

enum { FIT_TEXT_LEAST = 3 };                /* characters: a context of one, at two positions               */

/* Splits the corpus by s->val_frac and shortens c->context to what the training part can fill, a window and one more
 * character; a validation part shorter than a window is not held out (s->val_frac becomes 0). False when fewer than
 * FIT_TEXT_LEAST characters are left to train on, which f->left says. */
bool fit_text(Corpus *corpus, Config *c, TrainSettings *s, FitText *f);
#endif
