/* The calls each op refuses, with the error sentence; and values promised by ops.h that no other test checks. */
#include "check_main.h"
#include "engine/op_row.h"
#include <math.h>
#include <string.h>

typedef struct Wrong {
    OpRow       row;
    const char *why;
} Wrong;

static const int outside[] = { 0, 5, 1, 1 }, below[] = { 0, -1, 1, 1 }, far_below[] = { 0, -2, 1, 1 };
static real      numbers[64];
static KvCache   cache = { 1, 4, 6, 2, 3, numbers, numbers, numbers }, no_mix = { .context = 4, .channels = 6 };

static const bool hidden[9];
static const AttentionChange hides = { 1, hidden };

static const Wrong wrong[] = {
    { { .op = &op_add, .in = { "3x5", "5x3" } }, "add: shapes differ: [3,5] and [5,3]" },
    { { .op = &op_add, .in = { "", "1" } }, "add: shapes differ: [] and [1]" },
    { { .op = &op_attention, .in = { "3x9" }, .arg.attention = { .heads = 1 } },
      "attention: cannot split [3,9] into query, key and value of 1 heads" },
    { { .op = &op_attention, .in = { "1x3x9" }, .arg.attention = { .heads = 2 } },
      "attention: cannot split [1,3,9] into query, key and value of 2 heads" },
    { { .op = &op_attention, .in = { "1x3x9" }, .arg.attention = { .heads = 0 } },
      "attention: cannot split [1,3,9] into query, key and value of 0 heads" },
    { { .op = &op_attention, .in = { "1x3x9" }, .arg.attention = { .heads = 1, .dropout.p = 1 } },
      "attention: the dropout probability is 1: it must be at least 0 and below 1" },
    { { .op = &op_attention, .in = { "1x3x9" }, .arg.attention = { .heads = 1, .dropout.p = (real)NAN } },
      "attention: the dropout probability is nan: it must be" },
    { { .op = &op_cached_attention, .in = { "2x1x18" }, .arg.cache = { .kv = &cache } },
      "cached_attention: [2,1,18] is not one sequence of queries, keys and values of 6 channels" },
    { { .op = &op_cached_attention, .in = { "1x2x18" }, .arg.cache = { .kv = &cache } },
      "cached_attention: 2 new positions after 3 exceed the context of 4" },
    { { .op = &op_cached_char_mix, .in = { "1x1x6", "2x6" }, .arg.cache = { .kv = &no_mix } },
      "cached_char_mix: the cache has no memory for the inputs of char_mix" },
    { { .op = &op_cached_char_mix, .in = { "2x1x6", "2x6" }, .arg.cache = { .kv = &cache } },
      "cached_char_mix: [2,1,6] is not one sequence of 6 channels" },
    { { .op = &op_cached_char_mix, .in = { "1x2x6", "2x6" }, .arg.cache = { .kv = &cache } },
      "cached_char_mix: 2 new positions after 3 exceed the context of 4" },
    { { .op = &op_cached_char_mix, .in = { "1x1x6", "9x6" }, .arg.cache = { .kv = &cache } },
      "cached_char_mix: the weight is [9,6]: it must have 1 to 8 rows" },
    { { .op = &op_char_mix, .in = { "3x5", "2x5" } }, "char_mix: cannot convolve [3,5] with [2,5]:" },
    { { .op = &op_char_mix, .in = { "1x3x5", "2x3" } }, "char_mix: cannot convolve [1,3,5] with [2,3]:" },
    { { .op = &op_char_mix, .in = { "1x3x5", "9x5" } }, "char_mix: the weight is [9,5]: it must have 1 to 8 rows" },
    { { .op = &op_causal_softmax, .in = { "5" } },
      "causal_softmax: [5] is not square: each position needs a score" },
    { { .op = &op_causal_softmax, .in = { "3x3" }, .arg.causal_softmax = { &hides } },
      "causal_softmax: keys can be hidden from scores (B,H,T,T) only, not from [3,3]" },
    { { .op = &op_causal_softmax, .in = { "2x3x5" } },
      "causal_softmax: [2,3,5] is not square: each position needs a score" },
    { { .op = &op_constant, .arg.constant = { 2, 0, 3, 8, NULL, NULL } },
      "constant: 2 sequences of 0 positions of 3 numbers: all must be at least 1" },
    { { .op = &op_cross_entropy, .in = { "" }, .arg.cross_entropy = { .targets = outside } },
      "cross_entropy: the logits are a scalar: their last axis must be" },
    { { .op = &op_cross_entropy, .in = { "4x5" }, .arg.cross_entropy = { .targets = outside } },
      "cross_entropy: target 5 is outside the vocabulary of 5" },
    { { .op = &op_cross_entropy, .in = { "4x5" }, .arg.cross_entropy = { .targets = far_below } },
      "cross_entropy: target -2 is outside the vocabulary of 5" },
    { { .op = &op_dropout, .in = { "5" }, .arg.dropout = { .p = -1 } },
      "dropout: the probability is -1: it must be at least 0 and below 1" },
    { { .op = &op_dropout, .in = { "5" }, .arg.dropout = { .p = 1 } },
      "dropout: the probability is 1: it must be at least 0 and below 1" },
    { { .op = &op_embedding, .in = { "5" }, .arg.embedding = { .ids = outside, .batch = 1, .time = 2 } },
      "embedding: the table is [5]: it must have two axes" },
    { { .op = &op_embedding, .in = { "5x3" }, .arg.embedding = { .ids = outside, .batch = 2, .time = 2 } },
      "embedding: row 5 is outside the table of 5 rows" },
    { { .op = &op_embedding, .in = { "5x3" }, .arg.embedding = { .ids = below, .batch = 1, .time = 2 } },
      "embedding: row -1 is outside the table of 5 rows" },
    { { .op = &op_embedding, .in = { "5x3" }, .arg.embedding = { .batch = 1, .time = 4, .first = 2 } },
      "embedding: positions 2 to 5 are outside the table of 5" },
    { { .op = &op_embedding, .in = { "5x3" }, .arg.embedding = { .batch = 1, .time = 4, .first = -1 } },
      "embedding: positions -1 to 2 are outside the table of 5" },
    { { .op = &op_embedding, .in = { "5x3" }, .arg.embedding = { .ids = outside, .batch = 1, .time = 0 } },
      "embedding: 1 sequences of 0 positions" },
    { { .op = &op_layer_norm, .in = { "", "1" } }, "layer_norm: cannot scale the last axis of [] by [1]" },
    { { .op = &op_layer_norm, .in = { "3x5", "3" } },
      "layer_norm: cannot scale the last axis of [3,5] by [3]" },
    { { .op = &op_layer_norm, .in = { "3x5", "5", "3" } }, "layer_norm: cannot" },
    { { .op = &op_linear, .in = { "", "4x5" } }, "linear: cannot multiply [] by the transpose of [4,5]" },
    { { .op = &op_linear, .in = { "3x5", "5x4" } },
      "linear: cannot multiply [3,5] by the transpose of [5,4]" },
    { { .op = &op_linear, .in = { "3x5", "5" } }, "linear: cannot multiply [3,5] by the transpose of [5]" },
    { { .op = &op_linear, .in = { "3x5", "4x5", "5" } }, "linear: the bias is [5], but the weight is [4,5]" },
    { { .op = &op_linear, .in = { "3x5", "4x5", "4x1" } },
      "linear: the bias is [4,1], but the weight is [4,5]" },
    { { .op = &op_matmul, .in = { "5", "5" } }, "matmul: cannot multiply [5] by [5]" },
    { { .op = &op_matmul, .in = { "3x5", "4x5" } }, "matmul: cannot multiply [3,5] by [4,5]" },
    { { .op = &op_matmul, .in = { "2x3x5", "3x5x3" } }, "matmul: cannot multiply [2,3,5] by [3,5,3]" },
    { { .op = &op_matmul, .in = { "2x3x5", "5x3" } }, "matmul: cannot multiply [2,3,5] by [5,3]" },
    { { .op = &op_matmul_nt, .in = { "5", "5" } }, "matmul_nt: cannot multiply [5] by the transpose of [5]" },
    { { .op = &op_matmul_nt, .in = { "3x5", "5x3" } },
      "matmul_nt: cannot multiply [3,5] by the transpose of [5,3]" },
    { { .op = &op_matmul_nt, .in = { "2x3x5", "1x3x5" } },
      "matmul_nt: cannot multiply [2,3,5] by the transpose of [1,3,5]" },
    { { .op = &op_merge_heads, .in = { "2x3x5" } }, "merge_heads: [2,3,5] must have four axes: batch, heads" },
    { { .op = &op_split_heads, .in = { "2x9" }, .arg.split_heads = { .heads = 1 } },
      "split_heads: cannot split [2,9] into query, key and value of 1 heads" },
    { { .op = &op_split_heads, .in = { "2x3x9" }, .arg.split_heads = { .heads = 2 } },
      "split_heads: cannot split [2,3,9] into query, key and value of 2" },
    { { .op = &op_split_heads, .in = { "2x3x9" }, .arg.split_heads = { .part = 3, .heads = 1 } },
      "split_heads: unknown part 3:" },
    { { .op = &op_qk_norm, .in = { "3x9", "1" }, .arg.qk_norm = { 1 } },
      "qk_norm: cannot split [3,9] into query, key and value of 1 heads" },
    { { .op = &op_qk_norm, .in = { "1x3x9", "2" }, .arg.qk_norm = { 2 } }, "qk_norm: cannot split [1,3,9] into" },
    { { .op = &op_qk_norm, .in = { "1x3x9", "1" } },
      "qk_norm: cannot split [1,3,9] into query, key and value of 0 heads" },
    { { .op = &op_qk_norm, .in = { "1x3x9", "" }, .arg.qk_norm = { 3 } },
      "qk_norm: 3 heads need a gain each, or share one, but the gains are []" },
    { { .op = &op_qk_norm, .in = { "1x3x36", "2" }, .arg.qk_norm = { 4 } },
      "qk_norm: 4 heads need a gain each, or share one, but the gains are [2]" },
    { { .op = &op_rms_norm, .in = { "", "1" } }, "rms_norm: a scalar has no row to normalize" },
    { { .op = &op_rms_norm, .in = { "3x5", "3" } }, "rms_norm: cannot scale the last axis of [3,5] by [3]" },
    { { .op = &op_rotary, .in = { "3x12" }, .arg.rotary = { .heads = 1 } },
      "rotary: cannot split [3,12] into query, key and value of 1 heads" },
    { { .op = &op_rotary, .in = { "1x3x9" }, .arg.rotary = { .heads = 1 } },
      "rotary: a head has 3 numbers, and rotation needs pairs" },
    { { .op = &op_rotary, .in = { "1x3x18" }, .arg.rotary = { .heads = 2 } },
      "rotary: a head has 3 numbers, and rotation needs pairs" },
    { { .op = &op_rotary, .in = { "1x3x12" }, .arg.rotary = { .heads = 1, .first = -1 } },
      "rotary: the first position is -1: it must be at least 0" },
    { { .op = &op_soft_cap, .in = { "5" }, .arg.soft_cap = { .cap = 0 } },
      "soft_cap: the cap is 0: it must be finite and above 0" },
    { { .op = &op_soft_cap, .in = { "5" }, .arg.soft_cap = { .cap = (real)NAN } }, "soft_cap: the cap is nan" },
    { { .op = &op_tilt, .in = { "2x7", "3x2", "2x14" } },
      "tilt: cannot tilt [2,7] by [3,2] times [2,14]: a row of K gains needs K rows of the first one's width" },
    { { .op = &op_tilt, .in = { "2x7", "2x2", "2x21" } },
      "tilt: cannot tilt [2,7] by [2,2] times [2,21]: a row of K gains needs K rows of the first one's width" },
    { { .op = &op_value_mix, .in = { "2x3x9", "3x2x9", "2" } },
      "value_mix: cannot mix the values of [2,3,9] with the values of [3,2,9]" },
    { { .op = &op_value_mix, .in = { "2x3x8", "2x3x8", "2" } }, "value_mix: cannot mix the values of [2,3,8]" },
    { { .op = &op_value_mix, .in = { "2x3x9", "2x3x9", "3" } },
      "value_mix: the weight is [3]: it must have two numbers" },
};
enum { N_WRONG = sizeof wrong / sizeof *wrong };

