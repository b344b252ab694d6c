/* Attention in pieces through the cache has the same bits as attention over all positions at once. */
#include "check_main.h"
#include "kernel/kernel.h"
#include "kernel/pool.h"
#include "engine/op_row.h"
#include <string.h>

enum { LAYERS = 2, CONTEXT = 70, MAX_C = 50, MAX_H = 4, LAYER = CONTEXT * MAX_C, WIDEST = 48 };

typedef struct Sizes {
    int T, H, D;
} Sizes;
static const Sizes sizes[] = { { 1, 1, 1 }, { 2, 1, 3 }, { 5, 3, 3 }, { 33, 2, 5 }, { 70, 4, 3 },
                               { 67, 1, 7 }, { 35, 1, 50 } };
enum { N_SIZES = sizeof sizes / sizeof *sizes };

typedef struct Run {
    Err     err;
    Arena   nodes, mem;
    Tape    t;
    KvCache cache;
    real    k[LAYERS * (CONTEXT + WIDEST) * MAX_C], v[LAYERS * MAX_H * WIDEST * CONTEXT], qkv[LAYERS][3 * LAYER];
} Run;
static Run r;

/* Positions not yet written are NaN. */
static void start(const Sizes *s, const char *table)
{
    int C = s->H * s->D;
    r.err = (Err){ 0 };
    r.cache = (KvCache){ LAYERS, CONTEXT, C, s->H, 0, r.k, r.v, NULL };
    memset(r.k, 0xff, sizeof r.k);
    memset(r.v, 0xff, sizeof r.v);
    ck_assert(kernel_use(table) && pool_start(2, &r.err));
    ck_assert(cached_attention_keys_len(&r.cache) * sizeof(real) <= sizeof r.k);
    ck_assert(cached_attention_values_len(&r.cache) * sizeof(real) <= sizeof r.v);
    ck_assert(arena_init(&r.nodes, 1 << 17, &r.err) && arena_init(&r.mem, 8 << 20, &r.err));
    r.t = (Tape){ .nodes = &r.nodes, .mem = &r.mem, .err = &r.err };
    for (int l = 0; l < LAYERS; l++)
        op_fill(r.qkv[l], (size_t)(s->T * 3 * C), (uint64_t)l + 1, 2);
}

static void end(void)
{
    arena_free(&r.nodes);
    arena_free(&r.mem);
    pool_stop();
}

/* Positions from .. from+n-1 of layer l's input. */
static Tensor *piece(int l, int from, int n)
{
    int     width = 3 * r.cache.channels;
    Tensor *x = tape_leaf(&r.t, 3, (int[]){ 1, n, width });
    ck_assert(x != NULL);
    memcpy(x->val, r.qkv[l] + from * width, tensor_len(x) * sizeof(real));
    return x;
}

/* The first position alone, then `step` at a time. */
static void feed_and_compare(const Sizes *s, int first, int step)
{
    Tensor *whole[LAYERS];
    for (int l = 0; l < LAYERS; l++)
        whole[l] = attention(&r.t, piece(l, 0, s->T), s->H, 0, 0);
    r.cache.n = 0;
    for (int n = first; r.cache.n < s->T; r.cache.n += n, n = step) {
        n = n > s->T - r.cache.n ? s->T - r.cache.n : n;
        for (int l = 0; l < LAYERS; l++) {
            Tensor *y = cached_attention(&r.t, piece(l, r.cache.n, n), &r.cache, l);
            ck_assert_msg(y != NULL, "%s", r.err.msg);
            const real *want = whole[l]->val + r.cache.n * r.cache.channels;
            ck_assert_msg(memcmp(y->val, want, tensor_len(y) * sizeof(real)) == 0,
                          "layer %d, %d positions after %d", l, n, r.cache.n);
        }
    }
}

START_TEST(pieces_equal_the_whole)
{
    const Sizes *s = &sizes[_i];
    for (int i = 0; kernel_at(i); i++) {
        start(s, kernel_at(i)->name);
        feed_and_compare(s, 1, 1);
        feed_and_compare(s, 1, s->T);
        feed_and_compare(s, s->T, 1);
        feed_and_compare(s, 3, 31);
        end();
    }
}
END_TEST

START_TEST(too_many_positions_are_refused)
{
    start(&sizes[3], NULL);
    r.cache.n = CONTEXT - 2;
    ck_assert_ptr_nonnull(cached_attention(&r.t, piece(0, 0, 2), &r.cache, 0));
    ck_assert_ptr_null(cached_attention(&r.t, piece(0, 0, 3), &r.cache, 0));
    ck_assert_str_eq(r.err.msg, "cached_attention: 3 new positions after 68 exceed the context of 70");
    end();
}
END_TEST

START_TEST(another_width_is_refused)
{
    start(&sizes[3], NULL);
    ck_assert_ptr_null(cached_attention(&r.t, tape_leaf(&r.t, 3, (int[]){ 1, 2, 27 }), &r.cache, 0));
    ck_assert_str_eq(r.err.msg,
                     "cached_attention: [1,2,27] is not one sequence of queries, keys and values of 10 channels");
    end();
}
END_TEST

CHECK_MAIN("cached_attention", LOOP(pieces_equal_the_whole, 0, N_SIZES), TEST(too_many_positions_are_refused),
           TEST(another_width_is_refused))
