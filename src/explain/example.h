#ifndef EXPLAIN_EXAMPLE_H
#define EXPLAIN_EXAMPLE_H
#include "base/err.h"
#include "base/real.h"

/* Attention of one word over three, computed by the engine: words A, B, C with keys and values of three numbers, and
 * A's query. Scores are plain dot products, not divided by sqrt(3). */
enum { EXAMPLE_N = 3 };

typedef struct ExampleState {
    double q[EXAMPLE_N], k[EXAMPLE_N][EXAMPLE_N], v[EXAMPLE_N][EXAMPLE_N];  /* k[j], v[j] of word j        */
    double s[EXAMPLE_N], a[EXAMPLE_N], o[EXAMPLE_N];                        /* scores, weights, output mix */
    double loss;                                                            /* |o - target|^2 / 2          */
    double dq[EXAMPLE_N], dk[EXAMPLE_N][EXAMPLE_N], dv[EXAMPLE_N][EXAMPLE_N];
    double ds[EXAMPLE_N], da[EXAMPLE_N], g[EXAMPLE_N];                      /* gradients; g = dL/do        */
} ExampleState;

/* The example's query, keys and values; and weights chosen by hand, whose mix is the target. */
extern const ExampleState example_start;
extern const double       example_weights[EXAMPLE_N];

/* out = sum_j a_j v_j */
void example_mix(const double *a, const ExampleState *x, double *out);

/* Runs x->q, x->k, x->v through the engine's operations, forward and backward, with loss |o - target|^2 / 2, and
 * fills in the rest. False with *err set: out of memory. */
bool example_run(ExampleState *x, const double *target, Err *err);

/* One gradient step of q, k and v: x -= rate dL/dx. */
void example_step(ExampleState *x, double rate);
#endif