typedef struct Bench {
    Err   err;
    Arena nodes, mem;
    Tape  t;
} Bench;

static void bench_start(Bench *b)
{
    *b = (Bench){ 0 };
    ck_assert(arena_init(&b->nodes, 1 << 16, &b->err) && arena_init(&b->mem, 4 << 20, &b->err));
    b->t = (Tape){ .nodes = &b->nodes, .mem = &b->mem, .err = &b->err };
}

static void bench_end(Bench *b)
{
    arena_free(&b->nodes);
    arena_free(&b->mem);
}

START_TEST(wrong_shapes_are_named)
{
    Bench   b;
    Tensor *in[MAX_IN];
    bench_start(&b);
    op_inputs(&b.t, &wrong[_i].row, in);
    ck_assert_ptr_null(tape_push(&b.t, wrong[_i].row.op, in, wrong[_i].row.arg));
    ck_assert_msg(strncmp(b.err.msg, wrong[_i].why, strlen(wrong[_i].why)) == 0, "\"%s\" should begin \"%s\"",
                  b.err.msg, wrong[_i].why);
    bench_end(&b);
}
END_TEST

/* gelu, relu2, scale and sum accept any shape; every other op has wrong calls. */
START_TEST(every_op_has_a_wrong_call)
{
#define X(name) { #name, &op_##name },
    static const struct { const char *name; const Op *op; } all[] = { OPS(X) };
#undef X
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        const Op *op = all[i].op;
        bool      found = op == &op_gelu || op == &op_relu2 || op == &op_scale || op == &op_sum;
        for (int k = 0; k < N_WRONG; k++)
            found |= wrong[k].row.op == op;
        ck_assert_msg(found, "%s has no row in wrong[]", op->name);
        ck_assert_str_eq(op->name, all[i].name);
        ck_assert(op->math && strstr(op->math, " = ") && op->n_needed <= op->n_in);
        ck_assert(op->n_needed >= 1 || op == &op_constant);
    }
}
END_TEST

