#ifndef OP_CASES_H
#define OP_CASES_H
#include "engine/op_row.h"
#include <math.h>

/* Every op in small, odd and large shapes, for test_grad and test_op_bits. */
static const int ids[] = { 4, 0, 2, 4, 4, 1, 0, 3, 0, 0, 2, 1 };
static const int targets[] = { 2, -1, 0, 4, 1, -1, 3, 2, 0 }, none[] = { -1, -1, -1 }, zeros[400];
static real      cache_k[576], cache_v[1536], cache_x[96];                  /* for panels of 48 columns */
static KvCache   cache = { 2, 8, 6, 2, 0, cache_k, cache_v, cache_x };

static const bool hidden[14] = { true, false, true, true, false, false, true, [10] = true };
static const AttentionChange hides = { 1, hidden }, twice = { 2, hidden }, level = { 0, NULL };
static const AttentionChange hard = { (real)INFINITY, NULL }, hides_hard = { (real)INFINITY, hidden };

enum { CONSTANT_COLUMNS = 5 };

/* A row holds its number, which goes through the scratch memory. */
static inline void fill(const void *context, size_t begin, size_t end, void *scratch, real *y)
{
    (void)context;
    for (size_t i = begin; i < end; i++)
        for (int k = 0; k < CONSTANT_COLUMNS; k++) {
            *(real *)scratch = (real)i;
            *y++ = *(real *)scratch;
        }
}

