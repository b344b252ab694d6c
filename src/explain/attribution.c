#include "explain/attribution.h"
#include <math.h>
#include <string.h>

/* The Legendre polynomial P_n and its derivative at x, by the recurrence k P_k = (2k-1) x P_{k-1} - (k-1) P_{k-2}. */
static double legendre(int n, double x, double *slope)
{
    double before = 1, p = x;
    for (int k = 2; k <= n; k++) {
        double next = ((2 * k - 1) * x * p - (k - 1) * before) / k;
        before = p;
        p = next;
    }
    *slope = n * (x * p - before) / (x * x - 1);
    return p;
}

/* Gauss-Legendre point i of n on [0,1] and its weight: roots of P_n by Newton's method (Abramowitz and Stegun
 * 25.4.29). */
static double gauss_point(int n, int i, double *weight)
{
    double x = cos(acos(-1) * (i + 0.75) / (n + 0.5)), slope = 1;
    if (n == 1)
        return *weight = 1, 0.5;
    for (int k = 0; k < 8; k++)
        x -= legendre(n, x, &slope) / slope;
    legendre(n, x, &slope);
    *weight = 1 / ((1 - x * x) * slope * slope);
    return (x + 1) / 2;
}

/* The tensor interpolated: the embeddings, or the normalized embeddings where the model normalizes them (a norm ignores
 * length, so a path in front of it would jump at its end). */
static Tensor *stream(const Explain *e)
{
    return e->g->config.embed_norm && !e->trace.position ? e->trace.layers[0].x : e->trace.token;
}

/* x (C) scaled to mean square 1, as the embedding norm does. */
static void norm(double *x, int C)
{
    double squares = 0;
    for (int c = 0; c < C; c++)
        squares += x[c] * x[c];
    for (int c = 0; c < C; c++)
        x[c] /= sqrt(squares / C + 1e-5);
}

/* base (C): the mean of all embeddings. */
static void baseline(const Explain *e, double *base)
{
    const double *w = e->g->wte->val;
    memset(base, 0, (size_t)e->C * sizeof *base);
    for (int v = 0; v < e->V; v++)
        for (int c = 0; c < e->C; c++)
            base[c] += w[v * e->C + c] / e->V;
    if (stream(e) != e->trace.token)
        norm(base, e->C);
}

/* The loss with the stream at b + t (x - b). */
static double loss_along(Explain *e, const double *x, const double *base, double t)
{
    double *now = stream(e)->val;
    for (int i = 0; i < e->T; i++)
        for (int c = 0; c < e->C; c++)
            now[i * e->C + c] = base[c] + t * (x[i * e->C + c] - base[c]);
    return explain_replay(e, stream(e));
}

/* given_i += weight dloss(target)/dx_i . (x_i - b) with the stream where it is now, for any target. */
static bool add_point(Explain *e, int target, const double *x, const double *base, double weight, double *given)
{
    e->targets[e->T - 1] = target;
    explain_replay(e, e->out.logits);
    if (!explain_backward(e))
        return false;
    const double *g = stream(e)->grad;
    for (int i = 0; i < e->T; i++)
        for (int c = 0; c < e->C; c++)
            given[i] += weight * g[i * e->C + c] * (x[i * e->C + c] - base[c]);
    return true;
}

/* log p(target), or with a rival the log-odds of the two, which is the difference of their logits. */
static double value(const Explain *e, int rival)
{
    const double *logits = e->out.logits->val + (size_t)(e->T - 1) * (size_t)e->V;
    return rival < 0 ? -e->out.loss->val[0] : logits[e->target] - logits[rival];
}

/* Restores the unedited pass: another target was set, and the stream was moved. */
static bool restore(Explain *e)
{
    e->targets[e->T - 1] = e->target;
    explain_replay(e, NULL);
    return explain_backward(e);
}

