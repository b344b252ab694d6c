#ifndef EXPLAIN_WHY_PARTS_H
#define EXPLAIN_WHY_PARTS_H
#include "explain/pass.h"

/* A query or a key as a sum of parts. The residual stream x at the input of layer l is a sum of what was written to it:
 * the embedding of the character and that of its position (both times the factor of embed_norm, if any), each head's
 * output of the layers below through its columns of the output matrix, each MLP, and the output biases. With norms held
 * at their values, everything from there to a query is linear:
 *     n_t = r_t (x_t - mean x_t) w + b      r_t: layer norm's factor; RMS norm subtracts no mean and has no b
 *     read_t = sum_k m_k n_(t-k)            char_mix, k < K; without it read = n, K = 1
 *     q = g R_t (W_q read_t + b_q)          g: QK norm's factor for this head, times its gain; R_t: the rotation
 * so a source written at position t - k gives one part of q for each k; likewise of k, without a gain. All biases
 * together are one part. The parts add up to q. ("A mathematical framework for transformer circuits", Elhage et al.
 * 2021, splits queries and keys by source like this; norms held at their values as in direct logit attribution.) */

typedef enum WhyKind { WHY_TOKEN, WHY_POSITION, WHY_HEAD, WHY_MLP, WHY_BIAS, WHY_KINDS } WhyKind;

/* "token", "position", "head", "mlp", "bias". */
extern const char *const explain_why_kinds[WHY_KINDS];

typedef struct WhySource {
    WhyKind kind;
    int     layer, head;                    /* of a head or an MLP; else 0                                        */
    int     back;                           /* k: written at this many positions before; -1: at all of them       */
} WhySource;

/* The query or the key of one head at one position, in parts. Arrays live until explain_close. */
typedef struct WhySide {
    Explain   *e;
    ExplainRow at;                          /* layer and head; row: the position                                  */
    bool       key;
    int        rows;                        /* positions at.row-rows+1 .. at.row that it reads: min(K, at.row+1)  */
    int        n;
    WhySource *source;                      /* (n)                                                                */
    double    *written;                     /* (n,C) into the stream at that position; of the bias: unused        */
    double    *bias;                        /* (C) of the outputs of all attentions below                         */
    double    *part;                        /* (n,D) of the query or key, before the rotation                     */
} WhySide;

/* False with e->err set: out of memory. */
bool why_side_open(WhySide *s, Explain *e, ExplainRow at, bool key);

/* The query or key (D) of the engine's pass, rotated. */
const double *why_side_whole(const WhySide *s);

/* What a vector u (C), written to the stream at position at.row - back, adds to the query or key (D) before its
 * rotation. room: C numbers. */
void why_side_through(const WhySide *s, const double *u, int back, double *room, double *out);

/* u (C): o (D), an output of a head, through that head's columns of its layer's output matrix. */
void why_written_by_head(const Explain *e, int layer, int head, const double *o, double *u);

/* The norm of layer `layer` at position t with its factor held: r (u - mean u) w, without the bias; to n (C). */
void why_norm_held(const Explain *e, int layer, int t, const double *u, double *n);

/* The operation of that kind between the QKV matrix and the heads, or NULL: op_qk_norm, op_rotary. */
const Tensor *why_op_of(const Explain *e, int layer, const Op *op);

/* The factor of QK norm, with the gain; 1 without. */
double why_qk_factor(const WhySide *s);

/* Whether two parts have one source, at whatever positions. */
static inline bool why_in_group(WhySource a, WhySource b)
{
    return a.kind == b.kind && a.layer == b.layer && a.head == b.head;
}
#endif
