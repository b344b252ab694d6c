/* The specification of bf16.h: naive loops with the instruction's roundings. */
#include "kernel/bf16.h"
#include "kernel/bf16_weights.h"
#include <math.h>
#include <string.h>

#ifndef HEED_DOUBLE
extern const Bf16Kernels bf16_ref;

enum { WIDTH = 8 };

static float float_of(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static void pairs(size_t k, size_t n, const real *b, size_t rs, size_t cs, uint32_t *y, size_t prs,
                  size_t pcs)
{
    for (size_t i = 0; i < k; i += 2)
        for (size_t j = 0; j < n; j++) {
            uint32_t upper = i + 1 < k ? rounded_bits(b[(i + 1) * rs + j * cs]) : 0;
            y[i / 2 * prs + j * pcs] = upper << 16 | rounded_bits(b[i * rs + j * cs]);
        }
}

static void pack(size_t k, size_t n, const real *b, size_t rs, size_t cs, uint32_t *panels)
{
    for (size_t j = 0; j < n; j += WIDTH, panels += (k + 1) / 2 * WIDTH) {
        memset(panels, 0, (k + 1) / 2 * WIDTH * sizeof *panels);
        pairs(k, n - j < WIDTH ? n - j : WIDTH, b + j * cs, rs, cs, panels, WIDTH, 1);
    }
}

static float without_denormal(float x) { return fabsf(x) < 0x1p-126f ? copysignf(0, x) : x; }

static float add_product(uint32_t a, uint32_t b, float c)
{
    float x = without_denormal(float_of(a)), y = without_denormal(float_of(b));
    return without_denormal(fmaf(x, y, without_denormal(c)));
}

static void product(size_t m, size_t n, size_t k, const uint32_t *a, size_t rs, size_t cs,
                    const uint32_t *panels, const real *start, size_t ss, real *c, size_t ldc)
{
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++) {
            const uint32_t *b = panels + j / WIDTH * WIDTH * k + j % WIDTH;
            float           chain = start ? start[i * ss + j] : 0;
            for (size_t l = 0; l < k; l++) {
                uint32_t x = a[i * rs + l * cs], y = b[l * WIDTH];
                chain = add_product(x & 0xffff0000, y & 0xffff0000, chain);
                chain = add_product(x << 16, y << 16, chain);
            }
            c[i * ldc + j] = chain;
        }
}

static double burn(size_t rounds, real *out)
{
    const uint32_t half = 0x3f000000, one = 0x3f800000;
    float          x    = 0;
    for (size_t i = 0; i < rounds; i++)
        x = add_product(half, one, add_product(half, one, x));
    *out = x;
    return 4.0 * (double)rounds;
}

const Bf16Kernels bf16_ref = {
    .name = "ref", .group = 1, .pairs = pairs, .width = WIDTH, .pack = pack, .product = product, .burn = burn,
};
#endif
