#include "engine/attend.h"
#include "engine/drop.h"
#include "engine/ops.h"
#include "engine/parallel.h"
#include "kernel/small.h"
#include <math.h>
#include <string.h>

/* Causal multi-head attention, one task per sequence and head, BLOCK queries at a time: the scores of a block
 * fit in cache, and keys that lie in the future of the whole block are skipped. Only the output is stored;
 * backward recomputes the weights. */
enum { BLOCK = 16 };

/* One head of one sequence: sizes, and q, k, v in rows of 3C numbers. */
typedef struct Head {
    size_t      T, D, C, item, at;          /* at: its first number in y */
    real        factor;                     /* 1/sqrt(D) */
    const real *q, *k, *v;
} Head;

/* A thread's scratch memory. Rows of scores are `ld` apart. */
typedef struct Scratch {
    Small  small;
    size_t ld;
    real  *kt, *vt, *kp, *vp, *bp;          /* packed: k^T, v^T, k, v, a block of q or of dy */
    real  *a, *da, *dropped;                /* BLOCK x T: weights, their gradients, after dropout */
} Scratch;

static size_t score_ld(size_t T) { return (T + 15) / 16 * 16 + 16; }   /* not a power of two */

static size_t heads(const Tensor *y) { return (size_t)y->arg.attention.heads; }

static Small small_of(const Tensor *y)
{
    return (Small){ .bf16 = y->arg.attention.bf16 ? kernel_bf16(kernel) : NULL };
}

/* Room to round a block of weights, over all keys or transposed, and a block of queries. */
static size_t rounded_len(const Small *s, size_t T, size_t D)
{
    return small_room_len(s, T, BLOCK) + small_room_len(s, BLOCK, T) + small_room_len(s, BLOCK, D);
}

static size_t scratch_len(const Small *s, size_t T, size_t D)
{
    return 2 * small_panels_len(s, T, D) + 2 * small_panels_len(s, D, T) + small_panels_len(s, D, BLOCK) +
           3 * BLOCK * score_ld(T) + rounded_len(s, T, D) + 9 * 16;
}

static real *cut(real **rest, size_t n)
{
    real *p = *rest;
    *rest += (n + 15) / 16 * 16;
    return p;
}

static Scratch scratch_make(const Tensor *y, size_t T, size_t D)
{
    real  *rest = pool_scratch();
    Scratch r = { .small = small_of(y), .ld = score_ld(T) };
    Small *s = &r.small;
    r.kt = cut(&rest, small_panels_len(s, T, D));
    r.vt = cut(&rest, small_panels_len(s, T, D));
    r.kp = cut(&rest, small_panels_len(s, D, T));
    r.vp = cut(&rest, small_panels_len(s, D, T));
    r.bp = cut(&rest, small_panels_len(s, D, BLOCK));
    r.a = cut(&rest, BLOCK * r.ld);
    r.da = cut(&rest, BLOCK * r.ld);
    r.dropped = cut(&rest, BLOCK * r.ld);
    s->room = cut(&rest, rounded_len(s, T, D));
    return r;
}

static bool shape(Tensor *y, Err *err)
{
    const Tensor *x = y->in[0];
    char s[64];
    int  H = y->arg.attention.heads;
    real p = y->arg.attention.dropout.p;
    if (x->rank != 3 || H < 1 || x->dim[2] % (3 * H))
        return err_set(err, "cannot split %s into query, key and value of %d heads", tensor_str(x, s), H);
    if (!(p >= 0 && p < 1))
        return err_set(err, "the dropout probability is %g: it must be at least 0 and below 1", (double)p);
    tensor_like(y, x);
    y->dim[2] = x->dim[2] / 3;
    size_t T = (size_t)x->dim[1], D = (size_t)(y->dim[2] / H);
    if (y->arg.attention.bf16 && !gemm_bf16_reserve(BLOCK, T, D, err))
        return false;
    Small small = small_of(y);
    return pool_reserve(scratch_len(&small, T, D) * sizeof(real), err);
}

static Head head_at(const Tensor *y, size_t item)
{
    size_t T = (size_t)y->dim[1], C = (size_t)y->dim[2], H = heads(y), D = C / H;
    Head   h = { .T = T, .D = D, .C = C, .item = item, .factor = 1 / (real)sqrt((double)D) };
    const AttentionChange *change = y->arg.attention.change;
    h.factor *= change && !attend_hard(change) ? change->factor : 1;
    h.at = item / H * T * C + item % H * D;
    h.q = y->in[0]->val + item / H * T * 3 * C + item % H * D;
    h.k = h.q + C;
    h.v = h.k + C;
    return h;
}

