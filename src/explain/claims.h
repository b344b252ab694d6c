#ifndef EXPLAIN_CLAIMS_H
#define EXPLAIN_CLAIMS_H
#include "explain/clues.h"
#include "explain/keys/keys.h"
#include "explain/paths.h"
#include "explain/sweep.h"
#include "explain/why/needed.h"
#include "explain/why/shown.h"

/* The rows that keys are masked in: the last row of the head with the largest push, and of the head that attends most
 * to the clue of the sentence. */
enum { CLAIMS_PUSHED, CLAIMS_ATTENDING, CLAIMS_ROWS };

/* explain_keys over such rows. */
typedef struct ClaimsKeys {
    int    rows;                            /* with a rank correlation                                           */
    double rank, least, most;               /* its mean (NaN without such a row), smallest and largest          */
    int    large, misjudged, redundant;     /* keys: masking changes the loss by KEYS_LARGE; of those, flagged
                                               saturated or curved; flagged redundant                            */
} ClaimsKeys;

/* Common claims about queries, keys and values as numbers, measured on a model and its held-out items. Fractions are of
 * 1. The gradient numbers come from `steps` prompts spread over the items. */
typedef struct Claims {
    int     items;
    double  right, bigram, ablated, masked; /* fraction of items answered correctly: by the model; by bigram counts
                                               of `text` (a tie counts one half); with all attention set to 0;
                                               with the clue masked                                              */
    double  share;                          /* attention of the last row on the clue, relative to uniform
                                               attention: mean over items, in the head where it is largest       */
    int     layer, head;                    /* that head                                                         */
    double  previous;                       /* attention on the previous character, relative to uniform attention:
                                               all rows but the first of all items, in the head where it is largest */
    int     previous_layer, previous_head;  /* that head                                                         */
    WhyNeeded needed;                       /* the head that the answer needs most, not always the one that attends
                                               most (why/needed.h)                                                 */
    double  read;                           /* `share` of that head                                               */
    double  content;                        /* the same with the last row's scores as their means over all
                                               distances (why/content.h); NaN without rotary positions             */
    double  deleted;                        /* the same of what stands in the clue's place once it is deleted, on
                                               `steps` items; NaN without rotary positions or such a place         */
    double  agree, agree_layer;             /* explain_move: fraction of |ds| whose score moved against its sign,
                                               in the row with the largest push and in all rows of its layer     */
    double  agree_step;                     /* the same row after a step of all parameters (explain_step)        */
    double  predicted, predicted_step;      /* mean of |actual - predicted| / |actual| change of the loss, for
                                               explain_move and for explain_step                                 */
    int     steps;
    ClaimsKeys keys[CLAIMS_ROWS];
    ExplainSweep sweep[SWEEP_ROWS];         /* of the first item                                                 */
    int      measured;                      /* items that this head was not chosen on                           */
    WhyShown shown;                         /* of that head: what it writes, on those of them where its cost is
                                               KEYS_LARGE at least; its lessons, on `steps` items                */
    double  alike, shuffled;                /* fraction of letters and digits whose nearest embedding is of the
                                               same class; the expectation with embeddings shuffled              */
    double *lens;                           /* (L+1) mean loss of the correct character by the logit lens        */
    double  path[PATHS], path_error;        /* of the first item: share of the gradient by path over all
                                               characters and layers, and how far the shares are from adding up  */
} Claims;

/* Measures all of them. text (len bytes) is the training text. The model is left unchanged. False with *err set and
 * nothing to free. */
bool claims_measure(Claims *m, Gpt *g, const Vocab *v, const Clues *clues, const char *text, size_t len,
                    Err *err);
void claims_free(Claims *m);
#endif
