#include "explain/example.h"
#include "engine/ops.h"
#include <string.h>

const ExampleState example_start = {
    .q = { 1, 2, -1 },
    .k = { { 3, -1, 0 }, { 3, -1, -1 }, { 0, 1, -3 } },
    .v = { { 1, 0, 1 }, { -1, 2, 0 }, { 1, 1, 1 } },
};
const double example_weights[EXAMPLE_N] = { 0.1, 0.4, 0.5 };

enum { N = EXAMPLE_N, NODES = 64 * 512, NUMBERS = 64 * 1024 };

void example_mix(const double *a, const ExampleState *x, double *out)
{
    for (int d = 0; d < N; d++) {
        out[d] = 0;
        for (int j = 0; j < N; j++)
            out[d] += a[j] * x->v[j][d];
    }
}

/* The tensors whose values and gradients are read back. */
typedef struct Pass {
    Tensor *q, *k, *v, *s, *a, *o, *loss;
} Pass;

static Tensor *leaf(Tape *t, int rows, const double *x)
{
    Tensor *y = tape_leaf(t, 2, (int[]){ rows, N });
    if (y)
        memcpy(y->val, x, (size_t)rows * N * sizeof *x);
    return y;
}

/* Causal attention over three rows with A's query in the last row, which sees all three words; `last` selects that row.
 * L = |o - target|^2 / 2 */
static Pass forward(Tape *t, const ExampleState *x, const double *target)
{
    double queries[N][N] = { { 0 } }, last[N] = { 0, 0, 1 }, away[N];
    memcpy(queries[N - 1], x->q, sizeof x->q);
    for (int d = 0; d < N; d++)
        away[d] = -target[d];
    Pass p = { .q = leaf(t, N, queries[0]), .k = leaf(t, N, x->k[0]), .v = leaf(t, N, x->v[0]) };
    p.s = matmul_nt(t, p.q, p.k);
    p.a = causal_softmax(t, p.s);
    p.o = matmul(t, leaf(t, 1, last), matmul(t, p.a, p.v));
    Tensor *off = add(t, p.o, leaf(t, 1, away));
    p.loss = scale(t, sum(t, matmul_nt(t, off, off)), 0.5);
    return p;
}

static void read_back(ExampleState *x, const Pass *p)
{
    size_t row = (N - 1) * N;
    memcpy(x->s, p->s->val + row, sizeof x->s);
    memcpy(x->ds, p->s->grad + row, sizeof x->ds);
    memcpy(x->a, p->a->val + row, sizeof x->a);
    memcpy(x->da, p->a->grad + row, sizeof x->da);
    memcpy(x->o, p->o->val, sizeof x->o);
    memcpy(x->g, p->o->grad, sizeof x->g);
    memcpy(x->dq, p->q->grad + row, sizeof x->dq);
    memcpy(x->dk, p->k->grad, sizeof x->dk);
    memcpy(x->dv, p->v->grad, sizeof x->dv);
    x->loss = p->loss->val[0];
}

bool example_run(ExampleState *x, const double *target, Err *err)
{
    Arena nodes = { 0 }, mem = { 0 };
    Tape  t = { .nodes = &nodes, .mem = &mem, .err = err, .keep = true };
    bool  ok = arena_init(&nodes, NODES, err) && arena_init(&mem, NUMBERS, err);
    Pass  p = { 0 };
    if (ok)
        p = forward(&t, x, target);
    ok = ok && p.loss && tape_backward(&t, p.loss);
    if (ok)
        read_back(x, &p);
    arena_free(&nodes);
    arena_free(&mem);
    return ok;
}

void example_step(ExampleState *x, double rate)
{
    for (int d = 0; d < N; d++)
        x->q[d] -= rate * x->dq[d];
    for (int j = 0; j < N; j++)
        for (int d = 0; d < N; d++) {
            x->k[j][d] -= rate * x->dk[j][d];
            x->v[j][d] -= rate * x->dv[j][d];
        }
}
