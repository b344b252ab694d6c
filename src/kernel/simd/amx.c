/* bf16.h for AMX-BF16 (Intel, since Sapphire Rapids). Exports only the table. */
#include "kernel/bf16.h"
#include "kernel/simd/vec.h"

/* gcc's intrinsics do not name the memory that tiles are loaded from as an operand, so gcc could delay earlier stores
 * to it. Setting the shapes, with which every product starts, is a barrier: earlier stores are in memory by then. */
#define tiles_shape(s)                              \
    do {                                            \
        __asm__ volatile("" ::"r"(s) : "memory");   \
        _tile_loadconfig(s);                        \
    } while (false)
#define tiles_end()              _tile_release()
#define tile_zero(t)             _tile_zero(t)
#define tile_load(t, p, apart)   _tile_loadd(t, p, apart)
#define tile_store(t, p, apart)  _tile_stored(t, p, apart)
#define tile_dot(c, a, b)        _tile_dpbf16ps(c, a, b)
#include "kernel/simd/amx_tiles.h"
#include "kernel/simd/pairs.h"

extern const Bf16Kernels bf16_amx;

/* Four tiles of sums, as in a product; each round adds 16 to every number. */
static double burn(size_t rounds, real *out)
{
    uint32_t half[HEIGHT * GROUP], one[GROUP * WIDTH];
    real     sum[HEIGHT * WIDTH];
    for (size_t i = 0; i < HEIGHT * GROUP; i++)
        half[i] = 0x3f003f00, one[i] = 0x3f803f80;
    shape_all(HEIGHT, WIDTH, GROUP);
    begin(true, true, NULL, 0);
    tile_load(4, half, GROUP * sizeof *half);
    tile_load(5, half + SIDE * GROUP, GROUP * sizeof *half);
    tile_load(6, one, WIDTH * sizeof *one);
    tile_load(7, one + SIDE, WIDTH * sizeof *one);
    for (size_t round = 0; round < rounds; round++) {
        tile_dot(0, 4, 6);
        tile_dot(1, 4, 7);
        tile_dot(2, 5, 6);
        tile_dot(3, 5, 7);
    }
    finish(true, true, sum, WIDTH);
    tiles_end();
    *out = sum[0];
    return 4.0 * HEIGHT * WIDTH * GROUP * (double)rounds;
}

const Bf16Kernels bf16_amx = {
    .name = "amx", .group = GROUP, .pairs = pairs, .width = WIDTH, .pack = pack, .product = product, .burn = burn,
};
