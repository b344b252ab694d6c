#include "engine/ops.h"
#include "engine/parallel.h"
#include <string.h>

static size_t row(const Tensor *y, size_t i)
{
    const EmbeddingArg *a = &y->arg.embedding;
    return a->ids ? (size_t)a->ids[i] : (size_t)a->first + i % (size_t)a->time;
}

static bool shape(Tensor *y, Err *err)
{
    const EmbeddingArg *a = &y->arg.embedding;
    const Tensor *table = y->in[0];
    char s[64];
    if (table->rank != 2)
        return err_set(err, "the table is %s: it must have two axes", tensor_str(table, s));
    if (a->batch < 1 || a->time < 1)
        return err_set(err, "%d sequences of %d positions: both must be at least 1", a->batch, a->time);
    size_t n = (size_t)a->batch * (size_t)a->time;
    for (size_t k = 0; a->ids && k < n; k++)
        if (a->ids[k] < 0 || a->ids[k] >= table->dim[0])
            return err_set(err, "row %d is outside the table of %d rows", a->ids[k], table->dim[0]);
    if (!a->ids && (a->first < 0 || a->time > table->dim[0] - a->first))
        return err_set(err, "positions %d to %d are outside the table of %d", a->first, a->first + a->time - 1,
                       table->dim[0]);
    y->rank = 3;
    y->dim[0] = a->batch;
    y->dim[1] = a->time;
    y->dim[2] = table->dim[1];
    return true;
}

static void copy_rows(void *context, size_t i, size_t end)
{
    Tensor *y = context;
    size_t  C = tensor_cols(y);
    for (; i < end; i++)
        memcpy(y->val + i * C, y->in[0]->val + row(y, i) * C, C * sizeof(real));
}

static void forward(Tensor *y) { each_row(y, copy_rows); }

/* Threads split the columns, so that each element of the table is one sum in ascending order of rows. */
static void add_columns(void *context, size_t c, size_t end)
{
    Tensor *y = context;
    size_t  C = tensor_cols(y), rows = tensor_rows(y);
    for (size_t i = 0; i < rows; i++) {
        real *d = y->in[0]->grad + row(y, i) * C + c;
        kernel->add(end - c, y->grad + i * C + c, d, d);
    }
}

static void backward(Tensor *y)
{
    grad_zeroed(y->in[0]);
    each_column(y, add_columns);
}

const Op op_embedding = {
    .name = "embedding", .n_in = 1, .n_needed = 1,
    .math = "y_i = w[id_i];  dw[id_i] += dy_i",
    .shape = shape, .forward = forward, .backward = backward,
};

Tensor *embedding(Tape *t, Tensor *table, const int *ids, int B, int T)
{
    OpArg arg = { .embedding = { .ids = ids, .batch = B, .time = T } };
    return tape_push(t, &op_embedding, (Tensor *[]){ table }, arg);
}

Tensor *embedding_of_positions(Tape *t, Tensor *table, int first, int B, int T)
{
    OpArg arg = { .embedding = { .first = first, .batch = B, .time = T } };
    return tape_push(t, &op_embedding, (Tensor *[]){ table }, arg);
}
