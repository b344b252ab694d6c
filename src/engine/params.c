#include "engine/params.h"
#include "base/rng.h"
#include "kernel/kernel.h"
#include "kernel/pool.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { PIECE = 8192, LINE = 64 / sizeof(real) };

bool params_init(Params *p, int n, Arena *nodes, Err *err)
{
    *p = (Params){ .list = arena_new(nodes, Param, n), .room = n };
    return p->list || err_set(err, "out of memory: no room for a table of %d parameters", n);
}

Tensor *params_add(Params *p, const char *name, int rank, const int dim[2], double mean, double std,
                   bool decay, int group)
{
    if (p->n == p->room)
        return NULL;
    Param *x = &p->list[p->n++];
    *x = (Param){
        .rank = rank, .dim = { dim[0], dim[1] }, .mean = mean, .std = std, .decay = decay, .group = group,
        .rule = RULE_ADAMW, .rate = 1, .parts = 1,
    };
    snprintf(x->name, sizeof x->name, "%s", name);
    x->len = (size_t)dim[0] * (size_t)dim[1];
    x->at = p->len;
    p->len += (x->len + LINE - 1) / LINE * LINE;
    p->count += x->len;
    x->tensor.rank = rank;
    memcpy(x->tensor.dim, dim, (size_t)rank * sizeof *dim);
    return &x->tensor;
}

static void cut_pieces(Params *p)
{
    size_t n = 0;
    for (int i = 0; i < p->n; i++)
        for (size_t at = 0; at < p->list[i].len; at += PIECE) {
            size_t left = p->list[i].len - at;
            p->pieces[n++] = (ParamPiece){ i, p->list[i].at + at, left < PIECE ? left : PIECE };
        }
}

static bool alloc_pieces(Params *p, Arena *nodes)
{
    p->n_pieces = 0;
    for (int i = 0; i < p->n; i++)
        p->n_pieces += (p->list[i].len + PIECE - 1) / PIECE;
    p->pieces = arena_new(nodes, ParamPiece, p->n_pieces);
    p->partial = arena_new(nodes, double, p->n_pieces);
    return p->pieces && p->partial;
}

/* A parameter ends with a piece that may be short: at most n more than the numbers fill. */
size_t params_nodes_bytes(size_t n, size_t count)
{
    size_t pieces = count / PIECE + n;
    return arena_bytes(n * sizeof(Param)) + arena_bytes(pieces * sizeof(ParamPiece)) +
           arena_bytes(pieces * sizeof(double));
}

static void point_leaves(Params *p)
{
    for (int i = 0; i < p->n; i++) {
        Param *x = &p->list[i];
        x->tensor.val = p->val + x->at;
        x->tensor.grad = p->grad ? p->grad + x->at : NULL;
        x->tensor.has_grad = false;
    }
}

bool params_alloc(Params *p, ParamUse use, Arena *nodes, Arena *mem, Err *err)
{
    p->val = arena_new(mem, real, p->len);
    p->grad = use >= PARAMS_GRADIENTS ? arena_new(mem, real, p->len) : NULL;
    p->m = use == PARAMS_TRAINING ? arena_new(mem, real, p->len) : NULL;
    p->v = use == PARAMS_TRAINING ? arena_new(mem, real, p->len) : NULL;
    bool ok = alloc_pieces(p, nodes) && p->val && (use < PARAMS_GRADIENTS || p->grad) &&
              (use < PARAMS_TRAINING || (p->m && p->v));
    if (!ok)
        return err_set(err, "out of memory: no room for %zu parameters", p->count);
    cut_pieces(p);
    point_leaves(p);
    return true;
}

/* The initial value of element j of parameter i. */
static double initial_value(const Param *x, uint64_t seed, int i, size_t j)
{
    if (x->std == 0)
        return x->lead && j >= x->lead ? 0 : x->mean;
    return x->mean + x->std * rng_normal(seed, RNG_INIT, ((uint64_t)i << 40) + j);
}

void params_start(Params *p, uint64_t seed)
{
    for (int i = 0; i < p->n; i++) {
        const Param *x = &p->list[i];
        for (size_t j = 0; j < x->len; j++)
            p->val[x->at + j] = (real)initial_value(x, seed, i, j);
    }
}

void params_forget_gradients(Params *p)
{
    for (int i = 0; i < p->n; i++)
        p->list[i].tensor.has_grad = false;
}

static void squares(void *context, size_t i, size_t end)
{
    Params *p = context;
    for (; i < end; i++) {
        const real *g = p->grad + p->pieces[i].at;
        p->partial[i] = (double)kernel->dot(p->pieces[i].len, g, g);
    }
}

double params_grad_squares(Params *p, double *groups, int n_groups)
{
    double total = 0;
    memset(groups, 0, (size_t)n_groups * sizeof *groups);
    pool_each(p->n_pieces, 2, squares, p);
    for (size_t i = 0; i < p->n_pieces; i++) {
        groups[p->list[p->pieces[i].param].group] += p->partial[i];
        total += p->partial[i];
    }
    return total;
}

Param *params_find(const Params *p, const char *name)
{
    for (int i = 0; i < p->n; i++)
        if (strcmp(p->list[i].name, name) == 0)
            return &p->list[i];
    return NULL;
}

const Param *params_not_finite(const Params *p, const real *x)
{
    for (int i = 0; i < p->n; i++)
        for (size_t j = 0; j < p->list[i].len; j++)
            if (!isfinite(x[p->list[i].at + j]))
                return &p->list[i];
    return NULL;
}