/* Sets the future of the queries in a block, whose rows start at x: keys j > i for query i. */
static void fill_future(real *x, size_t ld, size_t i0, size_t i1, real value)
{
    for (size_t i = 0; i < i1 - i0; i++)
        for (size_t j = 0; j < BLOCK; j++)      /* past i1 too: a row is that long */
            x[i * ld + i0 + j] = j > i ? value : x[i * ld + i0 + j];
}

/* The weights of a block from its scores in r->a, where attention is changed (AttentionChange). */
static void weights_changed(const Tensor *y, const Head *h, const Scratch *r, size_t i0, size_t i1)
{
    for (size_t i = i0; i < i1; i++) {
        real *row = r->a + (i - i0) * r->ld;
        kernel->scale(i + 1, h->factor, row, row);
        attend_row(y->arg.attention.change, h->item / heads(y), h->T, i, row, row);
    }
    fill_future(r->a, r->ld, i0, i1, 0);
}

/* r->a = the weights of queries i0 <= i < i1 over keys j < i1, 0 for the future: exp(-inf), which changes no bit of
 * a row's sum. */
static void weights(const Tensor *y, const Head *h, const Scratch *r, size_t i0, size_t i1)
{
    Matrix q = matrix(h->q + i0 * 3 * h->C, 3 * h->C);
    small_product(&r->small, i1 - i0, i1, h->D, h->D, q, r->kt, NULL, r->a, r->ld);
    if (y->arg.attention.change) {
        weights_changed(y, h, r, i0, i1);
        return;
    }
    fill_future(r->a, r->ld, i0, i1, -(real)INFINITY);
    for (size_t i = 0; i < i1 - i0; i++)
        kernel->softmax(i1, h->factor, r->a + i * r->ld, r->a + i * r->ld);
}

/* Drops the same elements as op_dropout on the whole (B,H,T,T) tensor of weights. */
static void drop(const Tensor *y, const Head *h, size_t i0, size_t i1, const real *x, real *z, size_t ld)
{
    const Dropout *d = &y->arg.attention.dropout;
    for (size_t i = i0; i < i1; i++)
        drop_elements(d, (h->item * h->T + i) * h->T, i1, x + (i - i0) * ld, z + (i - i0) * ld, false);
}

static const real *after_dropout(const Tensor *y, const Head *h, const Scratch *r, size_t i0, size_t i1)
{
    if (y->arg.attention.dropout.p == 0)
        return r->a;
    drop(y, h, i0, i1, r->a, r->dropped, r->ld);
    return r->dropped;
}

/* Where the block that starts at query i0 ends. */
static size_t block_end(const Head *h, size_t i0) { return i0 + BLOCK < h->T ? i0 + BLOCK : h->T; }

/* Asks for rows i0 <= i < i1 of a head, ld apart, ahead of their use: a processor does not expect them. gcc drops
 * calls of a function that does only that, so it must be inline. */
#define FETCH static inline __attribute__((always_inline)) void

FETCH fetch(const Head *h, const real *x, size_t ld, size_t i0, size_t i1)
{
    for (size_t i = i0; i < i1; i++)
        for (size_t d = 0; d < h->D; d += 64 / sizeof(real))
            __builtin_prefetch(x + i * ld + d, 0, 2);
}

FETCH fetch_keys_and_values(const Head *h)
{
    fetch(h, h->k, 3 * h->C, 0, h->T);
    fetch(h, h->v, 3 * h->C, 0, h->T);
}

/* y_i = sum over j <= i of a_ij v_j */
static void forward_heads(void *context, size_t item, size_t end)
{
    Tensor *y = context;
    for (; item < end; item++) {
        Head  h = head_at(y, item);
        Scratch r = scratch_make(y, h.T, h.D);
        real *out = y->val + h.at;
        fetch_keys_and_values(&h);
        small_pack(&r.small, h.D, h.T, transposed(matrix(h.k, 3 * h.C)), r.kt);
        small_pack(&r.small, h.T, h.D, matrix(h.v, 3 * h.C), r.vp);
        for (size_t i0 = 0; i0 < h.T; i0 += BLOCK) {
            size_t i1 = block_end(&h, i0);
            fetch(&h, h.q, 3 * h.C, i1, block_end(&h, i1));
            fetch(&h, out, h.C, i1, block_end(&h, i1));
            weights(y, &h, &r, i0, i1);
            const real *a = after_dropout(y, &h, &r, i0, i1);
            small_product(&r.small, i1 - i0, h.D, i1, h.T, matrix(a, r.ld), r.vp, NULL, out + i0 * h.C, h.C);
        }
    }
}

static size_t n_items(const Tensor *y) { return (size_t)y->dim[0] * heads(y); }

static void forward(Tensor *y) { pool_each(n_items(y), 1, forward_heads, y); }

/* d += a^T b: d is rows j < i1 of the key or value gradients, b the block's rows of q or dy. Rows from i0 on get
 * their first sum here. */
