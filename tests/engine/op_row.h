#ifndef OP_ROW_H
#define OP_ROW_H
#include "base/rng.h"
#include "engine/ops.h"
#include <stdlib.h>

/* A call of an op as a row of a table. Inputs are given by their shapes: "2x3", "" for one number,
 * "=0" for the same tensor as input 0, NULL for none. Their values lie within +-spread (0: +-1). */
typedef struct OpRow {
    const Op   *op;
    const char *in[MAX_IN];
    OpArg       arg;
    double      spread;
    bool        forward_only;               /* the op must refuse backward */
} OpRow;

/* Uniform on (-1, 1), a function of seed and index. */
static inline real op_noise(uint64_t seed, size_t i) { return (real)(2 * rng_uniform(seed, 99, i) - 1); }

static inline void op_fill(real *x, size_t n, uint64_t seed, double spread)
{
    for (size_t i = 0; i < n; i++)
        x[i] = (real)spread * op_noise(seed, i);
}

static inline Tensor *op_leaf(Tape *t, const char *shape)
{
    int dim[MAX_RANK] = { 0 }, rank = 0;
    for (char *end; *shape; shape = *end ? end + 1 : end)
        dim[rank++] = (int)strtol(shape, &end, 10);
    return tape_leaf(t, rank, dim);
}

/* Makes the row's input tensors; in has room for MAX_IN. */
static inline void op_inputs(Tape *t, const OpRow *row, Tensor **in)
{
    for (int k = 0; k < MAX_IN; k++) {
        const char *s = row->in[k];
        in[k] = !s ? NULL : s[0] == '=' ? in[s[1] - '0'] : op_leaf(t, s);
        if (s && s[0] != '=' && in[k] && !t->mem->counting)
            op_fill(in[k]->val, tensor_len(in[k]), (uint64_t)k + 1, row->spread == 0 ? 1 : row->spread);
    }
}

/* Whether input k exists and is not the same tensor as an earlier one. */
static inline bool op_own_input(const OpRow *row, int k) { return row->in[k] && row->in[k][0] != '='; }
#endif
