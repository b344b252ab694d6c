#ifndef MODEL_SAMPLER_H
#define MODEL_SAMPLER_H
#include "model/reader.h"
#include <stdint.h>

/* How a token is chosen. From the model's probabilities, in the order that llama.cpp's users know:
 * the top_k likeliest stay; of them the likeliest that together have top_p of what is left; of
 * those the ones with at least min_p times the probability of the likeliest. The temperature comes
 * last: what stays is drawn with weight p^(1/temp). Equals: the lower token is the likelier.
 * (Fan et al. 2018, top-k; Holtzman et al. 2020, top-p; Nguyen et al. 2024, min-p.) */
typedef struct SampleSettings {
    double temp;                            /* >= 0; 0 takes the likeliest token always */
    int    top_k;                           /* 0: all                                   */
    double top_p;                           /* in [0,1]; 1: all                         */
    double min_p;                           /* in [0,1]; 0: all                         */
} SampleSettings;

/* A choice among V tokens. p: the model's probabilities, before any filter; weight: what is drawn
 * from, 0 for what was filtered out, not normalised. */
typedef struct Sampler {
    SampleSettings set;
    int            V;
    double        *p, *weight;              /* (V) */
    int           *heap;                    /* (V) room for finding the likeliest */
    real          *e;                       /* (V) room for exponentials          */
    Reader        *reader;                  /* what follows is for sampler_begin, sampler_next */
    const real    *logits;
    uint64_t       seed, drawn;
    int            last;                    /* drawn, but not yet read; -1 for none */
} Sampler;

bool sampler_init(Sampler *s, const SampleSettings *set, int V, Err *err);
void sampler_free(Sampler *s);

/* Fills p and weight from logits (V). False when one of them is NaN or infinite. */
bool sampler_weigh(Sampler *s, const real *logits, Err *err);

/* The token at u in [0,1) of the weights, laid end to end in the order of tokens. */
int sampler_draw(const Sampler *s, double u);

/* The k likeliest tokens (k <= V), best first, into ids: what p says, filtered out or not. */
void sampler_best(Sampler *s, int k, int *ids);

/* How undecided the model is: -sum p log2 p, in bits. */
double sampler_entropy(const Sampler *s);

/* Starts a text: the reader forgets, and reads n >= 1 tokens. The i-th token drawn after them is
 * a function of the model, these tokens, the settings, seed and i. */
bool sampler_begin(Sampler *s, Reader *reader, const int *ids, size_t n, uint64_t seed, Err *err);

/* The next token, or -1 on error; p and weight are then those that it was drawn from. */
int sampler_next(Sampler *s, Err *err);
#endif
