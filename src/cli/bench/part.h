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
    const char *kernels, *shape;
} BenchOptions;

/* Measures for about o->seconds and prints figures to stdout, one per line: a name in words, " = ", and one or more
 * numbers. PRECISION is fp32 or bf16, rates are in GFLOP/s. The best of repeated measurements is reported, because
 * machines are noisy. */
typedef bool BenchPart(const BenchOptions *o, Err *err);

/* Peak multiply-add rate of every instruction set, on one thread and on all:
 *     peak TABLE THREADS = GFLOP/s                     TABLE: avx512, or avx512-bf16
 * products and step also print the peak that limits them. */
BenchPart bench_peak;

/* What memory and arithmetic allow with the vectors in use, on one thread and on all; a copy counts what it reads and
 * what it writes, and BYTES are those of all arrays and threads together:
 *     bandwidth read|write|copy BYTES THREADS = GB/s
 *     throughput divide|root|exp THREADS = NUMBERS/s   in billions, from and to the first-level cache */
BenchPart bench_limits;

/* Matrix products at the model's shapes, or only o->shape:
 *     product PRECISION FORM MxNxK THREADS = GFLOP/s */
BenchPart bench_products;

/* An m x n product of k: FORM nn is a b, nt is a b^T, tn is a^T b. */
typedef struct BenchShape {
    char   form[3];
    size_t m, n, k;
} BenchShape;

/* Parses "nt:768x384x128"; false if it is anything else. */
bool bench_shape(const char *text, BenchShape *s);

/* Whole training steps (forward, backward, clipping, optimizers; no dropout, no biases), counting only the unmasked
 * half of attention; and memory in bytes, predicted and used:
 *     step PRECISION SIZE THREADS = TOKENS/s GFLOP/s   of the fastest step
 *     mean PRECISION SIZE THREADS = TOKENS/s           of all steps
 *     memory PRECISION SIZE BATCH = ANNOUNCED USED */
BenchPart bench_step;

/* Milliseconds per op in the fastest step; they add up to the whole step. And what the ops of a step have to do, WAY
 * being forward or backward: the bytes that they read and write, by the size (BYTES) of the cache that still holds
 * them (reuse.h), and their arithmetic (work.h):
 *     profile PRECISION SIZE THREADS OP = FORWARD BACKWARD
 *     moved PRECISION SIZE THREADS WAY BYTES OP = READ WRITTEN
 *     work PRECISION SIZE THREADS WAY OP = PRODUCTS MULTIPLIES DIVISIONS ROOTS EXPS */
BenchPart bench_profile;

/* The name of an op in these lines, "linear to 384" for a linear op, in name; and of what follows the last one. */
enum { BENCH_NAME = 32 };
#define BENCH_UPDATE "clipping and optimizers"
const char *bench_op_name(const Tensor *y, char name[BENCH_NAME]);

/* Sampling speed, and the time to the first character after a prompt of 1,000 characters, which a model with a
 * longer context reads in one pass:
 *     sample SIZE THREADS = CHARACTERS/s BYTES         BYTES of weights, which each character reads
 *     first SIZE THREADS = MILLISECONDS
 * With bf16 weights the first word is sample-bf16 or first-bf16. */
BenchPart bench_sample;

/* GFLOP/s of a kernel table's burn loop on one thread or on the whole pool, best of a few runs. */
typedef double Burn(size_t rounds, real *out);
double bench_peak_of(Burn *burn, bool all_threads);

/* Prints the peak of the kernels in use, on all threads, at o->precision. */
void bench_print_peak(const BenchOptions *o);

/* "fp32" or "bf16"; the name of the size. */
const char *bench_precision(const BenchOptions *o);
const char *bench_size(const BenchOptions *o);

/* The model configuration for the options, without biases; sets *batch. */
Config bench_config(const BenchOptions *o, long *batch);

/* FLOPs of a training step per token: 6 per weight, plus attention's products over the unmasked half. */
double bench_flops(const Config *c);

/* A model of that shape and a trainer by the recipe, on random tokens. */
typedef struct BenchModel {
    Corpus     text;
    Checkpoint run;
    Trainer    trainer;
} BenchModel;

/* Call bench_close even on failure. */
bool bench_open(BenchModel *m, const BenchOptions *o, Err *err);
void bench_close(BenchModel *m);
#endif
