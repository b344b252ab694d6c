#ifndef EXPLAIN_WHY_WITHOUT_H
#define EXPLAIN_WHY_WITHOUT_H
#include "explain/why/parts.h"

/* A query or key computed again by the engine's operations, on a tape of its own, from a residual stream that lacks
 * some parts. Only the positions that it reads are run, and only this query or key changes: what other queries and keys
 * read is left as it was. */
typedef struct WhyRun {
    const WhySide *side;
    bool           held;                    /* norms held at the values of the pass; else they are those of x      */
    bool           unbiased;                /* without the biases of norm and QKV matrix                           */
    int            position;                /* to rotate for; the side's own unless changed                        */
    double        *x;                       /* (rows,C) the stream                                                 */
    Tape           tape;
    Arena          nodes, mem;
    Tensor        *out;                     /* (1,rows,3C)                                                         */
} WhyRun;

/* Call why_run_close in either case. False with e->err set. */
bool why_run_open(WhyRun *r, const WhySide *s);
void why_run_close(WhyRun *r);

/* Sets x to the stream of the pass without the parts marked in gone (side->n), and unbiased if the bias is one of them;
 * NULL: with all. */
void why_run_without(WhyRun *r, const bool *gone);

/* Adds factor * u (C) to x at the position `back` before the side's. */
void why_run_add(WhyRun *r, int back, double factor, const double *u);

/* The query or key (D) from x, rotated; on the run's tape until the next call. NULL with e->err set. */
const double *why_run(WhyRun *r, bool held);
#endif
