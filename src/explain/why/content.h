#ifndef EXPLAIN_WHY_CONTENT_H
#define EXPLAIN_WHY_CONTENT_H
#include "explain/pass.h"

/* Whether the scores of a layer depend on distance by rotary positions: without, there is nothing to average. */
bool why_content_has(const Explain *e, int layer);

/* The scores of row `at` as ExplainWhy.mean has them, for all its keys at once: with q and k before their rotation,
 *     s_j = q.(R k_j) / sqrt(D),   R = mean over p = -at.row..0 of the rotation by p
 * the mean over all distances that the row has, contents unchanged; to s (at.row + 1). room: 3 D numbers. Requires
 * why_content_has(e, at.layer). What earlier heads know of positions counts as content. */
void why_content_row(const Explain *e, ExplainRow at, double *room, double *s);
#endif
