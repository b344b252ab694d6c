#ifndef EXPLAIN_CAUSE_MASK_H
#define EXPLAIN_CAUSE_MASK_H
#include "explain/pass.h"

/* Runs forward with every key j that hidden (T) marks masked for all queries after it, in all heads and layers; a query
 * still attends to itself. row: room for T numbers. Values on the tape stay edited; explain_replay(e, NULL) restores
 * them. */
void cause_hide(Explain *e, const bool *hidden, double *row);
#endif
