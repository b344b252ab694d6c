#include "engine/parallel.h"
#include "engine/taps.h"

static bool shape(Tensor *y, Err *err)
{
    const Tensor  *x = y->in[0];
    const KvCache *c = y->arg.cache.kv;
    char s[64];
    if (!c->x)
        return err_set(err, "the cache has no memory for the inputs of char_mix");
    if (x->rank != 3 || x->dim[0] != 1 || x->dim[2] != c->channels)
        return err_set(err, "%s is not one sequence of %d channels", tensor_str(x, s), c->channels);
    if (x->dim[1] > c->context - c->n)
        return err_set(err, "%d new positions after %d exceed the context of %d", x->dim[1], c->n, c->context);
    return taps_fit(x, y->in[1], err) && tensor_like(y, x);
}

/* Stores every row, so that repeating it for the same positions gives the same result. */
static void forward(Tensor *y)
{
    const KvCache *c = y->arg.cache.kv;
    size_t C = (size_t)c->channels, n = (size_t)c->n, T = (size_t)y->dim[1], K = (size_t)y->in[1]->dim[0];
    real  *x = c->x + ((size_t)y->arg.cache.layer * (size_t)c->context + n) * C;
    memcpy(x, y->in[0]->val, T * C * sizeof(real));
    for (size_t t = 0; t < T; t++)
        taps_mix(C, K, n + t, y->in[1]->val, x + t * C, y->val + t * C);
}

const Op op_cached_char_mix = {
    .name = "cached_char_mix", .n_in = 2, .n_needed = 2,
    .math = "y_t = sum_k w_k x_(t-k), x of earlier positions cached",
    .shape = shape, .forward = forward, .backward = NULL,
};

Tensor *cached_char_mix(Tape *t, Tensor *x, Tensor *w, KvCache *cache, int layer)
{
    return tape_push(t, &op_cached_char_mix, (Tensor *[]){ x, w }, (OpArg){ .cache = { cache, layer } });
}
