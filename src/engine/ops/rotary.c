#include "base/num.h"
#include "engine/ops.h"
#include "engine/parallel.h"
#include <stdlib.h>

/* Cosines and sines for heads of D numbers: row p holds D/2 cosines, then D/2 sines, of the angles of position
 * p. Shared by all tapes of the process and filled in `shape`, where an op may allocate and fail. A table that
 * is too short is replaced by one at least twice as long, which starts with the same numbers. */
typedef struct Turns {
    size_t D, positions;
    real  *rows;
} Turns;

enum { WIDTHS = 64 };                       /* distinct head widths in one process */
static Turns tables[WIDTHS + 1];            /* the last stays empty: no table for further widths */

static Turns *table_of(size_t D)
{
    Turns *t = tables;
    while (t < tables + WIDTHS && t->D && t->D != D)
        t++;
    return t;
}

/* The angle p 10000^(-2i/D), in turns (2 pi radians). */
void rotary_angles(size_t D, size_t positions, real *rows)
{
    for (size_t i = 0; i < D / 2; i++) {
        double turns = num_exp(-2.0 * (double)i / (double)D * 9.2103403719761827) * 0.15915494309189534;
        for (size_t p = 0; p < positions; p++) {
            rows[p * D + i] = (real)num_cos_turns((double)p * turns);
            rows[p * D + D / 2 + i] = (real)num_cos_turns((double)p * turns - 0.25);
        }
    }
}

static bool have_table(size_t D, size_t positions, Err *err)
{
    Turns *t = table_of(D);
    if (t->positions >= positions)
        return true;
    if (positions < 2 * t->positions)
        positions = 2 * t->positions;
    real *rows = t < tables + WIDTHS ? realloc(t->rows, positions * D * sizeof *rows) : NULL;
    if (!rows)
        return err_set(err, "out of memory: no room for the angles of %zu positions", positions);
    rotary_angles(D, positions, rows);
    *t = (Turns){ D, positions, rows };
    return true;
}

static bool shape(Tensor *y, Err *err)
{
    const Tensor *x = y->in[0];
    char s[64];
    int  H = y->arg.rotary.heads, first = y->arg.rotary.first;
    if (x->rank != 3 || H < 1 || x->dim[2] % (3 * H))
        return err_set(err, "cannot split %s into query, key and value of %d heads", tensor_str(x, s), H);
    if (x->dim[2] / 3 / H % 2)
        return err_set(err, "a head has %d numbers, and rotation needs pairs: channels / heads must be even",
                       x->dim[2] / 3 / H);
    if (first < 0)
        return err_set(err, "the first position is %d: it must be at least 0", first);
    return tensor_like(y, x) &&
           have_table((size_t)(x->dim[2] / 3 / H), (size_t)first + (size_t)x->dim[1], err);
}

static const real *angles(const Tensor *y, size_t i, size_t D)
{
    return table_of(D)->rows + ((size_t)y->arg.rotary.first + i % (size_t)y->dim[1]) * D;
}

/* Queries and keys are rotated, values copied; backward rotates the other way. */
static void turn_rows(void *context, size_t i, size_t end)
{
    Tensor *y = context;
    size_t  W = tensor_cols(y), C = W / 3, D = C / (size_t)y->arg.rotary.heads;
    for (; i < end; i++) {
        const real *x = y->in[0]->val + i * W, *cs = angles(y, i, D);
        kernel->rotate(2 * C, D / 2, cs, 1, x, y->val + i * W, false);
        memcpy(y->val + i * W + 2 * C, x + 2 * C, C * sizeof(real));
    }
}

static void forward(Tensor *y) { each_row(y, turn_rows); }

static void back_rows(void *context, size_t i, size_t end)
{
    Back  *b = context;
    size_t W = tensor_cols(b->y), C = W / 3, D = C / (size_t)b->y->arg.rotary.heads;
    for (; i < end; i++) {
        const real *dy = b->y->grad + i * W, *cs = angles(b->y, i, D);
        kernel->rotate(2 * C, D / 2, cs, -1, dy, b->dx + i * W, b->add);
        pass_row(C, dy + 2 * C, b->dx + i * W + 2 * C, b->add);
    }
}

static void backward(Tensor *y)
{
    Back b = back_open(y, y->in[0]);
    pool_each(tensor_rows(y), row_grain(tensor_cols(y)), back_rows, &b);
}

const Op op_rotary = {
    .name = "rotary", .n_in = 1, .n_needed = 1,
    .math = "(a', b') = (a cos u - b sin u, b cos u + a sin u), u = position 10000^(-2i/D);  "
            "da = da' cos u + db' sin u, db = db' cos u - da' sin u",
    .shape = shape, .forward = forward, .backward = backward, .backward_ignores_inputs = true,
};

Tensor *rotary(Tape *t, Tensor *qkv, int H, int first)
{
    return tape_push(t, &op_rotary, (Tensor *[]){ qkv }, (OpArg){ .rotary = { H, first } });
}
