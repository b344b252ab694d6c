#ifndef CLI_BENCH_PART_H
#define CLI_BENCH_PART_H
#include "cli/flags.h"
#include "kernel/bf16.h"
#include "model/recipe.h"
#include "train/trainer.h"

typedef struct BenchOptions {
    FlagList    part;
    int         size, recipe, precision, threads, context, channels, layers, heads, vocab;
    int64_t     batch, corpus;
    double      seconds;
    const char *kernels;
} BenchOptions;

/* Measures for about o->seconds and prints its figures to stdout, one a line: what was measured, in words,
 * " = ", and one or more numbers. PRECISION is fp32 or bf16, rates are in GFLOP/s. What is measured more
 * than once in this time is told at its best, because machines are noisy. */
typedef bool BenchPart(const BenchOptions *o, Err *err);

/* Multiply-adds of every instruction set on one and on all threads:
 *     peak TABLE THREADS = GFLOP/s                     TABLE: avx512, or avx512-bf16
 * The next two parts print the one that is the limit of what they measure, too. */
BenchPart bench_peak;

/* Matrix products at the model's shapes:
 *     product PRECISION FORM MxNxK THREADS = GFLOP/s */
BenchPart bench_products;

/* Whole training steps (forward, backward, clipping, optimizers; no dropout, no biases), attention's causal half
 * counted once; and memory in bytes:
 *     step PRECISION SIZE THREADS = TOKENS/s GFLOP/s
 *     memory PRECISION SIZE BATCH = ANNOUNCED USED */
BenchPart bench_step;

/* Where the time of the quickest step goes, in milliseconds; the sum is that step:
 *     profile PRECISION SIZE THREADS OP = FORWARD BACKWARD */
BenchPart bench_profile;

/* One stream of characters, and how long the first one takes behind a prompt of 1,000 characters, which is
 * read in one pass by a model with that many in view:
 *     sample SIZE THREADS = CHARACTERS/s
 *     first SIZE THREADS = MILLISECONDS
 * With weights rounded to bfloat16 the first word is sample-bf16 or first-bf16. */
BenchPart bench_sample;

/* GFLOP/s of a table's burn on one thread or on all of the pool, best of a few tries. */
typedef double Burn(size_t rounds, real *out);
double bench_peak_of(Burn *burn, bool all_threads);

/* Prints the peak of what is in use, on all threads, at the precision that was asked for. */
void bench_print_peak(const BenchOptions *o);

/* "fp32" or "bf16"; the name of the size. */
const char *bench_precision(const BenchOptions *o);
const char *bench_size(const BenchOptions *o);

/* The shape that the options ask for, without biases; the batch. */
Config bench_config(const BenchOptions *o, long *batch);

/* Operations of a training step on one token: 6 a weight, and attention's products over the half
 * that the mask leaves. */
double bench_flops(const Config *c);

/* A model to train by the recipe, of that shape, on random tokens. */
typedef struct BenchModel {
    Corpus     text;
    Checkpoint run;
    Trainer    trainer;
} BenchModel;

/* bench_close is to be called in either case. */
bool bench_open(BenchModel *m, const BenchOptions *o, Err *err);
void bench_close(BenchModel *m);
#endif
