#ifndef EXPLAIN_EMBED_H
#define EXPLAIN_EMBED_H
#include "explain/pass.h"

/* Cosine of the angle between rows i and j of a table (n,C): 1 the same direction, 0 nothing in common. */
double explain_embed_cosine(const Tensor *table, int i, int j);

/* The n rows nearest to row i by cosine, the nearest first, i itself left out; fewer when the table is
 * small. Returns how many; near and cosine have room for n. */
int explain_embed_near(const Tensor *table, int i, int n, int *near, double *cosine);
#endif
