#ifndef WATCH_CASE_H
#define WATCH_CASE_H
#include "live/live_case.h"
#include "live/watch.h"
#include "model/recipe.h"

static const char prompt[] = "the cat sat on th";
enum { N = 17, L = 2, H = 2 };

/* A trained model, watched, and the same model as explain opens it. */
typedef struct Case {
    LiveSession s;
    LiveWatch   w;
    Model       m;
    Explain     e;
    int         ids[N];
    Err         err;
} Case;

static Case c;

static inline void watch(int recipe)
{
    char *path = scratch("model.heed");
    size_t n;
    live_begin(&c.s, recipe);
    live_steps(c.s.run[0], 60);
    ck_assert(live_run_save(c.s.run[0], path, false, &c.err));
    ck_assert(kernel_use(NULL));
    ck_assert_msg(model_open(&c.m, path, PARAMS_GRADIENTS, &c.err), "%s", c.err.msg);
    ck_assert_msg(live_watch_open(&c.w, path, &c.err), "%s", c.err.msg);
    ck_assert_msg(live_watch_prompt(&c.w, prompt, N, NULL, 0, &c.err), "%s", c.err.msg);
    int *ids = vocab_tokens(&c.m.file.vocab, prompt, N, &n, NULL, &c.err);
    memcpy(c.ids, ids, sizeof c.ids);
    free(ids);
    ck_assert(explain_open(&c.e, &c.m.gpt, c.ids, N, -1));
}

static inline void end(void)
{
    explain_close(&c.e);
    model_close(&c.m);
    live_watch_close(&c.w);
    live_session_close(&c.s);
}

static inline void frame(void) { ck_assert_msg(live_watch_frame(&c.w, &c.err), "%s", c.err.msg); }

static inline size_t cell(int l, int h, int i, int j) { return (size_t)(((l * H + h) * N + i) * N + j); }

/* The frame's numbers are exactly those of e's tape. */
static inline void expect_frame(const Explain *e)
{
    const LiveFrame *f = &c.w.frame;
    double next[64], sum = 0;
    ck_assert(f->L == L && f->H == H && f->n == N && f->target == e->target && f->V == e->V);
    ck_assert_double_eq(f->loss, e->out.loss->val[0]);
    ck_assert_double_eq_tol(f->p, exp(-f->loss), 1e-15);
    explain_next(e, next);
    for (int v = 0; v < f->V; v++) {
        ck_assert_double_eq(f->next[v], next[v]);
        sum += next[f->order[v]];
        ck_assert(v == 0 || next[f->order[v]] <= next[f->order[v - 1]]);
    }
    ck_assert_double_eq_tol(sum, 1, 1e-12);
    for (int k = 0; k < L * H * N; k++)
        for (int j = 0; j < N; j++) {
            int                 l = k / N / H, h = k / N % H, i = k % N;
            const GptBlockActs *y = &e->trace.layers[l];
            ck_assert_double_eq(f->weights[cell(l, h, i, j)], explain_row(y->weights, h, i)[j]);
            ck_assert_double_eq(f->scores[cell(l, h, i, j)], j <= i ? explain_row(y->scores, h, i)[j] : 0);
            ck_assert_double_eq(f->push[cell(l, h, i, j)], explain_grad(y->scores, h, i)[j]);
        }
}
#endif
