#include "engine/tape.h"
#include <stdio.h>
#include <string.h>

size_t tensor_len(const Tensor *x)
{
    size_t n = 1;
    for (int i = 0; i < x->rank; i++)
        n *= (size_t)x->dim[i];
    return n;
}

size_t tensor_cols(const Tensor *x) { return x->rank ? (size_t)x->dim[x->rank - 1] : 1; }

size_t tensor_rows(const Tensor *x)
{
    size_t n = 1;
    for (int i = 0; i + 1 < x->rank; i++)
        n *= (size_t)x->dim[i];
    return n;
}

const char *tensor_str(const Tensor *x, char buf[64])
{
    int n = snprintf(buf, 64, "[");
    for (int i = 0; i < x->rank; i++)
        n += snprintf(buf + n, (size_t)(64 - n), i ? ",%d" : "%d", x->dim[i]);
    snprintf(buf + n, (size_t)(64 - n), "]");
    return buf;
}

bool tensor_like(Tensor *y, const Tensor *x)
{
    y->rank = x->rank;
    memcpy(y->dim, x->dim, sizeof y->dim);
    return true;
}

bool tensor_same_shape(const Tensor *x, const Tensor *y)
{
    return x->rank == y->rank && memcmp(x->dim, y->dim, (size_t)x->rank * sizeof *x->dim) == 0;
}

static Tensor *full(Tape *t, const char *what)
{
    err_set(t->err, "out of memory: the tape's %s memory of %zu KiB is full", what,
            (what[0] == 'n' ? t->nodes : t->mem)->size >> 10);
    return NULL;
}

/* Whole cache lines, so that pieces stay aligned when they are split and merged. */
static size_t piece_len(size_t len)
{
    const size_t line = 64 / sizeof(real);
    return (len + line - 1) / line * line;
}

/* Best fit among the free pieces, otherwise new memory. */
static real *take(Tape *t, size_t len)
{
    int best = -1;
    len = piece_len(len);
    for (int i = 0; i < t->n_free; i++)
        if (t->free[i].len >= len && (best < 0 || t->free[i].len < t->free[best].len))
            best = i;
    if (best < 0)
        return arena_take(t->mem, len * sizeof(real));
    real *p = t->free[best].p;
    t->free[best].p += len;
    t->free[best].len -= len;
    if (!t->free[best].len)
        t->free[best] = t->free[--t->n_free];
    return p;
}

/* Frees a piece, merging it with its neighbours in memory, so that large tensors fit again. */
static void give(Tape *t, real **piece, size_t len)
{
    real *p = *piece;
    *piece = NULL;
    if (!p)
        return;
    len = piece_len(len);
    for (int i = 0; i < t->n_free;) {
        FreeBlock b = t->free[i];
        if (b.p + b.len != p && p + len != b.p) {
            i++;
            continue;
        }
        p = b.p < p ? b.p : p;
        len += b.len;
        t->free[i] = t->free[--t->n_free];
        i = 0;
    }
    if (t->n_free < MAX_FREE)
        t->free[t->n_free++] = (FreeBlock){ p, len };
}

Tensor *tape_leaf(Tape *t, int rank, const int *dim)
{
    if (err_any(t->err))
        return NULL;
    Tensor *x = arena_new(t->nodes, Tensor, 1);
    if (!x)
        return full(t, "node");
    x->rank = rank;
    memcpy(x->dim, dim, (size_t)rank * sizeof *dim);
    x->val = arena_zeroed(t->mem, tensor_len(x) * sizeof(real));
    x->grad = arena_zeroed(t->mem, tensor_len(x) * sizeof(real));
    return x->val && x->grad ? x : full(t, "value");
}

static void append(Tape *t, Tensor *y)
{
    y->prev = t->last;
    if (t->last)
        t->last->next = y;
    else
        t->first = y;
    t->last = y;
}

/* A NULL input without an error on the tape is the caller's mistake. */
static bool inputs_there(Tape *t, const Op *op, Tensor *const *in)
{
    for (int k = 0; k < op->n_needed; k++)
        if (!in[k])
            return err_set(t->err, "%s: input %d of %d is missing", op->name, k + 1, op->n_needed);
    return true;
}

/* Runs an op forward or backward; nothing in a dry run. */
static void run(Tape *t, Tensor *y, bool backward)
{
    if (t->mem->counting)
        return;
    (backward ? y->op->backward : y->op->forward)(y);
    if (t->done)
        t->done(t->context, y, backward);
}

