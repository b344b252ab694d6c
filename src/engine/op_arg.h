#ifndef ENGINE_OP_ARG_H
#define ENGINE_OP_ARG_H
#include "base/real.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What an op needs besides its input tensors: one struct per op. Pointers are the caller's and must outlive
 * the tape. */

/* Zero each element with probability p, 0 <= p < 1; key and the element's index decide which. */
typedef struct Dropout {
    real     p;
    uint64_t key;
} Dropout;

/* How attention departs from its definition, for experiments on a model. */
typedef struct AttentionChange {
    real        factor;                     /* of all scores; infinity: equal weights on the largest of
                                               a row, and no gradient to the scores (hard attention)   */
    const bool *hidden;                     /* (B,T) keys to which no later query attends; NULL: none  */
} AttentionChange;

typedef struct AttentionArg {
    int     heads;
    bool    bf16;                           /* round the factors of its products to bfloat16 */
    Dropout dropout;                        /* of the attention weights                      */
    const AttentionChange *change;          /* NULL: none                                    */
} AttentionArg;

typedef struct KvCache KvCache;             /* engine/ops.h */

typedef struct CacheArg {                   /* cached_attention and cached_char_mix */
    KvCache *kv;
    int      layer;
} CacheArg;

typedef struct ConstantArg {
    int    batch, time, columns;
    size_t scratch;                         /* bytes of memory that fill needs                          */
    /* Writes rows begin .. end - 1 of `columns` numbers to y, on any thread. A row must not depend on the others. */
    void (*fill)(const void *context, size_t begin, size_t end, void *scratch, real *y);
    const void *context;
} ConstantArg;

typedef struct CrossEntropyArg {
    const int *targets;                     /* one per row; -1: the row does not count */
    int        counted;                     /* targets that are not -1; set by shape   */
} CrossEntropyArg;

typedef struct EmbeddingArg {
    const int *ids;                         /* batch * time row numbers, or NULL:            */
    int        batch, time, first;          /* rows first .. first+time-1 for every sequence */
} EmbeddingArg;

/* A node holds the struct of its own op; ops that are not listed have none. */
typedef union OpArg {
    AttentionArg    attention;
    CacheArg        cache;
    struct { const AttentionChange *change; } causal_softmax;   /* NULL: none */
    ConstantArg     constant;
    CrossEntropyArg cross_entropy;
    Dropout         dropout;
    EmbeddingArg    embedding;
    struct { bool bf16; } linear;           /* as in AttentionArg        */
    struct { int heads; } qk_norm;
    struct { int heads, first; } rotary;    /* first: position of row 0  */
    struct { real factor; } scale;
    struct { real cap; } soft_cap;
    struct { int part, heads; } split_heads; /* part: 0 query, 1 key, 2 value */
} OpArg;
#endif
