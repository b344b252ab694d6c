#include "files/onnx/run.h"
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- arrays ---- */

RunArray run_array(int type, int rank, const int64_t *dim)
{
    RunArray a = { .type = type, .rank = rank, .len = 1 };
    ck_assert(rank >= 0 && rank <= RUN_RANK);
    for (int k = 0; k < rank; k++)
        a.len *= a.dim[k] = dim[k];
    ck_assert(a.len > 0);
    a.x = malloc((size_t)a.len * sizeof *a.x);
    return a;
}

/* The index of element i along each axis. */
static void indices(const RunArray *a, int64_t i, int64_t at[RUN_RANK])
{
    for (int k = a->rank - 1; k >= 0; i /= a->dim[k--])
        at[k] = i % a->dim[k];
}

/* The element at an index of `rank` axes, the last of which are a's; an axis of size 1 has the same for all. */
static double element(const RunArray *a, const int64_t *at, int rank)
{
    int64_t i = 0;
    for (int k = 0; k < a->rank; k++)
        i = i * a->dim[k] + (a->dim[k] == 1 ? 0 : at[rank - a->rank + k]);
    return a->x[i];
}

int64_t run_axis(const RunArray *a, int64_t axis)
{
    axis += axis < 0 ? a->rank : 0;
    ck_assert(axis >= 0 && axis < a->rank);
    return axis;
}

const RunAttribute *run_attribute(const RunNode *n, const char *name)
{
    for (int i = 0; i < n->n_attributes; i++)
        if (run_text_is(n->attribute[i].name, name))
            return &n->attribute[i];
    ck_abort_msg("%.*s without %s", (int)n->op.n, n->op.s, name);
}

/* ---- operators: the node, its inputs -> its output ---- */

static double less(double x, double y, double z) { (void)z; return x < y; }
static double and2(double x, double y, double z) { (void)z; return x != 0 && y != 0; }
static double add2(double x, double y, double z) { (void)z; return x + y; }
static double sub2(double x, double y, double z) { (void)z; return x - y; }
static double mul2(double x, double y, double z) { (void)z; return x * y; }
static double div2(double x, double y, double z) { (void)z; return x / y; }
static double where(double x, double y, double z) { return x != 0 ? y : z; }
static double sqrt1(double x, double y, double z) { (void)y, (void)z; return sqrt(x); }
static double relu1(double x, double y, double z) { (void)y, (void)z; return x > 0 ? x : 0; }
static double tanh1(double x, double y, double z) { (void)y, (void)z; return tanh(x); }
static double sigmoid1(double x, double y, double z) { (void)y, (void)z; return 1 / (1 + exp(-x)); }
static double log1(double x, double y, double z) { (void)y, (void)z; return log(x); }
static double same1(double x, double y, double z) { (void)y, (void)z; return x; }

static const struct Each {
    const char *op;
    int         n;
    double    (*f)(double, double, double);
} each[] = {
    { "Less", 2, less }, { "And", 2, and2 }, { "Log", 1, log1 },
    { "Add", 2, add2 }, { "Sub", 2, sub2 }, { "Mul", 2, mul2 }, { "Div", 2, div2 },
    { "Where", 3, where }, { "Sqrt", 1, sqrt1 }, { "Relu", 1, relu1 }, { "Tanh", 1, tanh1 },
    { "Sigmoid", 1, sigmoid1 }, { "Identity", 1, same1 },
};

/* Axes aligned from the last; sizes equal, or 1. */
static RunArray broadcast_shape(const RunArray *const *in, int n, int type)
{
    int64_t dim[RUN_RANK] = { 1, 1, 1, 1 };
    int     rank = 0;
    for (int i = 0; i < n; i++)
        rank = in[i]->rank > rank ? in[i]->rank : rank;
    for (int i = 0; i < n; i++)
        for (int k = 0; k < in[i]->rank; k++) {
            int64_t *d = &dim[rank - in[i]->rank + k], e = in[i]->dim[k];
            ck_assert_msg(*d == e || *d == 1 || e == 1, "sizes %d and %d", (int)*d, (int)e);
            *d = *d == 1 ? e : *d;
        }
    return run_array(type, rank, dim);
}

