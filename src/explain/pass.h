#ifndef EXPLAIN_PASS_H
#define EXPLAIN_PASS_H
#include "model/gpt.h"

#ifndef HEED_DOUBLE
#error "explain is built in double only: finite differences need the precision"
#endif

/* One forward and backward pass of a prompt through a model, on a tape that keeps every value and gradient of
 *     L = -log p(target),   target: the token after the last one of the prompt; in nats.
 * Attention is built from separate operations here (not the fused one), so all numbers are read from the engine's own
 * tensors. For layer l, head h, query i, key j <= i, with q, k, v of width D and g_i = dL/do_i:
 *     s_ij = q_i.k_j / sqrt(D)     a_i = softmax over j <= i     o_i = sum_j a_ij v_j
 *     da_ij = g_i.v_j              ds_ij = a_ij (da_ij - g_i.o_i)
 * ds < 0 means that raising the score lowers the loss, so a descent step attends there MORE.
 * The other functions of this folder overwrite values on the tape and run forward again; each leaves values and
 * gradients as explain_open left them. Not thread-safe: one Explain at a time. */

/* Header of a block of results; chained, freed together. */
typedef struct ExplainChunk {
    struct ExplainChunk *next;
    size_t              size;
} ExplainChunk;

typedef struct Explain {
    Gpt         *g;                         /* owned by the caller                                    */
    int          T, L, H, C, D, V;          /* characters of the prompt; the model's sizes, D = C/H   */
    int         *ids;                       /* (T) tokens                                             */
    int         *targets;                   /* (T) -1 except the last                                 */
    int          target;                    /* the token whose probability is explained               */
    double       loss;                      /* of the unedited pass                                   */
    int          most;                      /* forward passes that one measurement may run; in a large
                                               model only the candidates with the largest gradient    */
    const GptChange *change;                /* NULL, or how the pass departs from the model           */
    GptTrace     trace;
    GptOut       out;
    Tape         tape;
    Arena        nodes, mem;
    Err          err;                       /* why a function failed                                  */
    double      *panels;                    /* weight matrices packed for gemm, shared by all passes  */
    ExplainChunk *chunks;                   /* results, freed by explain_close                        */
} Explain;

/* Runs ids (T), 1 <= T <= the model's context, forward and backward. target in [0,V), or -1 for the most probable
 * token. g must have been loaded with PARAMS_GRADIENTS. Call explain_close in either case, and do not move *e until
 * then. False with e->err set. */
bool explain_open(Explain *e, Gpt *g, const int *ids, int T, int target);
void explain_close(Explain *e);

/* The same of a pass with a change, which is the caller's and must outlive *e; NULL: none. */
bool explain_open_changed(Explain *e, Gpt *g, const int *ids, int T, int target, const GptChange *change);

/* Starts again on the same tape, after the model's parameters or what `change` holds have changed: as explain_open
 * does, but nothing is allocated. Results of before live on, but are those of before. */
bool explain_refresh(Explain *e, int target);

/* Frees the results that were allocated since e->chunks was `mark`, which an Explain that lives long needs. */
void explain_forget(Explain *e, const ExplainChunk *mark);

/* n zeroed objects of `size` bytes that live until explain_close; NULL with e->err set. */
void *explain_alloc(Explain *e, size_t n, size_t size);

/* Replays forward: recomputes every operation after `from` on the tape (NULL: all of them) and returns the loss. A
 * constant, what counting says of the text, stays: it takes a tenth of a small model's pass, and no edit changes it. */
double explain_replay(Explain *e, Tensor *from);

/* Recomputes the operations after `from`, up to and including `to`. */
void explain_replay_to(const Tensor *from, Tensor *to);

/* Recomputes all gradients from the current values. */
bool explain_backward(Explain *e);

/* Marks the candidates to measure with a pass each: the e->most of n with the largest |size|, or all if there are no
 * more. The array (n) lives until explain_close; NULL with e->err set. */
bool *explain_choose(Explain *e, const double *size, int n);

/* Packs the current weights for gemm. Call explain_unpack before changing them: they are then packed at each use.
 * Results are bit-identical either way. */
void explain_pack(Explain *e);
void explain_unpack(Explain *e);

/* p (V): distribution of the next token, from the current logits. */
void explain_next(const Explain *e, double *p);

/* Row of head h, position i of a (1,H,T,n) tensor: n values, or n gradients. */
static inline double *explain_row(const Tensor *x, int h, int i)
{
    return x->val + ((size_t)h * (size_t)x->dim[2] + (size_t)i) * (size_t)x->dim[3];
}

static inline double *explain_grad(const Tensor *x, int h, int i)
{
    return x->grad + ((size_t)h * (size_t)x->dim[2] + (size_t)i) * (size_t)x->dim[3];
}

/* One row of one head. */
typedef struct ExplainRow {
    int layer, head, row;
} ExplainRow;
#endif
