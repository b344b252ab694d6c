#include "cli/bench_part.h"
#include "cli/term.h"
#include "engine/adamw.h"
#include "kernel/gemm.h"
#include "kernel/pool.h"
#include "model/gpt.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_OPS = 32 };

/* Time spent in one op. */
typedef struct Share {
    const char *name;
    double      forward, backward;
} Share;

typedef struct Profile {
    Share  ops[MOST_OPS];
    int    n;
    double other;                           /* clipping, optimizer */
    double last;                            /* when the op before ended */
    bool   back;                            /* backward has begun */
} Profile;

/* "linear 384": the products apart by what they make. */
static Share *share_of(Profile *p, const Tensor *y)
{
    static char names[MOST_OPS][32];
    char name[32];
    snprintf(name, sizeof name, strcmp(y->op->name, "linear") == 0 ? "%s to %d" : "%s", y->op->name,
             y->dim[y->rank ? y->rank - 1 : 0]);
    for (int i = 0; i < p->n; i++)
        if (strcmp(p->ops[i].name, name) == 0)
            return &p->ops[i];
    int i = p->n < MOST_OPS - 1 ? p->n++ : p->n - 1;
    memcpy(names[i], name, sizeof name);
    p->ops[i].name = names[i];
    return &p->ops[i];
}

static double total(const Profile *p)
{
    double sum = p->other;
    for (int i = 0; i < p->n; i++)
        sum += p->ops[i].forward + p->ops[i].backward;
    return sum;
}

static void print(const BenchOptions *o, const Profile *p)
{
    char beginning[64];
    snprintf(beginning, sizeof beginning, "profile %s %s %d", bench_precision(o), bench_size(o), pool_threads());
    for (const Share *s = p->ops; s < p->ops + p->n; s++)
        printf("%s %s = %.4f %.4f\n", beginning, s->name, s->forward * 1e3, s->backward * 1e3);
    printf("%s clipping and AdamW = 0 %.4f\n", beginning, p->other * 1e3);
}

/* The time since the last op, which is this one's. What is computed again for backward counts as its. */
static void clock_op(void *context, const Tensor *y, bool backward)
{
    Profile *p = context;
    double   now = term_seconds();
    *(backward || p->back ? &share_of(p, y)->backward : &share_of(p, y)->forward) += now - p->last;
    p->last = now;
    p->back |= backward;
}

/* A model to train, and a batch. */
typedef struct Bed {
    bool   bf16;
    Gpt    g;
    Arena  nodes, mem;
    size_t nodes_mark, mem_mark;            /* what the model takes */
    int   *ids, *targets;
} Bed;

/* One step as trainer_step does it, with a clock. */
static bool step(Profile *p, Bed *b, const Config *c, long batch, long n, Err *err)
{
    static const AdamW adam = { 0.9, 0.99, 1e-8, 0.1 };
    double  squares[GPT_GROUPS];
    GptPass pass = { .B = (int)batch, .T = c->context, .ids = b->ids, .targets = b->targets };
    Tape    t = { .nodes = &b->nodes, .mem = &b->mem, .err = err, .lean = true, .bf16 = b->bf16, .done = clock_op,
                  .context = p };
    b->nodes.used = b->nodes_mark;
    b->mem.used = b->mem_mark;
    *p = (Profile){ .last = term_seconds() };
    params_forget_gradients(&b->g.params);
    if (!tape_backward(&t, gpt_forward(&b->g, &t, &pass).loss))
        return false;
    if (b->mem.counting)
        return true;
    double norm = sqrt(1 + params_grad_squares(&b->g.params, squares, GPT_GROUPS));
    adamw_step(&b->g.params, &adam, 1e-4, 1 / norm, n);
    p->other = term_seconds() - p->last;
    return true;
}

/* The model, in an arena that counts or one that is real. */
static bool lay(Bed *b, const Config *c, Err *err)
{
    b->nodes.used = 0;
    if (!gpt_init(&b->g, c, &b->nodes, err) ||
        !params_alloc(&b->g.params, PARAMS_TRAINING, &b->nodes, &b->mem, err))
        return false;
    b->nodes_mark = b->nodes.used;
    b->mem_mark = b->mem.used;
    if (!b->mem.counting)
        params_start(&b->g.params, 1);
    return true;
}

static bool make(Bed *b, const Config *c, long batch, Err *err)
{
    Profile none;
    size_t  n = (size_t)batch * (size_t)c->context;
    b->ids = calloc(n, sizeof *b->ids);
    b->targets = calloc(n, sizeof *b->targets);
    if (!b->ids || !b->targets || !arena_init(&b->nodes, gpt_nodes_bytes(c), err))
        return err_set(err, "out of memory: no room for a batch");
    for (size_t i = 0; i < n; i++) {
        b->ids[i] = (int)(i * 7 % (size_t)c->vocab);
        b->targets[i] = (int)(i * 11 % (size_t)c->vocab);
    }
    arena_count(&b->mem);
    return lay(b, c, err) && step(&none, b, c, batch, 1, err) && arena_init(&b->mem, b->mem.used, err) &&
           lay(b, c, err);
}

bool bench_profile(const BenchOptions *o, Err *err)
{
    long    batch, n = 0;
    Config  c = bench_config(o, &batch);
    Bed     b = { .bf16 = o->precision };
    Profile best = { .other = INFINITY }, p;
    bool    ok = make(&b, &c, batch, err);
    for (double until = term_seconds() + o->seconds; ok && (n < 2 || term_seconds() < until);) {
        ok = step(&p, &b, &c, batch, ++n, err);
        best = ok && total(&p) < total(&best) ? p : best;
    }
    if (ok)
        print(o, &best);
    free(b.ids);
    free(b.targets);
    if (!b.mem.counting)
        arena_free(&b.mem);
    arena_free(&b.nodes);
    return ok;
}
