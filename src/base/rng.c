#include "base/rng.h"
#include "base/num.h"
#include <math.h>

static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

uint64_t rng_bits(uint64_t seed, uint64_t stream, uint64_t index)
{
    const uint64_t golden = 0x9e3779b97f4a7c15u;
    return mix(mix(mix(seed + golden) + stream * golden) + index * golden);
}

double rng_uniform(uint64_t seed, uint64_t stream, uint64_t index)
{
    return (double)(rng_bits(seed, stream, index) >> 11) * 0x1p-53;
}

/* sqrt(-2 log u) cos(2 pi v), with u in (0, 1]. */
double rng_normal(uint64_t seed, uint64_t stream, uint64_t index)
{
    double u = 1 - rng_uniform(seed, stream, 2 * index);
    double v = rng_uniform(seed, stream, 2 * index + 1);
    return sqrt(-2 * num_log(u)) * num_cos_turns(v);
}
