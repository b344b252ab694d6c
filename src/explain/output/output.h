#ifndef EXPLAIN_OUTPUT_H
#define EXPLAIN_OUTPUT_H
#include "explain/pass.h"

/* The answer as a linear map of h (C), the last norm's output at the last position. With counts (model/counts.h) the
 * logit of token c is
 *     w_c.h + sum_k g_k log p_k(c),   g = s (U h + b)
 *       = (w_c + s sum_k log p_k(c) u_k).h + s sum_k b_k log p_k(c)
 * linear in h still: an effective row of the output matrix, and a number that no layer has a part in. Without counts
 * they are w_c and 0. Logits are before soft capping. */

/* The logits (1,T,V) before soft capping. */
Tensor *explain_uncapped(const Explain *e);

/* The row (C) of token c, and its number. */
void   explain_output_row(const Explain *e, int c, double *row);
double explain_output_constant(const Explain *e, int c);

/* log p_k of all tokens (V) after position i; k < PRIOR_CONTEXTS. The model must have counts. */
const double *explain_counted(const Explain *e, int i, int k);

/* The likeliest token other than the target, -1 in a vocabulary of one. */
int explain_rival(const Explain *e);
#endif
