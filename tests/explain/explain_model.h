#ifndef EXPLAIN_MODEL_H
#define EXPLAIN_MODEL_H
#include "explain/pass.h"
#include "base/rng.h"
#include "model/counted_text.h"
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A small model with random weights, and a prompt. Layers, heads, widths, biases, tying and length vary with `seed`. */
typedef struct ExplainModel {
    Arena   nodes, mem;
    Gpt     g;
    Explain e;
    int     ids[16], T;
} ExplainModel;

/* Number of models: from EXPLAIN_UNMIXED on they use the fast recipe, those before have no char_mix. The last two mix
 * counts in, one with GPT-2's parts and tied, one with the fast recipe's and a soft cap. */
enum { EXPLAIN_MODELS = 11, EXPLAIN_UNMIXED = 6, EXPLAIN_COUNTS = 9 };

static inline Config explain_config(int seed)
{
    static const int layers[] = { 1, 2, 3, 2, 1, 2, 1, 2, 3, 2, 2 }, heads[] = { 1, 2, 3, 4, 4, 1, 3, 2, 2, 2, 2 },
                     width[] = { 5, 3, 2, 4, 1, 6, 8, 8, 10, 4, 6 };
    Config c = { .vocab = 11,
                .context = 12,
                .layers = layers[seed],
                .heads = heads[seed],
                .bias = seed % 3 != 1,
                .tied = seed % 2 };
    c.channels = c.heads * width[seed];
    c.counts = seed >= EXPLAIN_COUNTS;
    if (seed >= EXPLAIN_UNMIXED && seed != EXPLAIN_COUNTS) {
        c.positions = seed == 7 ? POSITIONS_LEARNED : POSITIONS_ROTARY;
        c.norm = NORM_RMS;
        c.activation = ACTIVATION_RELU2;
        c.qk_norm = c.value_mix = true;
        c.qk_gain = seed == 8 ? QK_GAIN_LAYER : QK_GAIN_HEAD;
        c.embed_norm = seed != 7;
        c.char_mix = 3;
        c.soft_cap = seed == 8 || seed == 10 ? 3 : 0;
    }
    return c;
}

static inline void explain_make(ExplainModel *m, int seed)
{
    Config c = explain_config(seed);
    Err    err = { 0 };
    *m = (ExplainModel){ .T = seed == 4 ? 12 : 5 + seed % 6 };
    ck_assert(arena_init(&m->nodes, gpt_nodes_bytes(&c), &err) && arena_init(&m->mem, 4 << 20, &err));
    ck_assert(gpt_init(&m->g, &c, &m->nodes, &err));
    ck_assert(params_alloc(&m->g.params, PARAMS_GRADIENTS, &m->nodes, &m->mem, &err));
    m->g.prior = c.counts ? counted_text(c.vocab) : NULL;
    for (int k = 0; k < m->g.params.n; k++) {
        const Param *p = &m->g.params.list[k];
        for (size_t i = 0; i < p->len; i++)
            m->g.params.val[p->at + i] = p->mean + 0.5 * rng_normal((uint64_t)seed, RNG_INIT, p->at + i);
    }
    for (int i = 0; i < m->T; i++)
        m->ids[i] = (int)(rng_bits(7, (uint64_t)seed, (uint64_t)i) % 11);
}

static inline void explain_begin(ExplainModel *m, int seed)
{
    explain_make(m, seed);
    ck_assert_msg(explain_open(&m->e, &m->g, m->ids, m->T, seed), "%s", m->e.err.msg);
}

static inline void explain_end(ExplainModel *m)
{
    explain_close(&m->e);
    arena_free(&m->nodes);
    arena_free(&m->mem);
}

/* A checksum of all values and gradients of the tape and the parameters: equal before and after means that a function
 * restored everything. */
static inline uint64_t explain_print(const Explain *e)
{
    uint64_t h = 14695981039346656037u;
    for (const Tensor *x = e->tape.first; x; x = x->next)
        for (size_t i = 0; i < (x->grad ? 2 : 1) * tensor_len(x); i++) {
            uint64_t bits;
            size_t   n = tensor_len(x);
            memcpy(&bits, i < n ? x->val + i : x->grad + (i - n), sizeof bits);
            h = (h ^ bits) * 1099511628211u;
        }
    for (size_t i = 0; i < e->g->params.len; i++) {
        uint64_t bits[2];
        memcpy(bits, e->g->params.val + i, sizeof *bits);
        memcpy(bits + 1, e->g->params.grad + i, sizeof *bits);
        h = ((h ^ bits[0]) * 1099511628211u ^ bits[1]) * 1099511628211u;
    }
    return h;
}

/* Asserts that `what` is true and restores all values and gradients. */
#define EXPLAIN_UNCHANGED(e, what)                                                                 \
    do {                                                                                           \
        uint64_t before_ = explain_print(e);                                                       \
        ck_assert_msg((what), "%s", (e)->err.msg);                                                 \
        ck_assert_msg(explain_print(e) == before_, "values or gradients have changed");       \
    } while (0)

#define EXPLAIN_NEAR(x, y, tol)                                                                    \
    do {                                                                                           \
        double x_ = (x), y_ = (y);                                                                 \
        ck_assert_msg(fabs(x_ - y_) <= (tol), "%.12g, not %.12g (tolerance %g)", x_, y_, (double)(tol)); \
    } while (0)
#endif
