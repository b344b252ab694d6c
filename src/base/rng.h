#ifndef BASE_RNG_H
#define BASE_RNG_H
#include <stdint.h>

/* Random numbers as a function of (seed, stream, index), never of what was drawn before nor of
 * thread timing: the "state" of a generator is two integers that a checkpoint can hold.
 * The mixing function is the finaliser of SplitMix64 (Steele, Lea, Flood 2014, "Fast splittable
 * pseudorandom number generators", section 3). */

/* What a stream of random numbers is for; keeps streams of one seed apart. */
enum { RNG_INIT = 1, RNG_BATCH, RNG_DROPOUT, RNG_SAMPLE };

/* 64 random bits for number `index` of stream `stream`. */
uint64_t rng_bits(uint64_t seed, uint64_t stream, uint64_t index);

/* Uniform in [0, 1), 53 bits. */
double rng_uniform(uint64_t seed, uint64_t stream, uint64_t index);

/* Standard normal (Box and Muller 1958), from the deterministic functions of base/num.h. */
double rng_normal(uint64_t seed, uint64_t stream, uint64_t index);
#endif
