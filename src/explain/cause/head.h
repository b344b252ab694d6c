#ifndef EXPLAIN_CAUSE_HEAD_H
#define EXPLAIN_CAUSE_HEAD_H
#include "explain/cause/cause.h"

/* nats: the least change of the loss with which a head is said to read something; p changes by 30 %. Where two answers
 * are all there is, losing every clue costs no more than ln 2 = 0.69. */
#define CAUSE_READS 0.35

/* A head and a row of it, and by how much the loss changes with `reads` masked for that head alone. */
typedef struct CauseHead {
    ExplainRow       at;
    double           change;
    const CauseSpan *reads;                 /* NULL: none */
} CauseHead;

/* The head that reads the unit that decides (the first found, CAUSE_DECIDES), at the row where it does, as in
 * explain_edit_reader. x->reads is NULL if nothing decides, or no single head changes the loss by CAUSE_READS. False
 * with e->err set: out of memory. */
bool explain_cause_head(Explain *e, const ExplainCause *c, CauseHead *x);
#endif
