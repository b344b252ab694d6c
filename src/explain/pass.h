#ifndef EXPLAIN_PASS_H
#define EXPLAIN_PASS_H
#include "model/gpt.h"

#ifndef HEED_DOUBLE
#error "explain needs the double build: finite differences need the digits"
#endif

/* One prompt seen through one model: a pass on a tape that keeps every value and gradient of
 *     L = -log p(target),   the next character after the last one in view, in nats.
 * Attention is the composed one, so everything is read from the engine's own tensors. For layer l,
 * head h, query i, key j <= i, with q, k, v of width D and g_i = dL/do_i:
 *     s_ij = q_i.k_j / sqrt(D)     a = softmax over j <= i     o_i = sum_j a_ij v_j
 *     da_ij = g_i.v_j              ds_ij = a_ij (da_ij - g_i.o_i)
 * ds < 0 says: raising the score lowers the loss, so a descent step looks there MORE.
 * The functions of explain_*.h change values by hand and run forward again; each of them leaves
 * values and gradients as explain_open left them. Nothing here may run in two threads at once. */

/* A piece of memory for results, chained to be freed together. */
typedef struct ExplainChunk {
    struct ExplainChunk *next;
    size_t              size;
} ExplainChunk;

typedef struct Explain {
    Gpt         *g;                         /* the caller's                                          */
    int          T, L, H, C, D, V;          /* characters in view; the model's sizes, D = C/H        */
    int         *ids;                       /* (T) tokens                                            */
    int         *targets;                   /* (T) -1 but for the last                               */
    int          target;                    /* the token whose probability is explained              */
    double       loss;                      /* of the unchanged pass                                 */
    int          most;                      /* trials that one question gets: all of them in a small
                                               model; in a large one those whose gradient is largest */
    GptTrace     trace;
    GptOut       out;
    Tape         tape;
    Arena        nodes, mem;
    Err          err;                       /* why a function failed                                 */
    double      *panels;                    /* the weights packed for products, once for all passes  */
    ExplainChunk *rooms;                     /* results, freed by explain_close                       */
} Explain;

/* Runs T >= 1 tokens, at most the model's context, forward and backward. target in [0,V), or -1 for
 * the most probable. The model's parameters need gradients (PARAMS_GRADIENTS) and stay the caller's.
 * `e` must not move until explain_close, which is to be called in either case. False with e->err set. */
bool explain_open(Explain *e, Gpt *g, const int *ids, int T, int target);
void explain_close(Explain *e);

/* n objects of `size` bytes, zeroed, that live until explain_close; NULL with e->err set. */
void *explain_alloc(Explain *e, size_t n, size_t size);

/* Runs forward again for all that was pushed after `from` (NULL: all) and returns the loss. */
double explain_replay(Explain *e, Tensor *from);

/* Runs forward again for what was pushed after `from` up to and including `to`. */
void explain_replay_to(const Tensor *from, Tensor *to);

/* Fills all gradients anew, from the values as they are now. */
bool explain_backward(Explain *e);

/* Which of n things to try, for real passes in place of a gradient: the e->most largest |size|, all if
 * there are no more. An array (n) that lives until explain_close; NULL with e->err set. */
bool *explain_choose(Explain *e, const double *size, int n);

/* Packs the weights as they are now; explain_unpack before they are changed: they are then packed at each
 * use. The same bits either way. */
void explain_pack(Explain *e);
void explain_unpack(Explain *e);

/* The distribution of the next character, V numbers, from the logits as they are now. */
void explain_next(const Explain *e, double *p);

/* Rows of a (1,H,T,n) tensor: n numbers of head h, position i. */
static inline double *explain_row(const Tensor *x, int h, int i)
{
    return x->val + ((size_t)h * (size_t)x->dim[2] + (size_t)i) * (size_t)x->dim[3];
}

static inline double *explain_grad(const Tensor *x, int h, int i)
{
    return x->grad + ((size_t)h * (size_t)x->dim[2] + (size_t)i) * (size_t)x->dim[3];
}

/* One row of one head. */
typedef struct ExplainPlace {
    int layer, head, row;
} ExplainPlace;
#endif
