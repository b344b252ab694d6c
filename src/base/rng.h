#ifndef BASE_RNG_H
#define BASE_RNG_H
#include <stdint.h>

/* Counter-based random numbers: a function of (seed, stream, index), independent of earlier draws and of threads, so a
 * checkpoint needs to store only integers. The mixing function is the finalizer of SplitMix64
 * (Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators", section 3). */

/* Streams of one seed are independent; one per purpose. */
enum { RNG_INIT = 1, RNG_BATCH, RNG_DROPOUT, RNG_SAMPLE };

/* 64 random bits for number `index` of stream `stream`. */
uint64_t rng_bits(uint64_t seed, uint64_t stream, uint64_t index);

/* Uniform in [0, 1), 53 bits. */
double rng_uniform(uint64_t seed, uint64_t stream, uint64_t index);

/* Standard normal (Box and Muller 1958), from the deterministic functions of base/num.h. */
double rng_normal(uint64_t seed, uint64_t stream, uint64_t index);
#endif
