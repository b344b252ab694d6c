/* The specification of kernel.h: one naive loop per kernel, with the order of roundings that every other table
 * keeps. Where clarity costs speed, clarity wins; fma is the C library's, which is exact on any processor. */
#include "kernel/exp.h"
#include "kernel/kernel.h"
#include "kernel/bf16_weights.h"
#include <math.h>
#include <string.h>

#ifdef HEED_DOUBLE
#define FMA      fma
#define SQRT     sqrt
#define INFINITE HUGE_VAL
typedef uint64_t Bits;
#else
#define FMA      fmaf
#define SQRT     sqrtf
#define INFINITE HUGE_VALF
typedef uint32_t Bits;
#endif

enum { WIDTH = 8, HEIGHT = 3, LANES = 16 };

static const real exp_terms[] = { EXP_TERMS };

static void put(real *y, real x, bool add) { *y = add ? *y + x : x; }

/* --- Matrix product --- */

static void pack(size_t k, size_t n, const real *b, size_t rs, size_t cs, real *panels)
{
    for (size_t first = 0; first < n; first += WIDTH)
        for (size_t i = 0; i < k; i++)
            for (size_t j = first; j < first + WIDTH; j++)
                *panels++ = j < n ? b[i * rs + j * cs] : 0;
}

static void slices(size_t m, size_t k, const real *a, size_t cs, real *out, size_t apart)
{
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < k; j++)
            out[i / HEIGHT * apart + i % HEIGHT + j * HEIGHT] = a[i + j * cs];
}

static void product(size_t m, size_t n, size_t k, const real *a, size_t rs, size_t cs, const real *panels,
                    const real *start, size_t ss, real *c, size_t ldc)
{
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++) {
            const real *b     = panels + j / WIDTH * WIDTH * k + j % WIDTH;
            real        chain = start ? start[i * ss + j] : 0;
            for (size_t l = 0; l < k; l++)
                chain = FMA(a[i * rs + l * cs], b[l * WIDTH], chain);
            c[i * ldc + j] = chain;
        }
}

/* One group of WIDTH / 2 words per row. */
static void pack_rounded(size_t k, size_t n, const real *b, size_t rs, size_t cs, uint32_t *panels)
{
    rounded_pack(WIDTH / 2, 1, k, n, b, rs, cs, panels);
}

static real unrounded(uint32_t word, bool high)
{
    uint32_t bits = high ? word & 0xffff0000 : word << 16;
    float    x;
    memcpy(&x, &bits, sizeof x);
    return (real)x;
}

static void product_rounded(size_t m, size_t n, size_t k, const real *a, size_t rs, size_t cs,
                            const uint32_t *panels, const real *start, size_t ss, real *c, size_t ldc)
{
    enum { WORDS = WIDTH / 2 };
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++) {
            const uint32_t *b     = panels + j / WIDTH * WORDS * k + j % WORDS;
            real            chain = start ? start[i * ss + j] : 0;
            for (size_t l = 0; l < k; l++)
                chain = FMA(a[i * rs + l * cs], unrounded(b[l * WORDS], j % WIDTH >= WORDS), chain);
            c[i * ldc + j] = chain;
        }
}

/* --- Sums --- */

static real tree(real *lane)
{
    for (size_t w = LANES / 2; w > 0; w /= 2)
        for (size_t j = 0; j < w; j++)
            lane[j] += lane[j + w];
    return lane[0];
}

static real sum(size_t n, const real *x)
{
    real lane[LANES] = { 0 };
    for (size_t i = 0; i < n; i++)
        lane[i % LANES] += x[i];
    return tree(lane);
}

static real dot(size_t n, const real *x, const real *y)
{
    real lane[LANES] = { 0 };
    for (size_t i = 0; i < n; i++)
        lane[i % LANES] = FMA(x[i], y[i], lane[i % LANES]);
    return tree(lane);
}

static real max(size_t n, const real *x)
{
    real lane[LANES];
    for (size_t j = 0; j < LANES; j++)
        lane[j] = -INFINITE;
    for (size_t i = 0; i < n; i++)
        lane[i % LANES] = x[i] > lane[i % LANES] ? x[i] : lane[i % LANES];
    for (size_t w = LANES / 2; w > 0; w /= 2)
        for (size_t j = 0; j < w; j++)
            lane[j] = lane[j + w] > lane[j] ? lane[j + w] : lane[j];
    return lane[0];
}

/* --- Element by element --- */

static void add(size_t n, const real *x, const real *y, real *z)
{
    for (size_t i = 0; i < n; i++)
        z[i] = x[i] + y[i];
}