Tensor *tape_push(Tape *t, const Op *op, Tensor *const *in, OpArg arg)
{
    if (err_any(t->err) || !inputs_there(t, op, in))
        return NULL;
    Tensor *y = arena_new(t->nodes, Tensor, 1);
    if (!y)
        return full(t, "node");
    y->op = op;
    y->arg = arg;
    if (op->n_in)
        memcpy(y->in, in, (size_t)op->n_in * sizeof *in);
    if (!op->shape(y, t->err)) {
        err_in(t->err, "%s", op->name);
        return NULL;
    }
    y->val = take(t, tensor_len(y));
    y->save = y->n_save ? take(t, y->n_save) : NULL;
    if (!y->val || (y->n_save && !y->save))
        return full(t, "value");
    run(t, y, false);
    append(t, y);
    return y;
}

void tape_release(Tape *t, Tensor *x)
{
    if (t->lean && x && x->op)
        give(t, &x->val, tensor_len(x));
}

/* Recomputes released values that y's backward reads; again[k] marks those inputs. */
static bool inputs_have_values(Tape *t, const Tensor *y, bool again[MAX_IN])
{
    for (int k = 0; k < y->op->n_in && !y->op->backward_ignores_inputs; k++) {
        Tensor *x = y->in[k];
        if (!x || x->val)
            continue;
        again[k] = true;
        x->val = take(t, tensor_len(x));
        if (!x->val)
            return full(t, "value") != NULL;
        run(t, x, false);
    }
    return true;
}

static bool inputs_have_memory(Tape *t, const Tensor *y)
{
    for (int k = 0; k < y->op->n_in; k++) {
        Tensor *x = y->in[k];
        if (x && !x->grad) {
            x->grad = take(t, tensor_len(x));
            x->has_grad = false;
        }
        if (x && !x->grad)
            return full(t, "value") != NULL;
    }
    return true;
}

/* Frees what is not read after y's backward. */
static void give_back(Tape *t, Tensor *y, const bool again[MAX_IN])
{
    if (!t->keep) {
        give(t, &y->grad, tensor_len(y));
        y->has_grad = false;
    }
    for (int k = 0; k < y->op->n_in; k++)
        if (again[k])
            tape_release(t, y->in[k]);
    if (t->lean) {
        give(t, &y->val, tensor_len(y));
        give(t, &y->save, y->n_save);
    }
}

static bool step_back(Tape *t, Tensor *y)
{
    if (!y->op->backward)
        return err_set(t->err, "%s has no gradient: it is for sampling only", y->op->name);
    bool again[MAX_IN] = { false };
    if (!inputs_have_values(t, y, again) || !inputs_have_memory(t, y))
        return false;
    run(t, y, true);
    for (int k = 0; k < y->op->n_in && t->mem->counting; k++)
        if (y->in[k])
            y->in[k]->has_grad = true;
    give_back(t, y, again);
    return true;
}

bool tape_backward(Tape *t, Tensor *loss)
{
    char s[64];
    if (err_any(t->err))
        return false;
    if (!loss || !loss->op)
        return err_set(t->err, "backward needs the result of an operation to start from");
    if (tensor_len(loss) != 1)
        return err_set(t->err, "backward needs a scalar to start from, not a tensor of shape %s",
                       tensor_str(loss, s));
    for (Tensor *y = loss; y; y = y->prev)      /* from an earlier backward */
        y->has_grad = false;
    if (!loss->grad)
        loss->grad = take(t, tensor_len(loss));
    if (!loss->grad)
        return full(t, "value") != NULL;
    if (!t->mem->counting)
        loss->grad[0] = 1;
    loss->has_grad = true;
    for (Tensor *y = loss; y; y = y->prev)
        if (y->has_grad && !step_back(t, y))    /* no gradient: the loss does not depend on it */
            return false;
    return true;
}

void tape_replay(Tape *t, Tensor *from)
{
    for (Tensor *y = from ? from->next : t->first; y; y = y->next)
        y->op->forward(y);
}

real *grad_open(Tensor *x, bool *add)
{
    *add = x->has_grad;
    x->has_grad = true;
    return x->grad;
}

real *grad_zeroed(Tensor *x)
{
    if (!x->has_grad)
        memset(x->grad, 0, tensor_len(x) * sizeof(real));
    x->has_grad = true;
    return x->grad;
}
