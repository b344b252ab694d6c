#ifndef OP_RUN_H
#define OP_RUN_H
#include "kernel/kernel.h"
#include "kernel/pool.h"
#include "engine/op_row.h"
#include <check.h>
#include <string.h>

/* A row's op applied in separate memory, of which every byte is checked. */
typedef struct OpRun {
    const OpRow *row;
    Err          err;
    Arena        nodes, mem;
    Tape         t;
    Tensor      *in[MAX_IN], *y;
    real        *up;                        /* room for another output; the caller's          */
    char        *before;                    /* an earlier copy of the memory                  */
} OpRun;

static inline void op_run_push(OpRun *r)
{
    r->t = (Tape){ .nodes = &r->nodes, .mem = &r->mem, .err = &r->err };
    op_inputs(&r->t, r->row, r->in);
    if (!r->mem.counting)
        memcpy(r->before, r->mem.base, r->mem.size);
    r->y = tape_push(&r->t, r->row->op, r->in, r->row->arg);
    ck_assert_msg(r->y != NULL, "%s", r->err.msg);
}

/* Bytes, by a dry run: the op's, two arrays like its output, and a margin to catch stray writes. */
static inline size_t op_run_memory(OpRun *r)
{
    arena_count(&r->mem);
    op_run_push(r);
    r->nodes.used = 0;
    return r->mem.used + 2 * (tensor_len(r->y) * sizeof(real) + 64) + 1024;
}

/* Fills memory with signalling NaNs. Results computed from one are NaNs with other bits, so that stray writes show
 * even if they come from stray reads. */
static inline void op_poison(void *memory, size_t bytes)
{
    static const uint64_t bits = sizeof(real) == 8 ? 0x7ff4000000000001 : 0x7fa000017fa00001;
    for (size_t i = 0; i + sizeof bits <= bytes; i += sizeof bits)
        memcpy((char *)memory + i, &bits, sizeof bits);
}

/* With that table of kernels and that many threads. All memory is poisoned first; `before` is its content when
 * forward started. */
static inline void op_run_start(OpRun *r, const OpRow *row, const char *table, int threads)
{
    *r = (OpRun){ .row = row };
    ck_assert(kernel_use(table) && pool_start(threads, &r->err) && arena_init(&r->nodes, 8192, &r->err));
    size_t size = op_run_memory(r);
    ck_assert(arena_init(&r->mem, size, &r->err));
    op_poison(r->mem.base, size);
    r->before = malloc(size);
    op_run_push(r);
}

static inline void op_run_end(OpRun *r)
{
    free(r->before);
    arena_free(&r->mem);
    arena_free(&r->nodes);
    pool_stop();
}

/* x (n numbers of the memory) may change. */
static inline void op_run_forgive(OpRun *r, const real *x, size_t n)
{
    memcpy(r->before + ((const char *)x - r->mem.base), x, n * sizeof(real));
}

/* Everything else must equal `before`. */
static inline void op_run_unchanged(const OpRun *r, const char *when)
{
    ck_assert_msg(memcmp(r->mem.base, r->before, r->mem.size) == 0, "%s: %s wrote to memory that it may only read",
                  r->row->op->name, when);
}
#endif
