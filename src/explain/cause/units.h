#ifndef EXPLAIN_CAUSE_UNITS_H
#define EXPLAIN_CAUSE_UNITS_H
#include "explain/pass.h"
#include "text/vocab.h"

/* The parts of a prompt that are changed one at a time: its words (text/letters.h), and each of its characters. */
typedef struct CauseSpan {
    bool word;
    int  first, last;                       /* positions, both inclusive */
} CauseSpan;

/* The spans of the prompt: all words in order, then all T characters in order. The array of *n lives until
 * explain_close; NULL with e->err set. */
CauseSpan *cause_spans(Explain *e, const Vocab *v, int *n);

/* Writes to ids (T) the prompt without the span and returns the number of tokens left. A word also loses one adjoining
 * blank, the one before it if there is one, so that no two blanks meet; the word that ends the prompt keeps its blank,
 * after which a word may still begin. *same: how many tokens at the beginning are those of the prompt. */
int cause_delete(const Explain *e, const Vocab *v, CauseSpan u, int *ids, int *same);
#endif
