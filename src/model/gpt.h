#ifndef MODEL_GPT_H
#define MODEL_GPT_H
#include "engine/ops.h"
#include "engine/params.h"
#include "model/config.h"

/* A GPT-2 style transformer (Radford et al. 2019; Vaswani et al. 2017): character and position
 * embeddings; blocks of causal attention and MLP, each behind a norm and added to the residual
 * stream; a last norm and an output matrix. What Config says beyond that changes a piece each.
 * Parameter names and shapes are those of GPT-2 in PyTorch, linear weights as (out, in). */

/* What a parameter belongs to: the columns of the log. */
typedef enum GptGroup {
    GPT_EMBEDDING, GPT_QKV, GPT_ATTENTION_OUT, GPT_MLP, GPT_OUTPUT, GPT_NORM, GPT_GROUPS
} GptGroup;

/* The parameters of one block. Biases, and what Config leaves out, are NULL. */
typedef struct GptBlockParams {
    Tensor *ln_1_w, *ln_1_b, *qkv_w, *qkv_b, *out_w, *out_b;
    Tensor *ln_2_w, *ln_2_b, *fc_w, *fc_b, *proj_w, *proj_b;
    Tensor *char_mix, *value_mix, *qk_gain; /* (char_mix,C), (2) but in layer 0, (H) */
} GptBlockParams;

typedef struct Gpt {
    Config    config;
    Params    params;
    Tensor   *wte, *wpe;                    /* wpe NULL without positions */
    Tensor   *ln_f_w, *ln_f_b, *lm_head;    /* lm_head is wte when tied   */
    GptBlockParams *blocks;
} Gpt;

/* The tensors of one layer that a reader may want to see. Shapes: x, mid, out (B,T,C); q, k, v, mix
 * (B,H,T,D); scores, weights (B,H,T,T), scores before the mask; the rest as the op says. The QKV
 * matrix reads `read` (norm_1, or that mixed with earlier characters) and gives `projected`; attention reads
 * `qkv`, which is the same or, as Config says, mixed, normed and turned. */
typedef struct GptBlockActs {
    Tensor *x, *norm_1, *read, *projected, *qkv, *q, *k, *v, *scores, *weights, *mix, *attention;
    Tensor *mid, *norm_2, *fc, *act, *mlp, *out;
} GptBlockActs;

/* The same for a whole pass; layers has room for config.layers. */
typedef struct GptTrace {
    Tensor   *token, *position, *norm_f;    /* position NULL without learned positions */
    GptBlockActs *layers;
} GptTrace;

/* One pass over B sequences of T characters. */
typedef struct GptPass {
    int        B, T;
    const int *ids;                         /* B*T tokens; kept by the caller while the tape is used    */
    const int *targets;                     /* B*T tokens or -1; NULL: no loss                          */
    real       dropout;
    uint64_t   key;                         /* which elements dropout drops                             */
    GptTrace  *trace;                       /* not NULL: attention from composed ops, and kept here     */
    KvCache   *cache;                       /* not NULL: B = 1, characters follow those in the cache    */
} GptPass;

typedef struct GptOut {
    Tensor *logits, *loss;                  /* (B,T,V); scalar, NULL without targets */
} GptOut;

/* Makes the table of parameters for that shape, in `nodes`, with the first values of GPT-2. */
bool gpt_init(Gpt *g, const Config *c, Arena *nodes, Err *err);

/* Makes params_start leave 0 in what writes to the residual stream, so that every block begins as if it
 * were not there (Zhang, Dauphin, Ma 2019, "Fixup"), and larger first values elsewhere. */
void gpt_begin_small(Gpt *g);

/* Bytes of `nodes` that gpt_init, params_alloc and the tape of one pass need together. */
size_t gpt_nodes_bytes(const Config *c);

/* Pushes one pass onto the tape. Both are NULL after an error. */
GptOut gpt_forward(Gpt *g, Tape *t, const GptPass *pass);

/* From the residual stream x (B,T,C) to the logits: the last norm, kept in *norm unless that is NULL, the
 * output matrix, and the cap. */
Tensor *gpt_answer(const Gpt *g, Tape *t, Tensor *x, Tensor **norm);
#endif
