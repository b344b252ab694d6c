#ifndef ENGINE_OPS_H
#define ENGINE_OPS_H
#include "engine/tape.h"

/* Every operation there is. To add one: write ops/<name>.c, add it here and to meson.build, and give
 * it a row in tests/test_grad.c (it fails until you do). B batch, T time, C channels, H heads,
 * D = C/H head width, V vocabulary. All return NULL after any error on the tape. */
#define OPS(X)                                                                                     \
    X(add) X(attention) X(cached_attention) X(causal_softmax) X(cross_entropy) X(dropout)          \
    X(embedding) X(gelu) X(layer_norm) X(linear) X(matmul) X(matmul_nt) X(merge_heads) X(scale)    \
    X(split_heads) X(sum)

#define X(name) extern const Op op_##name;
OPS(X)
#undef X

/* x + y, same shape. */
Tensor *add(Tape *t, Tensor *x, Tensor *y);

/* Rows of table (V,C) chosen by ids (B*T of them, each in [0,V)): -> (B,T,C). ids must outlive the tape. */
Tensor *embedding(Tape *t, Tensor *table, const int *ids, int B, int T);

/* Rows first .. first+T-1 of table, the same for each of B sequences: -> (B,T,C). */
Tensor *embedding_of_positions(Tape *t, Tensor *table, int first, int B, int T);

/* x w^T + b over the last axis: x (...,K), w (N,K), b (N) or NULL -> (...,N). */
Tensor *linear(Tape *t, Tensor *x, Tensor *w, Tensor *b);

/* Products of each pair of matrices: (...,M,K) (...,K,N) -> (...,M,N). */
Tensor *matmul(Tape *t, Tensor *x, Tensor *y);

/* The same with the second transposed: (...,M,K) (...,N,K) -> (...,M,N). */
Tensor *matmul_nt(Tape *t, Tensor *x, Tensor *y);

/* a x. */
Tensor *scale(Tape *t, Tensor *x, real a);

/* Softmax over the last axis of x (...,T,T), row i over columns j <= i only; the rest is 0. */
Tensor *causal_softmax(Tape *t, Tensor *x);

/* Part `part` (0 query, 1 key, 2 value) of qkv (B,T,3C) by heads: -> (B,H,T,D). */
Tensor *split_heads(Tape *t, Tensor *qkv, int part, int H);

/* Heads side by side again: (B,H,T,D) -> (B,T,C). */
Tensor *merge_heads(Tape *t, Tensor *x);

/* Multi-head causal attention in one step: qkv (B,T,3C) -> (B,T,C), with dropout of probability p
 * on the weights. Fused twin of split_heads, matmul_nt, scale, causal_softmax, dropout, matmul,
 * merge_heads (Vaswani et al. 2017, section 3.2; computed in blocks of rows like Dao et al. 2022). */
Tensor *attention(Tape *t, Tensor *qkv, int H, real p, uint64_t key);

/* Keys and values of the characters so far, for one sequence; ops/cached_attention.c fills it. */
typedef struct KvCache {
    int   layers, context, channels, heads; /* sizes                                            */
    int   n;                                /* positions filled; the caller adds T after a pass */
    real *k, *v;                            /* per layer: keys by head, (H,D,context); values (context,C) */
} KvCache;

/* The same for new positions cache->n .. cache->n+T-1 of one sequence, qkv (1,T,3C) -> (1,T,C):
 * appends their keys and values to layer `layer` of the cache and attends to all of it.
 * Forward only. */
Tensor *cached_attention(Tape *t, Tensor *qkv, KvCache *cache, int layer);

/* Normalised over the last axis, eps 1e-5, times w (C), plus b (C) or NULL. */
Tensor *layer_norm(Tape *t, Tensor *x, Tensor *w, Tensor *b);

/* Gaussian error linear unit, tanh form. */
Tensor *gelu(Tape *t, Tensor *x);

/* Each element 0 with probability p, else x / (1 - p); which ones is a function of key and position
 * alone (Srivastava et al. 2014, in the inverted form). p = 0 gives x itself. */
Tensor *dropout(Tape *t, Tensor *x, real p, uint64_t key);

/* Mean over positions of -log softmax(logits)[target], in nats: logits (...,V) and one target a row,
 * in [0,V), or -1 for a row that does not count -> scalar. targets must outlive the tape. */
Tensor *cross_entropy(Tape *t, Tensor *logits, const int *targets);

/* All elements added: -> scalar. */
Tensor *sum(Tape *t, Tensor *x);
#endif
