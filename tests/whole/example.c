/* The library in a program of one's own: it learns XOR, and which character of a text follows which.
 *     cc example.c $(pkg-config --cflags --libs --static heed) */
#ifndef HEED_REAL
#define HEED_REAL float                     /* or double */
#endif
#include <heed.h>
#include <math.h>
#include <stdio.h>

static const char text[] = "she sells sea shells by the sea shore; the shells she sells are sea shells";
enum { V = 128, T = sizeof text - 2 };      /* characters that there can be; pairs */

static HeedTensor *xor_loss(HeedTape *t, HeedParams *p)
{
    static const int in[] = { 0, 0,  0, 1,  1, 0,  1, 1 }, out[] = { 0, 1, 1, 0 };
    HeedTensor *x = heed_tape_leaf(t, 2, (int[]){ 4, 2 });
    for (int i = 0; x && i < 8; i++)
        x->val[i] = (HEED_REAL)in[i];
    HeedTensor *h = heed_gelu(t, heed_linear(t, x, &p->list[0].tensor, &p->list[1].tensor));
    return heed_cross_entropy(t, heed_linear(t, h, &p->list[2].tensor, NULL), out);
}

static HeedTensor *bigram_loss(HeedTape *t, HeedParams *p)
{
    static int ids[T + 1];
    for (int i = 0; i <= T; i++)
        ids[i] = text[i];
    return heed_cross_entropy(t, heed_embedding(t, &p->list[0].tensor, ids, 1, T), ids + 1);
}

/* 500 steps of AdamW, each on a new tape in the same memory. The last loss; NaN, and why in err, on failure. */
static double train(HeedTensor *(*model)(HeedTape *, HeedParams *), int n, const int (*dim)[2], HeedErr *err)
{
    HeedArena  keep = { 0 }, nodes = { 0 }, mem = { 0 };
    HeedParams p;
    bool ok = heed_arena_init(&keep, 1 << 20, err) && heed_arena_init(&nodes, 1 << 16, err) &&
              heed_arena_init(&mem, 1 << 20, err) && heed_params_init(&p, n, &keep, err);
    for (int i = 0; ok && i < n; i++)
        ok = heed_params_add(&p, "", dim[i][1] > 1 ? 2 : 1, dim[i], 0, 0.5, false, 0) != NULL;
    if ((ok = ok && heed_params_alloc(&p, HEED_PARAMS_TRAINING, &keep, &keep, err)))
        heed_params_start(&p, 1);
    double loss = NAN;
    for (int step = 1; ok && step <= 500; step++, nodes.used = mem.used = 0) {
        HeedTape t = { .nodes = &nodes, .mem = &mem, .err = err };
        heed_params_forget_gradients(&p);
        HeedTensor *y = model(&t, &p);
        loss = (ok = heed_tape_backward(&t, y)) ? *y->val : NAN;
        if (ok)
            heed_adamw_step(&p, &(HeedAdamW){ 0.9, 0.99, 1e-8, 0 }, 0.05, 1, step);
    }
    heed_arena_free(&keep), heed_arena_free(&nodes), heed_arena_free(&mem);
    return loss;
}

int main(void)
{
    HeedErr err = { 0 };
    double  x = train(xor_loss, 3, (const int[][2]){ { 8, 2 }, { 8, 1 }, { 2, 8 } }, &err);
    double  b = train(bigram_loss, 1, (const int[][2]){ { V, V } }, &err);
    printf("XOR %.4f, the next character %.4f nats (by counting 0.8022) %s\n", x, b, err.msg);
    return !(x < 0.01 && b < 0.81);
}