static void axpy(size_t n, real a, const real *x, real *y)
{
    for (size_t i = 0; i < n; i++)
        y[i] = FMA(a, x[i], y[i]);
}

static void scale(size_t n, real a, const real *x, real *y)
{
    for (size_t i = 0; i < n; i++)
        y[i] = a * x[i];
}

/* --- Exponential, softmax, GELU --- */

static real power_of_two(real t)
{
    Bits bits;
    memcpy(&bits, &t, sizeof bits);
    bits <<= EXP_SHIFT;
    memcpy(&t, &bits, sizeof bits);
    return t;
}

static real exponential(real x)
{
    real z = EXP_TOP < x ? EXP_TOP : x;
    real t = FMA(z, EXP_LOG2E, EXP_MAGIC);
    real n = t - EXP_MAGIC;
    real r = FMA(n, -EXP_LN2_LOW, FMA(n, -EXP_LN2, z));
    real p = exp_terms[0];
    for (size_t i = 1; i < sizeof exp_terms / sizeof *exp_terms; i++)
        p = FMA(p, r, exp_terms[i]);
    p = FMA(FMA(p, r, 1), r, 1);
    return x < -EXP_TOP ? 0 : p * power_of_two(t);
}

static real exp_sum(size_t n, const real *x, real top, real *y)
{
    for (size_t i = 0; i < n; i++)
        y[i] = exponential(x[i] - top);
    return sum(n, y);
}

static void softmax(size_t n, real a, const real *x, real *y)
{
    real top = a * max(n, x);
    scale(n, a, x, y);
    scale(n, 1 / exp_sum(n, y, top, y), y, y);
}

static void softmax_back(size_t n, real a, const real *y, const real *dy, real *dx, bool add_to)
{
    real mean = dot(n, dy, y);
    for (size_t i = 0; i < n; i++)
        put(&dx[i], (a * y[i]) * (dy[i] - mean), add_to);
}

static real logistic(real x)
{
    real v = (x * -GELU_K) * FMA(x * x, GELU_A, 1);
    return 1 / (1 + exponential(v));
}

static void gelu(size_t n, const real *x, real *y)
{
    for (size_t i = 0; i < n; i++)
        y[i] = x[i] * logistic(x[i]);
}

static void gelu_back(size_t n, const real *x, const real *dy, real *dx, bool add_to)
{
    for (size_t i = 0; i < n; i++) {
        real s  = logistic(x[i]);
        real du = GELU_K * FMA(x[i] * x[i], GELU_3A, 1);
        real d  = FMA(x[i] * du, s * (1 - s), s);
        put(&dx[i], dy[i] * d, add_to);
    }
}

static real positive(real x) { return x < 0 ? 0 : x; }

static void relu2(size_t n, const real *x, real *y)
{
    for (size_t i = 0; i < n; i++)
        y[i] = positive(x[i]) * positive(x[i]);
}

static void relu2_back(size_t n, const real *x, const real *dy, real *dx, bool add_to)
{
    for (size_t i = 0; i < n; i++)
        put(&dx[i], (positive(x[i]) + positive(x[i])) * dy[i], add_to);
}

/* --- Layer norm --- */

static void norm(size_t n, const real *x, const real *w, const real *b, real eps, real *y, real stat[2])
{
    real lane[LANES] = { 0 }, mean = sum(n, x) / (real)n;
    for (size_t i = 0; i < n; i++)
        lane[i % LANES] = FMA(x[i] - mean, x[i] - mean, lane[i % LANES]);
    real r = 1 / SQRT(tree(lane) / (real)n + eps);
    for (size_t i = 0; i < n; i++) {
        real h = (x[i] - mean) * r;
        y[i]   = b ? FMA(h, w[i], b[i]) : h * w[i];
    }
    stat[0] = mean;
    stat[1] = r;
}

static void norm_back(size_t n, const real *x, const real *w, const real stat[2], const real *dy, real *dx,
                      bool add_to)
{
    real g_lane[LANES] = { 0 }, gh_lane[LANES] = { 0 }, mean = stat[0], r = stat[1];
    for (size_t i = 0; i < n; i++) {
        real g = dy[i] * w[i];
        g_lane[i % LANES] += g;
        gh_lane[i % LANES] = FMA(g, (x[i] - mean) * r, gh_lane[i % LANES]);
    }
    real g_mean = tree(g_lane) / (real)n, gh_mean = tree(gh_lane) / (real)n;
    for (size_t i = 0; i < n; i++) {
        real h = (x[i] - mean) * r;
        put(&dx[i], r * ((dy[i] * w[i] - g_mean) - h * gh_mean), add_to);
    }
}