static RunArray elementwise(const struct Each *op, const RunArray *const *in)
{
    const RunArray *first = in[op->n == 3], *second = in[op->n - 1];
    ck_assert(first->type == second->type && (op->n < 3 || in[0]->type == 9) && (op->f != and2 || first->type == 9));
    RunArray y = broadcast_shape(in, op->n, op->f == less ? 9 : first->type);
    for (int64_t i = 0; i < y.len; i++) {
        int64_t at[RUN_RANK];
        double  x[3] = { 0 };
        indices(&y, i, at);
        for (int k = 0; k < op->n; k++)
            x[k] = element(in[k], at, y.rank);
        y.x[i] = op->f(x[0], x[1], x[2]);
        y.x[i] = y.type == 7 ? trunc(y.x[i]) : y.x[i];      /* integers divide so */
    }
    return y;
}

static RunArray shape_of(const RunNode *n, const RunArray *const *in)
{
    (void)n;
    RunArray y = run_array(7, 1, (int64_t[]){ in[0]->rank });
    for (int k = 0; k < in[0]->rank; k++)
        y.x[k] = (double)in[0]->dim[k];
    return y;
}

/* Rows of the first axis. */
static RunArray gather(const RunNode *n, const RunArray *const *in)
{
    (void)n;
    int64_t  dim[2 * RUN_RANK], row = in[0]->len / in[0]->dim[0];
    int      rank = in[1]->rank + in[0]->rank - 1;
    memcpy(dim, in[1]->dim, sizeof in[1]->dim);
    memcpy(dim + in[1]->rank, in[0]->dim + 1, (size_t)(in[0]->rank - 1) * sizeof *dim);
    RunArray y = run_array(in[0]->type, rank, dim);
    ck_assert_int_eq(in[1]->type, 7);
    for (int64_t i = 0; i < in[1]->len; i++) {
        ck_assert(in[1]->x[i] >= 0 && in[1]->x[i] < (double)in[0]->dim[0]);
        memcpy(y.x + i * row, in[0]->x + (int64_t)in[1]->x[i] * row, (size_t)row * sizeof *y.x);
    }
    return y;
}

static RunArray range(const RunNode *n, const RunArray *const *in)
{
    (void)n;
    ck_assert(in[0]->rank == 0 && in[1]->rank == 0 && in[2]->rank == 0 && in[2]->x[0] > 0);
    RunArray y = run_array(in[0]->type, 1, (int64_t[]){ (int64_t)ceil((in[1]->x[0] - in[0]->x[0]) / in[2]->x[0]) });
    for (int64_t i = 0; i < y.len; i++)
        y.x[i] = in[0]->x[0] + (double)i * in[2]->x[0];
    return y;
}

/* A bound of Slice: from the end if negative, and no further than that. */
static int64_t bound(double x, int64_t size)
{
    x += x < 0 ? (double)size : 0;
    return x < 0 ? 0 : x > (double)size ? size : (int64_t)x;
}

static RunArray slice(const RunNode *n, const RunArray *const *in)
{
    (void)n;
    for (int i = 1; i < 4; i++)
        ck_assert(in[i]->type == 7 && in[i]->rank == 1 && in[i]->len == 1);
    int64_t axis = run_axis(in[0], (int64_t)in[3]->x[0]), dim[RUN_RANK], size = in[0]->dim[axis];
    int64_t from = bound(in[1]->x[0], size), to = bound(in[2]->x[0], size);
    memcpy(dim, in[0]->dim, sizeof dim);
    dim[axis] = to - from;
    RunArray y = run_array(in[0]->type, in[0]->rank, dim);
    for (int64_t i = 0; i < y.len; i++) {
        int64_t at[RUN_RANK];
        indices(&y, i, at);
        at[axis] += from;
        y.x[i] = element(in[0], at, y.rank);
    }
    return y;
}

RunArray run_copied(const RunArray *x, int rank, const int64_t *dim)
{
    RunArray y = run_array(x->type, rank, dim);
    ck_assert_int_eq(y.len, x->len);
    memcpy(y.x, x->x, (size_t)y.len * sizeof *y.x);
    return y;
}

