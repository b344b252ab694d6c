#ifndef EXPLAIN_TRACE_H
#define EXPLAIN_TRACE_H
#include "explain/pass.h"

/* One key in one query's row. */
typedef struct ExplainKey {
    double s, a, da, ds;                    /* score, weight, dL/da, dL/ds                                   */
    double rel;                             /* da minus its mean under the weights, g.o                      */
    double av;                              /* |a v|: size of what this key adds to the output               */
    double fd, error;                       /* (L(s+h) - L(s-h)) / 2h, forward run again; |ds - fd|;         */
                                            /* NaN if not tried (Explain.most)                               */
    bool   ok;                              /* error within 1e-5 relative or 1e-9 absolute, or not tried     */
} ExplainKey;

#define EXPLAIN_H 1e-4                      /* h of the central differences */

/* One row of one head. Its push is the sum of |ds|. */
typedef struct ExplainTrace {
    ExplainRow   at;
    int          n;                         /* keys: row + 1                                                 */
    ExplainKey  *keys;                      /* (n)                                                           */
    double       mean_da, entropy, push;    /* g.o; of the weights, in bits                                  */
    int          share_keys;                /* the fewest keys that hold at least 95 % of the push,          */
    double       share;                     /* and the fraction they hold                                    */
} ExplainTrace;

/* The trace of that row with its finite differences. The array lives until explain_close. False with e->err set. */
bool explain_trace(Explain *e, ExplainRow at, ExplainTrace *t);

/* The same with the finite difference of key j alone: two forward passes, however long the row. */
bool explain_trace_key(Explain *e, ExplainRow at, int j, ExplainTrace *t);

/* The push of a row: sum over keys of |dL/ds|. */
double explain_trace_push(const Explain *e, ExplainRow at);

/* The row with the largest push among those allowed; layer, head or row < 0: any. */
ExplainRow explain_trace_most_pushed(const Explain *e, int layer, int head, int row);

/* Entropy of n weights, in bits. */
double explain_trace_entropy(const double *a, int n);

/* losses (row+1, n_deltas): the loss with score j of the row changed by each delta, forward run again; NaN for keys not
 * tried (Explain.most). False with e->err set. */
bool explain_trace_losses(Explain *e, ExplainRow at, const double *deltas, int n_deltas, double *losses);
#endif
