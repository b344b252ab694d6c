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

/* One step over a tape that is there, op by op with a clock between. */
static void round_of(Profile *p, Tape *tape, Gpt *g, long step)
{
    AdamW  adam = { 0.9, 0.99, 1e-8, 0.1 };
    double squares[GPT_GROUPS], t = term_seconds(), now;
    params_forget_gradients(&g->params);
    for (Tensor *y = tape->first; y; y = y->next, t = now) {
        y->op->forward(y);
        y->has_grad = false;
        share_of(p, y)->forward += (now = term_seconds()) - t;
    }
    tape->last->has_grad = true;
    for (Tensor *y = tape->last; y; y = y->prev, t = now) {
        y->op->backward(y);
        share_of(p, y)->backward += (now = term_seconds()) - t;
    }
    double norm = sqrt(1 + params_grad_squares(&g->params, squares, GPT_GROUPS));
    adamw_step(&g->params, &adam, 1e-4, 1 / norm, step);
    p->other = term_seconds() - t;
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

/* The model, its tape with one pass on it, and a batch. */
typedef struct Bed {
    Gpt   g;
    Arena nodes, mem;
    Tape  tape;
    int  *ids, *targets;
    bool  bf16;
} Bed;

static bool lay(Bed *b, const Config *c, long batch, Err *err)
{
    b->nodes.used = 0;
    b->tape = (Tape){ .nodes = &b->nodes, .mem = &b->mem, .err = err, .keep = true, .bf16 = b->bf16 };
    GptPass pass = { .B = (int)batch, .T = c->context, .ids = b->ids, .targets = b->targets };
    if (!gpt_init(&b->g, c, &b->nodes, err) ||
        !params_alloc(&b->g.params, PARAMS_TRAINING, &b->nodes, &b->mem, err))
        return false;
    if (!b->mem.counting)
        params_start(&b->g.params, 1);
    Tensor *loss = gpt_forward(&b->g, &b->tape, &pass).loss;
    return loss && tape_backward(&b->tape, loss);
}

static bool make(Bed *b, const Config *c, long batch, Err *err)
{
    size_t n = (size_t)batch * (size_t)c->context;
    b->ids = calloc(n, sizeof *b->ids);
    b->targets = calloc(n, sizeof *b->targets);
    if (!b->ids || !b->targets || !arena_init(&b->nodes, gpt_nodes_bytes(c), err))
        return err_set(err, "out of memory: no room for a batch");
    for (size_t i = 0; i < n; i++) {
        b->ids[i] = (int)(i * 7 % (size_t)c->vocab);
        b->targets[i] = (int)(i * 11 % (size_t)c->vocab);
    }
    arena_count(&b->mem);
    return lay(b, c, batch, err) && arena_init(&b->mem, b->mem.used, err) && lay(b, c, batch, err);
}

bool bench_profile(const BenchOptions *o, Err *err)
{
    long    batch, step = 0;
    Config  c = bench_config(o, &batch);
    Bed     b = { .bf16 = o->precision };
    Profile best = { .other = INFINITY };
    bool    ok = make(&b, &c, batch, err);
    for (double until = term_seconds() + o->seconds; ok && (step == 0 || term_seconds() < until);) {
        Profile p = { .n = 0 };
        round_of(&p, &b.tape, &b.g, ++step);
        best = total(&p) < total(&best) ? p : best;
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
