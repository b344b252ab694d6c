#ifndef EXPLAIN_EMBED_H
#define EXPLAIN_EMBED_H
#include "explain/pass.h"

/* Cosine similarity of rows i and j of a table (n,C); 0 if either is zero. */
double explain_embed_cosine(const Tensor *table, int i, int j);

/* The n rows nearest to row i by cosine, without i itself, nearest first. near and cosine have room for n. Returns how
 * many were found: fewer than n in a small table. */
int explain_embed_near(const Tensor *table, int i, int n, int *near, double *cosine);
#endif
