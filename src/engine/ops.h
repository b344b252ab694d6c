#ifndef ENGINE_OPS_H
#define ENGINE_OPS_H
#include "engine/tape.h"

/* Every operation. To add one, see README.md; in short: write ops/<name>.c, add it here and to ops/meson.build,
 * and give it rows in tests/engine/op_cases.h (engine/grad fails until you do).
 * B batch, T time, C channels, H heads, D = C/H head width, V vocabulary; shapes are written (B,T,C), and
 * "..." is any number of axes. Each function appends one node to the tape and returns it; the tape's arenas own
 * it. It returns NULL, with t->err set, if the op refuses its inputs' shapes or memory is full, and NULL after
 * any earlier error. */
#define OPS(X)                                                                                     \
    X(add) X(attention) X(cached_attention) X(cached_char_mix) X(causal_softmax) X(char_mix)       \
    X(constant) X(cross_entropy) X(dropout) X(embedding) X(gelu) X(layer_norm) X(linear) X(matmul)             \
    X(matmul_nt) X(merge_heads) X(qk_norm) X(relu2) X(rms_norm) X(rotary) X(scale) X(soft_cap)     \
    X(split_heads) X(sum) X(tilt) X(value_mix)

#define X(name) extern const Op op_##name;
OPS(X)
#undef X

/* x + y, of the same shape. */
Tensor *add(Tape *t, Tensor *x, Tensor *y);

/* Rows of table (V,C) selected by ids, B*T numbers in [0,V) -> (B,T,C). ids must outlive the tape. */
Tensor *embedding(Tape *t, Tensor *table, const int *ids, int B, int T);

/* Rows first .. first+T-1 of table (P,C) for each of B sequences: learned positions -> (B,T,C). */
Tensor *embedding_of_positions(Tape *t, Tensor *table, int first, int B, int T);

/* x w^T + b over the last axis: x (...,K), w (N,K), b (N) or NULL -> (...,N). On a tape with bf16 set the
 * factors of its products, in backward too, are rounded to bfloat16. */
Tensor *linear(Tape *t, Tensor *x, Tensor *w, Tensor *b);

/* Batched matrix product: (...,M,K) (...,K,N) -> (...,M,N). */
Tensor *matmul(Tape *t, Tensor *x, Tensor *y);

/* The same with the second factor transposed: (...,M,K) (...,N,K) -> (...,M,N). */
Tensor *matmul_nt(Tape *t, Tensor *x, Tensor *y);

/* a x. */
Tensor *scale(Tape *t, Tensor *x, real a);

/* Softmax with a causal mask over the last axis of x (...,T,T): row i over columns j <= i; the rest is 0. */
Tensor *causal_softmax(Tape *t, Tensor *x);

/* The same with what `change` hides, and hard if it says so; x already holds its factor. The caller's, NULL: none. */
Tensor *causal_softmax_changed(Tape *t, Tensor *x, const AttentionChange *change);

/* One part of qkv (B,T,3C), 0 query, 1 key or 2 value, split into heads -> (B,H,T,D). */
Tensor *split_heads(Tape *t, Tensor *qkv, int part, int H);

/* Concatenates heads: (B,H,T,D) -> (B,T,C). */
Tensor *merge_heads(Tape *t, Tensor *x);

/* Causal multi-head scaled dot-product attention: qkv (B,T,3C) -> (B,T,C), with dropout of probability p on the
 * weights (key: see dropout). The fused twin of split_heads, matmul_nt, scale, causal_softmax, dropout, matmul,
 * merge_heads (Vaswani et al. 2017, section 3.2; computed in blocks of rows like Dao et al. 2022,
 * "FlashAttention"). On a tape with bf16 set the factors of its products are rounded to bfloat16. */
Tensor *attention(Tape *t, Tensor *qkv, int H, real p, uint64_t key);

/* The same with the change, which is the caller's and must outlive the tape; NULL: none. */
Tensor *attention_changed(Tape *t, Tensor *qkv, int H, real p, uint64_t key, const AttentionChange *change);

/* Keys and values of the positions read so far, for one sequence. The caller sets the sizes, owns the memory and
 * advances n; the cached_ ops fill it. */
struct KvCache {
    int   layers, context, channels, heads;
    int   n;                                /* positions filled; the caller adds T after a pass       */
    real *k, *v;                            /* by layer and head, in the kernel's panels; see below   */
    real *x;                                /* by layer: inputs of char_mix (context,C); NULL without */
};

/* Lengths of k and v, with the kernels in use; the sizes must be set. */
size_t cached_attention_keys_len(const KvCache *c);
size_t cached_attention_values_len(const KvCache *c);

/* attention for the new positions cache->n .. cache->n+T-1 of one sequence, qkv (1,T,3C) -> (1,T,C): stores their
 * keys and values in layer `layer` of the cache and attends to all positions so far. Forward only. */