/* A share p is dropped, the rest divided by 1 - p; the choice depends on key and index only. */
START_TEST(dropout_keeps_the_mean)
{
    enum { N = 40000 };
    static const double p[] = { 0.1, 0.5, 0.9 };
    Bench  b;
    bench_start(&b);
    Tensor *x = tape_leaf(&b.t, 1, (int[]){ N }), *half = tape_leaf(&b.t, 2, (int[]){ 2, N / 4 });
    for (int i = 0; i < N; i++)
        x->val[i] = half->val[i / 2] = 3;
    Tensor *y = dropout(&b.t, x, (real)p[_i], 11), *z = dropout(&b.t, half, (real)p[_i], 11);
    Tensor *other = dropout(&b.t, x, (real)p[_i], 12);
    int     dropped = 0, same = 0;
    for (int i = 0; i < N; i++) {
        ck_assert(y->val[i] == 0 || fabs((double)y->val[i] - 3 / (1 - p[_i])) < 1e-12);
        dropped += y->val[i] == 0;
        same += (y->val[i] == 0) == (other->val[i] == 0);
        ck_assert(i >= N / 2 || z->val[i] == y->val[i]);
    }
    double share = (double)dropped / N, alike = p[_i] * p[_i] + (1 - p[_i]) * (1 - p[_i]);
    ck_assert_msg(fabs(share - p[_i]) < 5 * sqrt(p[_i] * (1 - p[_i]) / N), "%g dropped, should be %g", share, p[_i]);
    ck_assert_msg(fabs((double)same / N - alike) < 5 * sqrt(alike * (1 - alike) / N), "keys 11 and 12 agree too often");
    bench_end(&b);
}
END_TEST

