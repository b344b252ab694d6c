/* Operators over the last axis. */
#include "files/onnx/run.h"
#include <check.h>
#include <math.h>
#include <string.h>

static int64_t last(const RunNode *n, const RunArray *x, const char *name)
{
    ck_assert_int_eq(run_axis(x, run_attribute(n, name)->ints[0]), x->rank - 1);
    return x->dim[x->rank - 1];
}

RunArray run_mean(const RunNode *n, const RunArray *const *in)
{
    int64_t dim[RUN_RANK], C = last(n, in[0], "axes");
    ck_assert_int_eq(run_attribute(n, "keepdims")->ints[0], 1);
    memcpy(dim, in[0]->dim, sizeof dim);
    dim[in[0]->rank - 1] = 1;
    RunArray y = run_array(in[0]->type, in[0]->rank, dim);
    for (int64_t i = 0; i < y.len; i++) {
        double sum = 0;
        for (int64_t c = 0; c < C; c++)
            sum += in[0]->x[i * C + c];
        y.x[i] = sum / (double)C;
    }
    return y;
}

RunArray run_sum(const RunNode *n, const RunArray *const *in)
{
    int64_t dim[RUN_RANK], C = in[0]->dim[in[0]->rank - 1];
    ck_assert(run_attribute(n, "keepdims")->ints[0] == 1 && in[1]->len == 1 && in[1]->type == 7);
    ck_assert_int_eq(run_axis(in[0], (int64_t)in[1]->x[0]), in[0]->rank - 1);
    memcpy(dim, in[0]->dim, sizeof dim);
    dim[in[0]->rank - 1] = 1;
    RunArray y = run_array(in[0]->type, in[0]->rank, dim);
    for (int64_t i = 0; i < y.len; i++) {
        y.x[i] = 0;
        for (int64_t c = 0; c < C; c++)
            y.x[i] += in[0]->x[i * C + c];
    }
    return y;
}

RunArray run_softmax(const RunNode *n, const RunArray *const *in)
{
    RunArray y = run_copied(in[0], in[0]->rank, in[0]->dim);
    int64_t  C = last(n, in[0], "axis");
    for (double *x = y.x; x < y.x + y.len; x += C) {
        double top = x[0], sum = 0;
        for (int64_t c = 1; c < C; c++)
            top = x[c] > top ? x[c] : top;
        for (int64_t c = 0; c < C; c++)
            sum += x[c] = exp(x[c] - top);
        for (int64_t c = 0; c < C; c++)
            x[c] /= sum;
    }
    return y;
}

RunArray run_layer_norm(const RunNode *n, const RunArray *const *in)
{
    RunArray y = run_copied(in[0], in[0]->rank, in[0]->dim);
    int64_t  C = last(n, in[0], "axis");
    ck_assert(in[1]->rank == 1 && in[1]->len == C && (n->n_in < 3 || (in[2]->rank == 1 && in[2]->len == C)));
    for (double *x = y.x; x < y.x + y.len; x += C) {
        double sum = 0, squares = 0;
        for (int64_t c = 0; c < C; c++)
            sum += x[c];
        for (int64_t c = 0; c < C; c++)
            squares += (x[c] - sum / (double)C) * (x[c] - sum / (double)C);
        double r = 1 / sqrt(squares / (double)C + (double)run_attribute(n, "epsilon")->f);
        for (int64_t c = 0; c < C; c++)
            x[c] = (x[c] - sum / (double)C) * r * in[1]->x[c] + (n->n_in > 2 ? in[2]->x[c] : 0);
    }
    return y;
}
