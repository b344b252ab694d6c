#ifndef ENGINE_OPS_H
#define ENGINE_OPS_H
#include "engine/tape.h"

/* Every operation there is. To add one: write ops/<name>.c, add it here and to meson.build, and give
 * it a row in tests/engine/test_grad.c (it fails until you do). B batch, T time, C channels, H heads,
 * D = C/H head width, V vocabulary. All return NULL after any error on the tape. */
#define OPS(X)                                                                                     \
    X(add) X(attention) X(cached_attention) X(cached_char_mix) X(causal_softmax) X(char_mix)       \
    X(cross_entropy) X(dropout) X(embedding) X(gelu) X(layer_norm) X(linear) X(matmul)             \
    X(matmul_nt) X(merge_heads) X(qk_norm) X(relu2) X(rms_norm) X(rotary) X(scale) X(soft_cap)     \
    X(split_heads) X(sum) X(value_mix)

#define X(name) extern const Op op_##name;
OPS(X)
#undef X

/* x + y, same shape. */
Tensor *add(Tape *t, Tensor *x, Tensor *y);

/* Rows of table (V,C) chosen by ids (B*T of them, each in [0,V)): -> (B,T,C). ids must outlive the tape. */
Tensor *embedding(Tape *t, Tensor *table, const int *ids, int B, int T);

/* Rows first .. first+T-1 of table, the same for each of B sequences: -> (B,T,C). */
Tensor *embedding_of_positions(Tape *t, Tensor *table, int first, int B, int T);

/* x w^T + b over the last axis: x (...,K), w (N,K), b (N) or NULL -> (...,N). On a tape with bf16 the
 * products, of backward too, are of numbers rounded to bfloat16. */
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
 * merge_heads (Vaswani et al. 2017, section 3.2; computed in blocks of rows like Dao et al. 2022). On a tape
 * with bf16 its products are of numbers rounded to bfloat16. */
Tensor *attention(Tape *t, Tensor *qkv, int H, real p, uint64_t key);

/* Keys and values of the characters so far, for one sequence; ops/cached_attention.c fills it. */
struct KvCache {
    int   layers, context, channels, heads; /* sizes                                            */
    int   n;                                /* positions filled; the caller adds T after a pass */
    real *k, *v;                            /* per layer and head, in the kernel's panels; lengths below   */
    real *x;                                /* per layer: what char_mix read, (context,C); NULL without it */
};

/* How many numbers k and v have room for, with the table of kernels in use; the sizes must be set. */
size_t cached_attention_keys_len(const KvCache *c);
size_t cached_attention_values_len(const KvCache *c);

/* The same for new positions cache->n .. cache->n+T-1 of one sequence, qkv (1,T,3C) -> (1,T,C):
 * appends their keys and values to layer `layer` of the cache and attends to all of it.
 * Forward only. */
Tensor *cached_attention(Tape *t, Tensor *qkv, KvCache *cache, int layer);

/* Normalised over the last axis, eps 1e-5, times w (C), plus b (C) or NULL. */
Tensor *layer_norm(Tape *t, Tensor *x, Tensor *w, Tensor *b);

/* Gaussian error linear unit, tanh form. */
Tensor *gelu(Tape *t, Tensor *x);

/* The ops below are what the "fast" recipe adds. */

/* x / sqrt(mean(x^2) + 1e-5) over the last axis, times w (C) or not (NULL)
 * (Zhang and Sennrich 2019, "Root mean square layer normalization"). */
Tensor *rms_norm(Tape *t, Tensor *x, Tensor *w);

/* max(x, 0)^2 (So et al. 2021, "Primer"). */
Tensor *relu2(Tape *t, Tensor *x);

/* qkv (B,T,3C) as op attention takes it, gain (H): the query of head h becomes gain_h q / rms(q), the
 * key k / rms(k), rms over the head's D numbers with eps 1e-5; values pass
 * (Henry et al. 2020, "Query-key normalization for transformers"). */
Tensor *qk_norm(Tape *t, Tensor *qkv, Tensor *gain);

/* Queries and keys of row t of each sequence turned as position first + t: of each head's numbers the
 * pair (i, i + D/2) by the angle (first + t) 10000^(-2i/D); values pass. qkv (B,T,3C), D even
 * (Su et al. 2021, "RoFormer"). */
Tensor *rotary(Tape *t, Tensor *qkv, int H, int first);

/* y_t = sum over k < K of w_k x_(t-k), channel by channel within each sequence, where x before the
 * start is 0: a depthwise causal convolution. x (B,T,C), w (K,C), K from 1 to MAX_TAPS
 * (So et al. 2021, "Primer"). */
enum { MAX_TAPS = 8 };
Tensor *char_mix(Tape *t, Tensor *x, Tensor *w);

/* The same for new positions cache->n .. cache->n+T-1 of one sequence, x (1,T,C): reads the rows
 * before them from layer `layer` of the cache and leaves theirs there. Forward only. */
Tensor *cached_char_mix(Tape *t, Tensor *x, Tensor *w, KvCache *cache, int layer);

/* The value part of qkv becomes w_0 v + w_1 v_first, v_first being that of `first`, the first layer's;
 * queries and keys pass. qkv and first (B,T,3C), w (2)
 * (Zhou et al. 2024, "Value residual learning"). */
Tensor *value_mix(Tape *t, Tensor *qkv, Tensor *first, Tensor *w);

/* cap tanh(x / cap), cap > 0: nearly x for small x, and never beyond +-cap
 * (Gemma team 2024, "Gemma 2"). */
Tensor *soft_cap(Tape *t, Tensor *x, real cap);

/* Each element 0 with probability p, else x / (1 - p); which ones is a function of key and position
 * alone (Srivastava et al. 2014, in the inverted form). p = 0 gives x itself. */
Tensor *dropout(Tape *t, Tensor *x, real p, uint64_t key);

/* Mean over positions of -log softmax(logits)[target], in nats: logits (...,V) and one target a row,
 * in [0,V), or -1 for a row that does not count -> scalar. targets must outlive the tape. */
Tensor *cross_entropy(Tape *t, Tensor *logits, const int *targets);

/* All elements added: -> scalar. */
Tensor *sum(Tape *t, Tensor *x);
#endif