Tensor *cached_attention(Tape *t, Tensor *qkv, KvCache *cache, int layer);

/* Layer normalization over the last axis, eps 1e-5, times w (C), plus b (C) or NULL
 * (Ba, Kiros and Hinton 2016). */
Tensor *layer_norm(Tape *t, Tensor *x, Tensor *w, Tensor *b);

/* Gaussian error linear unit, tanh approximation (Hendrycks and Gimpel 2016). */
Tensor *gelu(Tape *t, Tensor *x);

/* The ops below belong to the "fast" recipe. */

/* RMS normalization: x / sqrt(mean(x^2) + 1e-5) over the last axis, times w (C) unless NULL
 * (Zhang and Sennrich 2019, "Root mean square layer normalization"). */
Tensor *rms_norm(Tape *t, Tensor *x, Tensor *w);

/* Squared ReLU: max(x, 0)^2 (So et al. 2021, "Primer"). */
Tensor *relu2(Tape *t, Tensor *x);

/* QK norm of qkv (B,T,3C), laid out as op attention reads it, with gain (H): the query of head h becomes
 * gain_h q / rms(q), the key k / rms(k), rms over the head's D numbers with eps 1e-5; values are copied
 * (Henry et al. 2020, "Query-key normalization for transformers"). With gain (1) all heads share it. */
Tensor *qk_norm(Tape *t, Tensor *qkv, Tensor *gain, int H);

/* Rotary position embedding: rotates queries and keys of row t of each sequence for position first + t, the pair
 * (i, i + D/2) of each head by the angle (first + t) 10000^(-2i/D); values are copied. qkv (B,T,3C), D even
 * (Su et al. 2021, "RoFormer"). */
Tensor *rotary(Tape *t, Tensor *qkv, int H, int first);

/* Its angles: row p of `rows` (positions,D) becomes the D/2 cosines, then the D/2 sines of position p. */
void rotary_angles(size_t D, size_t positions, real *rows);

/* Causal depthwise convolution over time: y_t = sum over k < K of w_k x_(t-k) per channel, x before the start of
 * its sequence being 0. x (B,T,C), w (K,C), K from 1 to MAX_TAPS (So et al. 2021, "Primer"). */
enum { MAX_TAPS = 8 };
Tensor *char_mix(Tape *t, Tensor *x, Tensor *w);

/* char_mix for the new positions cache->n .. cache->n+T-1 of one sequence, x (1,T,C): reads the preceding rows
 * from layer `layer` of the cache and stores the new ones there. Forward only. */
Tensor *cached_char_mix(Tape *t, Tensor *x, Tensor *w, KvCache *cache, int layer);

/* Value residual: the value part of qkv becomes w_0 v + w_1 v_first, where v_first is the value part of `first`,
 * the first layer's qkv; queries and keys are copied. qkv and first (B,T,3C), w (2)
 * (Zhou et al. 2024, "Value residual learning"). */
Tensor *value_mix(Tape *t, Tensor *qkv, Tensor *first, Tensor *w);

/* Logit soft cap: cap tanh(x / cap), cap > 0; close to x for small x, never beyond +-cap
 * (Gemma team 2024, "Gemma 2"). */
Tensor *soft_cap(Tape *t, Tensor *x, real cap);

/* The next two mix what is known without the model into its logits. */

/* Numbers that depend on no parameter, (batch,time,columns): arg.fill writes them, on several threads. Its
 * gradient is not used. What arg points to must outlive the tape. */
Tensor *constant(Tape *t, ConstantArg arg);

/* x + sum over k of g_k c_k, by row: x (...,V), gains g (...,K), c (...,K V), which may be a constant -> (...,V). With
 * logits x and c_k = log p_k the softmax of this is proportional to exp(x) times the product of p_k^g_k: a product of
 * experts (Hinton 2002, section 2), whose weights the model learns for every position. */
Tensor *tilt(Tape *t, Tensor *x, Tensor *g, Tensor *c);

/* Inverted dropout: each element becomes 0 with probability p, 0 <= p < 1, otherwise x / (1 - p). Key and index
 * alone decide which (Srivastava et al. 2014). p = 0 returns x itself. */
Tensor *dropout(Tape *t, Tensor *x, real p, uint64_t key);

/* Cross-entropy in nats: the mean of -log softmax(logits)[target] over the rows that count -> scalar. logits
 * (...,V), one target per row, in [0,V), or -1 for a row that does not count; 0 if none counts. targets must
 * outlive the tape. */
Tensor *cross_entropy(Tape *t, Tensor *logits, const int *targets);

/* The sum of all elements -> scalar. */
Tensor *sum(Tape *t, Tensor *x);
#endif
