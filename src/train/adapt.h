#ifndef TRAIN_ADAPT_H
#define TRAIN_ADAPT_H
#include "model/gpt.h"

/* Dynamic evaluation (Krause, Kahembwe, Murray and Renals 2018, "Dynamic evaluation of neural sequence models"): a text
 * is scored window by window, and after each the model takes one step on what it has just been scored on:
 *     p -= rate g min(1, 1 / |g|),    g = dL/dp of the window's mean loss
 * Plain gradient descent, so it needs no moments; without the paper's decay back to the first parameters. The scores
 * are those of many models, each of which has seen the text so far: another measure than that of one. */
/* Of 0.01 to 1: 0.0025 nats worse on a model's own text, 0.44 better on another (data/measurements.md). */
#define ADAPT_RATE 0.1

typedef struct Adapter {
    Gpt   *gpt;
    double rate;
    int    T;                               /* tokens of a window at most                       */
    int   *ids, *targets;                   /* (T) of the window                                */
    int    n;                               /* in it                                            */
    Arena  nodes, mem;                      /* of one pass                                      */
} Adapter;

/* Allocates all memory for windows of at most g's context. g has gradients, stays the caller's, and must not be packed.
 * Call adapter_close in either case. False when out of memory. */
bool adapter_open(Adapter *a, Gpt *g, double rate, Err *err);
void adapter_close(Adapter *a);

/* Bytes that it holds besides the model. */
size_t adapter_bytes(const Adapter *a);

/* One step on n <= context predictions: of ids[i + 1] after ids[0..i], i < n. False, with the parameters as they were,
 * if the loss or the gradient is not finite. */
bool adapter_step(Adapter *a, const int *ids, int n, Err *err);
#endif