static RunArray unsqueeze(const RunNode *n, const RunArray *const *in)
{
    (void)n;
    int64_t dim[2 * RUN_RANK];
    int     rank = 0, taken = 0;
    for (int64_t added = 0; taken < in[0]->rank || added < in[1]->len; rank++) {
        bool new = added < in[1]->len && in[1]->x[added] == rank;
        ck_assert(new || taken < in[0]->rank);
        dim[rank] = new ? 1 : in[0]->dim[taken++];
        added += new;
    }
    return run_copied(in[0], rank, dim);
}

/* 0: as in the input */
static RunArray reshape(const RunNode *n, const RunArray *const *in)
{
    (void)n;
    int64_t dim[RUN_RANK];
    ck_assert(in[1]->rank == 1 && in[1]->len <= RUN_RANK && in[1]->type == 7);
    for (int k = 0; k < (int)in[1]->len; k++)
        dim[k] = in[1]->x[k] == 0 ? in[0]->dim[k] : (int64_t)in[1]->x[k];
    return run_copied(in[0], (int)in[1]->len, dim);
}

static RunArray transpose(const RunNode *n, const RunArray *const *in)
{
    const RunAttribute *perm = run_attribute(n, "perm");
    int64_t dim[RUN_RANK];
    ck_assert_int_eq(perm->n, in[0]->rank);
    for (int k = 0; k < perm->n; k++)
        dim[k] = in[0]->dim[perm->ints[k]];
    RunArray y = run_array(in[0]->type, perm->n, dim);
    for (int64_t i = 0; i < y.len; i++) {
        int64_t at[RUN_RANK], from[RUN_RANK];
        indices(&y, i, at);
        for (int k = 0; k < perm->n; k++)
            from[perm->ints[k]] = at[k];
        y.x[i] = element(in[0], from, y.rank);
    }
    return y;
}

/* Zeros before each axis, or the number in[2]; after it none, in heed's files. */
static RunArray pad(const RunNode *n, const RunArray *const *in)
{
    int64_t dim[RUN_RANK];
    int     rank = in[0]->rank;
    double  with = n->n_in > 2 ? in[2]->x[0] : 0;
    ck_assert(in[1]->len == 2 * rank && in[1]->type == 7 && (n->n_in < 3 || in[2]->type == in[0]->type));
    for (int k = 0; k < rank; k++) {
        ck_assert(in[1]->x[k] >= 0 && in[1]->x[rank + k] == 0);
        dim[k] = in[0]->dim[k] + (int64_t)in[1]->x[k];
    }
    RunArray y = run_array(in[0]->type, rank, dim);
    for (int64_t i = 0; i < y.len; i++) {
        int64_t at[RUN_RANK];
        bool    inside = true;
        indices(&y, i, at);
        for (int k = 0; k < rank; k++)
            inside &= (at[k] -= (int64_t)in[1]->x[k]) >= 0;
        y.x[i] = inside ? element(in[0], at, rank) : with;
    }
    return y;
}

static RunArray concat(const RunNode *n, const RunArray *const *in)
{
    int64_t axis = run_axis(in[0], run_attribute(n, "axis")->ints[0]), dim[RUN_RANK];
    ck_assert(n->n_in == 2 && in[0]->rank == in[1]->rank && in[0]->type == in[1]->type);
    for (int k = 0; k < in[0]->rank; k++) {
        ck_assert(k == axis || in[0]->dim[k] == in[1]->dim[k]);
        dim[k] = in[0]->dim[k] + (k == axis ? in[1]->dim[k] : 0);
    }
    RunArray y = run_array(in[0]->type, in[0]->rank, dim);
    for (int64_t i = 0; i < y.len; i++) {
        int64_t at[RUN_RANK], first = in[0]->dim[axis];
        indices(&y, i, at);
        bool second = at[axis] >= first;
        at[axis] -= second ? first : 0;
        y.x[i] = element(in[second], at, y.rank);
    }
    return y;
}

static RunArray cast(const RunNode *n, const RunArray *const *in)
{
    RunArray y = run_copied(in[0], in[0]->rank, in[0]->dim);
    y.type = (int)run_attribute(n, "to")->ints[0];
    ck_assert((y.type == 1 || y.type == 7) && in[0]->type != 1);
    return y;
}

