#include "model/gpt_pack.h"
#include "kernel/gemm.h"
#include "model/gpt_params.h"

/* A weight (n,k) is the right-hand side of x w^T. */
static size_t bytes(const Tensor *w, bool rounded)
{
    size_t n = (size_t)w->dim[0], k = (size_t)w->dim[1];
    return arena_bytes(rounded ? gemm_rounded_len(n, k) * sizeof(uint32_t) : gemm_panels_len(n, k) * sizeof(real));
}

static void pack(Tensor *w, bool rounded, void *to)
{
    size_t n = (size_t)w->dim[0], k = (size_t)w->dim[1];
    if (rounded) {
        kernel->pack_rounded(k, n, w->val, 1, k, to);
        w->rounded = to;
    } else {
        kernel->pack(k, n, w->val, 1, k, to);
        w->panels = to;
    }
}

size_t gpt_pack_bytes(const Gpt *g, bool rounded)
{
    size_t        n = 0;
    GptParamsWalk walk = gpt_params_walk(&g->config);
    for (Tensor *w; (w = gpt_params_next_weight(g, &walk));)
        n += bytes(w, rounded);
    return n;
}

void gpt_pack(const Gpt *g, bool rounded, void *room)
{
    char         *to = room;
    GptParamsWalk walk = gpt_params_walk(&g->config);
    for (Tensor *w; (w = gpt_params_next_weight(g, &walk)); to += bytes(w, rounded))
        pack(w, rounded, to);
}

void gpt_unpack(const Gpt *g)
{
    GptParamsWalk walk = gpt_params_walk(&g->config);
    for (Tensor *w; (w = gpt_params_next_weight(g, &walk));) {
        w->panels = NULL;
        w->rounded = NULL;
    }
}
