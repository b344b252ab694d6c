#ifndef EXPLAIN_CLAIMS_H
#define EXPLAIN_CLAIMS_H
#include "explain/clues.h"
#include "explain/paths.h"
#include "explain/sweep.h"

/* What is said of queries, keys and values, as numbers measured on a model and its held-out items. */
typedef struct Claims {
    int     items;
    double  right, bigram, ablated, masked; /* part of the items answered rightly: by the model; by
                                               counting pairs of characters in `text` (equally many:
                                               one half); with all attention 0; with the clue hidden  */
    double  share;                          /* the clue's part of the last row's attention, over its
                                               part of the characters: mean of all items, in the head
                                               where it is largest                                    */
    int     layer, head;                    /* that head                                              */
    double  agree, agree_layer;             /* queries and keys moved a little (explain_move): part of
                                               |ds| whose score moved against its sign, in the row pushed
                                               most and in all rows of its layer                      */
    double  agree_step;                     /* the same row after a step of all parameters            */
    double  predicted, predicted_step;      /* mean of |actual - predicted| / |actual| change of the
                                               loss, for the move and for the step                    */
    int     steps;                          /* prompts that these five are from                       */
    ExplainSweep sweep[SWEEP_ROWS];         /* of the first item                                      */
    double  alike, shuffled;                /* letters and digits whose nearest one is of its class;
                                               by chance                                              */
    double *lens;                           /* (L+1) mean loss of the right character if the model
                                               ended there                                            */
    double  path[PATHS], path_error;        /* of the first item: share of the gradient by its way,
                                               all characters and layers together, and how far the
                                               parts are from adding up                               */
} Claims;

/* Measures all of them. `text` (len bytes) is what the model was trained on. The model is left as it was.
 * False with a sentence and nothing to free. */
bool claims_measure(Claims *m, Gpt *g, const Vocab *v, const Clues *clues, const char *text, size_t len,
                    Err *err);
void claims_free(Claims *m);
#endif
