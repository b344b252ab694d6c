#include "engine/ops.h"
#include "engine/parallel.h"

enum { GRAIN = 16 };                        /* rows that a thread fills at a time */

static bool shape(Tensor *y, Err *err)
{
    const ConstantArg *a = &y->arg.constant;
    if (a->batch < 1 || a->time < 1 || a->columns < 1)
        return err_set(err, "%d sequences of %d positions of %d numbers: all must be at least 1", a->batch, a->time,
                       a->columns);
    y->rank = 3;
    y->dim[0] = a->batch;
    y->dim[1] = a->time;
    y->dim[2] = a->columns;
    return pool_reserve(a->scratch, err);
}

static void fill_rows(void *context, size_t i, size_t end)
{
    Tensor            *y = context;
    const ConstantArg *a = &y->arg.constant;
    a->fill(a->context, i, end, pool_scratch(), y->val + i * tensor_cols(y));
}

static void forward(Tensor *y) { pool_each(tensor_rows(y), GRAIN, fill_rows, y); }

/* It depends on nothing that could have a gradient. */
static void backward(Tensor *y) { (void)y; }

const Op op_constant = {
    .name = "constant", .n_in = 0, .n_needed = 0,
    .math = "y = numbers that do not depend on the parameters",
    .shape = shape, .forward = forward, .backward = backward, .backward_ignores_inputs = true,
};

Tensor *constant(Tape *t, ConstantArg arg)
{
    return tape_push(t, &op_constant, NULL, (OpArg){ .constant = arg });
}
