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

/* logits + sum over k of g_k log p_k, g = gain h + bias: gain (K,C), bias (K), h (B,T,C) the last norm's output, K =
 * PRIOR_CONTEXTS; counts from counts_push. */
Tensor *counts_tilt(const Gpt *g, Tape *t, Tensor *logits, Tensor *h, Tensor *counts);
#endif