/* Zeros of type float. */
static RunArray constant_of_shape(const RunNode *n, const RunArray *const *in)
{
    int64_t dim[RUN_RANK];
    ck_assert(n->n_attributes == 0 && in[0]->rank == 1 && in[0]->len <= RUN_RANK && in[0]->type == 7);
    for (int k = 0; k < (int)in[0]->len; k++)
        dim[k] = (int64_t)in[0]->x[k];
    RunArray y = run_array(1, (int)in[0]->len, dim);
    for (int64_t i = 0; i < y.len; i++)
        y.x[i] = 0;
    return y;
}

/* The last axis of a copy of in[0], at the indices in[1], takes in[2]. An index may come twice only with the same
 * number: which of two stays is not said. */
static RunArray scatter(const RunNode *n, const RunArray *const *in)
{
    int64_t N = in[0]->dim[in[0]->rank - 1], W = in[1]->dim[in[1]->rank - 1];
    ck_assert(in[1]->type == 7 && in[2]->type == in[0]->type && in[1]->rank == in[0]->rank && in[2]->len == in[1]->len);
    ck_assert(run_axis(in[0], run_attribute(n, "axis")->ints[0]) == in[0]->rank - 1);
    ck_assert_int_eq(in[0]->len / N, in[1]->len / W);
    RunArray y = run_copied(in[0], in[0]->rank, in[0]->dim);
    bool    *taken = calloc((size_t)y.len, sizeof *taken);
    for (int64_t i = 0; i < in[1]->len; i++) {
        ck_assert(in[1]->x[i] >= 0 && in[1]->x[i] < (double)N);
        int64_t at = i / W * N + (int64_t)in[1]->x[i];
        ck_assert(!taken[at] || y.x[at] == in[2]->x[i]);
        taken[at] = true;
        y.x[at] = in[2]->x[i];
    }
    free(taken);
    return y;
}

/* Of the last two axes; those before are equal, or the second has none. */
static RunArray matmul(const RunNode *n, const RunArray *const *in)
{
    (void)n;
    const RunArray *a = in[0], *b = in[1];
    int64_t dim[RUN_RANK], M = a->dim[a->rank - 2], K = a->dim[a->rank - 1], N = b->dim[b->rank - 1];
    ck_assert_int_eq(b->dim[b->rank - 2], K);
    for (int k = 0; b->rank > 2 && k < a->rank - 2; k++)
        ck_assert(a->rank == b->rank && a->dim[k] == b->dim[k]);
    memcpy(dim, a->dim, sizeof dim);
    dim[a->rank - 1] = N;
    RunArray y = run_array(a->type, a->rank, dim);
    for (int64_t i = 0; i < y.len; i++) {
        const double *row = a->x + i / N * K, *column = b->x + (b->rank > 2 ? i / (M * N) * K * N : 0) + i % N;
        y.x[i] = 0;
        for (int64_t k = 0; k < K; k++)
            y.x[i] += row[k] * column[k * N];
    }
    return y;
}

static const struct {
    const char *op;
    int         least, most;                /* inputs */
    RunArray  (*f)(const RunNode *n, const RunArray *const *in);
} others[] = {
    { "Shape", 1, 1, shape_of }, { "Gather", 2, 2, gather }, { "Range", 3, 3, range }, { "Slice", 4, 4, slice },
    { "Unsqueeze", 2, 2, unsqueeze }, { "Reshape", 2, 2, reshape }, { "Transpose", 1, 1, transpose },
    { "Cast", 1, 1, cast }, { "ConstantOfShape", 1, 1, constant_of_shape }, { "ScatterElements", 3, 3, scatter },
    { "ReduceSum", 2, 2, run_sum }, { "Pad", 2, 3, pad }, { "Concat", 2, 2, concat },
    { "MatMul", 2, 2, matmul }, { "ReduceMean", 1, 1, run_mean },
    { "Softmax", 1, 1, run_softmax }, { "LayerNormalization", 2, 3, run_layer_norm },
};

RunArray run_operator(const RunNode *n, const RunArray *const *in)
{
    for (size_t i = 0; i < sizeof each / sizeof *each; i++)
        if (run_text_is(n->op, each[i].op)) {
            ck_assert_int_eq(n->n_in, each[i].n);
            return elementwise(&each[i], in);
        }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (run_text_is(n->op, others[i].op)) {
            ck_assert(n->n_in >= others[i].least && n->n_in <= others[i].most);
            return others[i].f(n, in);
        }
    ck_abort_msg("unknown operator %.*s", (int)n->op.n, n->op.s);
}
