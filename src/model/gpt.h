#ifndef MODEL_GPT_H
#define MODEL_GPT_H
#include "engine/ops.h"
#include "engine/params.h"
#include "model/config.h"

/* A GPT-2 style transformer (Vaswani et al. 2017; Radford et al. 2019): character and position embeddings; blocks of
 * causal attention and an MLP, each after a norm and added to the residual stream; a last norm and an output matrix.
 * Config replaces single parts. Parameters have the names and shapes of GPT-2 in PyTorch, linear weights (out, in).
 * src/model/README.md shows it on one page. */

/* Groups of parameters: the log has a gradient norm for the first five. */
typedef enum GptGroup {
    GPT_EMBEDDING, GPT_QKV, GPT_ATTENTION_OUT, GPT_MLP, GPT_OUTPUT, GPT_NORM,
    GPT_COUNTS, GPT_GROUPS
} GptGroup;

/* The parameters of one block; NULL for those that Config leaves out. */
typedef struct GptBlockParams {
    Tensor *ln_1_w, *ln_1_b, *qkv_w, *qkv_b, *out_w, *out_b;
    Tensor *ln_2_w, *ln_2_b, *fc_w, *fc_b, *proj_w, *proj_b;
    Tensor *char_mix, *value_mix, *qk_gain; /* (char_mix,C); (2), not in layer 0; (H or 1) */
} GptBlockParams;

typedef struct Gpt {
    Config    config;
    Params    params;
    Tensor   *wte, *wpe;                    /* wpe NULL without positions */
    Tensor   *ln_f_w, *ln_f_b, *lm_head;    /* lm_head is wte when tied   */
    Tensor   *count_gain, *count_bias;      /* (K,C), (K) of K = PRIOR_CONTEXTS; NULL without counts            */
    const struct Prior *prior;              /* the caller's (text/counting/prior.h); a pass with counts needs it */
    GptBlockParams *blocks;
} Gpt;

/* The activations of one block, in order. Shapes: x, mid, out (B,T,C); q, k, v, mix (B,H,T,D); scores, before the mask,
 * and weights (B,H,T,T); read (B,T,C), qkv (B,T,3C), fc and act (B,T,4C). The QKV matrix maps `read` (norm_1, or its
 * causal convolution) to `projected`; `qkv` is that after value residual, QK norm and rotation, as Config says. */
typedef struct GptBlockActs {
    Tensor *x, *norm_1, *read, *projected, *qkv, *q, *k, *v, *scores, *weights, *mix, *attention;
    Tensor *mid, *norm_2, *fc, *act, *mlp, *out;
} GptBlockActs;

/* The activations of a pass; layers has room for config.layers. */
typedef struct GptTrace {
    Tensor   *token, *position, *norm_f;    /* position NULL without learned positions */
    Tensor   *counts;                       /* NULL without counts                     */
    GptBlockActs *layers;
} GptTrace;

/* How a pass departs from the model, for experiments; not with a cache. */
typedef struct GptChange {
    AttentionChange attention;
    bool            no_positions;           /* no rotation, and no learned positions are added              */
} GptChange;

/* One pass over B sequences of T characters. */
typedef struct GptPass {
    int        B, T;
    const int *ids;                         /* B*T tokens; must outlive the tape                        */
    const int *targets;                     /* B*T tokens or -1; NULL: no loss                          */
    real       dropout;
    uint64_t   key;                         /* seed of dropout                                          */
    GptTrace  *trace;                       /* not NULL: composed attention, its activations kept here  */
    const size_t *starts;                   /* (B) where the sequences begin in the corpus that was counted, to learn
                                               from it; NULL: they are not from it, or all may be known     */
    const GptChange *change;                /* NULL: none; must outlive the tape                            */
    KvCache   *cache;                       /* not NULL: B = 1, and ids follow the cache's tokens, in
                                               memory too                                          */
} GptPass;

typedef struct GptOut {
    Tensor *logits, *loss;                  /* (B,T,V); scalar, NULL without targets */
} GptOut;

/* Makes the parameters (model/gpt_params.h) of that shape in `nodes`, with GPT-2's initialization, without memory for
 * their numbers. False for a shape that config_check refuses, or when nodes is full. */
bool gpt_init(Gpt *g, const Config *c, Arena *nodes, Err *err);

/* Changes the initialization: zero output projections, so that every block starts as the identity (Zhang, Dauphin, Ma
 * 2019, "Fixup"), and larger values elsewhere. Call it before params_start. */
void gpt_begin_small(Gpt *g);

/* Bytes of `nodes` that gpt_init, params_alloc, the layers of a GptTrace and the tape of one pass need together. */
size_t gpt_nodes_bytes(const Config *c);

/* Pushes one pass onto the tape. After an error both are NULL. */
GptOut gpt_forward(Gpt *g, Tape *t, const GptPass *pass);

/* From the residual stream x (B,T,C) to the logits: last norm (stored in *norm unless NULL), output matrix, the counts
 * (model/counts.h; NULL without), soft cap. */
Tensor *gpt_answer(const Gpt *g, Tape *t, Tensor *x, Tensor **norm, Tensor *counts);
#endif
