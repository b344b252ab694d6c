#ifndef MODEL_COUNTS_H
#define MODEL_COUNTS_H
#include "model/gpt.h"
#include "text/counting/prior.h"

/* What counting knows of every position's next token: the logarithms of PRIOR_CONTEXTS distributions, as a constant
 * (B,T,PRIOR_CONTEXTS V) on the tape. A position's context begins with its sequence, or with the window of p->cache;
 * with p->starts the fold of its target is left out. NULL after an error. */
Tensor *counts_push(const Gpt *g, Tape *t, const GptPass *p);

/* Bytes of a tape's nodes that it takes. */
size_t counts_nodes_bytes(void);

/* The gains' scale, like the 1 / sqrt(D) of attention's scores: they multiply logarithms that reach -15, so a step of
 * the optimizer that suits other parameters would change the logits by more than 10. On tiny Shakespeare a tenth was
 * the best of 1, 0.1, 0.03 and 0.01; 1/12 makes the first value of a bias, 3, a quarter. */
static const double COUNTS_SCALE = 1 / 12.0;

/* logits + sum over k of g_k log p_k, g = COUNTS_SCALE (gain h + bias): gain (K,C), bias (K), h (B,T,C) the last norm's
 * output, K = PRIOR_CONTEXTS; counts from counts_push. */
Tensor *counts_tilt(const Gpt *g, Tape *t, Tensor *logits, Tensor *h, Tensor *counts);
#endif
