#ifndef LIVE_CASE_H
#define LIVE_CASE_H
#include "alloc_count.h"
#include "check_main.h"
#include "kernel/kernel.h"
#include "live/session.h"
#include "scratch.h"
#include <math.h>

/* A small run on a text in which a word decides the next one. */
static inline char *live_text(void)
{
    static const char *const lines[] = { "the cat sat on the mat. ", "a dog lay by the fire. ",
                                         "the bird flew to a tree. " };
    char *path = scratch("text");
    FILE *f = fopen(path, "w");
    ck_assert(f != NULL);
    for (int i = 0; i < 300; i++)
        fputs(lines[(i * i + i / 7) % 3], f);
    ck_assert(fclose(f) == 0);
    return path;
}

static inline void live_given(double given[SETTINGS])
{
    for (int id = 0; id < SETTINGS; id++)
        given[id] = NAN;
    given[SETTING_layers] = 2;
    given[SETTING_heads] = 2;
    given[SETTING_channels] = 16;
    given[SETTING_context] = 24;
    given[SETTING_batch] = 4;
    given[SETTING_steps] = 60;
    given[SETTING_eval_every] = 20;
    given[SETTING_dropout] = 0.1;
}

/* Begins; recipe an index. */
static inline void live_begin(LiveSession *s, int recipe)
{
    double given[SETTINGS];
    Err    err = { 0 };
    live_given(given);
    ck_assert(kernel_use(NULL));
    *s = (LiveSession){ 0 };
    ck_assert_msg(live_session_begin(s, live_text(), given, recipe, &err), "%s", err.msg);
}

/* Advances until n more training steps are done, and every evaluation that is due after them. */
static inline void live_steps(LiveRun *r, long n)
{
    long end = r->ck.state.step + n;
    while (r->ck.state.step < end || r->evaluating) {
        LiveStep step;
        Err      err = { 0 };
        ck_assert_msg(live_run_advance(r, &step, &err), "%s", err.msg);
        ck_assert(!step.done || step.step == r->ck.settings.steps);
        if (step.done)
            return;
    }
}

/* Whether all numbers of both runs, moments included, have the same bits, and their states agree. */
static inline bool live_same(const LiveRun *a, const LiveRun *b)
{
    const Params *p = &a->trainer.gpt.params, *q = &b->trainer.gpt.params;
    size_t        n = p->len * sizeof(real);
    const TrainState *s = &a->ck.state, *t = &b->ck.state;
    return p->len == q->len && memcmp(p->val, q->val, n) == 0 && memcmp(p->m, q->m, n) == 0 &&
           memcmp(p->v, q->v, n) == 0 && s->step == t->step && s->tokens == t->tokens &&
           memcmp(&s->val_loss, &t->val_loss, sizeof s->val_loss) == 0 && s->best_step == t->best_step;
}
#endif
