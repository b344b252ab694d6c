#ifndef EXPLAIN_TRACE_H
#define EXPLAIN_TRACE_H
#include "explain/pass.h"

/* One key of one query's row: what is attended, how it is pushed, and the proof. */
typedef struct ExplainKey {
    double s, a, da, ds;                    /* score, weight, dL/da, dL/ds                            */
    double rel;                             /* da minus its mean under the weights, g.o               */
    double av;                              /* |a v|: how much is really brought                      */
    double fd, error;                       /* (L(s+h) - L(s-h)) / 2h with forward re-run; |ds - fd|; */
                                            /* NaN where it was not tried (Explain.most)              */
    bool   ok;                              /* error within 1e-5 of the larger, or 1e-9, or not tried */
} ExplainKey;

#define EXPLAIN_H 1e-4                      /* h of the central differences */

typedef struct ExplainTrace {
    ExplainPlace at;
    int          n;                         /* keys: row + 1                                          */
    ExplainKey  *keys;                      /* (n)                                                    */
    double       mean_da, entropy, push;    /* g.o; of the weights, in bits; sum of |ds|              */
    int          share_keys;                /* the fewest keys that hold at least 95 % of the push,   */
    double       share;                     /* and what part of it they hold                          */
} ExplainTrace;

/* The trace of that row, finite differences included. False with e->err set. */
bool explain_trace(Explain *e, ExplainPlace at, ExplainTrace *t);

/* Sum over keys of |dL/ds|: how strongly the row's looking is pushed. */
double explain_trace_push(const Explain *e, ExplainPlace at);

/* The head with the largest push among those allowed (layer or head -1: any) in row `row` (-1: any row). */
ExplainPlace explain_trace_most_pushed(const Explain *e, int layer, int head, int row);

/* Entropy of n weights, in bits. */
double explain_trace_entropy(const double *a, int n);

/* The true losses with score j of the row changed by each of n_deltas numbers: forward re-run; NaN for
 * keys that are not tried (Explain.most). losses has room for (row+1)*n_deltas. */
bool explain_trace_losses(Explain *e, ExplainPlace at, const double *deltas, int n_deltas, double *losses);
#endif