START_TEST(dropout_of_none_is_the_input_itself)
{
    Bench b;
    bench_start(&b);
    Tensor *x = op_leaf(&b.t, "3x5");
    ck_assert_ptr_eq(dropout(&b.t, x, 0, 11), x);
    ck_assert_ptr_null(b.t.first);
    bench_end(&b);
}
END_TEST

/* Rows by id, and rows from `first` on for each sequence. */
START_TEST(embedding_copies_the_selected_rows)
{
    static const int ids[] = { 4, 0, 3, 3, 1, 4 };
    Bench b;
    bench_start(&b);
    Tensor *table = op_leaf(&b.t, "7x3");
    op_fill(table->val, 21, 1, 1);
    const Tensor *by_id = embedding(&b.t, table, ids, 2, 3);
    const Tensor *by_position = embedding_of_positions(&b.t, table, 4, 2, 3);
    for (int i = 0; i < 6; i++) {
        ck_assert(memcmp(by_id->val + 3 * i, table->val + 3 * ids[i], 3 * sizeof(real)) == 0);
        ck_assert(memcmp(by_position->val + 3 * i, table->val + 3 * (4 + i % 3), 3 * sizeof(real)) == 0);
    }
    bench_end(&b);
}
END_TEST

/* Rows without a target count neither in the sum nor in the number of rows; with none at all the loss is 0. */
START_TEST(cross_entropy_is_the_mean_of_rows_that_count)
{
    static const int some[] = { 1, -1, 0 }, first[] = { 1 }, last[] = { 0 }, none[] = { -1, -1, -1 };
    Bench b;
    bench_start(&b);
    Tensor *x = op_leaf(&b.t, "3x5"), *top = op_leaf(&b.t, "5"), *bottom = op_leaf(&b.t, "5");
    op_fill(x->val, 15, 1, 3);
    memcpy(top->val, x->val, 5 * sizeof(real));
    memcpy(bottom->val, x->val + 10, 5 * sizeof(real));
    double sum_exp = 0;
    for (int i = 0; i < 5; i++)
        sum_exp += exp((double)x->val[i]);
    double one = (double)cross_entropy(&b.t, top, first)->val[0];
    double two = (double)cross_entropy(&b.t, bottom, last)->val[0];
    ck_assert_double_eq_tol(one, log(sum_exp) - (double)x->val[1], 1e-13);
    ck_assert_double_eq_tol((double)cross_entropy(&b.t, x, some)->val[0], (one + two) / 2, 1e-13);
    ck_assert(cross_entropy(&b.t, x, none)->val[0] == 0);
    bench_end(&b);
}
END_TEST

CHECK_MAIN("ops", LOOP(wrong_shapes_are_named, 0, N_WRONG), TEST(every_op_has_a_wrong_call),
           LOOP(dropout_keeps_the_mean, 0, 3), TEST(dropout_of_none_is_the_input_itself),
           TEST(embedding_copies_the_selected_rows),
           TEST(cross_entropy_is_the_mean_of_rows_that_count))
