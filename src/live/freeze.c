#include "live/freeze.h"

typedef struct Walk {
    size_t      n;                          /* numbers so far */
    real       *to;
    const real *from;
} Walk;

/* Called on each number of a head, in a fixed order. */
typedef void Each(Walk *w, real *x);

static void count(Walk *w, real *x) { (void)x, w->n++; }
static void keep(Walk *w, real *x) { w->to[w->n++] = *x; }
static void put_back(Walk *w, real *x) { *x = w->from[w->n++]; }

/* Rows of q, k and v in a tensor of 3C rows: a matrix or a vector. */
static void each_of_qkv(Tensor *x, size_t C, size_t D, size_t h, Each *f, Walk *w)
{
    size_t width = x ? tensor_len(x) / (3 * C) : 0;
    for (size_t part = 0; x && part < 3; part++)
        for (size_t k = 0; k < D * width; k++)
            f(w, x->val + (part * C + h * D) * width + k);
}

static void each_of_head(const Gpt *g, int layer, size_t h, Each *f, Walk *w)
{
    const GptBlockParams *b = &g->blocks[layer];
    size_t C = (size_t)g->config.channels, D = C / (size_t)g->config.heads;
    each_of_qkv(b->qkv_w, C, D, h, f, w);
    each_of_qkv(b->qkv_b, C, D, h, f, w);
    for (size_t row = 0; row < C; row++)
        for (size_t k = 0; k < D; k++)
            f(w, b->out_w->val + row * C + h * D + k);
    if (b->qk_gain)
        f(w, b->qk_gain->val + (g->config.qk_gain == QK_GAIN_LAYER ? 0 : h));
}

static void each_of(const Gpt *g, const bool *heads, Each *f, Walk *w)
{
    int H = g->config.heads;
    for (int k = 0; k < g->config.layers * H; k++)
        if (heads[k])
            each_of_head(g, k / H, (size_t)(k % H), f, w);
}

size_t live_freeze_len(const Gpt *g, const bool *heads)
{
    Walk w = { 0 };
    each_of(g, heads, count, &w);
    return w.n;
}

void live_freeze_keep(const Gpt *g, const bool *heads, real *kept)
{
    each_of(g, heads, keep, &(Walk){ .to = kept });
}

void live_freeze_restore(const Gpt *g, const bool *heads, const real *kept)
{
    each_of(g, heads, put_back, &(Walk){ .from = kept });
}
