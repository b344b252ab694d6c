/* The convolution in pieces through the cache has the same bits as over the whole sequence at once. */
#include "check_main.h"
#include "kernel/kernel.h"
#include "engine/op_row.h"
#include <string.h>

enum { LAYERS = 2, CONTEXT = 20, C = 19 };

typedef struct Bench {
    Err     err;
    Arena   nodes, mem;
    Tape    t;
    KvCache cache;
    Tensor *x[LAYERS], *w[LAYERS], *whole[LAYERS];
} Bench;

/* Rows not yet written are NaN. */
static void start(Bench *b, int T, int K)
{
    *b = (Bench){ .t = { .nodes = &b->nodes, .mem = &b->mem, .err = &b->err } };
    ck_assert(kernel_use(NULL));
    ck_assert(arena_init(&b->nodes, 1 << 16, &b->err) && arena_init(&b->mem, 1 << 20, &b->err));
    b->cache = (KvCache){ .layers = LAYERS, .context = CONTEXT, .channels = C, .heads = 1 };
    b->cache.x = arena_take(&b->mem, LAYERS * CONTEXT * C * sizeof(real));
    memset(b->cache.x, 0xff, LAYERS * CONTEXT * C * sizeof(real));
    for (int l = 0; l < LAYERS; l++) {
        b->x[l] = tape_leaf(&b->t, 3, (int[]){ 1, T, C });
        b->w[l] = tape_leaf(&b->t, 2, (int[]){ K, C });
        op_fill(b->x[l]->val, tensor_len(b->x[l]), (uint64_t)l, 1);
        op_fill(b->w[l]->val, tensor_len(b->w[l]), (uint64_t)l + 7, 1);
        b->whole[l] = char_mix(&b->t, b->x[l], b->w[l]);
    }
}

static void end(Bench *b)
{
    arena_free(&b->nodes);
    arena_free(&b->mem);
}

/* Positions n .. n+len-1 of layer l, computed twice, as when a tape is replayed. */
static void feed(Bench *b, int l, int len)
{
    int     n = b->cache.n;
    Tensor *x = tape_leaf(&b->t, 3, (int[]){ 1, len, C });
    memcpy(x->val, b->x[l]->val + n * C, tensor_len(x) * sizeof(real));
    Tensor *y = cached_char_mix(&b->t, x, b->w[l], &b->cache, l);
    ck_assert_msg(y != NULL, "%s", b->err.msg);
    for (int i = 0; i < 2; i++) {
        ck_assert_msg(memcmp(y->val, b->whole[l]->val + n * C, tensor_len(y) * sizeof(real)) == 0,
                      "layer %d, %d positions after %d, run %d", l, len, n, i);
        y->op->forward(y);
    }
}

static void feed_all(Bench *b, int T, int first, int step)
{
    b->cache.n = 0;
    for (int len = first; b->cache.n < T; b->cache.n += len, len = step) {
        len = len > T - b->cache.n ? T - b->cache.n : len;
        for (int l = 0; l < LAYERS; l++)
            feed(b, l, len);
    }
}

START_TEST(pieces_equal_the_whole)
{
    Bench b;
    start(&b, CONTEXT, _i);
    feed_all(&b, CONTEXT, 1, 1);
    feed_all(&b, CONTEXT, CONTEXT, 1);
    feed_all(&b, CONTEXT, 1, CONTEXT);
    feed_all(&b, CONTEXT, 5, 3);
    end(&b);
}
END_TEST

/* w_0 x_t + w_1 x_(t-1) + ..., with no tap reaching into the preceding sequence of the batch. */
START_TEST(taps_stay_within_the_sequence)
{
    static const real x[] = { 1, 2, 3, 10, 20, 30 }, w[] = { 1, 100 }, want[] = { 1, 102, 203, 10, 1020, 2030 };
    Bench b;
    start(&b, 1, 1);
    Tensor *xs = tape_leaf(&b.t, 3, (int[]){ 2, 3, 1 }), *ws = tape_leaf(&b.t, 2, (int[]){ 2, 1 });
    memcpy(xs->val, x, sizeof x);
    memcpy(ws->val, w, sizeof w);
    ck_assert(memcmp(char_mix(&b.t, xs, ws)->val, want, sizeof want) == 0);
    end(&b);
}
END_TEST

CHECK_MAIN("char_mix", LOOP(pieces_equal_the_whole, 1, MAX_TAPS + 1), TEST(taps_stay_within_the_sequence))
