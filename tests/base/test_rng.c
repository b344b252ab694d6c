#include "base/rng.h"
#include "check_main.h"
#include <math.h>

enum { N = 100000 };

/* Computed from the definition by another program: an old checkpoint must resume with the same numbers. */
START_TEST(bits_are_fixed)
{
    ck_assert(rng_bits(1, 1, 0) == 0xa7ed8821dca10c0eu);
    ck_assert(rng_bits(1, 1, 1) == 0xb18a02f46d8d86c3u);
    ck_assert(rng_bits(0, 0, 0) == 0x33fe8bd4f9c57863u);
    ck_assert(rng_bits(UINT64_MAX, 4, UINT64_MAX) == 0xbc7d14054843d3f2u);
    ck_assert(rng_normal(1, 1, 0) == -0x1.03ed119d126cfp-1);
    ck_assert(rng_normal(1, 1, 1) == -0x1.32253e68cc773p+1);
}
END_TEST

START_TEST(every_argument_counts)
{
    uint64_t here = rng_bits(5, RNG_BATCH, 9);
    ck_assert(here == rng_bits(5, RNG_BATCH, 9));
    ck_assert(here != rng_bits(6, RNG_BATCH, 9));
    ck_assert(here != rng_bits(5, RNG_DROPOUT, 9));
    ck_assert(here != rng_bits(5, RNG_BATCH, 10));
    ck_assert(here != rng_bits(9, RNG_BATCH, 5));
}
END_TEST

/* 64 cells of equal width; chi squared of 63 degrees is above 120 once in 10^5 seeds. */
START_TEST(uniform_is_even)
{
    int cells[64] = { 0 };
    for (uint64_t i = 0; i < N; i++) {
        double u = rng_uniform((uint64_t)_i, RNG_SAMPLE, i);
        ck_assert(u >= 0 && u < 1);
        cells[(int)(u * 64)]++;
    }
    double chi = 0, mean = N / 64.0;
    for (int c = 0; c < 64; c++)
        chi += (cells[c] - mean) * (cells[c] - mean) / mean;
    ck_assert_msg(chi < 120 && chi > 20, "chi squared %g", chi);
}
END_TEST

/* Mean 0, variance 1, fourth moment 3, and the tail beyond 2; each within five standard errors. */
START_TEST(normal_is_normal)
{
    double m1 = 0, m2 = 0, m4 = 0, tail = 0;
    for (uint64_t i = 0; i < N; i++) {
        double x = rng_normal((uint64_t)_i, RNG_INIT, i);
        ck_assert(isfinite(x));
        m1 += x / N, m2 += x * x / N, m4 += x * x * x * x / N;
        tail += fabs(x) > 2 ? 1.0 / N : 0;
    }
    ck_assert_msg(fabs(m1) < 5 * sqrt(1.0 / N), "mean %g", m1);
    ck_assert_msg(fabs(m2 - 1) < 5 * sqrt(2.0 / N), "variance %g", m2);
    ck_assert_msg(fabs(m4 - 3) < 5 * sqrt(96.0 / N), "fourth moment %g", m4);
    ck_assert_msg(fabs(tail - 0.0455) < 5 * sqrt(0.0455 / N), "beyond 2: %g", tail);
}
END_TEST

/* Neighbours, streams and seeds are uncorrelated. */
START_TEST(indices_are_independent)
{
    double near = 0, streams = 0, seeds = 0;
    for (uint64_t i = 0; i < N; i++) {
        double x = rng_normal(1, RNG_INIT, i);
        near += x * rng_normal(1, RNG_INIT, i + 1) / N;
        streams += x * rng_normal(1, RNG_BATCH, i) / N;
        seeds += x * rng_normal(2, RNG_INIT, i) / N;
    }
    double bound = 5 * sqrt(1.0 / N);
    ck_assert_msg(fabs(near) < bound && fabs(streams) < bound && fabs(seeds) < bound,
                  "correlations %g %g %g", near, streams, seeds);
}
END_TEST

CHECK_MAIN("rng", TEST(bits_are_fixed), TEST(every_argument_counts), LOOP(uniform_is_even, 0, 4),
           LOOP(normal_is_normal, 0, 4), TEST(indices_are_independent))
