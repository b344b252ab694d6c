#ifndef MODEL_SAMPLER_H
#define MODEL_SAMPLER_H
#include "model/reader.h"
#include <stdint.h>

/* Filters on the model's probabilities, applied in llama.cpp's order: top_k keeps the k most probable tokens; top_p
 * the most probable of these that together hold top_p of their mass; min_p those with at least min_p times the
 * probability of the most probable. The rest is drawn with weight p^(1/temp). Ties go to the lower token. (Fan et al.
 * 2018, top-k; Holtzman et al. 2020, top-p; Nguyen et al. 2024, min-p.) */
typedef struct SampleSettings {
    double temp;                            /* >= 0; 0: always the most probable token  */
    int    top_k;                           /* 0: all                                   */
    double top_p;                           /* in [0,1]; 1: all                         */
    double min_p;                           /* in [0,1]; 0: all                         */
} SampleSettings;

/* Picks one of V tokens. p: the model's probabilities before filters; weight: not normalized, 0 where filtered out. */
typedef struct Sampler {
    SampleSettings set;
    int            V;
    double        *p, *weight;              /* (V) */
    int           *heap;                    /* (V) scratch for the most probable  */
    real          *e;                       /* (V) scratch for exponentials       */
    Reader        *reader;                  /* from here on for sampler_begin, sampler_next    */
    const real    *logits;
    uint64_t       seed, drawn;
    int            last;                    /* drawn but not yet read; -1: none     */
} Sampler;

/* Copies *set; allocates everything. False when out of memory, with nothing to free. */
bool sampler_init(Sampler *s, const SampleSettings *set, int V, Err *err);
void sampler_free(Sampler *s);

/* Computes p and weight from logits (V). False if one is NaN or infinite. */
bool sampler_weigh(Sampler *s, const real *logits, Err *err);

/* The token at fraction u in [0,1) of the cumulative weights. */
int sampler_draw(const Sampler *s, double u);

/* Writes the k <= V most probable tokens by p, filtered out or not, to ids, best first. */
void sampler_best(Sampler *s, int k, int *ids);

/* The entropy of p: -sum p log2 p, in bits. */
double sampler_entropy(const Sampler *s);

/* Starts a new text with n >= 1 tokens. The i-th token drawn after them is a function of the model, these tokens, the
 * settings, seed and i. */
bool sampler_begin(Sampler *s, Reader *reader, const int *ids, size_t n, uint64_t seed, Err *err);

/* Draws the next token and leaves its p and weight; -1 on error. */
int sampler_next(Sampler *s, Err *err);
#endif
