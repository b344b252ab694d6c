#include "engine/muon.h"
#include "engine/orthogonal.h"
#include "kernel/kernel.h"
#include "kernel/pool.h"
#include <math.h>

typedef struct Job {
    Params     *p;
    const Muon *o;
    double      lr;
    real        scale;
} Job;

/* One of the matrices stacked in a parameter. */
typedef struct Piece {
    const Param *x;
    size_t       rows, cols, at;            /* at: offset in the flat arrays */
} Piece;

static size_t count(const Param *x) { return x->rule == RULE_MUON ? (size_t)x->parts : 0; }

static Piece piece_at(const Params *p, size_t i)
{
    const Param *x = p->list;
    for (; i >= count(x); x++)
        i -= count(x);
    size_t rows = (size_t)(x->dim[0] / x->parts), cols = (size_t)x->dim[1];
    return (Piece){ x, rows, cols, x->at + i * rows * cols };
}

static size_t n_pieces(const Params *p)
{
    size_t n = 0;
    for (int i = 0; i < p->n; i++)
        n += count(&p->list[i]);
    return n;
}

static bool divides(const Param *x, Err *err)
{
    if (x->rank == 2 && x->parts > 0 && x->dim[0] % x->parts == 0)
        return true;
    return err_set(err, "Muon cannot split %s (rank %d, %d x %d) into %d matrices", x->name, x->rank, x->dim[0],
                   x->dim[1], x->parts);
}

/* Scratch memory: u, then the working memory of orthogonal_add. */
static size_t u_len(const Piece *k) { return (k->rows * k->cols + 15) / 16 * 16; }

bool muon_reserve(const Params *p, Err *err)
{
    size_t n = 0, most = 0;
    for (int i = 0; i < p->n; i++)
        if (p->list[i].rule == RULE_MUON && !divides(&p->list[i], err))
            return false;
    for (n = n_pieces(p); n > 0; n--) {
        Piece  k = piece_at(p, n - 1);
        size_t need = u_len(&k) + orthogonal_room(k.rows, k.cols);
        most = need > most ? need : most;
    }
    return pool_reserve(most * sizeof(real), err);
}

/* m += (1 - momentum) (g - m);  u = g + momentum (m - g) */
static void nesterov(size_t n, real momentum, real scale, const real *grad, real *m, real *u)
{
    for (size_t i = 0; i < n; i++) {
        real g = scale * grad[i];
        m[i] += (1 - momentum) * (g - m[i]);
        u[i] = g + momentum * (m[i] - g);
    }
}

static void update(const Job *job, const Piece *k)
{
    const Params *p = job->p;
    size_t n = k->rows * k->cols;
    double lr = job->lr * k->x->rate, tall = (double)k->rows / (double)k->cols;
    real  *u = pool_scratch(), *val = p->val + k->at;
    nesterov(n, (real)job->o->momentum, job->scale, p->grad + k->at, p->m + k->at, u);
    if (k->x->decay && job->o->weight_decay > 0)
        kernel->scale(n, (real)(1 - lr * job->o->weight_decay), val, val);
    orthogonal_add(k->rows, k->cols, u, job->o->iterations, (real)(-lr * sqrt(tall > 1 ? tall : 1)), val,
                   u + u_len(k));
}

static void update_pieces(void *context, size_t i, size_t end)
{
    const Job *job = context;
    for (; i < end; i++) {
        Piece k = piece_at(job->p, i);
        update(job, &k);
    }
}

void muon_step(Params *p, const Muon *o, double lr, double scale)
{
    Job job = { p, o, lr, (real)scale };
    pool_each(n_pieces(p), 1, update_pieces, &job);
}