/* The last row of an op is large enough for several threads, if the op can be split. */
static const OpRow op_cases[] = {
    { .op = &op_add, .in = { "3x5", "3x5" } },
    { .op = &op_add, .in = { "", "" } },
    { .op = &op_add, .in = { "3x5", "=0" } },
    { .op = &op_add, .in = { "130x131", "130x131" } },
    { .op = &op_attention, .in = { "1x1x3" }, .arg.attention = { .heads = 1 } },
    { .op = &op_attention, .in = { "2x5x9" }, .arg.attention = { .heads = 1 } },
    { .op = &op_attention, .in = { "2x7x18" }, .arg.attention = { .heads = 3 } },
    { .op = &op_attention, .in = { "1x32x3" }, .arg.attention = { .heads = 1 } },
    { .op = &op_attention, .in = { "1x33x6" }, .arg.attention = { .heads = 2 } },
    { .op = &op_attention, .in = { "1x67x9" }, .arg.attention = { .heads = 1 } },
    { .op = &op_attention, .in = { "2x5x18" }, .arg.attention = { 2, .dropout = { (real)0.5, 77 } } },
    { .op = &op_attention, .in = { "1x35x9" }, .arg.attention = { 1, .dropout = { (real)0.3, (uint64_t)5 << 40 } } },
    { .op = &op_attention, .in = { "1x9x27" }, .arg.attention = { .heads = 3 }, .spread = 5 },
    { .op = &op_attention, .in = { "2x7x18" }, .arg.attention = { .heads = 3, .change = &hides } },
    { .op = &op_attention, .in = { "2x7x18" }, .arg.attention = { 3, .dropout = { (real)0.5, 77 }, .change = &twice } },
    { .op = &op_attention, .in = { "2x7x18" }, .arg.attention = { .heads = 3, .change = &level } },
    { .op = &op_attention, .in = { "1x35x9" }, .arg.attention = { .heads = 1, .change = &hard }, .spread = 20 },
    { .op = &op_attention, .in = { "2x7x18" }, .arg.attention = { .heads = 3, .change = &hides_hard }, .spread = 20 },
    { .op = &op_cached_attention, .in = { "1x1x18" }, .arg.cache = { &cache, 0 }, .forward_only = true },
    { .op = &op_cached_attention, .in = { "1x3x18" }, .arg.cache = { &cache, 1 }, .forward_only = true },
    { .op = &op_cached_char_mix, .in = { "1x1x6", "3x6" }, .arg.cache = { &cache, 0 }, .forward_only = true },
    { .op = &op_cached_char_mix, .in = { "1x4x6", "2x6" }, .arg.cache = { &cache, 1 }, .forward_only = true },
    { .op = &op_causal_softmax, .in = { "1x1" } },
    { .op = &op_causal_softmax, .in = { "3x3" } },
    { .op = &op_causal_softmax, .in = { "2x3x7x7" } },
    { .op = &op_causal_softmax, .in = { "1x19x19" }, .spread = 8 },
    { .op = &op_causal_softmax, .in = { "2x3x7x7" }, .arg.causal_softmax = { &hides } },
    { .op = &op_causal_softmax, .in = { "2x3x7x7" }, .arg.causal_softmax = { &hides_hard }, .spread = 20 },
    { .op = &op_causal_softmax, .in = { "4x70x70" } },
    { .op = &op_char_mix, .in = { "1x1x1", "1x1" } },
    { .op = &op_char_mix, .in = { "2x5x7", "3x7" } },
    { .op = &op_char_mix, .in = { "2x3x5", "8x5" } },
    { .op = &op_char_mix, .in = { "3x9x4", "2x4" } },
    { .op = &op_char_mix, .in = { "2x70x135", "4x135" } },
    { .op = &op_constant, .arg.constant = { 1, 1, CONSTANT_COLUMNS, 8, fill, NULL } },
    { .op = &op_constant, .arg.constant = { 3, 40, CONSTANT_COLUMNS, 8, fill, NULL } },
    { .op = &op_cross_entropy, .in = { "5" }, .arg.cross_entropy = { .targets = targets } },
    { .op = &op_cross_entropy, .in = { "1x1" }, .arg.cross_entropy = { .targets = zeros } },
    { .op = &op_cross_entropy, .in = { "9x5" }, .arg.cross_entropy = { .targets = targets } },
    { .op = &op_cross_entropy, .in = { "2x4x7" }, .arg.cross_entropy = { .targets = targets }, .spread = 8 },
    { .op = &op_cross_entropy, .in = { "3x7" }, .arg.cross_entropy = { .targets = none } },
    { .op = &op_cross_entropy, .in = { "300x67" }, .arg.cross_entropy = { .targets = zeros } },
    { .op = &op_dropout, .in = { "" }, .arg.dropout = { (real)0.2, 4 } },
    { .op = &op_dropout, .in = { "3x5" }, .arg.dropout = { 0, 4 } },
    { .op = &op_dropout, .in = { "3x5" }, .arg.dropout = { (real)0.5, (uint64_t)9 << 32 } },
    { .op = &op_dropout, .in = { "7x41" }, .arg.dropout = { (real)0.9, 12345 } },
    { .op = &op_dropout, .in = { "130x131" }, .arg.dropout = { (real)0.1, 6 } },
    { .op = &op_embedding, .in = { "1x1" }, .arg.embedding = { zeros, 1, 1, 0 } },
    { .op = &op_embedding, .in = { "5x3" }, .arg.embedding = { ids, 2, 6, 0 } },
    { .op = &op_embedding, .in = { "6x5" }, .arg.embedding = { NULL, 3, 4, 2 } },
    { .op = &op_embedding, .in = { "5x200" }, .arg.embedding = { ids, 3, 4, 0 } },
    { .op = &op_gelu, .in = { "" } },
    { .op = &op_gelu, .in = { "3x5" } },
    { .op = &op_gelu, .in = { "41" }, .spread = 6 },
    { .op = &op_gelu, .in = { "130x131" }, .spread = 3 },
    { .op = &op_layer_norm, .in = { "2x3x5", "5", "5" } },
    { .op = &op_layer_norm, .in = { "2x3x5", "5" } },
    { .op = &op_layer_norm, .in = { "3x1", "1", "1" } },
    { .op = &op_layer_norm, .in = { "7", "7", "7" } },
    { .op = &op_layer_norm, .in = { "3x37", "37", "37" }, .spread = 3 },
    { .op = &op_layer_norm, .in = { "3x7", "7", "=1" } },
    { .op = &op_layer_norm, .in = { "7", "=0", "7" } },
    { .op = &op_layer_norm, .in = { "7", "7", "=0" } },
    { .op = &op_layer_norm, .in = { "7", "=0", "=0" } },
    { .op = &op_layer_norm, .in = { "150x131", "131", "131" } },
    { .op = &op_linear, .in = { "2x3x5", "4x5", "4" } },
    { .op = &op_linear, .in = { "2x3x5", "4x5" } },
    { .op = &op_linear, .in = { "5", "4x5", "4" } },
    { .op = &op_linear, .in = { "1x1", "1x1", "1" } },
    { .op = &op_linear, .in = { "3x3", "=0" } },
    { .op = &op_linear, .in = { "5", "5x5", "=0" } },
    { .op = &op_linear, .in = { "3x17", "19x17", "19" } },
    { .op = &op_linear, .in = { "70x65", "131x65", "131" } },
    { .op = &op_matmul, .in = { "3x5", "5x4" } },
    { .op = &op_matmul, .in = { "1x1", "1x1" } },
    { .op = &op_matmul, .in = { "2x3x3", "=0" } },
    { .op = &op_matmul, .in = { "2x3x1x5", "2x3x5x7" } },
    { .op = &op_matmul, .in = { "1x19x3", "1x3x17" } },
    { .op = &op_matmul_nt, .in = { "3x5", "4x5" } },
    { .op = &op_matmul_nt, .in = { "1x1", "1x1" } },
    { .op = &op_matmul_nt, .in = { "2x3x5", "=0" } },
    { .op = &op_matmul_nt, .in = { "2x3x1x5", "2x3x7x5" } },
    { .op = &op_matmul_nt, .in = { "1x19x3", "1x17x3" } },
    { .op = &op_merge_heads, .in = { "1x1x1x1" } },
    { .op = &op_merge_heads, .in = { "2x3x4x5" } },
    { .op = &op_merge_heads, .in = { "2x4x50x45" } },
    { .op = &op_qk_norm, .in = { "1x1x3", "1" }, .arg.qk_norm = { 1 }, .spread = 8 },
    { .op = &op_qk_norm, .in = { "2x5x18", "3" }, .arg.qk_norm = { 3 }, .spread = 8 },
    { .op = &op_qk_norm, .in = { "2x3x18", "1" }, .arg.qk_norm = { 1 }, .spread = 8 },
    { .op = &op_qk_norm, .in = { "2x4x36", "1" }, .arg.qk_norm = { 3 }, .spread = 8 },
    { .op = &op_qk_norm, .in = { "1x2x30", "2" }, .arg.qk_norm = { 2 }, .spread = 4 },
    { .op = &op_qk_norm, .in = { "2x70x270", "5" }, .arg.qk_norm = { 5 }, .spread = 8 },
    { .op = &op_qk_norm, .in = { "2x70x270", "1" }, .arg.qk_norm = { 5 }, .spread = 8 },
    { .op = &op_relu2, .in = { "" } },
    { .op = &op_relu2, .in = { "3x5" } },
    { .op = &op_relu2, .in = { "130x131" }, .spread = 20 },
    { .op = &op_rms_norm, .in = { "2x3x5", "5" }, .spread = 3 },
    { .op = &op_rms_norm, .in = { "2x3x5" }, .spread = 3 },
    { .op = &op_rms_norm, .in = { "3x1", "1" }, .spread = 8 },
    { .op = &op_rms_norm, .in = { "3x37", "37" }, .spread = 3 },
    { .op = &op_rms_norm, .in = { "7", "=0" }, .spread = 2 },
    { .op = &op_rms_norm, .in = { "150x131", "131" } },
    { .op = &op_rms_norm, .in = { "150x131" } },
    { .op = &op_rotary, .in = { "1x1x6" }, .arg.rotary = { 1, 0 } },
    { .op = &op_rotary, .in = { "2x5x18" }, .arg.rotary = { 1, 3 } },
    { .op = &op_rotary, .in = { "2x4x36" }, .arg.rotary = { 3, 1000 } },
    { .op = &op_rotary, .in = { "2x70x132" }, .arg.rotary = { 2, 5 } },
    { .op = &op_scale, .in = { "" }, .arg.scale = { (real)-1.7 } },
    { .op = &op_scale, .in = { "3x5" }, .arg.scale = { (real)0.3 } },
    { .op = &op_scale, .in = { "130x131" }, .arg.scale = { 3 } },
    { .op = &op_soft_cap, .in = { "" }, .arg.soft_cap = { 1 } },
    { .op = &op_soft_cap, .in = { "3x5" }, .arg.soft_cap = { (real)0.7 }, .spread = 3 },
    { .op = &op_soft_cap, .in = { "41" }, .arg.soft_cap = { 15 }, .spread = 30 },
    { .op = &op_soft_cap, .in = { "130x131" }, .arg.soft_cap = { 3 }, .spread = 5 },
    { .op = &op_split_heads, .in = { "2x4x18" }, .arg.split_heads = { 0, 3 } },
    { .op = &op_split_heads, .in = { "2x4x18" }, .arg.split_heads = { 1, 2 } },
    { .op = &op_split_heads, .in = { "2x5x9" }, .arg.split_heads = { 2, 1 } },
    { .op = &op_split_heads, .in = { "2x70x135" }, .arg.split_heads = { 1, 3 } },
    { .op = &op_sum, .in = { "" } },
    { .op = &op_sum, .in = { "3x5" } },
    { .op = &op_sum, .in = { "2x1x41" } },
    { .op = &op_tilt, .in = { "1", "1", "1" } },
    { .op = &op_tilt, .in = { "5", "2", "10" } },
    { .op = &op_tilt, .in = { "2x3x7", "2x3x3", "2x3x21" }, .spread = 3 },
    { .op = &op_tilt, .in = { "3x3", "=0", "3x9" } },
    { .op = &op_tilt, .in = { "2x130x67", "2x130x3", "2x130x201" } },
    { .op = &op_value_mix, .in = { "1x1x3", "1x1x3", "2" } },
    { .op = &op_value_mix, .in = { "2x5x18", "2x5x18", "2" } },
    { .op = &op_value_mix, .in = { "2x3x9", "=0", "2" } },
    { .op = &op_value_mix, .in = { "2x70x135", "2x70x135", "2" } },
};
enum { N_OP_CASES = sizeof op_cases / sizeof *op_cases };
#endif
