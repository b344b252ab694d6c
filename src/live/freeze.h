#ifndef LIVE_FREEZE_H
#define LIVE_FREEZE_H
#include "model/gpt.h"

/* A head's own parameters: its rows of the query, key and value matrix and bias, its columns of the output matrix, and
 * its gain. (Convolution, value residual and norms are shared by all heads of a layer.) An update that must not reach
 * them is made and taken back: this copies them, before it to `kept` and after it back. */

/* How many numbers the marked heads (L*H) have. */
size_t live_freeze_len(const Gpt *g, const bool *heads);

void live_freeze_keep(const Gpt *g, const bool *heads, real *kept);
void live_freeze_restore(const Gpt *g, const bool *heads, const real *kept);
#endif
