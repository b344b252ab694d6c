/* bf16.h for AVX512-BF16 (Intel since Cooper Lake, AMD since Zen 4). Exports only the table. */
#include "kernel/bf16.h"
#include "kernel/simd/vec.h"

/* The factors of simd/tile.h: pairs. */
typedef uint32_t Factor;
typedef __m512i  FactorV;
#define f_load(p)       _mm512_loadu_si512(p)
#define f_set(x)        _mm512_set1_epi32((int)(x))
#define f_fma(a, b, c)  _mm512_dpbf16_ps(c, (__m512bh)(a), (__m512bh)(b))
#include "kernel/simd/tile.h"
#include "kernel/simd/pairs.h"

extern const Bf16Kernels bf16_avx512;

/* Every chain adds 1 per round; as many chains as a tile has, enough to hide the latency. */
static double burn(size_t rounds, real *out)
{
    const FactorV half = _mm512_set1_epi32(0x3f003f00), one = _mm512_set1_epi32(0x3f803f80);
    V chain[ROWS][COLUMNS], all = v_set(0);
    UNROLL
    for (int i = 0; i < ROWS; i++)
        UNROLL
        for (int j = 0; j < COLUMNS; j++)
            chain[i][j] = v_set((real)(i * COLUMNS + j));   /* all different, or the compiler merges them */
    for (size_t round = 0; round < rounds; round++) {
        UNROLL
        for (int i = 0; i < ROWS; i++)
            UNROLL
            for (int j = 0; j < COLUMNS; j++)
                chain[i][j] = f_fma(half, one, chain[i][j]);
    }
    UNROLL
    for (int i = 0; i < ROWS; i++)
        UNROLL
        for (int j = 0; j < COLUMNS; j++)
            all = v_add(all, chain[i][j]);
    real lanes[VL];
    v_store(lanes, all);
    *out = lanes[0];
    return 4.0 * ROWS * COLUMNS * VL * (double)rounds;
}

const Bf16Kernels bf16_avx512 = {
    .name = "avx512bf16", .group = 1, .pairs = pairs, .width = WIDTH, .pack = pack, .product = product, .burn = burn,
};
