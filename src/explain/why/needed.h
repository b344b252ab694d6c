#ifndef EXPLAIN_WHY_NEEDED_H
#define EXPLAIN_WHY_NEEDED_H
#include "explain/clues.h"
#include "explain/pass.h"

/* The head that the answer needs most. A head's cost on a sentence is the change of the loss with the clue masked for
 * that head alone, in its last row alone: intervention on one head, as `explain` names the head that reads a word. A
 * head can attend to the clue and cost nothing, because another one carries what it reads.
 * The head is chosen on some sentences and measured on others, so that the choice does not flatter what is measured: by
 * twos, as the items of a file come in pairs of both senses, 0 and 1 measure, 2 and 3 choose, 4 and 5 measure ... */
typedef struct WhyNeeded {
    int     sentences;                      /* that it was chosen on                                           */
    int     layer, head;                    /* with the largest mean cost                                      */
    double *cost;                           /* (L*H) mean over the sentences, in nats; in a large model a head
                                               that was not tried (Explain.most) counts as 0 there             */
} WhyNeeded;

/* Chooses on at most `most` (even) of the sentences that choose, pairs spread over the file. Call why_needed_free in
 * either case. False with *err set: a sentence cannot be run; out of memory. */
bool why_needed_choose(WhyNeeded *x, Gpt *g, const Clues *clues, int most, Err *err);
void why_needed_free(WhyNeeded *x);

/* Whether item i of n is measured. Fewer than three all choose and are measured. */
bool why_needed_measures(int i, int n);

/* The cost of one head on the sentence of e, to *cost. False with e->err set: out of memory. */
bool why_needed_cost(Explain *e, const Clue *c, int layer, int head, double *cost);
#endif
