#include "cli/bench/needs.h"
#include "cli/bench/reuse.h"
#include "cli/bench/work.h"
#include "kernel/pool.h"
#include <stdio.h>
#include <string.h>

enum { SMALLEST = 16 << 10, LEVELS = 15, MOST_OPS = 32, MOST_GRADS = 4096 };

/* Bytes by the size of the caches that hold them: level i is SMALLEST << i. */
typedef struct Moved {
    size_t read[LEVELS], written[LEVELS];
} Moved;

/* Of one op: [0] forward, [1] backward. */
typedef struct Need {
    char  name[BENCH_NAME];
    Moved moved[2];
    Work  work[2];
} Need;

typedef struct Needs {
    Need          ops[MOST_OPS];
    int           n;
    Reuse         reuse;
    const Tensor *summed[MOST_GRADS];       /* whose gradients hold something already */
    int           n_summed;
    bool          back;                     /* backward has started: what is computed again belongs to it */
} Needs;

static Need *need_of(Needs *a, const char *name)
{
    for (int i = 0; i < a->n; i++)
        if (strcmp(a->ops[i].name, name) == 0)
            return &a->ops[i];
    Need *need = &a->ops[a->n < MOST_OPS - 1 ? a->n++ : a->n - 1];
    snprintf(need->name, sizeof need->name, "%s", name);
    return need;
}

/* The largest level that the distance reaches. */
static int level(size_t distance)
{
    int i = 0;
    while (i < LEVELS - 1 && (size_t)SMALLEST << (i + 1) <= distance)
        i++;
    return i;
}

static void touch(Needs *a, Moved *m, const real *p, size_t n, bool reads, bool writes)
{
    size_t bytes = n * sizeof *p;
    if (!p || !bytes)
        return;
    int i = level(reuse_touch(&a->reuse, p, bytes));
    m->read[i] += reads ? bytes : 0;
    m->written[i] += writes ? bytes : 0;
}

/* Notes that x's gradient holds something; did it already? */
static bool sums(Needs *a, const Tensor *x)
{
    for (int i = 0; i < a->n_summed; i++)
        if (a->summed[i] == x)
            return true;
    if (a->n_summed < MOST_GRADS)
        a->summed[a->n_summed++] = x;
    return false;
}

/* Elements of input k that y uses: of an embedding's table no more than the rows it selects. */
static size_t used(const Tensor *y, int k)
{
    size_t all = tensor_len(y->in[k]), own = tensor_len(y);
    return strcmp(y->op->name, "embedding") == 0 && own < all ? own : all;
}

/* Forward reads the inputs and writes the result and what it saves. */
static void forward(Needs *a, Moved *m, const Tensor *y)
{
    for (int k = 0; k < y->op->n_in; k++)
        if (y->in[k])
            touch(a, m, y->in[k]->val, used(y, k), true, false);
    touch(a, m, y->val, tensor_len(y), false, true);
    touch(a, m, y->save, y->n_save, false, true);
}

/* Backward reads dy, what was saved, the inputs unless it ignores them, and writes, or adds to, their gradients. */
static void backward(Needs *a, Moved *m, const Tensor *y)
{
    touch(a, m, y->grad, tensor_len(y), true, false);
    touch(a, m, y->save, y->n_save, true, false);
    for (int k = 0; k < y->op->n_in; k++) {
        const Tensor *x = y->in[k];
        if (x && !y->op->backward_ignores_inputs)
            touch(a, m, x->val, used(y, k), true, false);
        if (x)
            touch(a, m, x->grad, used(y, k), sums(a, x), true);
    }
}

static void count_op(void *context, const Tensor *y, bool back)
{
    Needs *a = context;
    char   name[BENCH_NAME];
    a->back |= back;
    Need *need = need_of(a, bench_op_name(y, name));
    (back ? backward : forward)(a, &need->moved[a->back], y);
    work_add(&need->work[a->back], work_of_op(y, back));
}

/* Clipping reads the gradients; the optimizers read them again and update values and moments. */
static void count_update(Needs *a, const Params *p)
{
    Need  *need = need_of(a, BENCH_UPDATE);
    Moved *m = &need->moved[1];
    for (const Param *x = p->list; x < p->list + p->n; x++)
        touch(a, m, p->grad + x->at, x->len, true, false);
    for (const Param *x = p->list; x < p->list + p->n; x++) {
        touch(a, m, p->grad + x->at, x->len, true, false);
        touch(a, m, p->val + x->at, x->len, true, true);
        touch(a, m, p->m + x->at, x->len, true, true);
        if (x->rule == RULE_ADAMW)
            touch(a, m, p->v + x->at, x->len, true, true);
        work_add(&need->work[1], work_of_update(x));
    }
}

static void print_half(const BenchOptions *o, const Need *need, int back)
{
    const Moved *m = &need->moved[back];
    const Work  *w = &need->work[back];
    char         words[64];
    snprintf(words, sizeof words, "%s %s %d %s", bench_precision(o), bench_size(o), pool_threads(),
             back ? "backward" : "forward");
    for (int i = 0; i < LEVELS; i++)
        if (m->read[i] || m->written[i])
            printf("moved %s %zu %s = %zu %zu\n", words, (size_t)SMALLEST << i, need->name, m->read[i], m->written[i]);
    printf("work %s %s = %.0f %.0f %.0f %.0f %.0f\n", words, need->name, w->products, w->multiplies, w->divisions,
           w->roots, w->exps);
}

bool needs_print(const BenchOptions *o, Trainer *t, Err *err)
{
    static Needs a;
    LogRow row;
    t->done = count_op;
    t->done_context = &a;
    for (int step = 0; step < 2; step++) {
        memset(a.ops, 0, sizeof a.ops);
        a.n = a.n_summed = 0;
        a.back = false;
        if (!trainer_step(t, 0, &row, err))
            return false;
        count_update(&a, &t->gpt.params);
    }
    for (int i = 0; i < 2 * a.n; i++)
        print_half(o, &a.ops[i / 2], i % 2);
    return true;
}