/* The integral of value(e, rival), which falls with loss(target) and rises with loss(rival). */
static bool integrate(Explain *e, int rival, int points, ExplainIntegrated *r)
{
    size_t  n = (size_t)e->T * (size_t)e->C;
    double *x = explain_alloc(e, n, sizeof *x), *base = explain_alloc(e, (size_t)e->C, sizeof *base);
    *r = (ExplainIntegrated){ .points = points, .integrated = explain_alloc(e, (size_t)e->T, sizeof *r->integrated) };
    bool   ok = x && base && r->integrated;
    double now = value(e, rival);
    if (!ok)
        return false;
    memcpy(x, stream(e)->val, n * sizeof *x);
    baseline(e, base);
    for (int k = 0; ok && k < points; k++) {
        double weight, t = gauss_point(points, k, &weight);
        loss_along(e, x, base, t);
        ok = add_point(e, e->target, x, base, -weight, r->integrated) &&
             (rival < 0 || add_point(e, rival, x, base, weight, r->integrated));
    }
    e->targets[e->T - 1] = e->target;
    loss_along(e, x, base, 0);
    r->expected = now - value(e, rival);
    for (int i = 0; i < e->T; i++)
        r->sum += r->integrated[i];
    r->error = r->sum - r->expected;
    return restore(e) && ok;
}

bool explain_attribution_integrated(Explain *e, int points, ExplainIntegrated *r)
{
    return integrate(e, -1, points, r);
}

bool explain_attribution_contrast(Explain *e, int rival, int points, ExplainIntegrated *r)
{
    return integrate(e, rival, points, r);
}

/* A second tape, for the loss of T - 1 characters. */
typedef struct Shorter {
    Explain *e;
    Tape     tape;
    Arena    nodes, mem;
    int     *ids;
} Shorter;

static Tensor *shorter_pass(Shorter *s)
{
    Explain *e = s->e;
    GptPass pass = { .B = 1, .T = e->T - 1, .ids = s->ids, .targets = e->targets + 1 };
    s->nodes.used = s->mem.used = 0;
    s->tape = (Tape){ .nodes = &s->nodes, .mem = &s->mem, .err = &e->err };
    return gpt_forward(e->g, &s->tape, &pass).loss;
}

static bool shorter_dry_run(void *s, Err *err) { return shorter_pass(s) != NULL && !err_any(err); }

static bool shorter_init(Explain *e, Shorter *s)
{
    *s = (Shorter){ .e = e, .ids = explain_alloc(e, (size_t)e->T, sizeof *s->ids) };
    if (!s->ids || !arena_init(&s->nodes, gpt_nodes_bytes(&e->g->config), &e->err))
        return false;
    return arena_fit(&s->mem, shorter_dry_run, s, &e->err);
}

/* size (T): x.dL/dx of each character's embedding, a first-order estimate of its effect. */
static void estimate(const Explain *e, double *size)
{
    const Tensor *x = e->trace.token;
    for (int i = 0; i < e->T; i++) {
        size[i] = 0;
        for (int c = 0; c < e->C; c++)
            size[i] += x->val[i * e->C + c] * x->grad[i * e->C + c];
    }
}

bool explain_attribution_deletions(Explain *e, double *change)
{
    Shorter s;
    estimate(e, change);
    const bool *chosen = explain_choose(e, change, e->T);
    for (int i = 0; i < e->T; i++)
        change[i] = NAN;
    if (e->T == 1)
        return chosen != NULL;
    bool ok = shorter_init(e, &s) && chosen;
    for (int i = 0; ok && i < e->T; i++) {
        if (!chosen[i])
            continue;
        memcpy(s.ids, e->ids, (size_t)i * sizeof *s.ids);
        memcpy(s.ids + i, e->ids + i + 1, (size_t)(e->T - 1 - i) * sizeof *s.ids);
        Tensor *loss = shorter_pass(&s);
        ok = loss != NULL;
        change[i] = ok ? loss->val[0] - e->loss : NAN;
    }
    arena_free(&s.nodes);
    arena_free(&s.mem);
    return ok;
}
