#ifndef EXPLAIN_VERSUS_SEARCH_H
#define EXPLAIN_VERSUS_SEARCH_H
#include "explain/versus/versus.h"

/* The two passes of a comparison. */
typedef struct VersusRuns {
    VersusRun a, b;
} VersusRuns;

/* The effect of heads (n_heads, ascending), patched together at n pairs. */
VersusEffect versus_effect(VersusRuns *r, const int *heads, int n_heads, const VersusPair *pairs, int n);

/* D as the effect into A, and into B. */
double versus_into_a(const VersusRuns *r, double odds);
double versus_into_b(const VersusRuns *r, double odds);

/* The verdict and the set of heads: from x->heads, and from patching sets together. False with e->err set. */
bool versus_search(Explain *e, VersusRuns *r, Versus *x);

/* What each head of the set reads: reading.c. False with e->err set. */
bool versus_read(Explain *e, VersusRuns *r, const bool *letter, Versus *x);
#endif
