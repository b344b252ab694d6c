#ifndef CLI_BENCH_PART_H
#define CLI_BENCH_PART_H
#include "cli/flags.h"
#include "kernel/bf16.h"
#include "model/config.h"

typedef struct BenchOptions {
    FlagList    part;
    int         size, precision, threads, context, channels, layers;
    int64_t     batch;
    double      seconds;
    const char *kernels;
} BenchOptions;

/* Measures for about o->seconds and prints its figures to stdout, "name value" with the name first. */
typedef bool BenchPart(const BenchOptions *o, Err *err);

/* The fma peak of every instruction set on one and on all threads, in GFLOP/s, and that of bfloat16:
 *     peak avx512 THREADS N
 *     peak avx512-bf16 THREADS N */
BenchPart bench_peak;

/* Matrix products at the model's shapes, as GFLOP/s and share of the peak measured beside:
 *     product nt 768x384x128 THREADS GFLOP/s SHARE      (product-bf16 with --precision bf16) */
BenchPart bench_products;

/* Whole training steps (forward, backward, clipping, AdamW; no dropout, no biases):
 *     heed small fp32 THREADS tokens/s N            (bf16 with --precision bf16)
 *     heed small fp32 THREADS GFLOP/s N share S     (causal half of attention counted once)
 *     heed small memory ANNOUNCED USED              (bytes) */
BenchPart bench_step;

/* Where the time of a step goes, by op: a table whose sum is the step. */
BenchPart bench_profile;

/* Characters drawn a second by one stream:
 *     heed small sample THREADS characters/s N */
BenchPart bench_sample;

/* GFLOP/s of a table's burn on one thread or on all of the pool, best of a few tries. */
typedef double Burn(size_t rounds, real *out);
double bench_peak_of(Burn *burn, bool all_threads);

/* The burn of the table in use, at the precision that was asked for. */
Burn *bench_burn(const BenchOptions *o);

/* The shape that the options ask for, with 65 characters and no biases; the batch. */
Config bench_config(const BenchOptions *o, long *batch);

/* Operations of a training step on one token: 6 a weight, and attention's products over the half
 * that the mask leaves. */
double bench_flops(const Config *c);
#endif
