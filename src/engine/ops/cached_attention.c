#include "engine/ops.h"
#include "engine/parallel.h"
#include <math.h>
#include <string.h>

/* arg.state: the KvCache; arg.i: the layer. Tasks are (new position, head) pairs. */
static bool shape(Tensor *y, Err *err)
{
    const Tensor  *x = y->in[0];
    const KvCache *c = y->arg.state;
    char s[64];
    if (x->rank != 3 || x->dim[0] != 1 || x->dim[2] != 3 * c->channels)
        return err_set(err, "%s is not one sequence of query, key and value of %d channels", tensor_str(x, s),
                       c->channels);
    if (x->dim[1] > c->context - c->n)
        return err_set(err, "%d new positions after %d do not fit into a context of %d", x->dim[1], c->n,
                       c->context);
    tensor_like(y, x);
    y->dim[2] = c->channels;
    return pool_reserve((size_t)c->context * sizeof(real), err);
}

/* Keys are stored by head and dimension, (H,D,context), so that the scores against all keys are D long
 * multiply-adds; values as they come, (context,C). */
static void remember(const Tensor *y, const KvCache *c)
{
    size_t C = (size_t)c->channels, S = (size_t)c->context, at = (size_t)y->arg.i * S * C;
    for (size_t t = 0; t < (size_t)y->dim[1]; t++) {
        const real *qkv = y->in[0]->val + t * 3 * C;
        size_t      j = (size_t)c->n + t;
        for (size_t d = 0; d < C; d++)
            c->k[at + d * S + j] = qkv[C + d];
        memcpy(c->v + at + j * C, qkv + 2 * C, C * sizeof(real));
    }
}

/* s_j = q.k_j / sqrt(D), a = softmax(s), y = sum_j a_j v_j: the same chains as op_attention's, so the
 * same bits. */
static void attend(void *context, size_t item, size_t end)
{
    Tensor        *y = context;
    const KvCache *c = y->arg.state;
    size_t C = (size_t)c->channels, S = (size_t)c->context, H = (size_t)c->heads, D = C / H;
    for (; item < end; item++) {
        size_t      t = item / H, h = item % H, n = (size_t)c->n + t + 1;
        const real *q = y->in[0]->val + t * 3 * C + h * D;
        const real *k = c->k + (size_t)y->arg.i * S * C + h * D * S;
        const real *v = c->v + (size_t)y->arg.i * S * C + h * D;
        real       *s = pool_scratch(), *out = y->val + t * C + h * D;
        memset(s, 0, n * sizeof(real));
        for (size_t d = 0; d < D; d++)
            kernel->axpy(n, q[d], k + d * S, s);
        kernel->scale(n, 1 / (real)sqrt((double)D), s, s);
        kernel->softmax(n, s, s);
        memset(out, 0, D * sizeof(real));
        for (size_t j = 0; j < n; j++)
            kernel->axpy(D, s[j], v + j * C, out);
    }
}

static void forward(Tensor *y)
{
    const KvCache *c = y->arg.state;
    remember(y, c);
    pool_each((size_t)y->dim[1] * (size_t)c->heads, y->dim[1] == 1 ? (size_t)c->heads : 8, attend, y);
}

const Op op_cached_attention = {
    .name = "cached_attention", .n_in = 1, .n_needed = 1,
    .math = "y_i = sum_{j<=i} a_ij v_j, a = softmax(q k^T / sqrt(D)), k and v of earlier positions "
            "remembered",
    .shape = shape, .forward = forward, .backward = NULL,
};

Tensor *cached_attention(Tape *t, Tensor *qkv, KvCache *cache, int layer)
{
    return tape_push(t, &op_cached_attention, (Tensor *[]){ qkv }, (OpArg){ .i = layer, .state = cache });
}