static void add_outer(const Head *h, const Scratch *r, const real *a, const real *b, size_t ldb, bool add, size_t i0,
                      size_t i1, real *d)
{
    size_t n = i1 - i0, ld = 3 * h->C;
    real  *fresh = d + i0 * ld;
    small_pack(&r->small, n, h->D, matrix(b, ldb), r->bp);
    small_product(&r->small, i0, h->D, n, n, transposed(matrix(a, r->ld)), r->bp, d, d, ld);
    small_product(&r->small, n, h->D, n, n, transposed(matrix(a + i0, r->ld)), r->bp, add ? fresh : NULL, fresh, ld);
}

/* For a block of queries: da = dy v^T, dv += a^T dy, ds = a (da - <da,a>) / sqrt(D), dq = ds k,
 * dk += ds^T q. */
static void back_block(const Tensor *y, const Head *h, const Scratch *r, const real *dy, real *dq, bool add,
                       size_t i0, size_t i1)
{
    size_t n = i1 - i0;
    real  *dk = dq + h->C, *dv = dk + h->C, *dq_rows = dq + i0 * 3 * h->C;
    real   factor = attend_hard(y->arg.attention.change) ? 0 : h->factor;
    weights(y, h, r, i0, i1);
    small_product(&r->small, n, i1, h->D, h->D, matrix(dy + i0 * h->C, h->C), r->vt, NULL, r->da, r->ld);
    add_outer(h, r, after_dropout(y, h, r, i0, i1), dy + i0 * h->C, h->C, add, i0, i1, dv);
    if (y->arg.attention.dropout.p > 0)
        drop(y, h, i0, i1, r->da, r->da, r->ld);
    fill_future(r->da, r->ld, i0, i1, 0);
    for (size_t i = 0; i < n; i++)
        kernel->softmax_back(i1, factor, r->a + i * r->ld, r->da + i * r->ld, r->da + i * r->ld, false);
    small_product(&r->small, n, h->D, i1, h->T, matrix(r->da, r->ld), r->kp, add ? dq_rows : NULL, dq_rows,
                  3 * h->C);
    add_outer(h, r, r->da, h->q + i0 * 3 * h->C, 3 * h->C, add, i0, i1, dk);
}

/* What the block that starts at query i0 reads and writes first. */
FETCH fetch_for_back(const Head *h, const real *dy, const real *dq, size_t i0)
{
    size_t i1 = block_end(h, i0), ld = 3 * h->C;
    fetch(h, h->q, ld, i0, i1);
    fetch(h, dy, h->C, i0, i1);
    for (int part = 0; part < 3; part++)        /* queries, keys, values */
        fetch(h, dq + (size_t)part * h->C, ld, i0, i1);
}

static void back_heads(void *context, size_t item, size_t end)
{
    Back   *b = context;
    Tensor *y = b->y;
    for (; item < end; item++) {
        Head        h = head_at(y, item);
        Scratch     r = scratch_make(y, h.T, h.D);
        const real *dy = y->grad + h.at;
        real       *dq = b->dx + (h.q - y->in[0]->val);
        fetch_keys_and_values(&h);
        small_pack(&r.small, h.D, h.T, transposed(matrix(h.k, 3 * h.C)), r.kt);
        small_pack(&r.small, h.D, h.T, transposed(matrix(h.v, 3 * h.C)), r.vt);
        small_pack(&r.small, h.T, h.D, matrix(h.k, 3 * h.C), r.kp);
        for (size_t i0 = 0, i1; i0 < h.T; i0 = i1) {
            i1 = block_end(&h, i0);
            fetch_for_back(&h, dy, dq, i1);
            back_block(y, &h, &r, dy, dq, b->add, i0, i1);
        }
    }
}

static void backward(Tensor *y)
{
    Back b = back_open(y, y->in[0]);
    pool_each(n_items(y), 1, back_heads, &b);
}

const Op op_attention = {
    .name = "attention", .n_in = 1, .n_needed = 1,
    .math = "y_i = sum_{j<=i} a_ij v_j, a = softmax(q k^T / sqrt(D));  dv = a^T dy, "
            "ds = a (dy v^T - <dy v^T, a>), dq = ds k / sqrt(D), dk = ds^T q / sqrt(D)",
    .shape = shape, .forward = forward, .backward = backward,
};

Tensor *attention(Tape *t, Tensor *qkv, int H, real p, uint64_t key)
{
    return attention_changed(t, qkv, H, p, key, NULL);
}

Tensor *attention_changed(Tape *t, Tensor *qkv, int H, real p, uint64_t key, const AttentionChange *change)
{
    OpArg arg = { .attention = { .heads = H, .bf16 = t->bf16, .dropout = { p, key }, .change = change } };
    return tape_push(t, &op_attention, (Tensor *[]){ qkv }, arg);
}
