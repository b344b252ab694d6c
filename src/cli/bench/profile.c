#include "cli/bench/needs.h"
#include "cli/term.h"
#include "kernel/pool.h"
#include <math.h>
#include <stdio.h>
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
    double other;                           /* clipping, optimizers */
    double last;                            /* when the previous op ended */
    bool   back;                            /* backward has started */
} Profile;

const char *bench_op_name(const Tensor *y, char name[BENCH_NAME])
{
    snprintf(name, BENCH_NAME, strcmp(y->op->name, "linear") == 0 ? "%s to %d" : "%s", y->op->name,
             y->dim[y->rank ? y->rank - 1 : 0]);
    return name;
}

static Share *share_of(Profile *p, const Tensor *y)
{
    static char names[MOST_OPS][BENCH_NAME];
    char name[BENCH_NAME];
    bench_op_name(y, name);
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
    printf("%s " BENCH_UPDATE " = 0 %.4f\n", beginning, p->other * 1e3);
}

/* Adds the time since the previous op to this one. Recomputation during backward counts as backward. */
static void clock_op(void *context, const Tensor *y, bool backward)
{
    Profile *p = context;
    double   now = term_seconds();
    *(backward || p->back ? &share_of(p, y)->backward : &share_of(p, y)->forward) += now - p->last;
    p->last = now;
    p->back |= backward;
}

/* One step, timed at every op; the rest after the last op is clipping and optimizers. */
static bool step(Profile *p, Trainer *t, Err *err)
{
    LogRow row;
    *p = (Profile){ .last = term_seconds() };
    t->done = clock_op;
    t->done_context = p;
    if (!trainer_step(t, 0, &row, err))
        return false;
    p->other = term_seconds() - p->last;
    return true;
}

bool bench_profile(const BenchOptions *o, Err *err)
{
    BenchModel m;
    Profile best = { .other = INFINITY }, p;
    bool    ok = bench_open(&m, o, err);
    double  until = term_seconds() + o->seconds;
    for (int n = 0; ok && (n < 2 || term_seconds() < until); n++) {
        ok = step(&p, &m.trainer, err);
        best = ok && total(&p) < total(&best) ? p : best;
    }
    if (ok)
        print(o, &best);
    ok = ok && needs_print(o, &m.trainer, err);
    bench_close(&m);
    return ok;
}