static void norm_back_params(size_t rows, size_t n, const real *x, const real *stat, const real *dy, size_t ld,
                             real *dw, real *db)
{
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < n; j++) {
            real h = (x[i * ld + j] - stat[2 * i]) * stat[2 * i + 1];
            dw[j]  = FMA(dy[i * ld + j], h, dw[j]);
            if (db)
                db[j] += dy[i * ld + j];
        }
}

static void add_rows(size_t rows, size_t n, const real *x, size_t ld, real *y)
{
    for (size_t i = 0; i < rows; i++)
        add(n, y, x + i * ld, y);
}

/* --- RMS norm, rotary positions, convolution --- */

static void weigh(size_t n, real a, const real *x, const real *w, real *y)
{
    for (size_t i = 0; i < n; i++)
        y[i] = a * x[i] * w[i];
}

static void rms_back(size_t n, real a, real share, const real *x, const real *dy, real *dx, bool add_to)
{
    for (size_t i = 0; i < n; i++)
        put(&dx[i], a * (dy[i] - share * x[i]), add_to);
}

static void rotate(size_t n, size_t half, const real *cs, real sign, const real *x, real *y, bool add_to)
{
    for (size_t head = 0; head < n; head += 2 * half)
        for (size_t i = 0, j = head, k = head + half; i < half; i++, j++, k++) {
            real a = x[j], b = x[k], c = cs[i], s = sign * cs[half + i];
            put(&y[j], a * c - b * s, add_to);
            put(&y[k], b * c + a * s, add_to);
        }
}

static void mix(size_t n, size_t taps, const real *w, const real *x, ptrdiff_t step, real *y, bool add_to)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < taps; k++)
            put(&y[i], w[k * n + i] * x[(ptrdiff_t)i + (ptrdiff_t)k * step], k > 0 || add_to);
}

static void mix_back(size_t n, size_t taps, const real *dy, const real *x, ptrdiff_t step, real *dw, size_t ld)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < taps; k++)
            dw[k * ld + i] += dy[i] * x[(ptrdiff_t)i + (ptrdiff_t)k * step];
}

/* --- Dropout and AdamW --- */

static uint32_t hash(uint32_t key, uint32_t i)
{
    uint32_t h = i ^ key;
    h          = (h ^ h >> 16) * HASH_A;
    h ^= key * HASH_KEY + HASH_ADD;
    h = (h ^ h >> 15) * HASH_B;
    return h ^ h >> 16;
}

static void dropout(size_t n, uint32_t key, uint32_t first, uint32_t cut, real a, const real *x, real *y,
                    bool add_to)
{
    for (size_t i = 0; i < n; i++)
        put(&y[i], hash(key, first + (uint32_t)i) >= cut ? x[i] * a : 0, add_to);
}

static void adamw(size_t n, const AdamStep *s, const real *g, real *p, real *m, real *v)
{
    for (size_t i = 0; i < n; i++) {
        real d = s->scale * g[i];
        m[i]   = FMA(s->not_beta1, d - m[i], m[i]);
        v[i]   = FMA(s->beta2, v[i], (s->not_beta2 * d) * d);
        p[i]   = p[i] * s->keep - (s->rate * m[i]) / FMA(SQRT(v[i]), s->root, s->eps);
    }
}

static double burn(size_t rounds, real *out)
{
    real x = 0;
    for (size_t i = 0; i < rounds; i++)
        x = FMA(x, (real)0.5, 1);
    *out = x;
    return 2.0 * (double)rounds;
}

const Kernels kernel_ref = {
    .name             = "ref",
    .width            = WIDTH,
    .pack             = pack,
    .height           = HEIGHT,
    .slices           = slices,
    .product          = product,
    .rounded_width    = WIDTH,
    .pack_rounded     = pack_rounded,
    .product_rounded  = product_rounded,
    .sum              = sum,
    .dot              = dot,
    .max              = max,
    .add              = add,
    .axpy             = axpy,
    .scale            = scale,
    .exp_sum          = exp_sum,
    .softmax          = softmax,
    .softmax_back     = softmax_back,
    .gelu             = gelu,
    .gelu_back        = gelu_back,
    .relu2            = relu2,
    .relu2_back       = relu2_back,
    .norm             = norm,
    .norm_back        = norm_back,
    .norm_back_params = norm_back_params,
    .add_rows         = add_rows,
    .weigh            = weigh,
    .rms_back         = rms_back,
    .rotate           = rotate,
    .mix              = mix,
    .mix_back         = mix_back,
    .dropout          = dropout,
    .adamw            = adamw,
    .burn             = burn,
};
