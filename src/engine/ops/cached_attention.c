#include "engine/ops.h"
#include "engine/parallel.h"
#include "kernel/gemm.h"
#include <math.h>
#include <string.h>

/* Keys and values lie in the kernel's panels (kernel.h, "pack"), packed as op attention packs them: keys as
 * D x context, values as context x D. Scores and output are then one product each, and nothing is moved.
 * A task is one head of BLOCK new positions. */
enum { BLOCK = 16 };

static size_t keys_len(const KvCache *c)
{
    return gemm_panels_len((size_t)c->context, (size_t)(c->channels / c->heads));
}

static size_t values_len(const KvCache *c)
{
    return gemm_panels_len((size_t)(c->channels / c->heads), (size_t)c->context);
}

size_t cached_attention_keys_len(const KvCache *c) { return (size_t)c->layers * (size_t)c->heads * keys_len(c); }
size_t cached_attention_values_len(const KvCache *c) { return (size_t)c->layers * (size_t)c->heads * values_len(c); }

static size_t blocks(const Tensor *y) { return ((size_t)y->dim[1] + BLOCK - 1) / BLOCK; }
static size_t score_ld(const KvCache *c) { return ((size_t)c->context + 15) / 16 * 16 + 16; }   /* not a power of two */

static bool shape(Tensor *y, Err *err)
{
    const Tensor  *x = y->in[0];
    const KvCache *c = y->arg.cache.kv;
    char s[64];
    if (x->rank != 3 || x->dim[0] != 1 || x->dim[2] != 3 * c->channels)
        return err_set(err, "%s is not one sequence of queries, keys and values of %d channels", tensor_str(x, s),
                       c->channels);
    if (x->dim[1] > c->context - c->n)
        return err_set(err, "%d new positions after %d exceed the context of %d", x->dim[1], c->n, c->context);
    tensor_like(y, x);
    y->dim[2] = c->channels;
    return pool_reserve((x->dim[1] < BLOCK ? (size_t)x->dim[1] : BLOCK) * score_ld(c) * sizeof(real), err);
}

/* The panels of one layer and head. */
static size_t panels(const KvCache *c, int layer, size_t h) { return (size_t)layer * (size_t)c->heads + h; }
static real *keys(const KvCache *c, int layer, size_t h) { return c->k + panels(c, layer, h) * keys_len(c); }
static real *values(const KvCache *c, int layer, size_t h) { return c->v + panels(c, layer, h) * values_len(c); }

/* Stores key and value of position j where pack would put column j of the keys and row j of the values. */
static void remember_head(const KvCache *c, const real *k, const real *v, size_t j, real *keys_to, real *values_to)
{
    size_t D = (size_t)(c->channels / c->heads), S = (size_t)c->context, w = kernel->width;
    keys_to += j / w * w * D + j % w;
    for (size_t d = 0; d < D; d++)
        keys_to[d * w] = k[d];
    for (size_t d = 0; d < D; d += w)
        memcpy(values_to + d * S + j * w, v + d, (D - d < w ? D - d : w) * sizeof(real));
}

static void remember(const Tensor *y, const KvCache *c)
{
    size_t C = (size_t)c->channels, H = (size_t)c->heads, D = C / H;
    int    layer = y->arg.cache.layer;
    for (size_t t = 0; t < (size_t)y->dim[1]; t++)
        for (size_t h = 0; h < H; h++) {
            const real *k = y->in[0]->val + t * 3 * C + C + h * D;
            remember_head(c, k, k + C, (size_t)c->n + t, keys(c, layer, h), values(c, layer, h));
        }
}

/* a = softmax(q k^T / sqrt(D)), each row over its own position and those before, then zeros up to n. */
static void weigh(const KvCache *c, size_t rows, size_t n, const real *q, const real *kt, real *a)
{
    size_t C = (size_t)c->channels, D = C / (size_t)c->heads, ld = score_ld(c);
    kernel->product(rows, n, D, q, 3 * C, 1, kt, NULL, 0, a, ld);
    for (size_t i = 0; i < rows; i++, a += ld) {
        size_t seen = n - rows + i + 1;
        kernel->softmax(seen, 1 / (real)sqrt((double)D), a, a);
        memset(a + seen, 0, (n - seen) * sizeof(real));
    }
}

/* y = sum_j a_j v_j: the same chains as op_attention, hence the same bits. */
static void attend(void *context, size_t item, size_t end)
{
    Tensor        *y = context;
    const KvCache *c = y->arg.cache.kv;
    size_t C = (size_t)c->channels, H = (size_t)c->heads, D = C / H, T = (size_t)y->dim[1], w = kernel->width;
    for (; item < end; item++) {
        size_t      t = item / H * BLOCK, h = item % H, rows = T - t < BLOCK ? T - t : BLOCK;
        size_t      n = (size_t)c->n + t + rows;
        const real *v = values(c, y->arg.cache.layer, h);
        real       *a = pool_scratch();
        weigh(c, rows, n, y->in[0]->val + t * 3 * C + h * D, keys(c, y->arg.cache.layer, h), a);
        for (size_t d = 0; d < D; d += w)
            kernel->product(rows, D - d < w ? D - d : w, n, a, score_ld(c), 1, v + d * (size_t)c->context, NULL, 0,
                            y->val + t * C + h * D + d, C);
    }
}

static void forward(Tensor *y)
{
    const KvCache *c = y->arg.cache.kv;
    remember(y, c);
    pool_each(blocks(y) * (size_t)c->heads, y->dim[1] == 1 ? (size_t)c->heads : 1, attend, y);
}

const Op op_cached_attention = {
    .name = "cached_attention", .n_in = 1, .n_needed = 1,
    .math = "y_i = sum_{j<=i} a_ij v_j, a = softmax(q k^T / sqrt(D)), k and v of earlier positions "
            "cached",
    .shape = shape, .forward = forward, .backward = NULL,
};

Tensor *cached_attention(Tape *t, Tensor *qkv, KvCache *cache, int layer)
{
    return tape_push(t, &op_cached_attention, (Tensor *[]){ qkv }, (OpArg){ .cache = { cache, layer } });
}
