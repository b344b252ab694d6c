#ifndef ENGINE_TAPE_H
#define ENGINE_TAPE_H
#include "base/arena.h"
#include "engine/op_arg.h"

enum { MAX_RANK = 4, MAX_IN = 3, MAX_FREE = 64 };

typedef struct Tensor Tensor;

/* One differentiable operation: everything the engine knows about it. `shape` does all that can fail, including
 * memory (pool_reserve); forward and backward neither allocate nor fail. */
typedef struct Op {
    const char *name, *math;                /* for messages and for `explain`                    */
    int  n_in;                              /* inputs; those past n_needed may be NULL           */
    int  n_needed;
    bool (*shape)(Tensor *y, Err *err);     /* sets y's rank, dim and n_save, or err             */
    void (*forward)(Tensor *y);             /* overwrites y->val from the inputs' val            */
    void (*backward)(Tensor *y);            /* adds to the inputs' grad from y->grad; NULL: none */
    bool backward_ignores_inputs;           /* backward does not read the inputs' val            */
} Op;

/* A row-major array of reals, its gradient, and the operation that computed it: a node of the graph. */
struct Tensor {
    int         rank, dim[MAX_RANK];
    real       *val, *grad;                 /* grad of an activation: in backward only, unless keep */
    bool        has_grad;                   /* grad holds a sum; otherwise it is undefined       */
    const Op   *op;                         /* NULL for a leaf                                   */
    Tensor     *in[MAX_IN];
    OpArg       arg;
    real       *save;                       /* n_save numbers that forward stores for backward   */
    size_t      n_save;
    const real *panels;                     /* of a weight: packed by kernel->pack as the right-
                                               hand side of x w^T, so that no use packs it again;
                                               or NULL                                           */
    const uint32_t *rounded;                /* the same by kernel->pack_rounded; used before panels */
    Tensor     *prev, *next;                /* the nodes pushed before and after this one        */
};

/* Memory of a value or gradient that is free again. */
typedef struct FreeBlock {
    real  *p;
    size_t len;
} FreeBlock;

/* Called after every forward and backward, for profiling. */
typedef void TapeDone(void *context, const Tensor *y, bool backward);

/* The record of a computation, in order: backward walks it from the end. `nodes` holds the Tensor structs, `mem`
 * their numbers. If `mem` only counts (arena_count), forward and backward do not run: a dry run that measures
 * memory. `err` keeps the first error; after it every push returns NULL, so that expressions nest unchecked and
 * the caller checks once, at the end. */
typedef struct Tape {
    Arena    *nodes, *mem;
    Err      *err;
    bool      keep;                         /* keep every gradient (explain, tests); otherwise
                                               backward reuses their memory                      */
    bool      lean;                         /* tape_release and backward free the memory of values
                                               too: values cannot be read after backward         */
    Tensor   *first, *last;
    bool      bf16;                         /* linear and attention round the factors of products
                                               to bfloat16 (kernel/bf16.h)                       */
    TapeDone *done;                         /* or NULL                                           */
    void     *context;
    FreeBlock free[MAX_FREE];
    int       n_free;
} Tape;

/* A leaf of rank 0 (a scalar) to MAX_RANK with value and gradient, both zero, in the tape's arenas but not on the
 * tape. NULL if the arenas are full, or after any error. */
Tensor *tape_leaf(Tape *t, int rank, const int *dim);

/* Applies op to in[0 .. op->n_in), runs forward, and appends the result, which the tape's arenas own. NULL, with
 * t->err set, if the op refuses its inputs or memory is full; NULL after any error. The functions of ops.h
 * wrap this. */
Tensor *tape_push(Tape *t, const Op *op, Tensor *const *in, OpArg arg);

/* Declares that nothing pushed later reads x's value. A lean tape reuses its memory; backward computes the value
 * again where an op needs it (see backward_ignores_inputs). For ops that are cheap, whose backward does not read
 * their own result, and whose inputs are not released. x may be NULL, after an error. */
void tape_release(Tape *t, Tensor *x);

/* Computes the gradient of `loss`, a scalar, with respect to everything it depends on, walking back from it. A
 * leaf's gradient is added to if its has_grad is set (accumulation), otherwise overwritten. False, with t->err
 * set, if an op has no backward or memory is full, and after any error. */
bool tape_backward(Tape *t, Tensor *loss);

/* Runs forward again for every node pushed after `from` (NULL: all), after the caller has edited a value. Not on
 * a lean tape. */
void tape_replay(Tape *t, Tensor *from);

/* For backward: x's gradient to write to; *add says whether to add to it or overwrite. */
real *grad_open(Tensor *x, bool *add);

/* The same for ops that only add: zeroed first if it held nothing. */
real *grad_zeroed(Tensor *x);

/* Number of elements; 1 for a scalar. */
size_t tensor_len(const Tensor *x);

/* x as a matrix: its last axis is the columns, all others the rows. */
size_t tensor_cols(const Tensor *x);
size_t tensor_rows(const Tensor *x);

/* Writes "[2,3,4]" into buf; returns buf. */
const char *tensor_str(const Tensor *x, char buf[64]);

bool tensor_like(Tensor *y, const Tensor *x);            /* copies x's shape; returns true */
bool tensor_same_shape(const Tensor *x, const Tensor *y);
#endif
