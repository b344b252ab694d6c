#ifndef ENGINE_TAPE_H
#define ENGINE_TAPE_H
#include "base/arena.h"
#include "engine/op_arg.h"

enum { MAX_RANK = 4, MAX_IN = 3, MAX_FREE = 64 };

typedef struct Tensor Tensor;

/* One differentiable operation: everything the engine knows about it. Whatever can fail is in
 * `shape`; forward overwrites, backward adds, and neither allocates nor fails. */
typedef struct Op {
    const char *name, *math;                /* for messages, and for `explain`                 */
    int  n_in;                              /* inputs; those past n_needed may be NULL         */
    int  n_needed;
    bool (*shape)(Tensor *y, Err *err);     /* y's shape (and n_save) from its inputs, or why not */
    void (*forward)(Tensor *y);             /* y->val from the inputs' val                     */
    void (*backward)(Tensor *y);            /* adds to the inputs' gradients from y->grad; NULL: none   */
    bool backward_ignores_inputs;           /* backward does not read the inputs' val                   */
} Op;

/* A row-major array of reals, its gradient, and the operation that made it. */
struct Tensor {
    int         rank, dim[MAX_RANK];
    real       *val, *grad;                 /* grad of an activation lives during backward only  */
    bool        has_grad;                   /* grad holds a sum already (else it is undefined)   */
    const Op   *op;                         /* NULL for a leaf                                   */
    Tensor     *in[MAX_IN];
    OpArg       arg;
    real       *save;                       /* n_save numbers that forward leaves for backward   */
    size_t      n_save;
    const real *panels;                     /* a weight packed by kernel->pack as the right-hand side
                                               of x w^T, or NULL: saves packing it at each use   */
    const uint32_t *rounded;                /* the same by kernel->pack_rounded, in place of panels  */
    Tensor     *prev, *next;                /* the tensors pushed before and after this one      */
};

/* A piece of memory that a gradient or a value has given back. */
typedef struct FreeBlock {
    real  *p;
    size_t len;
} FreeBlock;

/* Told of every forward and backward that has run, for measuring. */
typedef void TapeDone(void *context, const Tensor *y, bool backward);

/* What was computed, in order. `nodes` holds the Tensor structs, `mem` their numbers; with a
 * counting `mem` (arena_count) forward and backward are not run: a dry run that tells the memory.
 * Errors stay in `err`: after the first one every push returns NULL, so expressions nest unchecked
 * and the caller looks once, at the end. */
typedef struct Tape {
    Arena    *nodes, *mem;
    Err      *err;
    bool      keep;                         /* keep every gradient (explain, tests); otherwise the
                                               memory of a used one goes to the next             */
    bool      lean;                         /* tape_release gives memory back, and so does
                                               backward, where nobody looks at values afterwards */
    Tensor   *first, *last;
    bool      bf16;                         /* linear and attention multiply numbers rounded to
                                               bfloat16, by kernel_bf16(kernel)                  */
    TapeDone *done;                         /* or NULL                                           */
    void     *context;
    FreeBlock free[MAX_FREE];
    int       n_free;
} Tape;

/* A tensor with memory of its own for value and gradient, both zero, of rank 0 (one number) to MAX_RANK; NULL
 * when the tape's memory is full, or after any error. Not on the tape, but in its arenas, as all else. */
Tensor *tape_leaf(Tape *t, int rank, const int *dim);

/* Applies op to in[0 .. op->n_in) and appends the result, which stays valid until the tape's arenas are used
 * for something else. NULL when the op refuses its inputs' shapes or memory is full, with a sentence in t->err,
 * and after any error. The functions of ops.h are this. */
Tensor *tape_push(Tape *t, const Op *op, Tensor *const *in, OpArg arg);

/* Says that what was to be computed from x's value has been. A lean tape gives its memory to what comes next;
 * backward then computes it again, unless it is only the input of ops whose backward_ignores_inputs is set. For ops that are cheap, whose own backward
 * does not read their result and whose inputs are not released. x may be NULL, after an error. */
void tape_release(Tape *t, Tensor *x);

/* Fills the gradients of everything that `loss` (one number) was made of, walking back from it.
 * Leaves' gradients are added to when has_grad is set, otherwise overwritten. False after any
 * error, including an op that has no gradient. */
bool tape_backward(Tape *t, Tensor *loss);

/* Runs forward again for every tensor pushed after `from` (all of them for NULL): for changing a
 * value by hand and seeing what follows. */
void tape_replay(Tape *t, Tensor *from);

/* Where backward puts x's gradient: *add says whether to add to what is there or to overwrite. */
real *grad_open(Tensor *x, bool *add);

/* The same, set to zero first if nothing was there: for ops that only ever add. */
real *grad_zeroed(Tensor *x);

/* Number of elements; 1 for a scalar. */
size_t tensor_len(const Tensor *x);

/* Rows and columns of x seen as a matrix over its last axis. */
size_t tensor_cols(const Tensor *x);
size_t tensor_rows(const Tensor *x);

/* "[2,3,4]" into buf; returns buf. */
const char *tensor_str(const Tensor *x, char buf[64]);

bool tensor_like(Tensor *y, const Tensor *x);            /* takes x's shape; true          */
bool tensor_same_shape(const Tensor *x, const Tensor *y);
#endif
